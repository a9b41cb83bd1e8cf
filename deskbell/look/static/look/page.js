/* What every page needs: times in the reader's zone, ticking chips, the theme, the shortcuts' dialog. */
import "./time-left.js";
import { keep as keepTimes } from "./times.js";
import { listen as listenForKeys } from "./keys.js";
import { offer as offerThemes } from "./themes.js";

keepTimes(document);
listenForKeys();
offerThemes();

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens).showModal();
  event.target.closest("[data-dismiss]")?.closest(".toast")?.remove();
});

/* What the live stream has drawn knows no token of this page: a form of it gets the page's own when it is sent. */
document.addEventListener("submit", ({ target: form }) => {
  const [method, action] = ["method", "action"].map((name) => form.getAttribute(name) ?? ""); // a field may have these names
  if (method !== "post" || form.elements.csrfmiddlewaretoken || new URL(action, location).origin !== location.origin) return;
  const given = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"];
  const field = Object.assign(document.createElement("input"), { type: "hidden", name: "csrfmiddlewaretoken", value: given ?? "" });
  form.append(field);
});
