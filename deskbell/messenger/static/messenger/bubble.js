/* The bubble: one file, no build, nothing global.
 *
 * <script src="https://desk.example/bubble.js" data-desk="https://desk.example" async></script>
 *
 * Order of this file: texts, looks, drawing tools, then the four parts (what is known, talking to the
 * desk, the screen, how they move together). Everything a person wrote is set as text, never as markup,
 * and styles are constructed, so a host with a strict Content-Security-Policy needs to allow the desk's
 * address in script-src and connect-src and nothing else.
 */
(() => {
  "use strict";

  const script = document.currentScript;
  const DESK = new URL(script.dataset.desk || "/", script.src).origin;
  const HERE_MS = 60e3, STALE_MS = 600e3, POST_MS = 15e3, LONGEST = 4000;

  const TEXTS = {
    launcher: "Chat with support",
    launcherNew: (n) => (n === 1 ? "Chat with support, 1 new message" : `Chat with support, ${n} new messages`),
    close: "Close chat",
    hello: "How can we help?",
    conversation: "Conversation",
    there: "The team is here now",
    away: "The team is away",
    loading: "One moment…",
    promiseThere: (minutes, till) =>
      `We answer within ${minutes} ${minutes === 1 ? "minute" : "minutes"}${till ? `, until ${till}` : ""}.`,
    promiseAway: (opens, by, holiday) =>
      `${holiday ? `Closed for ${holiday}. ` : ""}We’re back ${opens} and will answer by ${by}. Write now, and we’ll have it.`,
    noPromise: "Write to us, and we’ll answer as soon as we can.",
    unreachable: "We can’t reach the desk. Your words are kept here and sent when we can.",
    field: "Your message",
    hint: "Write a message…",
    send: "Send",
    you: "You",
    says: (who, text) => `${who}: ${text}`,
    sending: "Sending…",
    sent: "Sent",
    waiting: "Not sent yet. We’ll try again by ourselves.",
    retry: "Try now",
    tooLong: (n) => `${n} characters too long`,
    offline: "You’re offline. We’ll catch up as soon as you’re back.",
    reconnecting: "Connecting again…",
    addressAsk: "In case you have to go: where can we send the answer?",
    addressField: "E-mail address (optional)",
    addressKeep: "Keep",
    addressKept: (address) => `Answers also go to ${address}.`,
    foot: "Please don’t share passwords here.",
    trouble: "Something is broken, and we know about it",
    over: "It works again",
    nextBy: (when) => `Next update by ${when}`,
    posted: "Keep me posted",
    status: "Status page",
    today: "Today",
    days: ["today", "tomorrow"],
    at: (day, time) => `${day} at ${time}`,
    begin: "Tell us in your own words what is going on. Which app is it, and what do you see?",
    beginnings: ["An app won’t open:", "Everything is slow:", "I can’t find my file:", "I have a question:"],
  };

  const LOOKS = `
:host{all:initial!important;position:fixed!important;z-index:2147483000!important;inset-block-end:0!important;
inset-inline-end:0!important;inline-size:0!important;block-size:0!important;color-scheme:light dark;
--ground:light-dark(#fff,#1b1c21);--wash:light-dark(#f4f5f9,#141519);--ink:light-dark(#1c1e26,#eceef4);
--soft:light-dark(#5a6072,#a9aebd);--line:light-dark(#e3e5ee,#30323b);--edge:light-dark(#868ca0,#7b8195);
--key:light-dark(#2f4bbd,#93a8ff);--on:light-dark(#fff,#10142b);--head:light-dark(#22348c,#222a52);
--theirs:light-dark(#fff,#25272f);--bad:light-dark(#a3271b,#ff9f92);--ok:light-dark(#1f9d55,#58d08c);--rest:light-dark(#b98512,#e0b04c)}
:host([data-look=light]){color-scheme:light}:host([data-look=dark]){color-scheme:dark}
*{box-sizing:border-box;margin:0;font:inherit;color:inherit}
.all{position:fixed;inset-block-end:max(20px,env(safe-area-inset-bottom));inset-inline-end:max(20px,env(safe-area-inset-right));
font:400 15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;color:var(--ink);-webkit-text-size-adjust:100%}
button,textarea,input{appearance:none;border:0;background:none;border-radius:0;padding:0}
button{cursor:pointer}:focus{outline:0}:focus-visible{outline:3px solid var(--key);outline-offset:2px}
svg{display:block;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
[hidden]{display:none!important}
.say{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.knob{inline-size:60px;block-size:60px;border-radius:50%;display:grid;place-items:center;background:var(--key);color:var(--on);
box-shadow:0 1px 2px #0003,0 8px 24px light-dark(#22348c55,#000a);transition:transform .16s,box-shadow .16s;position:relative}
.knob:hover{transform:translateY(-2px)}.knob:active{transform:none}.knob:focus-visible{outline-offset:4px}
.badge{position:absolute;inset-block-start:-3px;inset-inline-end:-3px;min-inline-size:22px;block-size:22px;padding:0 6px;border-radius:11px;
background:#c62f22;color:#fff;font-size:12px;font-weight:700;line-height:22px;text-align:center;box-shadow:0 0 0 2px var(--ground)}
.panel{position:absolute;inset-block-end:76px;inset-inline-end:0;inline-size:392px;block-size:min(640px,calc(100dvh - 116px));
display:flex;flex-direction:column;overflow:hidden;border-radius:18px;background:var(--wash);
box-shadow:0 0 0 1px light-dark(#1c1e2612,#ffffff1f),0 2px 6px #00000014,0 24px 64px light-dark(#1c1e2638,#000c);
transform-origin:100% 100%;animation:in .18s cubic-bezier(.2,.8,.3,1)}
@keyframes in{from{opacity:0;transform:translateY(10px) scale(.98)}}
.head{padding:20px 20px 18px;background:var(--head);color:#fff;display:grid;grid-template-columns:1fr 36px;gap:4px 12px;flex:none}
.head h2{font-size:20px;font-weight:650;line-height:1.25;letter-spacing:-.01em;align-self:center;overflow-wrap:anywhere}
.shut{inline-size:36px;block-size:36px;margin:-6px -8px 0 0;border-radius:10px;display:grid;place-items:center;color:#fff}
.shut:hover{background:#ffffff24}.head :focus-visible{outline-color:#fff;outline-offset:-2px}
.hours{grid-column:1/-1;font-size:14px;color:#e4e8fb;line-height:1.45}
.hours b{font-weight:600;color:#fff;display:flex;align-items:center;gap:8px;margin-block-end:2px}
.hours b::before{content:"";inline-size:9px;block-size:9px;border-radius:50%;background:#f2c14e;flex:none}
.hours[data-there=yes] b::before{background:#4fe08d;box-shadow:0 0 0 3px #4fe08d3d}.hours[data-there=""] b::before{background:#aab3dd}
.list{flex:1;overflow-y:auto;overscroll-behavior:contain;padding:16px 16px 4px;display:flex;flex-direction:column;gap:3px;
list-style:none;scrollbar-width:thin;scrollbar-color:var(--edge) transparent}
.list:focus-visible{outline-offset:-3px}
.list::before{content:"";margin-block-start:auto}
.day{align-self:center;font-size:12px;color:var(--soft);padding:10px 0 6px}
.one{max-inline-size:84%;align-self:flex-start;margin-block-start:9px}.one.more{margin-block-start:0}.one.mine{align-self:flex-end;text-align:end}
.who{font-size:12.5px;font-weight:600;color:var(--soft);margin:0 2px 3px 38px}
.row{display:flex;gap:8px;align-items:end}.face{inline-size:28px;block-size:28px;border-radius:50%;flex:none;display:grid;place-items:center;
background:var(--head);color:#fff;font-size:12px;font-weight:650}.more .face{visibility:hidden}
.text{padding:9px 13px;border-radius:16px;background:var(--theirs);box-shadow:0 0 0 1px var(--line);white-space:pre-wrap;overflow-wrap:anywhere;text-align:start;border-end-start-radius:5px}
.mine .text{background:var(--key);color:var(--on);box-shadow:none;border-radius:16px;border-end-end-radius:5px;margin-inline-start:auto;inline-size:fit-content}
.mine.wait .text{background:none;color:var(--ink);box-shadow:inset 0 0 0 1.5px var(--edge)}
.text a{color:inherit;text-decoration:underline;text-underline-offset:2px}
.at{font-size:12px;color:var(--soft);padding:3px 4px 0;margin-inline-start:36px}.mine .at{margin:0}
.at.bad{color:var(--bad)}.at button{font-weight:600;text-decoration:underline;text-underline-offset:2px;margin-inline-start:6px;padding:2px 0}
.card{align-self:stretch;margin:14px 0 6px;padding:12px 14px;border-radius:14px;background:var(--ground);box-shadow:0 0 0 1px var(--line);font-size:14px}
.card form{display:flex;gap:8px;margin-block-start:8px}.card p+p{margin-block-start:4px}
.card input{flex:1;min-inline-size:0;block-size:40px;padding:0 12px;border-radius:10px;box-shadow:inset 0 0 0 1px var(--edge);background:var(--ground)}
.card button{padding:0 16px;border-radius:10px;font-weight:600;background:var(--key);color:var(--on)}
.begin{font-size:14px;color:var(--soft);padding:4px 2px 8px;display:flex;flex-wrap:wrap;gap:8px}.begin p{flex-basis:100%;margin-block-end:4px}
.begin button{padding:8px 14px;border-radius:18px;background:var(--ground);color:var(--key);font-weight:550;box-shadow:inset 0 0 0 1px var(--line)}
.begin button:hover{box-shadow:inset 0 0 0 1.5px var(--key)}
.wrong{color:var(--bad)}
.known{flex:none;max-block-size:42%;overflow-y:auto;background:light-dark(#fdf1d8,#392d14);color:light-dark(#4d3804,#f6dfb0);font-size:14px}
.known section{padding:11px 20px 12px;border-block-end:1px solid light-dark(#0001,#fff2)}.known .well{background:light-dark(#e2f6e9,#173a26);color:light-dark(#124a28,#bff0d0)}
.known h3{font-weight:650;overflow-wrap:anywhere}.known p{margin-block-start:3px;white-space:pre-wrap;overflow-wrap:anywhere}
.known small{font-size:12.5px;display:block;margin-block-start:3px}.known a{font-weight:600;text-decoration:underline;text-underline-offset:2px;margin-inline-end:16px;padding:3px 0;display:inline-block}
.line{flex:none;margin:8px 16px 0;padding:8px 12px;border-radius:10px;font-size:13.5px;background:light-dark(#fdf1d8,#392d14);color:light-dark(#5d4305,#f3d9a0)}
.write{flex:none;margin:12px 12px 0;border-radius:14px;background:var(--ground);box-shadow:inset 0 0 0 1px var(--edge);display:flex;align-items:end}
.write:focus-within{box-shadow:inset 0 0 0 2px var(--key)}
.write textarea{flex:1;resize:none;block-size:48px;max-block-size:132px;padding:13px 4px 12px 14px;line-height:22px;font-size:16px;overflow-y:auto;scrollbar-width:thin}
.write textarea:focus-visible{outline:0}::placeholder{color:var(--soft);opacity:1}
.go{inline-size:38px;block-size:38px;margin:5px;border-radius:11px;background:var(--key);color:var(--on);display:grid;place-items:center;flex:none}
.go[aria-disabled=true]{background:var(--line);color:var(--soft);cursor:default}
.foot{flex:none;padding:7px 16px 11px;font-size:12px;color:var(--soft);display:flex;justify-content:space-between;gap:12px;min-block-size:34px}
.foot .over{color:var(--bad);font-weight:600}
@media (max-width:520px){.all.open{inset:0}.open .knob{display:none}.panel{position:fixed;inset:0;inline-size:auto;block-size:100dvh;border-radius:0}
.head{padding-block-start:max(18px,env(safe-area-inset-top))}.foot{padding-block-end:max(11px,env(safe-area-inset-bottom))}}
@media (max-height:480px){.head{padding-block:12px}.hours{font-size:13px}}
@media (prefers-reduced-motion:reduce){*{animation:none!important;transition:none!important}}
@media (forced-colors:active){.knob,.go,.panel,.text,.write,.card{border:1px solid}}
@media print{.all{display:none}}`;

  /* ---- drawing tools ---- */

  /** An element: tag, attributes (class and `on…` included), children (strings become text). */
  const el = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (value === true) made.setAttribute(name, "");
      else if (value !== false && value != null) made.setAttribute(name, value);
    }
    made.append(...children.filter((child) => child != null));
    return made;
  };

  const icon = (size, ...paths) => {
    const NS = "http://www.w3.org/2000/svg";
    const made = document.createElementNS(NS, "svg");
    for (const [name, value] of [["viewBox", "0 0 24 24"], ["width", size], ["height", size], ["aria-hidden", "true"]])
      made.setAttribute(name, value);
    for (const d of paths) made.appendChild(document.createElementNS(NS, "path")).setAttribute("d", d);
    return made;
  };

  const CLOSE = ["M6 9l6 6 6-6"], CROSS = ["M6 6l12 12M18 6L6 18"], ARROW = ["M12 19V5M6 11l6-6 6 6"];
  const TALK = ["M20 11.5a7.5 7.5 0 0 1-11 6.6L4 20l1.6-4.4A7.5 7.5 0 1 1 20 11.5z", "M9 11.5h.01M12.5 11.5h.01M16 11.5h.01"];

  const LINK = /(https?:\/\/[^\s<>"]+[^\s<>"'.,;:!?)\]])/g;
  /** Text with its web addresses as links. */
  const linked = (text) =>
    text.split(LINK).map((part, i) =>
      i % 2 ? el("a", { href: part, target: "_blank", rel: "noopener noreferrer nofollow" }, part) : part);

  const clockTime = (instant) => new Date(instant).toLocaleTimeString("en-US", { hour: "numeric", minute: "2-digit" });
  const dayOf = (instant) => new Date(instant).toDateString();
  /** An instant in the reader's own zone, named: “tomorrow at 8:00 AM EST”; a far one with its date. */
  const zoned = (instant) => {
    const then = new Date(instant);
    const time = then.toLocaleTimeString("en-US", { hour: "numeric", minute: "2-digit", timeZoneName: "short" });
    const days = Math.round((new Date(then).setHours(0, 0, 0, 0) - new Date().setHours(0, 0, 0, 0)) / 864e5);
    const day = TEXTS.days[days] || then.toLocaleDateString("en-US",
      days < 7 ? { weekday: "long" } : { weekday: "long", month: "long", day: "numeric" });
    return TEXTS.at(day, time);
  };

  /* ---- what is known: kept for this tab alone, and forgotten with it ---- */

  const KEY = "deskbell:" + DESK;
  const recall = () => {
    try { return JSON.parse(sessionStorage.getItem(KEY)) || {}; } catch { return {}; }
  };
  const known = { token: "", open: false, draft: "", outbox: [], ...recall() };
  const remember = () => {
    try { sessionStorage.setItem(KEY, JSON.stringify(known)); } catch { /* kept in memory then */ }
  };
  const messages = new Map(), troubles = new Map();
  let unread = 0, address = "", name = "", hours, reached = true, begun = false, toldAt = 0;
  let joined = false; // the stream that is open brings this conversation, and not only known trouble

  /* ---- talking to the desk ---- */

  class Refusal extends Error {
    constructor(status, sentence) { super(sentence); this.status = status; }
  }

  const ask = async (path, body) => {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), POST_MS);
    try {
      const headers = known.token ? { Authorization: "Bearer " + known.token } : {};
      if (body) headers["Content-Type"] = "application/json";
      const answer = await fetch(DESK + "/bubble/" + path, {
        method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body),
        credentials: "omit", cache: "no-store", signal: patience.signal,
      });
      const told = await answer.json();
      if (answer.status >= 500) throw new TypeError("The desk is not well");
      if (!answer.ok) throw new Refusal(answer.status, told.error);
      return told;
    } finally {
      clearTimeout(timer);
    }
  };

  const forget = () => {
    known.token = "";
    messages.clear();
    listener && listener.close();
    listener = null;
    remember();
  };

  /** Fetch everything anew and listen from there on. Merged by id, so it may be called at any time. */
  let fetching, again;
  const fetchAll = () => {
    if (fetching) { again = true; return fetching; }
    again = false;
    return (fetching = (async () => {
      try {
        const told = await ask(known.token ? "conversation" : "welcome");
        reached = true;
        hours = told.hours; name = told.desk; address = told.address || "";
        begun = true;
        joined = Boolean(told.messages && told.messages.length);
        toldAt = Date.now();
        for (const message of told.messages || []) take(message);
        troubles.clear();
        for (const each of told.trouble.reverse()) troubles.set(each.number, each);
        if (told.topics) listen(told.topics);
      } catch (error) {
        if (error.status === 401) { forget(); again = true; } else { reached = false; later(); }
      }
    })().finally(() => { fetching = null; draw(); if (again) fetchAll(); }));
  };

  let waiting, pause = 1e3;
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(fetchAll, pause * (0.75 + Math.random() / 2));
    pause = Math.min(pause * 2, 30e3);
  };

  let listener = null;
  const listen = (topics) => {
    if (listener) listener.close();
    const mine = (listener = new EventSource(DESK + "/live?topics=" + encodeURIComponent(topics)));
    mine.onopen = () => { pause = 1e3; reached = true; draw(); post(); };
    mine.onerror = () => {
      if (mine !== listener) return;
      reached = false;
      draw();
      if (mine.readyState === EventSource.CLOSED) later();
    };
    mine.addEventListener("message", (event) => { if (event.data) hear(JSON.parse(event.data)); });
    mine.addEventListener("trouble", (event) => { if (event.data) learn(JSON.parse(event.data)); });
    mine.addEventListener("resync", () => fetchAll());
    mine.addEventListener("revoke", () => { mine.close(); fetchAll(); });
  };

  /** What the stream tells. Own words on their way are known by another name until the desk answers. */
  const hear = (message) => {
    if (message.side === "customer" && known.outbox.length) { again = true; if (!posting) fetchAll(); return; }
    const fresh = take(message);
    if (fresh && message.side !== "customer") {
      if (!known.open) unread += 1;
      tell(TEXTS.says(message.who || name, message.text));
    }
    draw();
  };

  /** An incident that is told of, or that is over: said aloud, and shown above the conversation. */
  const learn = (trouble) => {
    troubles.delete(trouble.number);
    troubles.set(trouble.number, trouble);
    if (known.open) tell(`${trouble.open ? TEXTS.trouble : TEXTS.over}: ${trouble.title}. ${trouble.text}`);
    draw();
  };

  const take = (message) => {
    const fresh = !messages.has(message.id);
    messages.set(message.id, message);
    known.outbox = known.outbox.filter((mine) => mine.id !== message.client);
    return fresh;
  };

  /** Send what waits, in its order, one at a time; each has a name, so sending twice is harmless. */
  let posting = null, retrying, tries = 0;
  const post = () => (posting ||= (async () => {
    clearTimeout(retrying);
    while (known.outbox.length) {
      const mine = known.outbox.find((each) => !each.refused);
      if (!mine) break;
      mine.trouble = "";
      draw();
      try {
        if (!known.token) {
          known.token = (await ask("sessions", { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })).token;
          remember();
        }
        const told = await ask("messages", { id: mine.id, text: mine.text, page: location.origin + location.pathname });
        take(told.message);
        tries = 0;
        remember();
        if (!listener || !joined) await fetchAll();
      } catch (error) {
        if (error.status === 401) { forget(); continue; }
        mine.refused = error.status > 400 && error.status !== 429 && error.status !== 408;
        mine.trouble = error.message && error.status ? error.message : TEXTS.waiting;
        if (mine.refused) continue;
        retrying = setTimeout(post, error.status === 429 ? 15e3 : Math.min(1e3 * 2 ** tries++, 30e3));
        break;
      }
    }
  })().finally(() => {
    posting = null;
    remember();
    if (again) fetchAll(); else draw();
  }));

  const send = (text) => {
    const id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    known.outbox.push({ id, text, at: new Date().toISOString() });
    known.draft = "";
    remember();
    draw();
    toEnd();
    post();
  };

  /** “I'm here”, each minute; whoever is behind a proxy that holds the stream up learns what it missed. */
  const here = async () => {
    if (!known.token || !begun) return;
    try {
      const { last } = await ask("presence", {});
      if ((last && !messages.has(last)) || (known.open && Date.now() - toldAt > STALE_MS)) fetchAll();
    } catch (error) {
      if (error.status === 401) { forget(); draw(); }
    }
  };

  /* ---- the screen ---- */

  const host = document.createElement("deskbell-bubble");
  const root = host.attachShadow({ mode: "open" });
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(LOOKS);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.append(el("style", {}, LOOKS));
  }
  if (script.dataset.look) host.dataset.look = script.dataset.look;

  const ui = {};
  const build = () => {
    ui.badge = el("span", { class: "badge", "aria-hidden": "true", hidden: true });
    ui.talk = icon(28, ...TALK);
    ui.down = icon(28, ...CLOSE);
    ui.knob = el("button", { class: "knob", type: "button", "aria-haspopup": "dialog", onclick: () => toggle() }, ui.talk, ui.down, ui.badge);
    ui.title = el("h2", { id: "t" }, TEXTS.hello);
    ui.hours = el("div", { class: "hours", "data-there": "" });
    ui.list = el("div", { class: "list", role: "log", "aria-live": "off", "aria-label": TEXTS.conversation, tabindex: "0" });
    ui.known = el("div", { class: "known", role: "region", "aria-label": TEXTS.trouble, tabindex: "0", hidden: true });
    ui.line = el("p", { class: "line", role: "status", hidden: true });
    ui.field = el("textarea", {
      rows: "1", placeholder: TEXTS.hint, "aria-label": TEXTS.field, enterkeyhint: "send",
      oninput: () => { known.draft = ui.field.value; remember(); fit(); },
      onkeydown: (event) => {
        if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); submit(); }
      },
    });
    ui.go = el("button", { class: "go", type: "submit", "aria-label": TEXTS.send }, icon(20, ...ARROW));
    ui.over = el("span", { class: "over", role: "status" });
    ui.panel = el(
      "section", { class: "panel", role: "dialog", "aria-labelledby": "t", tabindex: "-1", hidden: true },
      el("header", { class: "head" }, ui.title,
        el("button", { class: "shut", type: "button", "aria-label": TEXTS.close, onclick: () => toggle(false) }, icon(22, ...CROSS)), ui.hours),
      ui.known, ui.list, ui.line,
      el("form", { class: "write", onsubmit: (event) => { event.preventDefault(); submit(); } }, ui.field, ui.go),
      el("p", { class: "foot" }, TEXTS.foot, ui.over),
    );
    ui.aloud = el("div", { class: "say", "aria-live": "polite", "aria-atomic": "true" });
    ui.all = el("div", { class: "all", onkeydown: keys }, ui.panel, ui.knob, ui.aloud);
    root.append(ui.all);
    document.body.append(host);
    ui.field.value = known.draft;
  };

  /** Read aloud; emptied first, so that the same words are read again. */
  const tell = (sentence) => {
    ui.aloud.textContent = "";
    setTimeout(() => { ui.aloud.textContent = sentence; }, 50);
  };

  const keys = (event) => {
    event.stopPropagation(); // the host's shortcuts are not meant for what is typed here
    if (event.key === "Escape" && known.open) { toggle(false); return; }
    if (event.key !== "Tab" || !whole.matches || !known.open) return;
    const stops = [...ui.panel.querySelectorAll("button,textarea,input,a,[tabindex='0']")].filter((each) => each.offsetParent);
    const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
    if (root.activeElement === edge) { event.preventDefault(); stops[event.shiftKey ? stops.length - 1 : 0].focus(); }
  };
  const whole = matchMedia("(max-width:520px)");

  const toggle = (open = !known.open, focus = true) => {
    known.open = open;
    remember();
    if (open) {
      unread = 0;
      fetchAll();
    }
    draw();
    if (open) { fit(); toEnd(); }
    if (focus) (open ? (matchMedia("(pointer:coarse)").matches ? ui.panel : ui.field) : ui.knob).focus();
  };

  const submit = () => {
    const text = ui.field.value.trim();
    if (!text || text.length > LONGEST) return ui.field.focus();
    ui.field.value = "";
    send(text);
    fit();
    ui.field.focus();
  };

  const fit = () => {
    const text = ui.field.value, over = text.trim().length - LONGEST;
    ui.field.style.blockSize = "48px";
    ui.field.style.blockSize = Math.min(ui.field.scrollHeight, 132) + "px";
    ui.go.setAttribute("aria-disabled", String(!text.trim() || over > 0));
    ui.over.textContent = over > 0 ? TEXTS.tooLong(over) : "";
  };

  const toEnd = () => { ui.list.scrollTop = ui.list.scrollHeight; };

  const draw = () => {
    if (!ui.all) return;
    ui.all.classList.toggle("open", known.open);
    ui.panel.hidden = !known.open;
    ui.panel.setAttribute("aria-modal", String(whole.matches));
    ui.talk.style.display = known.open ? "none" : "block";
    ui.down.style.display = known.open ? "block" : "none";
    ui.knob.setAttribute("aria-expanded", String(known.open));
    ui.knob.setAttribute("aria-label", known.open ? TEXTS.close : unread ? TEXTS.launcherNew(unread) : TEXTS.launcher);
    ui.badge.hidden = !unread;
    ui.badge.textContent = unread > 9 ? "9+" : unread;
    if (!known.open) return;
    drawHours();
    drawTroubles();
    const trouble = !navigator.onLine ? TEXTS.offline : !reached ? (begun ? TEXTS.reconnecting : TEXTS.unreachable) : "";
    ui.line.hidden = !trouble;
    if (ui.line.textContent !== trouble) ui.line.textContent = trouble;
    drawList();
  };

  const drawHours = () => {
    if (name) ui.title.textContent = messages.size || known.outbox.length ? name : TEXTS.hello;
    const [there, first, then] = !begun ? ["", TEXTS.loading, ""]
      : !hours ? ["", "", TEXTS.noPromise]
      : hours.there ? ["yes", TEXTS.there, TEXTS.promiseThere(hours.minutes, hours.closes_at && clockTime(hours.closes_at))]
      : ["no", TEXTS.away, TEXTS.promiseAway(zoned(hours.opens_at), byTime(), hours.closed_for)];
    ui.hours.dataset.there = there;
    ui.hours.replaceChildren(...[first && el("b", {}, first), then].filter(Boolean));
  };

  const page = (path, words) => el("a", { href: DESK + path, target: "_blank", rel: "noopener" }, words);

  const drawTroubles = () => {
    const told = JSON.stringify([...troubles.values()]);
    ui.known.hidden = !troubles.size;
    if (ui.known.dataset.told === told) return;
    ui.known.dataset.told = told;
    ui.known.replaceChildren(...[...troubles.values()].reverse().map((each) =>
      el("section", { class: each.open ? "" : "well" },
        el("small", {}, [each.open ? each.phase : TEXTS.over, zoned(each.at)].join(" · ")),
        el("h3", {}, each.title), el("p", {}, ...linked(each.text)),
        each.next ? el("small", {}, TEXTS.nextBy(zoned(each.next))) : null,
        page("/status/subscribe", TEXTS.posted), page("/status", TEXTS.status))));
  };

  const byTime = () =>
    dayOf(hours.answer_by) === dayOf(hours.opens_at) ? clockTime(hours.answer_by) : zoned(hours.answer_by);

  /** Redraw the list only where it differs, so that focus, selection and the reader's place stay. */
  const drawn = new Map();
  const drawList = () => {
    const atEnd = ui.list.scrollHeight - ui.list.scrollTop - ui.list.clientHeight < 60;
    const all = [...messages.values()].sort((a, b) => a.id - b.id).map((each) => ({ ...each, key: "m" + each.id }));
    for (const mine of known.outbox) all.push({ ...mine, side: "customer", key: "o" + mine.id, pending: true });
    const wanted = [];
    let before = null;
    all.forEach((message, i) => {
      const next = all[i + 1];
      if (!before || dayOf(before.at) !== dayOf(message.at)) wanted.push(["d" + dayOf(message.at), dayLabel, message]);
      const joins = (a, b) => a && b && a.side === b.side && a.who === b.who && dayOf(a.at) === dayOf(b.at);
      wanted.push([[message.key, joins(before, message), joins(message, next) && !message.pending && !next.pending, message.trouble].join(), drawOne, message, joins(before, message), joins(message, next) && !next.pending]);
      before = message;
    });
    if (!all.length && begun) wanted.push(["begin", drawBeginning]);
    if (messages.size && known.token) wanted.splice(afterFirstWords(wanted), 0, ["address" + address, drawAddress]);
    const nodes = wanted.map(([key, make, ...what]) => {
      if (!drawn.has(key)) drawn.set(key, make(...what));
      return drawn.get(key);
    });
    const keep = new Set(nodes);
    for (const [key, node] of drawn) if (!keep.has(node)) { drawn.delete(key); node.remove(); }
    nodes.forEach((node, i) => { if (ui.list.children[i] !== node) ui.list.insertBefore(node, ui.list.children[i] || null); });
    if (atEnd) toEnd();
  };

  /** Where the offer to leave an address stands: below the first words of the visitor, and it stays there. */
  const afterFirstWords = (wanted) => {
    const theirs = wanted.findIndex(([, make, message], i) => i > 1 && make === drawOne && message.side !== "customer");
    return theirs < 0 ? wanted.length : theirs;
  };

  const drawBeginning = () =>
    el("div", { class: "begin" }, el("p", {}, TEXTS.begin),
      ...TEXTS.beginnings.map((words) => el("button", { type: "button", onclick: () => {
        ui.field.value = known.draft = words + " ";
        remember();
        fit();
        ui.field.focus();
      } }, words.replace(/[:,]$/, ""))));

  const dayLabel = (message) =>
    el("p", { class: "day" }, dayOf(message.at) === dayOf(Date.now()) ? TEXTS.today
      : new Date(message.at).toLocaleDateString("en-US", { weekday: "long", month: "long", day: "numeric" }));

  const drawOne = (message, more, followed) => {
    const mine = message.side === "customer", who = mine ? TEXTS.you : message.who || name;
    const text = el("div", { class: "text" }, ...linked(message.text));
    const foot = followed && !message.pending ? null
      : el("p", { class: "at" + (message.trouble ? " bad" : "") },
        message.trouble || (message.pending ? TEXTS.sending : mine ? `${TEXTS.sent} · ${clockTime(message.at)}` : clockTime(message.at)),
        message.trouble ? el("button", { type: "button", onclick: () => resend(message.id) }, TEXTS.retry) : null);
    return el("div", { class: `one${mine ? " mine" : ""}${more ? " more" : ""}${message.trouble ? " wait" : ""}` },
      more ? null : el("p", { class: mine ? "say" : "who" }, who),
      mine ? text : el("div", { class: "row" }, el("span", { class: "face", "aria-hidden": "true" }, [...who][0].toUpperCase()), text),
      foot);
  };

  const resend = (id) => {
    const mine = known.outbox.find((each) => each.id === id);
    if (mine) mine.refused = false;
    tries = 0;
    post();
    ui.field.focus();
  };

  const drawAddress = () => {
    if (address) return el("div", { class: "card" }, el("p", {}, TEXTS.addressKept(address)));
    const wrong = el("p", { class: "wrong", role: "alert" });
    const field = el("input", { type: "email", autocomplete: "email", "aria-label": TEXTS.addressField, placeholder: "name@school.org", maxlength: "320" });
    const keep = async (event) => {
      event.preventDefault();
      if (!field.value.trim()) return field.focus();
      try {
        address = (await ask("address", { address: field.value })).address;
        tell(TEXTS.addressKept(address));
        ui.field.focus();
        draw();
      } catch (error) {
        wrong.textContent = error.status ? error.message : TEXTS.waiting;
        field.focus();
      }
    };
    return el("div", { class: "card" }, el("p", {}, TEXTS.addressAsk),
      el("form", { onsubmit: keep, novalidate: true }, field, el("button", { type: "submit" }, TEXTS.addressKeep)), wrong);
  };

  /* ---- together ---- */

  const start = () => {
    build();
    if (known.open) toggle(true, false);
    else draw();
    if (known.token && !known.open) fetchAll(); // a conversation of this tab goes on
    if (known.outbox.length) post();
    addEventListener("online", () => { tries = 0; pause = 1e3; fetchAll(); post(); });
    addEventListener("offline", draw);
    document.addEventListener("visibilitychange", () => document.hidden || here());
    setInterval(here, HERE_MS);
    whole.addEventListener("change", draw);
  };
  if (document.body) start();
  else addEventListener("DOMContentLoaded", start);
})();
