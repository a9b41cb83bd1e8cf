/* The search box offers what could follow: filters, then their values. Tab or Enter takes one. */
const PAUSE = 120;

export function completeSearch(input, list) {
  let waiting, chosen = -1, offered = [], last = 0;

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") move(event.key === "ArrowDown" ? 1 : -1);
    else if ((event.key === "Enter" || event.key === "Tab") && chosen >= 0) take(offered[chosen]);
    else if (event.key === "Tab" && offered.length) take(offered[0]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("mousedown", (event) => {
    const at = [...list.children].indexOf(event.target.closest("li"));
    event.preventDefault();
    if (at >= 0) take(offered[at]);
  });

  async function ask() {
    const number = ++last;
    const begun = input.value.slice(0, input.selectionStart);
    if (!begun.trim()) return close();
    const answer = await fetch(`/inbox/completions?q=${encodeURIComponent(begun)}`);
    if (!answer.ok || number !== last || document.activeElement !== input) return;
    show((await answer.json()).completions);
  }

  function show(completions) {
    offered = completions;
    chosen = -1;
    list.replaceChildren(...completions.map(line));
    list.hidden = completions.length === 0;
    input.setAttribute("aria-expanded", !list.hidden);
    input.removeAttribute("aria-activedescendant");
  }

  function line({ label, hint }, at) {
    const item = document.createElement("li");
    item.id = `completion-${at}`;
    item.role = "option";
    const name = document.createElement("strong");
    name.textContent = label;
    const about = document.createElement("span");
    about.className = "aside";
    about.textContent = hint;
    item.append(name, about);
    return item;
  }

  function move(by) {
    chosen = (chosen + by + offered.length + (chosen < 0 && by < 0 ? 1 : 0)) % offered.length;
    [...list.children].forEach((each, at) => each.setAttribute("aria-selected", at === chosen));
    input.setAttribute("aria-activedescendant", `completion-${chosen}`);
  }

  function take({ text }) {
    const rest = input.value.slice(input.selectionStart);
    input.value = text + rest.trimStart();
    input.setSelectionRange(text.length, text.length);
    close();
    if (text.endsWith(":")) ask();
  }

  function close() {
    last += 1;
    show([]);
  }
}
