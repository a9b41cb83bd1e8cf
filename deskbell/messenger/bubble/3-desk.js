/* ---- talking to the desk ---- */

class Refusal extends Error {
  constructor(status, told) { super(told.error); this.status = status; this.expired = told.expired; }
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
    if (!answer.ok) throw new Refusal(answer.status, told);
    return told;
  } finally {
    clearTimeout(timer);
  }
};

const forget = () => {
  known.token = "";
  messages.clear();
  if (listener) listener.close();
  listener = null;
  remember();
};

/** A session for this tab: of who is signed in, else of a visitor whom nobody knows. */
const beginSession = async () => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone, who = known.who;
  try {
    const { token } = await ask("sessions", { zone, identity });
    if (known.who !== who) throw new TypeError("Someone else is here by now");
    known.token = token;
    remember();
  } catch (error) {
    if (error.status === 403 && identity) {
      doubted = true;
      if (error.expired) emit("expired");
    }
    throw error;
  }
};

/** Fetch everything anew and listen from there on. Merged by id, so it may be called at any time. */
let fetching, again;
const fetchAll = () => {
  if (fetching) { again = true; return fetching; }
  again = false;
  return (fetching = (async () => {
    const who = known.who;
    try {
      if (who && !known.token && !doubted) await beginSession();
      const told = await ask(known.token ? "conversation" : "welcome");
      if (known.who !== who) { again = true; return; }
      reached = begun = true;
      hours = told.hours; name = told.desk; address = told.address || ""; you = told.you || ""; proved = told.proved; confirmed = told.confirmed;
      const last = (told.messages || []).length && told.messages[told.messages.length - 1].id;
      if (!known.seen) known.seen = last; // what was said before this tab knew of it is no news
      joined = Boolean(last);
      toldAt = Date.now();
      triaged = told.triage;
      near = told.near || {};
      for (const message of told.messages || []) take(message);
      troubles.clear();
      for (const each of told.trouble.reverse()) troubles.set(each.number, each);
      if (told.topics) listen(told.topics);
    } catch (error) {
      if (error.status === 401) { forget(); again = true; }
      else if (error.status === 403 && doubted) again = true;
      else { reached = false; later(); }
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
  const slow = setTimeout(() => { if (mine === listener && mine.readyState !== 1) poll(); }, ECHO_MS);
  mine.onopen = () => { clearTimeout(slow); pause = 1e3; reached = true; draw(); post(); };
  mine.onerror = () => {
    if (mine !== listener) return clearTimeout(slow);
    reached = Boolean(polling);
    draw();
    if (mine.readyState === EventSource.CLOSED) later();
  };
  const on = (event, hears) => mine.addEventListener(event, ({ data }) => {
    if (mine !== listener || !data) return;
    flows();
    hears(JSON.parse(data));
  });
  on("message", hear);
  on("trouble", learn);
  on("near", feel);
  on("triage", (told) => { triaged = told; draw(); });
  mine.addEventListener("resync", () => fetchAll());
  mine.addEventListener("revoke", () => { mine.close(); fetchAll(); });
};

/* A proxy may hold the stream back until it is full. Own words come back by it; if they don't, we ask instead. */
let polling = 0, echo = 0, flowedAt = 0;
const flows = () => { flowedAt = Date.now(); clearTimeout(echo); clearTimeout(polling); echo = polling = 0; };
const expectEcho = (since) => { if (flowedAt < since) echo ||= setTimeout(poll, ECHO_MS); };
const poll = () => {
  clearTimeout(polling);
  polling = setTimeout(() => { if (known.open && !document.hidden) here(); poll(); }, POLL_MS);
};

/** What the stream tells. Own words on their way are known by another name until the desk answers. */
const hear = (message) => {
  if (message.side === "customer" && known.outbox.length) { again = true; if (!posting) fetchAll(); return; }
  take(message);
  draw();
};

/* Who is near: somebody answers, has seen what was said, types. Typing is believed for a few seconds. */
let near = {}, typing = 0, typist, typedAt = 0, toldSeen = 0;
const feel = (told) => {
  if (told.side === "customer") return; // another tab
  clearTimeout(typing);
  typing = told.typing && setTimeout(() => { typing = 0; draw(); }, 6e3);
  if (told.handed && !near.handed) tell(t("handed"));
  if (typing) typist = told.who;
  else near = { ...near, ...told };
  draw();
};

/** An incident that is told of, or that is over: said aloud, and shown above the conversation. */
const learn = (trouble) => {
  troubles.delete(trouble.number);
  troubles.set(trouble.number, trouble);
  if (known.open) tell(`${t(trouble.open ? "trouble" : "over")}: ${trouble.title}. ${trouble.text}`);
  draw();
};

/** Keep a message; one of the team's that nobody has seen yet is said aloud. */
const take = (message) => {
  if (message.side !== "customer") typing = 0;
  const fresh = !messages.has(message.id);
  messages.set(message.id, message);
  known.outbox = known.outbox.filter((mine) => mine.id !== message.client);
  if (!fresh || !isNews(message)) return;
  tell(t("says", { who: message.who || name, text: message.text }));
  emit("message", { who: message.who, text: message.text });
};
const isNews = (message) => message.side !== "customer" && message.id > known.seen;


/** Send what waits, in its order, one at a time; each has a name, so sending twice is harmless. */
let posting = null, retrying, tries = 0;
const post = () => (posting ||= known.outbox.length ? (async () => {
  clearTimeout(retrying);
  while (known.outbox.length) {
    const mine = known.outbox.find((each) => !each.refused);
    if (!mine) break;
    const since = Date.now();
    mine.trouble = "";
    draw();
    try {
      if (!known.token) await beginSession();
      const told = await ask("messages", {
        id: mine.id, text: mine.text, files: (mine.files || []).map((each) => each.key), page: location.origin + location.pathname,
      });
      if (!known.outbox.includes(mine)) break; // someone else is here by now
      take(told.message);
      tries = 0;
      remember();
      if (!joined && known.who && others) others.postMessage(known.who);
      if (!listener || !joined) await fetchAll();
      else expectEcho(since);
    } catch (error) {
      if (error.status === 401) { forget(); continue; }
      mine.refused = error.status > 400 && error.status !== 429 && error.status !== 408;
      mine.trouble = error.status === 429 ? t("tooFast") : doubted ? t("notBelieved") : mine.refused ? t("refused") : t("waiting");
      if (mine.refused) continue;
      retrying = setTimeout(post, error.status === 429 ? 15e3 : Math.min(1e3 * 2 ** tries++, 30e3));
      break;
    }
  }
})().finally(() => {
  posting = null;
  remember();
  if (again) fetchAll(); else draw();
}) : null); // with nothing to send, nothing of who may come back is forgotten

const send = (text) => {
  const id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  known.outbox.push({ id, text, files: known.files, at: new Date().toISOString() });
  known.draft = "";
  known.files = [];
  leave();
  remember();
  draw();
  toEnd();
  post();
};

/* ---- files: sent to the desk as soon as they are picked, dropped or pasted; part of the next message ---- */

const loads = new Set(); // on their way, or refused
const bring = async (picked) => {
  for (const file of [...picked].slice(0, MOST_FILES - known.files.length - loads.size)) {
    const load = { name: file.name || "image.png", done: 0, stop() { loads.delete(load); if (load.xhr) load.xhr.abort(); drawFiles(); } };
    loads.add(load);
    load.wrong = file.size > LARGEST_FILE ? t("fileLarge", { mb: LARGEST_FILE / 1048576 }) : "";
    if (!load.wrong) bringOne(file, load).catch(() => { load.wrong = t("fileLost"); drawFiles(); tell(load.wrong); });
    else tell(load.wrong);
  }
  drawFiles();
};

const bringOne = async (file, load) => {
  if (!known.token) await beginSession();
  const xhr = (load.xhr = new XMLHttpRequest()); // fetch() can't tell how far it has come
  xhr.open("POST", DESK + "/bubble/files?name=" + encodeURIComponent(load.name));
  xhr.setRequestHeader("Authorization", "Bearer " + known.token);
  xhr.setRequestHeader("Content-Type", file.type || "application/octet-stream");
  xhr.responseType = "json";
  xhr.upload.onprogress = (event) => { load.done = event.loaded / event.total; drawFiles(); };
  xhr.onload = () => {
    if (!loads.has(load)) return;
    if (xhr.status === 200) {
      loads.delete(load);
      known.files.push(xhr.response.file);
      remember();
      tell(t("fileReady", load));
    } else tell((load.wrong = t(xhr.status === 429 ? "tooFast" : "fileRefused")));
    drawFiles();
  };
  xhr.onerror = () => { load.wrong = t("fileLost"); drawFiles(); tell(load.wrong); };
  xhr.send(file);
};

/** “I'm here”, each minute; whoever is behind a proxy that holds the stream up learns what it missed. */
const here = async (more = {}) => {
  if (!known.token || !begun) return;
  try {
    const { last } = await ask("presence", more);
    if ((last && !messages.has(last)) || (known.open && Date.now() - toldAt > STALE_MS)) fetchAll();
  } catch (error) {
    if (error.status === 401) { forget(); draw(); }
  }
};
