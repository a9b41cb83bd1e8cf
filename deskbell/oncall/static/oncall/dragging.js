// Dragging along the final schedule opens the form of an override with that time filled in.
// Whoever has no pointer uses the form itself; it is the same one.

const STEP = 15 * 60; // seconds to which a time is rounded
const SLACK = 6; // pixels that are no drag yet

let drag = null;

const share = (strip, x) => {
  const box = strip.getBoundingClientRect();
  return Math.min(1, Math.max(0, (x - box.left) / box.width));
};

const instant = (strip, at) => {
  const start = Number(strip.dataset.start);
  const end = Number(strip.dataset.end);
  return Math.round((start + (end - start) * at) / STEP) * STEP;
};

const written = (seconds) => new Date(seconds * 1000).toISOString().replace(".000Z", "Z");

const end = () => {
  drag?.drawn?.remove();
  drag = null;
};

document.addEventListener("pointerdown", (event) => {
  const strip = event.target.closest?.(".strip[data-base]");
  if (!strip || event.button !== 0) return;
  drag = { strip, from: event.clientX, drawn: null };
  strip.setPointerCapture(event.pointerId);
});

document.addEventListener("pointermove", (event) => {
  if (!drag || Math.abs(event.clientX - drag.from) < SLACK) return;
  if (!drag.drawn) {
    drag.drawn = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    drag.drawn.setAttribute("class", "dragged");
    drag.drawn.setAttribute("height", "100%");
    drag.strip.append(drag.drawn);
  }
  const [one, other] = [share(drag.strip, drag.from), share(drag.strip, event.clientX)].sort((a, b) => a - b);
  drag.drawn.setAttribute("x", `${one * 100}%`);
  drag.drawn.setAttribute("width", `${(other - one) * 100}%`);
});

document.addEventListener("pointerup", (event) => {
  if (!drag) return;
  const { strip, from, drawn } = drag;
  end();
  if (!drawn) return;
  const ends = [share(strip, from), share(strip, event.clientX)].sort((a, b) => a - b);
  const [start, stop] = ends.map((at) => instant(strip, at));
  if (start >= stop) return;
  const query = new URLSearchParams({ from: written(start), to: written(stop) });
  window.location.assign(`${strip.dataset.base}?${query}`);
});

document.addEventListener("pointercancel", end);
document.addEventListener("keydown", (event) => event.key === "Escape" && end());
