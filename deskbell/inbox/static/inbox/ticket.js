/* One ticket: the conversation grows as things happen; the composer keeps what is being written. */
import { on, types } from "../look/keys.js";
import { keepDraft, thisPage } from "./drafts.js";
import { takeFiles } from "./files.js";
import { offerFormatting } from "./formatting.js";
import { offerInsertions } from "./insertions.js";
import { foldEvents } from "./events.js";
import { fillIn } from "./fields.js";
import { element, hear } from "./live.js";
import { watchVisitor } from "./near.js";
import { alsoFind } from "./palette.js";
import { watchPresence } from "./presence.js";
import { keepAside } from "./aside.js";
import "./local-time.js";
import "./my-chats.js";
import { swap } from "./swapping.js";
import { offerTranslating, translateMessage } from "./translating.js";
import { watchUndo } from "./undo.js";

const page = document.querySelector(".ticket");
const timeline = document.querySelector("#timeline");
const { number } = page.dataset;
const drafts = new Map(); // by the id of the form
const files = new Map(); // likewise
const insertions = new Map();
const translators = new Map();
const underWay = new Map(); // by form: the words that have left it, until they have arrived

const presence = watchPresence(document.querySelector("#also-here"), {
  number,
  me: page.dataset.agent,
  token: JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"],
});

const visitor = watchVisitor(document.querySelector("#near"), timeline);

hear(`/tickets/${number}/live`, {
  item: (html) => (crossed(html), settle(element(html)), visitor && (visitor.came(), presence.saw())),
  draft: took,
  "draft-files": tookFiles,
  presence: presence.hear,
  near: (data) => visitor?.hear(JSON.parse(data)),
  clocks: (html) => swap("clocks", html),
  facts: (html) => swap("facts", html),
  timeline: refetch,
});
on("r", () => write("reply"));
on("n", () => write("note"));
on("c", () => (write(writing()), insertions.get(writing()).begin()));
on("e", () => document.querySelector(".explain")?.click());
on("l", () => translateMessage(timeline));
on("L", () => (write("reply"), translators.get("reply")?.()));
on("i", () => document.querySelector("[data-joins]")?.click());
on("a", take);
on("t", () => document.querySelector("#add-tag").focus());
on("f", fillIn);
on("z", () => (document.querySelector("[data-wakes]") ? document.querySelector("[data-wakes]").click() : pick("#snooze")));
on("m", makeTicket);
keepAside();
foldEvents(timeline);
on("j", () => step(1));
on("k", () => step(-1));
on("Escape", () => types(document.activeElement) ? document.activeElement.blur() : document.querySelector("#back").click());
for (const form of document.querySelectorAll(".compose")) tend(form);
alsoFind(inserted);
for (const tab of document.querySelectorAll(".composer .tab")) {
  tab.addEventListener("click", () => write(tab.getAttribute("aria-controls")));
  tab.addEventListener("keydown", otherTab);
}
document.addEventListener("htmx:beforeSend", sending);
document.addEventListener("htmx:afterRequest", sent);
watchUndo(timeline, page.dataset.agent, fill);
document.addEventListener("htmx:afterSwap", explained);
new MutationObserver(once).observe(timeline, { childList: true });
timeline.lastElementChild?.scrollIntoView({ block: "nearest" });
presence.begin();

/* An entry that is there already is redrawn in its place; a new one comes last. */
function settle(item) {
  const old = document.getElementById(item.id);
  if (old) old.replaceWith(item);
  else timeline.append(item);
}

/* A split took messages away, or many tickets changed at once and nothing was drawn for each: the page is
   read anew, and the composer stays. */
async function refetch() {
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const entries = fresh.querySelector("#timeline");
  if (!entries) return;
  timeline.replaceChildren(...entries.children);
  htmx.process(timeline);
  for (const id of ["clocks", "facts"]) swap(id, fresh.getElementById(id).outerHTML);
}

/* The form's answer and the stream may bring the same entry, and the stream brings it again when its mail
   moves on, perhaps all before this is called: the latest stays. */
function once(changes) {
  const added = changes.flatMap(({ addedNodes }) => [...addedNodes]);
  for (const node of added.reverse()) {
    if (!node.id || !node.isConnected) continue;
    for (const twin of timeline.querySelectorAll(`#${node.id}`)) if (twin !== node) twin.remove();
  }
}

function write(kind) {
  for (const form of document.querySelectorAll(".compose")) form.hidden = form.id !== kind;
  for (const tab of document.querySelectorAll(".composer .tab")) {
    const chosen = tab.getAttribute("aria-controls") === kind;
    tab.setAttribute("aria-selected", chosen);
    tab.toggleAttribute("aria-current", chosen);
    tab.tabIndex = chosen ? 0 : -1;
  }
  const text = document.querySelector(`#${kind}-text`);
  text?.focus();
  text?.scrollIntoView({ block: "nearest" });
}

function otherTab(event) {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  const other = event.target.getAttribute("aria-controls") === "reply" ? "note" : "reply";
  write(other);
  document.querySelector(`#tab-${other}`).focus();
}

/* The kind that is chosen. */
function writing() {
  return document.querySelector(".compose:not([hidden])").id;
}

/* The palette finds what can be put into the answer, too: a macro; an article's page it finds by itself. */
async function inserted(words) {
  const { ask, take } = insertions.get(writing());
  const macros = (await ask(words)).filter(({ kind }) => kind === "macro");
  return macros.map((each) => ({ ...each, about: `Macro · ${each.about}`, act: () => (write(writing()), take(each)) }));
}

/* What is being written survives a reload of the page and goes along to other devices, until it was sent. */
function tend(form) {
  const text = form.querySelector("textarea");
  drafts.set(form.id, keepDraft(form, { number, last, doing: presence.does }));
  text.addEventListener("input", () => keep(form));
  offerFormatting(form, number);
  files.set(form.id, takeFiles(form, number));
  insertions.set(form.id, offerInsertions(form, number));
  translators.set(form.id, offerTranslating(form, number));
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.querySelector(".button.main").click();
  });
}

function keep(form) {
  drafts.get(form.id).remember(joined([underWay.get(form), form.querySelector("textarea").value]));
}

function took(data) {
  const draft = JSON.parse(data);
  if (String(draft.number) === number) drafts.get(draft.kind)?.take(draft);
}

function tookFiles(data) {
  const told = JSON.parse(data);
  if (String(told.number) === number && told.page !== thisPage) files.get(told.kind)?.look();
}

/* The number of the last event that is shown. */
function last() {
  return Math.max(0, ...[...timeline.children].map((each) => Number(each.id.replace("event-", ""))));
}

/* A colleague's answer comes while one is being written here: said at the words, not only far above them. */
function crossed(html) {
  const item = element(html);
  const line = document.querySelector("[data-meanwhile]");
  if (!line || !item.matches(".entry.team") || document.getElementById(item.id)) return;
  if (!document.querySelector("#reply-text")?.value.trim() || underWay.size) return;
  line.textContent = `${item.querySelector("header strong").textContent} has just answered. Read it before you send yours.`;
  line.hidden = false;
}

function take() {
  const chat = document.querySelector("[data-takes]");
  if (chat) return chat.click();
  const assignee = document.querySelector("#assignee");
  if (assignee.value === page.dataset.agent) return;
  assignee.value = page.dataset.agent;
  assignee.dispatchEvent(new Event("change", { bubbles: true }));
}

function pick(selector) {
  const select = document.querySelector(selector);
  select?.focus();
  select?.showPicker?.();
}

/* The field is free for the next words as soon as the last ones leave; what is refused comes back to it. */
function sending({ detail: { elt } }) {
  if (!elt.matches?.(".compose")) return;
  const text = elt.querySelector("textarea");
  underWay.set(elt, text.value);
  text.value = "";
}

function sent({ detail: { elt, successful, xhr } }) {
  if (xhr.status === 422 && elt.matches?.(".fact")) elt.reset(); // what was refused is not so
  if (!elt.matches?.(".compose")) return;
  const text = elt.querySelector("textarea");
  const [words, begun] = [underWay.get(elt), text.value];
  underWay.delete(elt);
  if (!successful || xhr.status >= 400) {
    put(text, [words, begun]);
    if (xhr.status === 422 && elt.id === "reply") {
      elt.elements.namedItem("seen").value = last(); // told of it: next time it goes
      elt.elements.namedItem("sure").value = "yes";
    }
    return;
  }
  elt.reset();
  files.get(elt.id).clear();
  if (elt.id === "reply") {
    elt.elements.namedItem("seen").value = elt.elements.namedItem("sure").value = "";
    elt.querySelector("[data-meanwhile]").hidden = true;
  }
  elt.elements.namedItem("page").value = thisPage;
  put(text, [begun]);
  elt.querySelector(".refusal").replaceChildren();
  if (!begun) text.blur();
  timeline.lastElementChild?.scrollIntoView({ block: "nearest", behavior: "smooth" });
}

function put(text, parts) {
  text.value = joined(parts);
  text.dispatchEvent(new Event("input"));
}

function joined(parts) {
  return parts.filter((part) => part?.trim()).join("\n\n");
}

/* Words that were taken back come before what has been begun since. */
function fill(words) {
  write("reply");
  files.get("reply").look();
  const text = document.querySelector("#reply-text");
  put(text, [words, text.value]);
}

/* What was asked for lies in the dialog: show it. */
function explained({ detail: { target } }) {
  if (target.id !== "explaining" || target.open) return;
  target.showModal();
  target.scrollTop = 0;
}

/* The live chat becomes a ticket: by then its kind and impact are mostly right, and Enter does it. */
function makeTicket() {
  const making = document.querySelector("#make-ticket");
  if (!making) return;
  making.open = true;
  making.querySelector(".button.main").focus();
}

function step(by) {
  const entries = [...timeline.querySelectorAll(".entry")];
  const at = entries.findIndex((entry) => entry.classList.contains("is-chosen"));
  const next = entries[Math.min(Math.max(at < 0 ? entries.length - 1 : at + by, 0), entries.length - 1)];
  entries[at]?.classList.remove("is-chosen");
  next?.classList.add("is-chosen");
  next?.scrollIntoView({ block: "center" });
}
