/* <local-time zone="America/Chicago" data-name="Central">: what the clock on the customer's wall says now. */
class LocalTime extends HTMLElement {
  connectedCallback() {
    this.tell();
    this.ticking = setInterval(() => this.tell(), 10_000);
  }

  disconnectedCallback() {
    clearInterval(this.ticking);
  }

  tell() {
    const clock = new Intl.DateTimeFormat("en-US", { timeZone: this.getAttribute("zone"), weekday: "short", hour: "numeric", minute: "2-digit" });
    const text = `${clock.format(new Date()).replace(/ ([AP]M)$/, (_, half) => ` ${half.toLowerCase()}`)} ${this.dataset.name}`;
    if (this.textContent !== text) this.textContent = text;
  }
}

customElements.define("local-time", LocalTime);
