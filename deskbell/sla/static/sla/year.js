/* One stop for the Tab key in the whole year; arrows go from day to day, and the line above tells it. */
const year = document.querySelector("[data-year]");
const told = document.querySelector("#day");
const days = [...(year?.querySelectorAll(".day") ?? [])];
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

for (const day of days) day.tabIndex = -1;
const entry = days.find((day) => day.ariaCurrent) ?? days[0];
if (entry) entry.tabIndex = 0;

year?.addEventListener("keydown", (event) => {
  const at = days.indexOf(event.target);
  if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  const next = goal(event.key, at);
  if (next === undefined) return;
  event.preventDefault();
  days[Math.max(0, Math.min(days.length - 1, next))].focus();
});

year?.addEventListener("focusin", (event) => choose(event.target.closest(".day")));
year?.addEventListener("click", (event) => {
  const day = event.target.closest(".day");
  if (!day || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  day.focus();
  choose(day);
});

function goal(key, at) {
  if (key in STEPS) return at + STEPS[key];
  if (key === "Home") return 0;
  if (key === "End") return days.length - 1;
  return undefined;
}

function choose(day) {
  if (!day) return;
  for (const other of days) {
    other.removeAttribute("aria-current");
    other.tabIndex = -1;
  }
  day.setAttribute("aria-current", "date");
  day.tabIndex = 0;
  told.textContent = day.getAttribute("aria-label");
}
