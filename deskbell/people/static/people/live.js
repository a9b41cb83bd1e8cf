/* What every page of an agent hears: the connection's state, and notices meant for them. */
import { connect } from "../realtime/stream.js";
import { ring } from "./ring.js";

export function hear(tokenAddress, on = {}) {
  const sign = document.querySelector("#live");
  return connect({
    first: document.body.dataset.live,
    token: async () => (await (await fetch(tokenAddress, { headers: { accept: "application/json" } })).json()).topics,
    on: { notice: showNotice, waiting: showWaiting, speak: tellSpeaker, ...on },
    state: (connected) => {
      if (!sign) return;
      sign.classList.toggle("is-live", connected);
      sign.textContent = connected ? "Live" : "Connecting";
    },
  });
}

/* A fragment drawn by the desk, as an element. */
export function element(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

/* How many chats wait for someone, beside the name of their page. */
function showWaiting(count) {
  for (const place of document.querySelectorAll("[data-waiting]")) place.textContent = Number(count) || "";
  document.dispatchEvent(new Event("deskbell:chats"));
}

/* What a device may say aloud or show outside the browser, whoever on the page cares for that. */
function tellSpeaker(data) {
  document.dispatchEvent(new CustomEvent("deskbell:speak", { detail: JSON.parse(data) }));
}

function showNotice(data) {
  const notice = JSON.parse(data);
  for (const count of document.querySelectorAll("[data-unread]")) count.textContent = notice.unread || "";
  const toast = made(notice.path, notice.text, notice.urgent ? "toast urgent" : "toast");
  const toasts = document.querySelector("#toasts");
  toasts.append(toast);
  leaveRoom(toasts);
  if (notice.rings) ring();
  if (!notice.urgent) setTimeout(() => toast.remove(), 10_000);
}

function made(path, text, kind) {
  const toast = document.createElement("div");
  toast.className = kind;
  const link = document.createElement("a");
  link.href = path;
  link.textContent = text;
  const close = document.createElement("button");
  close.className = "button bare";
  close.dataset.dismiss = "";
  close.textContent = "Close";
  toast.append(link, close);
  return toast;
}

/* In a storm the newest stay, and one line counts the others: they may not cover what one is working at. */
function leaveRoom(toasts) {
  const most = matchMedia("(max-width: 720px)").matches ? 1 : 3;
  const tooMany = [...toasts.querySelectorAll(".toast:not(.others)")].slice(0, -most);
  if (!tooMany.length) return;
  for (const toast of tooMany) toast.remove();
  const before = toasts.querySelector(".others");
  const count = Number(before?.dataset.count ?? 0) + tooMany.length;
  const others = made("/notices", count === 1 ? "One more notice" : `${count} more notices`, "toast others");
  others.dataset.count = count;
  before?.remove();
  toasts.prepend(others);
}
