/* May this browser show notifications, and is it one of the devices? It is asked when someone presses, and never
   by itself. */
import { ring } from "../people/ring.js";
import { show } from "./notification.js";
import { PUSHED_HERE } from "./speaking.js";

const SAID = {
  granted: "Notifications are shown here.",
  denied: "You have blocked notifications of this site. The browser’s settings for the site, beside its address, allow them again.",
  default: "This browser has not been asked yet.",
};

begin();
document.addEventListener("htmx:afterSettle", ({ target }) => target === document.body && begin()); // a form has been answered

function begin() {
  document.querySelector("#try-sound").addEventListener("click", ring);
  document.querySelector("#try").addEventListener("click", () => show({ id: "try", text: "So it looks when something happens." }));
  if ("Notification" in globalThis) {
    document.querySelector("#allow").addEventListener("click", async () => tell(await Notification.requestPermission()));
    tell(Notification.permission);
  }
  recognize();
}

function tell(permission) {
  document.querySelector("#allowed").textContent = SAID[permission];
  document.querySelector("#allow").hidden = permission !== "default";
  document.querySelector("#try").hidden = permission !== "granted";
}

/* The desk knows a browser by the digest of its push address. */
async function recognize() {
  const worker = await navigator.serviceWorker?.getRegistration("/oncall/");
  const subscription = await worker?.pushManager?.getSubscription();
  const known = subscription && document.querySelector(`[data-endpoint="${await digest(subscription.endpoint)}"]`);
  if (known) {
    localStorage.setItem(PUSHED_HERE, known.dataset.device);
    known.querySelector("[data-here]").hidden = false;
    document.querySelector("#add-device").hidden = true;
  } else {
    localStorage.removeItem(PUSHED_HERE);
  }
}

async function digest(text) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
