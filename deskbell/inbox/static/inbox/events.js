/* The thin lines of a conversation: hidden by choice, and many in a row are one line that opens. */
import { on } from "../look/keys.js";

const MOST = 3; // in a row: of more, the last one stands beside how many came before it
const opened = new Set(); // by the id of the first line of a group

export function foldEvents(timeline) {
  const button = document.querySelector("#hide-events");
  const note = document.querySelector("#events-hidden");
  const observer = new MutationObserver(draw);
  button.addEventListener("click", toggle);
  note.addEventListener("click", (event) => event.target.closest("button") && toggle());
  timeline.addEventListener("click", (event) => {
    const group = event.target.closest(".line-group");
    if (group) open(group);
  });
  on("h", toggle);
  draw();

  function toggle() {
    const hidden = timeline.classList.toggle("without-events");
    button.setAttribute("aria-pressed", hidden);
    document.querySelector("#to-whole").hidePopover();
    draw();
    const { "X-CSRFToken": token } = JSON.parse(document.body.getAttribute("hx-headers"));
    fetch("/inbox/events", {
      method: "POST",
      headers: { "X-CSRFToken": token },
      body: new URLSearchParams({ hidden: hidden ? "yes" : "no" }),
    });
  }

  /* Drawn anew whenever a line comes; not seeing itself draw. */
  function draw() {
    observer.disconnect();
    for (const group of timeline.querySelectorAll(".line-group")) group.remove();
    for (const line of timeline.querySelectorAll(".line.is-folded")) line.classList.remove("is-folded");
    for (const row of rows(timeline)) if (row.length > MOST && !opened.has(row[0].id)) fold(row.slice(0, -1));
    say(timeline.querySelectorAll(".line").length);
    observer.observe(timeline, { childList: true });
  }

  function fold(lines) {
    for (const line of lines) line.classList.add("is-folded");
    const group = document.createElement("li");
    group.className = "line line-group";
    group.innerHTML = `<button class="button bare" type="button">${lines.length} earlier events</button>`;
    lines[0].before(group);
  }

  function open(group) {
    const first = group.nextElementSibling;
    opened.add(first.id);
    draw();
    first.tabIndex = -1;
    first.focus({ preventScroll: true });
  }

  function say(count) {
    const hidden = timeline.classList.contains("without-events") && count > 0;
    note.hidden = !hidden;
    note.innerHTML = hidden ? `${count === 1 ? "An event is" : `${count} events are`} hidden. <button class="button bare" type="button">Show</button>` : "";
  }
}

function rows(timeline) {
  const found = [[]];
  for (const each of timeline.children) {
    if (each.classList.contains("line")) found.at(-1).push(each);
    else if (found.at(-1).length) found.push([]);
  }
  return found;
}
