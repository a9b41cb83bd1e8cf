/* Clocks and side panel are drawn anew as things happen, but not under someone's hands: a form that is being
   filled in must not vanish, and what was unfolded stays so. The answer to a form brings them too. */
import { element } from "./live.js";

let asked = null; // what the answer that is being taken was asked by

/* Puts in the stream's version of the part with this id. */
export function swap(id, html) {
  const old = document.getElementById(id);
  if (isInHand(old)) return;
  const fresh = element(html);
  keepUnfolded(old, fresh);
  old.replaceWith(fresh);
  htmx.process(fresh);
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => (asked = detail.requestConfig.elt));
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  const { target, fragment } = detail;
  if (target.contains(asked)) return; // its own form is done
  if (isInHand(target)) detail.shouldSwap = false;
  else keepUnfolded(target, fragment);
});

function isInHand(part) {
  return part.id === "facts" && part.contains(document.activeElement);
}

function keepUnfolded(old, fresh) {
  const open = [...old.querySelectorAll("details")].map((each) => each.open);
  fresh.querySelectorAll("details").forEach((each, at) => (each.open = open[at] ?? false));
}
