/* Ctrl-K: one box that finds what can be done here, where one can go, tickets, people and articles. What can be done is
   read from the page's own list of keys, so that every action that has a key stands here with it. */
import { has, press } from "../look/keys.js";

const PAUSE = 120;
const others = []; // what this page alone finds
let dialog, input, list, status;
let offered = [], chosen = 0, waiting, last = 0;

/* A page adds what it finds by words: a list of hits, each with what it does (`act`), or the promise of one. */
export function alsoFind(source) {
  others.push(source);
}

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") return;
  event.preventDefault();
  if (dialog?.open) dialog.close();
  else open();
});

function open() {
  dialog ?? build();
  input.value = "";
  dialog.showModal();
  show(actions());
}

function build() {
  dialog = document.createElement("dialog");
  dialog.className = "palette";
  dialog.setAttribute("aria-label", "Find an action, a ticket, a person");
  dialog.innerHTML = `<input class="input" role="combobox" aria-expanded="true" aria-controls="palette-list" aria-autocomplete="list"
    aria-label="Find an action, a ticket, a person" placeholder="Do, go to, find …" autocomplete="off" spellcheck="false" maxlength="100">
    <ul id="palette-list" role="listbox" aria-label="Found"></ul><p class="said" role="status"></p>`;
  [input, list, status] = dialog.children;
  document.body.append(dialog);
  input.addEventListener("input", changed);
  input.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) choose((chosen + by + offered.length) % Math.max(offered.length, 1));
    else if (event.key === "Enter") take(offered[chosen]);
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", (event) => take(offered[[...list.children].indexOf(event.target.closest("li"))]));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}

function changed() {
  clearTimeout(waiting);
  show(fitting());
  waiting = setTimeout(ask, PAUSE);
}

async function ask() {
  const number = ++last;
  const text = input.value.trim();
  if (!text) return;
  const [answer, ...more] = await Promise.all([
    fetch(`/inbox/palette?q=${encodeURIComponent(text)}`),
    ...others.map((source) => source(text)),
  ]);
  if (!answer.ok || number !== last || text !== input.value.trim()) return;
  const there = (await answer.json()).hits.map((hit) => ({ ...hit, act: () => location.assign(hit.path) }));
  const found = [...more.flat(), ...there];
  const numbered = /^#?\d+$/.test(text);
  const search = { name: `Search for “${text}”`, about: "all tickets", kind: "search", act: () => location.assign(`/inbox?q=${encodeURIComponent(text)}`) };
  show(numbered ? [...found, ...fitting(), search] : [...fitting(), ...found, search]);
}

/* The actions of this page by its list of keys, and the places of the rail. */
function actions() {
  const keys = [...document.querySelectorAll("#keys .keys dt")].flatMap((term) => {
    const marks = [...term.querySelectorAll(".key")].map((each) => each.textContent);
    if (marks.length !== 1 || !has(marks[0])) return [];
    return [{ name: term.nextElementSibling.textContent, about: marks[0], kind: "do", act: () => press(marks[0]) }];
  });
  const places = [...document.querySelectorAll(".rail .place[href], .views .view")].map((link) => ({
    name: `Go to ${(link.querySelector("span:not(.count)") ?? link).textContent.trim()}`,
    about: "",
    kind: "go",
    act: () => link.click(),
  }));
  return [...keys, ...places];
}

function fitting() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  return actions().filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)));
}

function show(found) {
  offered = found;
  list.replaceChildren(...found.map(line));
  choose(0);
  status.textContent = found.length === 1 ? "1 found" : `${found.length} found`;
}

function line({ name, about, kind }, at) {
  const item = document.createElement("li");
  item.id = `palette-${at}`;
  item.role = "option";
  item.dataset.kind = kind;
  const what = document.createElement("span");
  what.className = "clip";
  what.textContent = name;
  const more = document.createElement(kind === "do" ? "kbd" : "span");
  more.className = kind === "do" ? "key" : "aside";
  more.textContent = about;
  item.append(what, more);
  return item;
}

function choose(at) {
  chosen = at;
  [...list.children].forEach((each, index) => each.setAttribute("aria-selected", index === at));
  input.setAttribute("aria-activedescendant", list.children.length ? `palette-${at}` : "");
  list.children[at]?.scrollIntoView({ block: "nearest" });
}

function take(hit) {
  if (!hit) return;
  dialog.close();
  hit.act();
}
