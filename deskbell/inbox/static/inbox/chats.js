/* The page of chats: lines come, change and go by themselves, each in the list where it belongs to this agent. */
import { on } from "../look/keys.js";
import { element, hear } from "./live.js";
import "./waited.js";

const { me } = document.querySelector("#main").dataset;
const list = (name) => document.querySelector(`[data-list=${name}]`);
const names = ["waits", "mine", "theirs"];
let chosen = null;

for (const chat of document.querySelectorAll(".chat")) place(chat);
count();
hear("/inbox/chats/live", {
  chat: (html) => take(element(html)),
  said: (data) => say(JSON.parse(data)),
  takers: (people) => (document.querySelector("#takers").textContent = people || "nobody"),
});
on("a", () => (chosen?.querySelector("[data-takes]") ?? document.querySelector("[data-list=waits] [data-takes]"))?.click());
on("j", () => choose(1));
on("k", () => choose(-1));
on("Enter", () => chosen?.querySelector(".chat-name").click());
on("t", () => document.querySelector("#taking").click());

function take(chat) {
  const old = document.getElementById(chat.id);
  const focused = old?.contains(document.activeElement) ? document.activeElement.className : "";
  if ("gone" in chat.dataset) {
    if (old === chosen) chosen = null;
    old?.remove();
  } else {
    if (old) old.replaceWith(chat);
    else chat.classList.add("is-new");
    place(chat);
    htmx.process(chat);
    if (old && old === chosen) mark(chat);
    if (focused) chat.querySelector(`[class="${focused}"]`)?.focus({ preventScroll: true });
  }
  count();
}

/* More words before an answer: only they change. */
function say({ id, text }) {
  const chat = document.getElementById(`chat-${id}`);
  if (chat) chat.querySelector(".chat-said").textContent = text;
}

/* Who waits longest stands first; of those that wait, the ones that are for me. */
function place(chat) {
  const { waits, agent } = chat.dataset;
  const into = list(waits === "yes" ? "waits" : agent === me ? "mine" : "theirs");
  chat.classList.toggle("for-me", waits === "yes" && agent === me);
  const before = [...into.children].find((each) => each !== chat && rank(each) > rank(chat)) ?? null;
  if (chat.parentElement !== into || chat.nextElementSibling !== before) into.insertBefore(chat, before);
}

function rank({ dataset: { waits, agent, since } }) {
  return `${waits === "yes" && agent === me ? 0 : 1} ${new Date(since).toISOString()}`;
}

function count() {
  for (const name of names) {
    const many = list(name).children.length;
    document.querySelector(`[data-count=${name}]`).textContent = many || "";
    list(name).hidden = many === 0;
    const section = document.querySelector(`[data-section=${name}]`);
    if (section) section.hidden = many === 0;
    const empty = document.querySelector(`[data-empty=${name}]`);
    if (empty) empty.hidden = many > 0;
  }
  const waiting = list("waits").children.length;
  document.title = document.title.replace(/^(\(\d+\) )?/, waiting ? `(${waiting}) ` : "");
}

function choose(by) {
  const all = [...document.querySelectorAll(".chat")];
  if (!all.length) return;
  mark(all[Math.min(Math.max(chosen ? all.indexOf(chosen) + by : 0, 0), all.length - 1)]);
  chosen.querySelector(".chat-name").focus({ preventScroll: true });
  chosen.scrollIntoView({ block: "nearest" });
}

function mark(chat) {
  chosen?.classList.remove("is-chosen");
  chosen = chat;
  chat.classList.add("is-chosen");
}
