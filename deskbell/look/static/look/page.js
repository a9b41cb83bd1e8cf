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
