/* A postmortem is kept as it is typed; the line beside the button says so. */
import { on, types } from "../look/keys.js";

const saved = document.querySelector("#saved");

on("Escape", () => types(document.activeElement) ? document.activeElement.blur() : document.querySelector("#back").click());
document.addEventListener("input", ({ target }) => {
  if (saved && target.matches("#writing textarea")) saved.textContent = "Not saved yet";
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (saved && detail.elt.matches("#writing textarea")) {
    saved.textContent = detail.successful ? "Saved" : "Could not be saved. It is kept in this page: type on to try again";
  }
});
