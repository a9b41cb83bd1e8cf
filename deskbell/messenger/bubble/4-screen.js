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

const ui = {};
const build = () => {
  ui.badge = el("span", { class: "badge", "aria-hidden": "true", hidden: true });
  ui.talk = icon(28, ...TALK);
  ui.down = icon(28, ...CLOSE);
  ui.knob = el("button", { class: LABELED ? "knob wide" : "knob", "aria-haspopup": "dialog", onclick: () => toggle() }, ui.talk, LABELED ? el("span", {}, t("label")) : null, ui.down, ui.badge);
  ui.title = el("h2", { id: "t" }, t("hello"));
  ui.hours = el("div", { class: "hours", "data-there": "" });
  ui.list = el("div", { class: "list", role: "log", "aria-live": "off", "aria-label": t("conversation"), tabindex: "0" });
  ui.known = el("div", { class: "known", role: "region", "aria-label": t("trouble"), tabindex: "0", hidden: true });
  ui.query = el("input", { type: "search", placeholder: t("find"), "aria-label": t("find"), oninput: () => seek() });
  ui.find = el("form", { class: "find", role: "search", onsubmit: (event) => { event.preventDefault(); seek(1); } }, icon(18, ...LENS), ui.query);
  ui.seek = el("button", { class: "shut", "aria-label": t("find"), onclick: () => { helping = true; draw(); ui.query.focus(); } }, icon(22, ...LENS));
  ui.help = el("div", { class: "list help", role: "region", "aria-label": t("find"), tabindex: "0", hidden: true });
  ui.line = el("p", { class: "line", role: "status", hidden: true });
  ui.field = el("textarea", {
    rows: "1", onpaste: (event) => { const { files } = event.clipboardData; if (files.length) { event.preventDefault(); bring(files); } }, placeholder: t("hint"), "aria-label": t("field"), dir: "auto", enterkeyhint: "send",
    oninput: () => {
      known.draft = ui.field.value;
      remember();
      fit();
      if (messages.size && Date.now() - typedAt > TYPED_MS) { typedAt = Date.now(); here({ typing: 1 }); }
    },
    onkeydown: (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); submit(); }
    },
  });
  ui.pick = el("input", { type: "file", multiple: true, hidden: true, onchange: () => { bring(ui.pick.files); ui.pick.value = ""; ui.field.focus(); } });
  const limits = t("attach", { n: MOST_FILES, mb: LARGEST_FILE / 1048576 });
  ui.clip = el("button", { class: "clip", "aria-label": limits, title: limits, onclick: () => ui.pick.click() }, icon(20, ...CLIP));
  ui.files = el("div", { class: "files", hidden: true });
  ui.go = el("button", { class: "go", type: "submit", "aria-label": t("send") }, icon(20, ...ARROW));
  ui.over = el("span", { class: "over", role: "status" });
  ui.panel = el(
    "section", { ondragover: (event) => event.preventDefault(), ondrop: (event) => { event.preventDefault(); bring(event.dataTransfer.files); }, class: "panel", role: "dialog", "aria-labelledby": "t", tabindex: "-1", hidden: true },
    el("header", { class: "head" }, ui.title, ui.seek,
      el("button", { class: "shut", "aria-label": t("close"), onclick: () => toggle(false) }, icon(22, ...CROSS)), ui.hours),
    ui.known, ui.find, ui.list, ui.help, ui.line,
    ui.files,
    el("form", { class: "write", onsubmit: (event) => { event.preventDefault(); submit(); } }, ui.clip, ui.field, ui.go, ui.pick),
    el("p", { class: "foot" }, t("foot"), ui.over),
  );
  ui.aloud = el("div", { class: "say", "aria-live": "polite", "aria-atomic": "true" });
  const dir = getComputedStyle(page).direction;
  ui.all = el("div", { class: "all", dir, lang: LANG, onkeydown: keys }, ui.panel, ui.knob, ui.aloud);
  root.append(ui.all);
  (document.body || page).append(host);
  ui.field.value = known.draft;
};

/** Read aloud; emptied first, so that the same words are read again. */
const tell = (sentence) => {
  ui.aloud.textContent = "";
  setTimeout(() => { ui.aloud.textContent = sentence; }, 50);
};

const keys = (event) => {
  event.stopPropagation(); // the host's shortcuts are not meant for what is typed here
  if (event.key === "Escape" && known.open) { helping ? back() : toggle(false); return; }
  if (event.key !== "Tab" || !whole.matches || !known.open) return;
  const stops = [...ui.panel.querySelectorAll("button,textarea,input,a,[tabindex='0']")].filter((each) => each.offsetParent);
  const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
  if (root.activeElement === edge) { event.preventDefault(); stops[event.shiftKey ? stops.length - 1 : 0].focus(); }
};
const whole = matchMedia("(max-width:520px)");

const toggle = (open = !known.open, focus = true) => {
  if (known.open !== open) emit(open ? "open" : "close");
  known.open = open;
  if (!held) remember();
  if (open) {
    fetchAll();
  }
  draw();
  if (open) { fit(); toEnd(); }
  if (focus) (open ? (matchMedia("(pointer:coarse)").matches ? ui.panel : ui.field) : ui.knob).focus();
};

const submit = () => {
  const text = ui.field.value.trim();
  if (!(text || known.files.length) || text.length > LONGEST || onTheWay()) return ui.field.focus();
  ui.field.value = "";
  send(text);
  fit();
  ui.field.focus();
};

const fit = () => {
  const text = ui.field.value, over = text.trim().length - LONGEST;
  ui.field.style.blockSize = "48px";
  ui.field.style.blockSize = Math.min(ui.field.scrollHeight, 132) + "px";
  ui.go.setAttribute("aria-disabled", String(!(text.trim() || known.files.length) || over > 0 || onTheWay()));
  ui.over.textContent = over > 0 ? t("tooLong", { n: over }) : "";
};

const onTheWay = () => [...loads].some((load) => !load.wrong);

/** The files of the message that is being written, with how far each has come. */
const drawFiles = () => {
  if (!ui.files) return;
  const drop = (name, gone) => el("button", { "aria-label": t("fileDrop", { name }), onclick: () => { gone(); ui.field.focus(); } }, icon(14, ...CROSS));
  ui.files.replaceChildren(
    ...known.files.map((each) => el("p", {}, each.name, " ", drop(each.name, () => { known.files = known.files.filter((other) => other !== each); remember(); drawFiles(); }))),
    ...[...loads].map((load) => el("p", { class: load.wrong ? "bad" : "" }, load.wrong ? `${load.name}: ${load.wrong} ` : load.name + " ",
      load.wrong ? null : el("progress", { value: load.done, "aria-label": t("sending") }), drop(load.name, load.stop))));
  ui.files.hidden = !(known.files.length + loads.size);
  fit();
};

const toEnd = () => { ui.list.scrollTop = messages.size + known.outbox.length ? ui.list.scrollHeight : 0; };

let unread = 0;
const draw = () => {
  if (!ui.all) return;
  const last = Math.max(known.seen, ...messages.keys());
  if (known.open && !document.hidden) {
    if (last > known.seen) { known.seen = last; remember(); }
    const theirs = Math.max(0, ...[...messages.values()].map((each) => each.side === "customer" ? 0 : each.id));
    if (theirs > toldSeen) here({ seen: toldSeen = theirs });
  }
  const news = [...messages.values()].filter(isNews).length;
  if (news !== unread) emit("unread", (unread = news));
  ui.all.classList.toggle("open", known.open);
  ui.panel.hidden = !known.open;
  ui.panel.setAttribute("aria-modal", String(whole.matches));
  ui.talk.style.display = known.open ? "none" : "block";
  ui.down.style.display = known.open ? "block" : "none";
  ui.knob.setAttribute("aria-expanded", String(known.open));
  ui.knob.setAttribute("aria-label", known.open ? t("close") : unread ? t("launcherNew", { n: unread }) : t("launcher"));
  ui.badge.hidden = !unread;
  ui.badge.textContent = unread > 9 ? "9+" : unread;
  if (!known.open) return;
  drawHours();
  drawFiles();
  drawTroubles();
  drawHelp();
  const trouble = !navigator.onLine ? t("offline") : doubted ? t("notBelieved") : !reached ? t(begun ? "reconnecting" : "unreachable") : "";
  ui.line.hidden = !trouble;
  if (ui.line.textContent !== trouble) ui.line.textContent = trouble;
  drawList();
};

const drawHours = () => {
  ui.title.textContent = name && (messages.size || known.outbox.length) ? name : you ? t("helloTo", { name: you.split(" ")[0] }) : t("hello");
  const till = begun && hours && hours.closes_at && clockTime(hours.closes_at);
  const [there, first, then] = !begun ? ["", t("loading"), ""]
    : near.who ? ["yes", t("with", near), ""]
    : !hours ? ["", "", t("noPromise")]
    : hours.there ? ["yes", t("there"), t(hours.usual ? "usual" : till ? "promiseTill" : "promiseThere", { time: t("minutes", { n: hours.usual || hours.minutes }), till })]
    : ["no", t("away"), (hours.closed_for ? t("closedFor", { day: hours.closed_for }) + " " : "") + t("promiseAway", { opens: zoned(hours.opens_at), by: byTime() })];
  ui.hours.dataset.there = there;
  ui.hours.replaceChildren(...[first && el("b", {}, first), then].filter(Boolean));
};

const drawTroubles = () => {
  const told = JSON.stringify([...troubles.values()]);
  ui.known.hidden = !troubles.size || Boolean(reading);
  if (ui.known.dataset.told === told) return;
  ui.known.dataset.told = told;
  ui.known.replaceChildren(...[...troubles.values()].reverse().map((each) =>
    el("section", { class: each.open ? "" : "well" },
      el("small", {}, [each.open ? t("phase_" + each.phase) || each.phase : t("over"), zoned(each.at)].join(" · ")),
      el("h3", {}, each.title), el("p", {}, ...linked(each.text)),
      each.next ? el("small", {}, t("nextBy", { when: zoned(each.next) })) : null,
      leaf("/status/subscribe", t("posted")), leaf("/status", t("status")))));
};

const byTime = () =>
  dayOf(hours.answer_by) === dayOf(hours.opens_at) ? t("atTime", { time: clockTime(hours.answer_by) }) : zoned(hours.answer_by);

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
    wanted.push([[message.key, joins(before, message), joins(message, next) && !message.pending && !next.pending, message.trouble, message.id <= near.saw].join(), drawOne, message, joins(before, message), joins(message, next) && !next.pending]);
    before = message;
  });
  if (!all.length && begun) wanted.push(["begin", drawBeginning]);
  const triage = ["triage" + JSON.stringify([answers, triaged, !asking, failed]), drawTriage];
  if (begun && (answers || !all.length)) wanted.push(triage);
  else if (messages.size) wanted.splice(afterFirstWords(wanted), 0, triage);
  if (messages.size && known.token) wanted.splice(afterFirstWords(wanted), 0, ["address" + address + confirmed, drawAddress],
    ...(proved ? [] : [["memory" + known.remembered, drawMemory]]));
  if (typing || near.handed) {
    const words = t(typing ? "typing" : "handed", { who: typist });
    wanted.push(["near" + words, () => el("p", { class: "day" }, words)]);
  }
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
  el("div", { class: "begin" }, el("p", {}, t("begin")),
    ...["begin1", "begin2", "begin3", "begin4"].map(t).filter(Boolean).map((words) => el("button", { onclick: () => {
      ui.field.value = known.draft = words + " ";
      remember();
      fit();
      ui.field.focus();
    } }, words.replace(/[:,]$/, ""))));

const dayLabel = (message) =>
  el("p", { class: "day" }, dayOf(message.at) === dayOf(Date.now()) ? t("today") : new Date(message.at).toLocaleDateString(LOCALE, DATE));

const sizeOf = (bytes) => bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;

const drawOne = (message, more, followed) => {
  const mine = message.side === "customer", who = mine ? t("you") : message.who || name, initial = [...who][0].toUpperCase();
  const files = (message.files || []).map((each) => el("p", {}, each.path ? leaf(each.path, each.small ? picture({ src: DESK + each.small, alt: each.name + " " }) : each.name) : each.name, each.small ? "" : " ", el("small", {}, sizeOf(each.size))));
  const text = el("div", { class: "text", dir: "auto" }, ...linked(message.text), ...files, ...(message.articles || []).map(card));
  const foot = followed && !message.pending ? null
    : el("p", { class: "at" + (message.trouble ? " bad" : "") },
      message.trouble || (message.pending ? t("sending") : mine ? `${t(message.id <= near.saw ? "seen" : "sent")} · ${clockTime(message.at)}` : clockTime(message.at)),
      message.trouble ? el("button", { onclick: () => resend(message.id) }, t("retry")) : null);
  return el("div", { class: `one${mine ? " mine" : ""}${more ? " more" : ""}${message.trouble ? " wait" : ""}` },
    more ? null : el("p", { class: mine ? "say" : "who" }, who),
    mine ? text : el("div", { class: "row" }, el("span", { class: "face", "aria-hidden": "true" }, more || !message.face ? initial : picture({ src: DESK + message.face, alt: initial })), text),
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
  if (address) return el("div", { class: "card" }, el("p", {}, t("addressKept", { address })),
    confirmed ? el("button", { onclick: async ({ target }) => {
      const failed = await ask("transcript", { lang: LANG }).then(() => "", (error) => error.message);
      target.replaceWith(failed || t("sent"));
      tell(failed || t("sent"));
    } }, t("transcript")) : el("p", { class: "small" }, t("addressMailed")));
  const wrong = el("p", { class: "wrong", role: "alert" });
  const field = el("input", { type: "email", autocomplete: "email", "aria-label": t("addressField"), placeholder: "name@school.org" });
  const keep = async (event) => {
    event.preventDefault();
    if (!field.value.trim()) return field.focus();
    try {
      ({ address, confirmed } = await ask("address", { address: field.value, lang: LANG }));
      tell(t("addressKept", { address }));
      ui.field.focus();
      draw();
    } catch (error) {
      wrong.textContent = t(error.status === 422 ? "addressWrong" : "waiting");
      field.focus();
    }
  };
  return el("div", { class: "card" }, el("p", {}, t("addressAsk")),
    el("form", { onsubmit: keep, novalidate: true }, field, el("button", { type: "submit" }, t("addressKeep"))), wrong);
};

/** “Remember me”: only who is not signed in is asked, since a signed identity is never kept on a device. */
const drawMemory = () => {
  const box = el("input", { type: "checkbox", checked: known.remembered, "aria-describedby": "r", onchange: async () => {
    const wanted = box.checked;
    try {
      await ask("sessions/memory", { remembered: wanted ? "yes" : "no" });
      for (const store of [TAB, DEVICE]) if (store) store.removeItem(KEY);
      known.remembered = wanted;
      remember();
    } catch { box.checked = !wanted; }
  } });
  return el("div", { class: "card" }, el("label", {}, box, " ", t("remember")), el("p", { class: "small", id: "r" }, t("rememberHint")));
};
