/* <time-left due="2026-11-30T17:00:00Z" warn="…">: counts by itself and knows when it turns warned or breached. */
const shown = new Set();
let ticking = 0;

class TimeLeft extends HTMLElement {
  connectedCallback() {
    shown.add(this);
    this.tick(Date.now());
    ticking ||= setInterval(() => shown.forEach((each) => each.tick(Date.now())), 1000);
  }

  disconnectedCallback() {
    shown.delete(this);
    if (shown.size === 0) ticking = clearInterval(ticking) ?? 0;
  }

  tick(now) {
    const due = Date.parse(this.getAttribute("due"));
    const warn = Date.parse(this.getAttribute("warn") ?? "");
    const standing = now > due ? "breached" : now >= warn ? "warned" : "running";
    const text = timeLeft(Math.floor((due - now) / 1000));
    if (this.textContent !== text) this.textContent = text;
    if (this.className !== standing) this.className = standing;
  }
}

export function timeLeft(seconds) {
  return seconds >= 0 ? `${span(seconds)} left` : `${span(-seconds)} late`;
}

function span(seconds) {
  const [minutes, second] = split(seconds, 60);
  const [hours, minute] = split(minutes, 60);
  const [days, hour] = split(hours, 24);
  if (days) return `${days}d ${two(hour)}h`;
  if (hours) return `${hours}h ${two(minute)}m`;
  return minute >= 10 ? `${minute}m` : `${minute}m ${two(second)}s`;
}

const split = (whole, by) => [Math.floor(whole / by), whole % by];
const two = (number) => String(number).padStart(2, "0");

customElements.define("time-left", TimeLeft);
