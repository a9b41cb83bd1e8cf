/* ---- what is known: kept for this tab and this person alone, and forgotten with them ---- */

const KEY = "deskbell:" + DESK;
/** Reading a store that the browser keeps from us is reading nothing. */
const storeOf = (kind) => { try { return window[kind]; } catch { return null; } };
const TAB = storeOf("sessionStorage"), DEVICE = storeOf("localStorage");
const recall = (store) => {
  try { return JSON.parse(store.getItem(KEY)); } catch { return null; }
};
const blank = (who = "") => ({ who, token: "", open: false, draft: "", files: [], outbox: [], remembered: false, seen: 0 });

/* What someone signed in has left here stays closed until the page says that it is them again. */
let held = null, known = blank();
const stored = recall(TAB) || recall(DEVICE);
if (stored && stored.who) held = stored;
else if (stored) known = { ...known, ...stored };

const remember = () => {
  held = null;
  try {
    (known.remembered ? DEVICE : TAB).setItem(KEY, JSON.stringify(known));
  } catch { /* kept in memory then */ }
};

const messages = new Map(), troubles = new Map();
let address = "", name = "", you = "", proved = false, confirmed = false, hours, reached = true, begun = false, toldAt = 0;
let joined = false; // the stream that is open brings this conversation, and not only known trouble
let identity = "", doubted = false; // what the page has signed, and whether the desk did not believe it

/* ---- what the page may hear of ---- */

const ears = {};
/** Tell the page; a fault of its own is its own. */
const emit = (event, detail) => (ears[event] || []).forEach((hears) => queueMicrotask(() => hears(detail)));

/** Whom a token names. The desk checks it; here it only tells one person from the next. */
const subjectOf = (token) => {
  try {
    const body = atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"));
    return String(JSON.parse(body).sub) || "?";
  } catch { return "?"; }
};

/** Forget everything of who was here: on the screen, in this browser, and at the desk. */
const wipe = (who) => {
  const tokens = [known.token, held && held.token].filter(Boolean);
  for (const token of tokens)
    fetch(DESK + "/bubble/sessions/end", { method: "POST", headers: { Authorization: "Bearer " + token }, keepalive: true, credentials: "omit" }).catch(() => {});
  const open = known.open;
  known = { ...blank(who), open };
  messages.clear();
  if (DEVICE) DEVICE.removeItem(KEY);
  address = you = "";
  near = {};
  toldSeen = 0;
  proved = doubted = joined = false;
  if (listener) listener.close();
  listener = null;
  if (ui.field) ui.field.value = "";
  leave();
  for (const each of loads) each.stop();
  loads.clear();
  remember();
};

/** The page says who is here: a signed token; null for “nobody any more”. Their conversation and no other is shown. */
const identified = (token, fromAfar) => {
  const who = token ? subjectOf(token) : "";
  identity = token || "";
  doubted = false;
  if (who && held && held.who === who) {
    known = { ...blank(who), ...held, open: known.open || held.open };
    held = null;
    if (ui.field) ui.field.value = known.draft;
  } else if (who !== known.who || held) {
    wipe(who);
    if (!who && !fromAfar && others) others.postMessage("");
  }
  if (ui.all) {
    draw();
    if (known.open || known.token) fetchAll();
  }
};

/* Who signs out in one tab has done so in all of this site; and who begins a conversation. */
const others = window.BroadcastChannel ? new BroadcastChannel(KEY) : null;
if (others) others.onmessage = ({ data }) => {
  if (!data && (known.who || held)) identified(null, true);
  if (data && data === known.who) fetchAll();
};
