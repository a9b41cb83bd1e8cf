/* A form that fills a page: Ctrl and Enter send it, Escape leaves the field, then the page. */
import { on, types } from "../look/keys.js";

export const form = document.querySelector("#writing");

form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.querySelector(".button.main").click();
  if (event.key === "Escape" && types(document.activeElement)) document.activeElement.blur();
});
on("Escape", () => document.querySelector("#back").click());
