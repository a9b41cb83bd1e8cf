/* Handing on: to another tier, a vendor, or the billing team. The form lies in a dialog over the ticket, which
   closes once it is done. */
import { on } from "../look/keys.js";

const dialog = document.querySelector("#handing-on");

on("u", () => document.querySelector("[data-escalates]")?.click());
on("b", handBack);
on("$", () => document.querySelector("[data-bills]")?.click());
document.addEventListener("htmx:afterSwap", ({ detail: { target } }) => {
  if (target === dialog && !dialog.open) dialog.showModal();
});
document.addEventListener("htmx:afterRequest", ({ detail: { elt, successful } }) => {
  if (successful && dialog.contains(elt)) dialog.close();
});

function handBack() {
  const details = document.querySelector("#handing-back");
  if (!details) return;
  details.open = true;
  details.querySelector("input:not([type=hidden])").focus();
}
