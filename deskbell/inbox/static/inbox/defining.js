/* The choices of a custom field: a row more when the last one is begun, and each moved by button or by key. */
const rows = () => document.querySelector("#choices ol");

document.addEventListener("input", ({ target }) => {
  const row = target.closest?.(".choice-row");
  if (!row || row !== rows().lastElementChild || !target.value.trim()) return;
  const fresh = row.cloneNode(true);
  for (const field of fresh.querySelectorAll("input")) field.value = "";
  rows().append(fresh);
});
document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-moves]");
  if (button) move(button.closest(".choice-row"), button.dataset.moves, button);
});
document.addEventListener("keydown", (event) => {
  const row = event.target.closest?.(".choice-row");
  const to = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  if (!row || !to || !event.altKey) return;
  event.preventDefault();
  move(row, to, event.target);
});

function move(row, to, focused) {
  const other = to === "up" ? row.previousElementSibling : row.nextElementSibling;
  if (to === "up") other?.before(row);
  else other?.after(row);
  focused.focus();
}
