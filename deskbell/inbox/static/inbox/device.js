/* May this browser show notifications? It is asked when someone presses, and never by itself. */
import { ring } from "../people/ring.js";
import { show } from "./notification.js";

const SAID = {
  granted: "Notifications are shown here.",
  denied: "You have blocked notifications of this site. The browser’s settings for the site, beside its address, allow them again.",
  default: "This browser has not been asked yet.",
};
const [allowed, allow, attempt] = ["#allowed", "#allow", "#try"].map((id) => document.querySelector(id));

document.querySelector("#try-sound").addEventListener("click", ring);
attempt.addEventListener("click", () => show({ id: "try", text: "So it looks when something happens." }));
if ("Notification" in globalThis) {
  allow.addEventListener("click", async () => tell(await Notification.requestPermission()));
  tell(Notification.permission);
}

function tell(permission) {
  allowed.textContent = SAID[permission];
  allow.hidden = permission !== "default";
  attempt.hidden = permission !== "granted";
}
