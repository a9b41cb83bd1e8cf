/* The page of an incident: it changes as things happen, but never under the hand or the pointer. */
import { hear } from "../people/live.js";
import { on, types } from "../look/keys.js";

const { number } = document.querySelector(".incident").dataset;
const timeline = () => document.querySelector("#timeline");
const newcomers = document.querySelector("#newcomers");
const note = document.querySelector("#note");
const draft = `draft-incident-note-${number}`;
let fetching = null; // the next fetch, if one is planned
let fresh = null; // the page as it was fetched last, where some of it waits for a quiet moment

hear(`/incidents/${number}/live`, { moved: () => soon() });
on("u", () => click("#update"));
on("r", () => click("#resolve"));
on("n", () => note.focus());
on("l", () => click("[data-takes=lead]"));
on("t", () => click("[data-takes=communications]"));
on("a", () => click("#join-all, .proposed button"));
on("w", () => click("#tell"));
on("s", () => click(".next form[action$='/solving'] .main"));
on("p", () => click(".next a[href$='/postmortem']"));
on("#", () => document.querySelector("#tickets").focus());
on("o", () => click("#turn"));
on("j", () => step(1));
on("k", () => step(-1));
on("Escape", () => (types(document.activeElement) ? document.activeElement.blur() : click("#back")));
note.value ||= sessionStorage.getItem(draft) ?? "";
note.addEventListener("input", () => sessionStorage.setItem(draft, note.value));
note.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) note.form.requestSubmit();
});
document.addEventListener("htmx:afterRequest", sent);
document.addEventListener("focusout", whenQuiet);
document.addEventListener("pointerout", whenQuiet);
newcomers.addEventListener("click", () => {
  swapTimeline();
  timeline().firstElementChild?.focus({ preventScroll: true });
});

function click(selector) {
  document.querySelector(selector)?.click();
}

/* Many changes in a moment are one fetch. */
function soon() {
  fetching ??= setTimeout(refetch, 200);
}

async function refetch() {
  fetching = null;
  const answer = await fetch(location.href, { headers: { accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.title = fresh.title;
  document.querySelector(".subject").textContent = fresh.querySelector(".subject").textContent;
  settle();
}

/* What nobody has their hands on is drawn at once, the rest when they let go. */
function settle() {
  if (!fresh) return;
  for (const id of ["head", "facts"]) if (!isHeld(document.getElementById(id))) swap(id);
  if (isWatched()) announce();
  else swapTimeline();
}

function whenQuiet() {
  setTimeout(settle);
}

function isHeld(part) {
  return part.contains(document.activeElement) && document.activeElement !== document.body;
}

/* Newest first, what is new would push down what someone points at or reads by keyboard. */
function isWatched() {
  const list = timeline();
  if (list.dataset.order === "oldest" || list.getBoundingClientRect().top < 0) return list.dataset.order !== "oldest";
  return list.matches(":hover") || list.contains(document.activeElement);
}

function unseen() {
  return [...(fresh?.querySelector("#timeline").children ?? [])].filter(({ id }) => id && !document.getElementById(id));
}

function announce() {
  const count = unseen().length;
  newcomers.textContent = count === 1 ? "1 new entry" : `${count} new entries`;
  newcomers.hidden = count === 0;
}

/* Entries that are there stay as they are, so that nothing flickers; new ones are marked. */
function swapTimeline() {
  const next = fresh?.querySelector("#timeline");
  if (!next) return;
  const had = new Set([...timeline().children].map(({ id }) => id));
  const entries = [...next.children].map((entry) => document.adoptNode(entry.cloneNode(true)));
  for (const entry of entries) if (entry.id && !had.has(entry.id)) entry.classList.add("is-new");
  const chosen = timeline().querySelector(".is-chosen")?.id;
  timeline().replaceChildren(...entries.map((entry) => kept(entry)));
  if (chosen) document.getElementById(chosen)?.classList.add("is-chosen");
  newcomers.hidden = true;
}

function kept(entry) {
  const old = entry.id && document.getElementById(entry.id);
  return old && old.textContent === entry.textContent ? old : entry;
}

/* What is open stays open, what was typed stays, and so does the focus. */
function swap(id, sentForm = null) {
  const old = document.getElementById(id);
  const next = document.importNode(fresh.getElementById(id), true);
  const opened = new Set([...old.querySelectorAll("details[open] > summary")].map(({ textContent }) => textContent));
  for (const details of next.querySelectorAll("details")) details.open ||= opened.has(details.querySelector("summary").textContent);
  for (const field of old.querySelectorAll("input[id], textarea[id]")) {
    const twin = next.querySelector(`#${field.id}`);
    if (twin && field.form !== sentForm && field.value !== field.defaultValue) twin.value = field.value;
  }
  const focus = old.contains(document.activeElement) ? placeOf(document.activeElement) : "";
  old.replaceWith(next);
  htmx.process(next);
  if (focus) next.querySelector(focus)?.focus({ preventScroll: true });
}

function placeOf({ id, name, form }) {
  if (id) return `#${CSS.escape(id)}`;
  return name && form ? `form[action="${form.getAttribute("action")}"] [name="${name}"]` : "";
}

/* A form that was taken: its own part is drawn anew although the hand is still in it. */
async function sent({ detail: { elt, successful, xhr } }) {
  if (!successful || xhr.status >= 400) return;
  if (elt.id === "noting") {
    elt.reset();
    sessionStorage.removeItem(draft);
    note.blur();
  }
  for (const refusal of elt.querySelectorAll(".refusal")) refusal.replaceChildren();
  clearTimeout(fetching);
  await refetch();
  for (const id of ["head", "facts"]) if (fresh && document.getElementById(id).contains(elt)) swap(id, elt);
}

function step(by) {
  const entries = [...timeline().querySelectorAll(".entry")];
  const at = entries.findIndex((entry) => entry.classList.contains("is-chosen"));
  const next = entries[Math.min(Math.max(at + by, 0), entries.length - 1)];
  entries[at]?.classList.remove("is-chosen");
  next?.classList.add("is-chosen");
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}
