// The live stream of a page: nothing lost, nothing twice, whatever happens to the connection.
//
//   const stream = connect({
//     token: () => fetch("/live-token").then((answer) => answer.text()),
//     first: "<the token that the page was drawn with>",
//     on: {"ticket-row": (data, id) => ...},
//     state: (connected) => ...,
//     resync: () => ...,     // too much was missed: draw the page anew
//     revoked: () => ...,    // the right to listen was taken away
//   });
//   stream.close();
//
// It reads with fetch and not with EventSource, which would hide heartbeats (is the connection still
// alive?), the status of a refusal (is it time for a new token?) and the cursor of quiet times.

const SILENCE = 40_000;      // heartbeats come every 15 s; silence means a dead connection
const LONGEST_PAUSE = 15_000;
const REMEMBERED = 2_000;    // ids of events, to recognize those that come a second time

export function connect(options) {
  const stream = new Stream(options);
  stream.run();
  return stream;
}

class Stream {
  constructor({url = "/live", token, first = "", on = {}, state, resync, revoked}) {
    this.url = url;
    this.renew = token;
    this.token = first;
    this.handlers = on;
    this.state = state ?? (() => {});
    this.resync = resync ?? (() => location.reload());
    this.revoked = revoked ?? (() => location.reload());
    this.cursor = "";
    this.seen = new Set();
    this.failures = 0;
    this.closed = false;
    this.connected = null;
    this.hurry = () => this.hurryUp();
    addEventListener("online", this.hurry);
    document.addEventListener("visibilitychange", this.hurry);
  }

  close() {
    this.closed = true;
    removeEventListener("online", this.hurry);
    document.removeEventListener("visibilitychange", this.hurry);
    this.reading?.abort();
    this.stopWaiting?.();
  }

  async run() {
    while (!this.closed) {
      try {
        await this.readOnce();
      } catch {
        // The network, a restart of the server, or silence: all of them mean "again, in a moment".
      }
      this.tellState(false);
      if (!this.closed) await this.wait();
    }
  }

  async readOnce() {
    this.reading = new AbortController();
    if (!this.token) this.token = await this.renew();
    const query = new URLSearchParams({topics: this.token});
    if (this.cursor) query.set("last", this.cursor);
    this.expectSound();
    const answer = await fetch(`${this.url}?${query}`, {
      headers: {accept: "text/event-stream"},
      cache: "no-store",
      signal: this.reading.signal,
    });
    try {
      if (answer.status === 403) this.token = "";
      if (!answer.ok) throw new Error(`The stream answered ${answer.status}`);
      this.failures = 0;
      this.tellState(true);
      await this.readAll(answer.body.getReader());
    } finally {
      clearTimeout(this.silence);
      this.reading.abort();
    }
  }

  async readAll(reader) {
    const decoder = new TextDecoder();
    let unread = "";
    for (;;) {
      const {done, value} = await reader.read();
      if (done) return;
      this.expectSound();
      const blocks = (unread + decoder.decode(value, {stream: true})).split("\n\n");
      unread = blocks.pop();
      for (const block of blocks) this.take(parse(block));
    }
  }

  // The cursor moves only after the event was handled: one that was cut off in between comes again.
  take({id, name, data}) {
    const number = id.slice(id.lastIndexOf(".") + 1);
    if (name && !(number !== "0" && this.seen.has(number))) {
      this.remember(number);
      this.handle(name, data, number);
    }
    if (id) this.cursor = id;
  }

  handle(name, data, number) {
    if (name === "resync") this.resync();
    else if (name === "revoke") {
      this.close();
      this.revoked();
    } else {
      try {
        this.handlers[name]?.(data, number);
      } catch (error) {
        reportError(error);
      }
    }
  }

  remember(number) {
    if (number === "0") return;
    this.seen.add(number);
    if (this.seen.size > REMEMBERED) this.seen.delete(this.seen.values().next().value);
  }

  expectSound() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.reading.abort(), SILENCE);
  }

  tellState(connected) {
    if (connected === this.connected) return;
    this.connected = connected;
    this.state(connected);
  }

  // Doubling pauses, each of a random length, so that a thousand pages don't come back at once.
  async wait() {
    const most = Math.min(LONGEST_PAUSE, 500 * 2 ** this.failures);
    this.failures += 1;
    await new Promise((resolve) => {
      this.stopWaiting = resolve;
      setTimeout(resolve, most * (0.5 + Math.random() / 2));
    });
  }

  // The network is back, or someone looks again: don't wait any longer.
  hurryUp() {
    if (document.visibilityState === "visible") this.stopWaiting?.();
  }
}

function parse(block) {
  const event = {id: "", name: "", data: ""};
  const lines = [];
  for (const line of block.split("\n")) {
    const [field, ...rest] = line.split(": ");
    const value = rest.join(": ");
    if (field === "id") event.id = value;
    else if (field === "event") event.name = value;
    else if (field === "data") lines.push(value);
  }
  event.data = lines.join("\n");
  return event;
}
