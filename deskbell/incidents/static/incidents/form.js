/* A form that fills a page: Ctrl and Enter send it, Escape leaves the field, then the page. */
import { on, types } from "../look/keys.js";

export const form = document.querySelector("#writing");

form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.querySelector(".button.main").click();
});
on("Escape", () => (types(document.activeElement) ? document.activeElement.blur() : document.querySelector("#back").click()));
