/* ---- together ---- */

let started = false;
/** Draw the launcher and go on where this tab was; called once the host page has been drawn. A page that imports
 * the module has started it by itself when its line tells who is here. */
export const start = (settings = {}) => {
  if ("identity" in settings) identified(settings.identity || null);
  if (settings.look) host.dataset.look = settings.look;
  if (started) return;
  started = true;
  build();
  if (known.open) toggle(true, false);
  else draw();
  if (known.token && !known.open) fetchAll(); // a conversation of this tab goes on
  if (known.outbox.length) post();
  addEventListener("online", () => { tries = 0; pause = 1e3; fetchAll(); post(); });
  addEventListener("offline", draw);
  document.addEventListener("visibilitychange", () => document.hidden || (draw(), here()));
  setInterval(here, HERE_MS);
  whole.addEventListener("change", draw);
  emit("ready");
};

export const open = () => { start(); toggle(true); };
export const close = () => { if (started && known.open) toggle(false); };

/** Open the bubble with an article of the help center, by the last part of its address. */
export const show = (named) => {
  open();
  read(named);
};

/** The page's user, by a token that its server has signed; null at sign-out. May be called at any time. */
export const identify = (token) => identified(token);

/** Hear of `ready`, `open`, `close`, `message`, `unread`, `expired`; returns what ends it. */
export const on = (event, hears) => {
  (ears[event] ||= []).push(hears);
  if (event === "ready" && started) emit("ready");
  return () => { ears[event] = ears[event].filter((each) => each !== hears); };
};

afterPaint(() => start());
