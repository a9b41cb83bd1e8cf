/* The strip of one's own chats above a conversation: kept up by what the desk tells, chosen by number. */
import { on } from "../look/keys.js";

const strip = document.querySelector("#my-chats");
let fetching = null;

document.addEventListener("deskbell:chats", () => {
  clearTimeout(fetching);
  fetching = setTimeout(refresh, 250); // many changes in a moment are one fetch
});
for (let number = 1; number <= 9; number += 1) {
  on(String(number), () => strip.querySelectorAll("a")[number - 1]?.click());
}
refresh();

async function refresh() {
  const answer = await fetch("/inbox/chats/mine", { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const focused = strip.contains(document.activeElement) ? document.activeElement.dataset.number : null;
  strip.innerHTML = await answer.text();
  for (const each of strip.children) each.toggleAttribute("aria-current", each.dataset.number === strip.dataset.number);
  const others = [...strip.children].filter((each) => each.dataset.number !== strip.dataset.number);
  strip.hidden = others.length === 0;
  if (focused) strip.querySelector(`[data-number="${focused}"]`)?.focus();
}
