/* What is put into an answer: colleagues after @ in a note, macros and articles after /. A macro's actions are
   listed below the words, done with the send, and gone when they are taken off before. */
import { suggest, write } from "./suggesting.js";

const COLLEAGUE = /(?:^|[\s(])@([^\s@]{0,30})$/;
const INSERTION = /(?:^|[\s(])\/([\p{L}\p{N}][^\n/]{0,40}|)$/u;

export function offerInsertions(form, number) {
  const text = form.querySelector("textarea");
  const deeds = form.querySelector(".deeds-with-it");
  const sources = [{ begun: INSERTION, offer: (words) => ask(words), put: putIn }];
  if (form.id === "note") sources.push({ begun: COLLEAGUE, offer: colleagues, put: ({ name }) => `@${name} ` });
  suggest(text, form.querySelector(".suggestions"), sources);
  form.querySelector("[data-inserts]").addEventListener("click", begin);
  deeds.addEventListener("click", (event) => {
    if (!event.target.closest("button")) return;
    event.target.closest("li").remove();
    deeds.hidden = !deeds.children.length;
    text.focus();
  });
  form.addEventListener("reset", () => {
    deeds.replaceChildren();
    deeds.hidden = true;
  });

  async function ask(words) {
    const answer = await fetch(`/tickets/${number}/insertions?kind=${form.id}&q=${encodeURIComponent(words)}`);
    return answer.ok ? (await answer.json()).found : [];
  }

  async function putIn(hit) {
    if (hit.kind === "article") return hit.text;
    const answer = await fetch(`/tickets/${number}/macros/${hit.key}`);
    if (!answer.ok) return "";
    const macro = await answer.json();
    for (const action of macro.actions) list(action);
    return macro.text;
  }

  function list({ value, said }) {
    if (deeds.querySelector(`input[value="${CSS.escape(value)}"]`)) return;
    const item = document.createElement("li");
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: "action", value });
    const off = Object.assign(document.createElement("button"), { type: "button", className: "bare", textContent: "×" });
    off.setAttribute("aria-label", `Don’t do it: ${said}`);
    item.append(said, field, off);
    deeds.append(item);
    deeds.hidden = false;
  }

  /* The sign where the caret is, as if it were typed. */
  function begin() {
    const before = text.value.slice(0, text.selectionStart);
    write(text, !before || /\s$/.test(before) ? "/" : " /");
  }

  return { ask, take: async (hit) => write(text, await putIn(hit)), begin };
}

function colleagues(words) {
  const agents = [...document.querySelectorAll("#assignee option")].filter((each) => each.value);
  const names = agents.map((each) => each.textContent.trim());
  return names.filter((name) => name.toLowerCase().includes(words.toLowerCase())).slice(0, 6).map((name) => ({ name }));
}
