/* What is offered at the caret while someone writes: after @ the colleagues, after / macros and articles. Arrows
   choose, Enter or Tab takes one, Escape lets go.

   Each source has `begun`, what must stand before the caret (its first group: the words that are asked for);
   `offer(words)`, a list of { name, about } or the promise of one; and `put(hit)`, the words that take the
   place of what was typed, or the promise of them. */
const PAUSE = 100;

export function suggest(text, list, sources) {
  let offered = [], chosen = 0, asking = 0, source = null, dismissed = null;

  text.addEventListener("input", look);
  text.addEventListener("keydown", (event) => {
    if (list.hidden || event.ctrlKey || event.metaKey) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) mark((chosen + by + offered.length) % offered.length);
    else if (event.key === "Enter" || event.key === "Tab") take(offered[chosen]);
    else if (event.key === "Escape") dismiss();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  text.addEventListener("blur", () => setTimeout(() => show([]), 150));
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const at = [...list.children].indexOf(event.target.closest("li"));
    if (at >= 0) take(offered[at]);
  });

  async function look() {
    const number = ++asking;
    const before = text.value.slice(0, text.selectionStart);
    let found = null;
    source = sources.find(({ begun }) => (found = begun.exec(before)));
    if (!source || found.index === dismissed) return show([]);
    dismissed = null;
    const offers = source.offer(found[1]);
    if (offers instanceof Promise) await new Promise((later) => setTimeout(later, PAUSE));
    if (number !== asking) return;
    const hits = await offers;
    if (number === asking) show(hits);
  }

  /* What was let go isn't offered again until something else is begun. */
  function dismiss() {
    const before = text.value.slice(0, text.selectionStart);
    dismissed = source?.begun.exec(before)?.index ?? null;
    show([]);
  }

  function show(found) {
    offered = found;
    list.hidden = found.length === 0;
    list.replaceChildren(...found.map(line));
    mark(0);
  }

  function line({ name, about }, at) {
    const item = document.createElement("li");
    item.id = `${list.id}-${at}`;
    item.role = "option";
    item.append(Object.assign(document.createElement("span"), { textContent: name }));
    if (about) item.append(Object.assign(document.createElement("span"), { className: "aside small", textContent: about }));
    return item;
  }

  function mark(at) {
    chosen = at;
    [...list.children].forEach((each, index) => each.setAttribute("aria-selected", index === at));
    if (list.hidden) text.removeAttribute("aria-activedescendant");
    else text.setAttribute("aria-activedescendant", `${list.id}-${at}`);
    list.children[at]?.scrollIntoView({ block: "nearest" });
  }

  async function take(hit) {
    const end = text.selectionStart;
    const [all, words] = source.begun.exec(text.value.slice(0, end));
    const begin = end - (words.length + 1); // the sign goes too, what stands before it stays
    const put = source.put;
    show([]);
    text.setRangeText("", begin, end, "end");
    write(text, await put(hit));
  }
}

/* Write at the caret as if it were typed: the browser's own undo takes it back. */
export function write(text, words) {
  text.focus();
  if (!document.execCommand("insertText", false, words)) text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
}
