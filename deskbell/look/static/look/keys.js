/* One hand on the keys: a page names its keys with `on`; none works while someone types. */
const actions = new Map();

export function on(key, act) {
  actions.set(key, act);
}

/* Do what a key does, as if it were pressed: for a list of actions that someone chooses from. */
export function press(key) {
  actions.get(key)?.(new KeyboardEvent("keydown", { key }));
}

export function has(key) {
  return actions.has(key);
}

export function listen() {
  on("?", () => document.querySelector("#keys")?.showModal());
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && event.target.closest("a, button, summary")) return; // it is pressed, as everywhere
    if (event.key === "Escape" ? document.querySelector("dialog[open], :popover-open") : types(event.target)) return;
    const act = actions.get(event.key);
    if (!act) return;
    event.preventDefault();
    act(event);
  });
}

export function types(element) {
  return Boolean(element.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, dialog, [contenteditable]"));
}
