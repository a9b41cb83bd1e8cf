/* <time-waited since="2026-11-30T17:00:00Z">: how long someone has waited, to the second. */
const shown = new Set();
let ticking = 0;

class TimeWaited extends HTMLElement {
  connectedCallback() {
    shown.add(this);
    this.tick();
    ticking ||= setInterval(() => shown.forEach((each) => each.tick()), 1000);
  }

  disconnectedCallback() {
    shown.delete(this);
    if (shown.size === 0) ticking = clearInterval(ticking) ?? 0;
  }

  tick() {
    const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(this.getAttribute("since"))) / 1000));
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    const text = hours ? `${hours} h ${minutes} min` : minutes ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
    if (this.textContent !== text) this.textContent = text;
  }
}

customElements.define("time-waited", TimeWaited);
