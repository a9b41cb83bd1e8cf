/* Asking another tier or a vendor: the form lies in a dialog over the ticket, which closes once they are asked. */
import { on } from "../look/keys.js";

const dialog = document.querySelector("#escalating");

on("u", () => document.querySelector("[data-escalates]")?.click());
on("b", handBack);
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
