/* Notifications of the system, and sounds, of what this person has chosen. Five tabs are open and one speaks:
   the one that holds the lock. A tab that shows the very ticket says so, and nobody speaks of it. */
import { ring } from "../people/ring.js";
import { show } from "./notification.js";

export const PUSHED_HERE = "deskbell-pushed-here"; // set in a browser that is told by push as well
const PATIENCE = 500; // milliseconds in which another tab may say that it is before someone's eyes
const seen = new Set();
const others = new BroadcastChannel("deskbell-speaks");
let speaks = false;

others.addEventListener("message", ({ data }) => seen.add(data));
navigator.locks?.request("deskbell-speaks", () => {
  speaks = true;
  return new Promise(() => {}); // until the tab is gone
});
document.addEventListener("deskbell:speak", ({ detail }) => heard(detail));

async function heard(told) {
  if (isBeforeTheEyes(told.path)) {
    seen.add(told.id);
    others.postMessage(told.id);
  }
  if (!speaks) return;
  await new Promise((resolve) => setTimeout(resolve, PATIENCE));
  if (!seen.has(told.id)) speak(told);
}

function isBeforeTheEyes(path) {
  return document.hasFocus() && new URL(path, location).pathname === location.pathname;
}

function speak(told) {
  const comesByItself = told.pushed && localStorage.getItem(PUSHED_HERE);
  if (globalThis.Notification?.permission === "granted" && !comesByItself) show(told);
  if (told.sounds) ring();
}
