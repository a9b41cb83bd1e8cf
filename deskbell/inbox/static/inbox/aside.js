/* Spam and the trash: the key that goes there comes back; what is spam can be deleted as well. */
import { on } from "../look/keys.js";

export function keepAside() {
  const menu = document.querySelector("#to-whole");
  const way = (where) =>
    document.querySelector(`[data-brings-back="${where}"]`) ?? menu.querySelector(`[data-sets-aside="${where}"]`);
  on("!", () => way("spam").click());
  on("#", () => way("trash")?.click());
  document.addEventListener("htmx:afterRequest", ({ detail: { elt, successful } }) => {
    if (successful && menu.contains(elt)) menu.hidePopover();
  });
}
