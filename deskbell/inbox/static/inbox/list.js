/* The list: rows come, change and go without a reload, and nothing moves under the pointer or the selection. */
import { on } from "../look/keys.js";
import { keepCounts } from "./counts.js";
import { element, hear } from "./live.js";
import { askOf, belongs } from "./membership.js";
import { pickFrom } from "./picking.js";
import { completeSearch } from "./search.js";

const main = document.querySelector("#main");
const rows = document.querySelector("#rows");
const empty = document.querySelector("#empty");
const newcomers = document.querySelector("#newcomers");
const { view, order, first } = main.dataset;
const waiting = new Map(); // rows that wait for a quiet moment to come, to move or to go
let chosen = null;

const counts = keepCounts(document.querySelector("#views"));
completeSearch(document.querySelector("#search"), document.querySelector("#completions"));
pickFrom(rows, () => chosen);
hear("/inbox/live", { row: (html) => arrived(element(html)) });
on("/", () => document.querySelector("#search").select());
on("j", () => choose(1));
on("k", () => choose(-1));
on("Enter", () => chosen?.querySelector("a").click());
newcomers.addEventListener("click", letIn);
rows.addEventListener("pointerleave", whenQuiet);
rows.addEventListener("focusout", whenQuiet);
title();

/* Whether a row is part of this list, the desk may have to say. */
async function arrived(row) {
  counts.stale();
  take(await askOf(row, main.dataset));
}

/* While someone is in the list, a row changes where it is; all else waits. */
function take(row) {
  const old = document.getElementById(row.id);
  waiting.delete(row.id);
  if (!isWatched()) settle(row, old);
  else if (old && !belongs(row)) {
    old.classList.add("is-gone");
    waiting.set(row.id, row);
  } else if (old) {
    if (old.dataset.due !== row.dataset.due) waiting.set(row.id, row);
    replace(old, row);
  } else if (belongs(row) && first === "yes") waiting.set(row.id, row);
  announce();
  title();
}

/* A row is no longer part of this view, or has changed, or is new, or has another place. */
function settle(row, old) {
  if (!belongs(row)) {
    if (old) leave(old);
  } else if (old && old !== row && old.dataset.due === row.dataset.due) replace(old, row);
  else if (old || first === "yes") place(row, old);
}

/* Someone points at the list or goes through it by keyboard. */
function isWatched() {
  return rows.children.length > 0 && (rows.matches(":hover") || rows.contains(document.activeElement));
}

function whenQuiet() {
  setTimeout(() => isWatched() || letIn());
}

function letIn() {
  const settled = [...waiting.values()];
  waiting.clear();
  for (const row of settled) settle(row, document.getElementById(row.id));
  announce();
  title();
}

function announce() {
  const count = unseen().length;
  newcomers.textContent = count === 1 ? "1 new ticket" : `${count} new tickets`;
  newcomers.hidden = count === 0;
}

function unseen() {
  return [...waiting.values()].filter((row) => belongs(row) && !row.isConnected);
}

/* Other rows may have waited too, so all are put in order, and only those that must are moved. */
function place(row, old) {
  const focused = document.activeElement;
  if (old && old !== row) old.replaceWith(row);
  else if (!old) rows.prepend(row);
  row.classList.add("is-new");
  [...rows.children].sort(byDue).forEach((each, at) => {
    if (rows.children[at] !== each) rows.insertBefore(each, rows.children[at]);
  });
  if (old !== null && old === chosen) mark(row, false);
  if (rows.contains(focused)) focused.focus({ preventScroll: true });
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
function byDue(one, other) {
  if (order !== "due") return 0; // what comes in or has changed stands first
  const [a, b] = [one, other].map(({ dataset }) => dataset.due || "9999");
  return a === b ? Number(one.dataset.number) - Number(other.dataset.number) : a < b ? -1 : 1;
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
  const count = rows.querySelectorAll(":scope > :not(.is-gone)").length + unseen().length;
  document.title = document.title.replace(/^(\(\d+\) )?/, count && view && view !== "solved" ? `(${count}) ` : "");
}
