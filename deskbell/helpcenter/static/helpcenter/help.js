/* The pages work without this. With it, search suggests while one types, a face is
   answered in its place, and times are in the reader's zone. */
const WAIT = 120; // milliseconds after the last letter

const times = { hour: { hour: "numeric", minute: "2-digit" }, moment: { weekday: "short", month: "short", day: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short" } };

for (const time of document.querySelectorAll("time[data-form]")) {
  time.textContent = new Intl.DateTimeFormat(document.documentElement.lang === "es" ? "es-US" : "en-US", times[time.dataset.form]).format(new Date(time.dateTime));
}
for (const note of document.querySelectorAll(".zone-note")) note.textContent = note.dataset.own;
for (const form of document.querySelectorAll("form.search")) suggest(form);

for (const choices of document.querySelectorAll(".choices")) choose(choices);
for (const video of document.querySelectorAll(".video[data-plays]")) video.addEventListener("click", play);

// The ways of a choice stand below each other, each with its name, until this makes tabs of them.
function choose(choices) {
  const panels = [...choices.children];
  const list = document.createElement("div");
  list.setAttribute("role", "tablist");
  const tabs = panels.map((panel) => {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.textContent = panel.querySelector(".choice-name").textContent;
    tab.setAttribute("role", "tab");
    tab.addEventListener("click", () => show(tab));
    panel.id ||= `way-${document.querySelectorAll("[role=tabpanel]").length + 1}`;
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-label", tab.textContent);
    tab.setAttribute("aria-controls", panel.id);
    list.append(tab);
    return tab;
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = tabs.indexOf(document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    const next = tabs[(at + step + tabs.length) % tabs.length];
    show(next);
    next.focus();
  });
  function show(chosen) {
    for (const [at, tab] of tabs.entries()) {
      tab.setAttribute("aria-selected", String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
      panels[at].hidden = tab !== chosen;
    }
  }
  choices.prepend(list);
  show(tabs[0]);
}

// A video is a link to where it lies; nothing of it is loaded before someone presses it.
function play(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const player = document.createElement("iframe");
  player.className = "player";
  player.src = `${this.dataset.plays}?autoplay=1`;
  player.title = this.textContent;
  player.allow = "autoplay; fullscreen; picture-in-picture";
  player.referrerPolicy = "strict-origin-when-cross-origin";
  this.replaceWith(player);
  player.focus();
}

function suggest(form) {
  const input = form.querySelector("input");
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.id = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.querySelector("label").textContent);
  list.hidden = true;
  form.append(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" })) input.setAttribute(name, value);
  let timer;
  let asked = "";
  let going;

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") move(event.key === "ArrowDown" ? 1 : -1, event);
    else if (event.key === "Escape" && !list.hidden) { close(); event.stopPropagation(); }
    else if (event.key === "Enter" && chosen()) { event.preventDefault(); location.href = chosen().querySelector("a").href; }
  });
  input.addEventListener("focus", () => { if (list.children.length && input.value.trim() === asked) open(); });
  form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) close(); });

  async function ask() {
    const words = input.value.trim();
    if (words === asked && !list.hidden) return;
    asked = words;
    going?.abort();
    if (words.length < 2) return close();
    going = new AbortController();
    try {
      const answer = await fetch(`${form.dataset.suggestions}&q=${encodeURIComponent(words)}`, { signal: going.signal });
      if (!answer.ok) return close();
      draw((await answer.json()).articles);
    } catch {
      // Typed on, or the line is gone: the form itself still searches.
    }
  }

  function draw(articles) {
    list.replaceChildren(...articles.map((each, at) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      const where = document.createElement("small");
      item.id = `suggestion-${at}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      link.href = each.path;
      link.tabIndex = -1;
      link.append(each.title);
      where.textContent = each.where;
      link.append(where);
      item.append(link);
      return item;
    }));
    articles.length ? open() : close();
  }

  function move(by, event) {
    if (list.hidden) return;
    event.preventDefault();
    const items = [...list.children];
    const at = items.indexOf(chosen());
    const next = items[(at + by + items.length + (at < 0 && by < 0 ? 1 : 0)) % items.length];
    for (const item of items) item.setAttribute("aria-selected", String(item === next));
    input.setAttribute("aria-activedescendant", next.id);
  }

  function chosen() {
    return list.hidden ? null : list.querySelector('[aria-selected="true"]');
  }

  function open() {
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  }

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    for (const item of list.children) item.setAttribute("aria-selected", "false");
  }
}

const told = document.querySelector(".told");
told?.addEventListener("submit", async (event) => {
  const form = event.target;
  const sent = new FormData(form, event.submitter);
  event.preventDefault();
  try {
    const answer = await fetch(form.action, { method: "POST", headers: { "HX-Request": "true" }, body: new URLSearchParams(sent) });
    if (!answer.ok) throw new Error(String(answer.status));
    told.innerHTML = await answer.text();
    showChat();
    const next = told.querySelector("textarea") ?? told;
    if (next === told) told.tabIndex = -1;
    next.focus();
  } catch {
    HTMLFormElement.prototype.submit.call(withFace(form, event.submitter));
  }
});

function withFace(form, button) {
  if (!button?.name) return form;
  const face = document.createElement("input");
  Object.assign(face, { type: "hidden", name: button.name, value: button.value });
  form.append(face);
  return form;
}

/* The bubble is a guest: it is offered only where it has come. */
function showChat() {
  const launcher = document.querySelector("deskbell-bubble")?.shadowRoot?.querySelector("button");
  const chat = told?.querySelector(".chat");
  if (!launcher || !chat) return;
  chat.hidden = false;
  chat.addEventListener("click", () => launcher.click());
}
showChat();
