/* In a note, @ offers the colleagues; arrows choose, Enter or Tab takes one. */
export function offerColleagues(text, list) {
  let offered = [], chosen = 0;

  text.addEventListener("input", () => {
    const begun = /(?:^|[\s(])@([^\s@]{0,30})$/.exec(text.value.slice(0, text.selectionStart));
    show(begun ? names().filter((name) => name.toLowerCase().includes(begun[1].toLowerCase())).slice(0, 6) : []);
  });
  text.addEventListener("keydown", (event) => {
    if (list.hidden || event.ctrlKey || event.metaKey) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) mark((chosen + by + offered.length) % offered.length);
    else if (event.key === "Enter" || event.key === "Tab") take(offered[chosen]);
    else if (event.key === "Escape") show([]);
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

  function names() {
    const agents = [...document.querySelectorAll("#assignee option")].filter((each) => each.value);
    return agents.map((each) => each.textContent.trim());
  }

  function show(found) {
    offered = found;
    list.hidden = found.length === 0;
    list.replaceChildren(
      ...found.map((name, at) => {
        const item = document.createElement("li");
        item.id = `mention-${at}`;
        item.role = "option";
        item.textContent = name;
        return item;
      }),
    );
    mark(0);
  }

  function mark(at) {
    chosen = at;
    [...list.children].forEach((each, index) => each.setAttribute("aria-selected", index === at));
    if (list.hidden) text.removeAttribute("aria-activedescendant");
    else text.setAttribute("aria-activedescendant", `mention-${at}`);
  }

  function take(name) {
    const at = text.selectionStart;
    const before = text.value.slice(0, at).replace(/@[^\s@]*$/, `@${name} `);
    text.value = before + text.value.slice(at);
    text.setSelectionRange(before.length, before.length);
    show([]);
    text.dispatchEvent(new Event("input"));
  }
}
