/* The list: rows come, change and go without a reload, and nothing moves under the pointer or the selection. */
import { on } from "../look/keys.js";
import { element, hear } from "./live.js";

const main = document.querySelector("#main");
const rows = document.querySelector("#rows");
const empty = document.querySelector("#empty");
const newcomers = document.querySelector("#newcomers");
const { view, me, first } = main.dataset;
const waiting = new Map();
let chosen = null;

hear("/inbox/live", { row: (html) => take(element(html)) });
on("j", () => choose(1));
on("k", () => choose(-1));
on("Enter", () => chosen?.querySelector("a").click());
newcomers.addEventListener("click", letIn);
rows.addEventListener("pointerleave", () => waiting.size && letIn());
title();

/* A row is new, changed, or no longer part of this view. */
function take(row) {
  const old = document.getElementById(row.id);
  if (!belongs(row)) {
    waiting.delete(row.id);
    if (old) leave(old);
  } else if (old && old.dataset.due === row.dataset.due) replace(old, row);
  else if (first !== "yes" && !old) return;
  else if (isWatched()) old ? replace(old, row) : announce(row);
  else place(row, old);
  title();
}

function belongs({ dataset: { state, assignee } }) {
  if (view === "solved") return state === "solved";
  if (state === "solved" || state === "closed") return false;
  if (view === "mine") return assignee === me;
  return view === "unassigned" ? assignee === "" : true;
}

/* Someone points at the list or goes through it by keyboard: then rows wait until asked for. */
function isWatched() {
  return rows.children.length > 0 && (rows.matches(":hover") || (chosen !== null && rows.contains(document.activeElement)));
}

function announce(row) {
  waiting.set(row.id, row);
  newcomers.textContent = waiting.size === 1 ? "1 new ticket" : `${waiting.size} new tickets`;
  newcomers.hidden = false;
}

function letIn() {
  for (const row of waiting.values()) place(row, document.getElementById(row.id));
  waiting.clear();
  newcomers.hidden = true;
  title();
}

function place(row, old) {
  const isChosen = old !== null && old === chosen;
  const hadFocus = old?.contains(document.activeElement);
  old?.remove();
  const after = [...rows.children].find((other) => isBefore(row, other));
  rows.insertBefore(row, after ?? null);
  row.classList.add("is-new");
  if (isChosen) mark(row, hadFocus);
  empty.hidden = true;
}

function replace(old, row) {
  const hadFocus = old.contains(document.activeElement);
  old.replaceWith(row);
  if (old === chosen) mark(row, hadFocus);
}

function leave(row) {
  if (row === chosen) chosen = null;
  row.remove();
  empty.hidden = rows.children.length > 0;
}

/* The next due first; what has no due instant comes last, by number. */
function isBefore(row, other) {
  const [a, b] = [row, other].map(({ dataset }) => dataset.due || "9999");
  return a === b ? Number(row.dataset.number) < Number(other.dataset.number) : a < b;
}

function choose(step) {
  const all = [...rows.children];
  if (all.length === 0) return;
  const at = chosen ? all.indexOf(chosen) + step : 0;
  mark(all[Math.min(Math.max(at, 0), all.length - 1)], true);
}

function mark(row, focus) {
  chosen?.classList.remove("is-chosen");
  chosen = row;
  row.classList.add("is-chosen");
  if (focus) row.querySelector("a").focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function title() {
  const count = rows.children.length + waiting.size;
  document.title = document.title.replace(/^(\(\d+\) )?/, count && view !== "solved" ? `(${count}) ` : "");
}
