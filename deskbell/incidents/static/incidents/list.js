/* The list of incidents: it changes as things happen, but nothing moves under the pointer or the selection. */
import { hear } from "../people/live.js";
import { on } from "../look/keys.js";

const newcomers = document.querySelector("#newcomers");
const listed = () => document.querySelector("#listed");
let fetching = null;
let fresh = null;
let chosen = "";

hear("/incidents/live", { moved: () => (fetching ??= setTimeout(refetch, 200)) });
on("c", () => document.querySelector("#declare").click());
on("y", () => document.querySelector(".proposal form[action$='/declaration'] button")?.click());
on("x", () => document.querySelector(".proposal form[action$='/dismissal'] button")?.click());
on("j", () => choose(1));
on("k", () => choose(-1));
on("Enter", () => document.activeElement.closest(".incident-row")?.querySelector("a").click());
newcomers.addEventListener("click", show);
document.addEventListener("pointerout", () => setTimeout(settle));
document.addEventListener("focusout", () => setTimeout(settle));

async function refetch() {
  fetching = null;
  const answer = await fetch(location.href, { headers: { accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#listed");
  settle();
}

function settle() {
  if (!fresh) return;
  const watched = [...listed().querySelectorAll("ol, ul, table")].some((part) => part.matches(":hover"));
  if (watched || listed().contains(document.activeElement)) newcomers.hidden = false;
  else show();
}

function show() {
  if (!fresh) return;
  const had = new Set([...listed().querySelectorAll("[id]")].map(({ id }) => id));
  const next = document.importNode(fresh, true);
  fresh = null;
  for (const row of next.querySelectorAll("li[id]")) if (!had.has(row.id)) row.classList.add("is-new");
  listed().replaceWith(next);
  if (chosen) document.getElementById(chosen)?.classList.add("is-chosen");
  newcomers.hidden = true;
}

function choose(step) {
  const rows = [...listed().querySelectorAll(".incident-row, tbody tr")];
  const at = rows.findIndex((row) => row.classList.contains("is-chosen"));
  const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  rows[at]?.classList.remove("is-chosen");
  next?.classList.add("is-chosen");
  chosen = next?.id ?? "";
  next?.querySelector("a").focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}
