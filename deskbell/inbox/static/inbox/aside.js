/* Spam and the trash: one key goes there and comes back. */
import { on } from "../look/keys.js";

export function keepAside() {
  const menu = document.querySelector("#to-whole");
  const way = (where) => document.querySelector("[data-brings-back]") ?? menu.querySelector(`[data-sets-aside="${where}"]`);
  on("!", () => way("spam").click());
  on("#", () => way("trash")?.click());
  document.addEventListener("htmx:afterRequest", ({ detail: { elt, successful } }) => {
    if (successful && menu.contains(elt)) menu.hidePopover();
  });
}
