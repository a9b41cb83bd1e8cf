/* Rows of times instead of one line of text a day. The text stays what is sent. */
const WORKDAYS = ["tue", "wed", "thu", "fri"];
const ALL_DAYS = [...WORKDAYS, "sat", "sun"];

class Day {
  constructor(row, said) {
    this.key = row.dataset.day;
    this.name = row.dataset.name;
    this.said = said;
    this.text = row.querySelector("input");
    this.text.type = "hidden";
    row.querySelector("label").replaceWith(make("span", { className: "day-name", textContent: this.name }));
    this.place = make("div", { className: "hours", role: "group", ariaLabel: this.name });
    row.append(this.place);
  }

  get windows() {
    return [...this.text.value.matchAll(/(\d\d:\d\d)-(\d\d:\d\d)/g)].map(([, start, end]) => [start, end]);
  }

  set windows(windows) {
    this.text.value = windows.map(([start, end]) => `${start}-${end}`).join(", ") || "closed";
    this.draw();
  }

  draw() {
    const windows = this.windows;
    const whole = windows.length === 1 && windows[0].join() === "00:00,24:00";
    const rows = whole ? [none("24 hours")] : windows.map((window, at) => this.row(window, at));
    const shown = make("div", { className: "windows" });
    shown.append(...(rows.length ? rows : [none("Closed")]));
    const choices = make("div", { className: "choices" });
    choices.append(...this.buttons(windows, whole));
    this.place.replaceChildren(shown, choices);
  }

  row([start, end], at) {
    const from = this.time(start, `${this.name}, hours ${at + 1}, from`);
    const to = this.time(end === "24:00" ? "00:00" : end, `${this.name}, hours ${at + 1}, until`);
    const over = make("span", { className: "over", textContent: overMidnight(start, end) });
    const keep = () => {
      const windows = this.windows;
      const until = to.value === "00:00" ? "24:00" : to.value;
      if (!from.value || !to.value) return;
      windows[at] = [from.value, until];
      this.text.value = windows.map((window) => window.join("-")).join(", ");
      over.textContent = overMidnight(from.value, until);
    };
    from.addEventListener("change", keep);
    to.addEventListener("change", keep);
    const remove = button("×", `Remove ${this.name}, hours ${at + 1}`, () => {
      this.windows = this.windows.filter((_, other) => other !== at);
      this.tell("removed");
    });
    const row = make("div", { className: "window" });
    row.append(from, " to ", to, remove, over);
    return row;
  }

  time(value, label) {
    return make("input", { type: "time", className: "input", value, required: true, ariaLabel: label });
  }

  buttons(windows, whole) {
    const found = [];
    if (!whole) found.push(button(windows.length ? "Add hours" : "Open", `Add hours to ${this.name}`, () => this.add()));
    if (!whole) found.push(button("24 hours", `${this.name}: 24 hours`, () => this.set([["00:00", "24:00"]], "24 hours")));
    if (windows.length) found.push(button("Closed", `${this.name}: closed`, () => this.set([], "closed")));
    if (this.key === "mon") {
      found.push(button("Copy to Tue–Fri", "Copy Monday to Tuesday through Friday", () => this.copy(WORKDAYS)));
      found.push(button("To all days", "Copy Monday to all days", () => this.copy(ALL_DAYS)));
    }
    return found;
  }

  add() {
    const windows = this.windows;
    const last = windows.at(-1)?.[1] ?? "07:00";
    const hour = Math.min(Number(last.slice(0, 2)) + 1, 22);
    const next = [`${two(hour)}:00`, `${two(Math.min(hour + 4, 23))}:00`];
    this.set(windows.length ? [...windows, next] : [["08:00", "17:00"]], "hours added");
    [...this.place.querySelectorAll(".window")].at(-1)?.querySelector("input").focus();
  }

  set(windows, what) {
    this.windows = windows;
    this.tell(what);
  }

  copy(keys) {
    for (const day of this.others) if (keys.includes(day.key)) day.windows = this.windows;
    this.tell("copied");
  }

  /* Say it, and keep the focus in the day whose buttons were drawn anew. */
  tell(what) {
    this.said.textContent = `${this.name}: ${what}.`;
    if (!this.place.contains(document.activeElement)) this.place.querySelector("button")?.focus();
  }
}

function overMidnight(start, end) {
  if (end === "24:00") return "until midnight";
  return end <= start ? `until ${end} the next day` : "";
}

function button(text, label, act) {
  const made = make("button", { type: "button", className: "button bare", textContent: text, ariaLabel: label });
  made.addEventListener("click", act);
  return made;
}

function none(text) {
  return make("span", { className: "none", textContent: text });
}

function make(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}

function two(number) {
  return String(number).padStart(2, "0");
}

for (const week of document.querySelectorAll("[data-week]")) {
  const said = week.querySelector("[data-said]");
  const days = [...week.querySelectorAll("[data-day]")].map((row) => new Day(row, said));
  for (const day of days) {
    day.others = days;
    day.draw();
  }
  week.querySelector("#week-hint").textContent = "Hours over midnight belong to the day on which they start.";
}
