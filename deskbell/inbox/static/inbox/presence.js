/* Who else is at this ticket, and who writes: told at once, said again every twenty seconds, forgotten when
   nothing is said for a minute. */
const EVERY = 20_000, FORGOTTEN = 60_000;
const words = { reading: "is here", replying: "is writing a reply", noting: "is writing a note" };

export function watchPresence(list, { number, me, token }) {
  const others = new Map(); // by agent: name, portrait, doing, since
  let doing = "reading";

  function say(asks = false) {
    const body = new URLSearchParams({ doing, csrfmiddlewaretoken: token });
    if (asks) body.set("asks", "yes");
    if (!looked()) body.set("hidden", "yes"); // of what is before the eyes no phone speaks
    fetch(`/tickets/${number}/presence`, { method: "POST", body, keepalive: true }).catch(() => {});
  }

  function hear(data) {
    const { agent, name, portrait, doing: what, asks } = JSON.parse(data);
    if (String(agent) === me) return;
    if (what === "gone") others.delete(agent);
    else others.set(agent, { name, portrait, doing: what, at: performance.now() });
    if (asks) say();
    draw();
  }

  function draw() {
    const now = performance.now();
    for (const [agent, { at }] of others) if (now - at > FORGOTTEN) others.delete(agent);
    list.replaceChildren(
      ...[...others.values()].map(({ name, portrait, doing: what }) => {
        const item = document.createElement("li");
        item.className = what === "reading" ? "" : "writes";
        const avatar = document.createElement("span");
        avatar.className = "avatar team";
        avatar.setAttribute("aria-hidden", "true");
        avatar.textContent = name.split(/\s+/).map((part) => part[0]).slice(0, 2).join("").toUpperCase();
        if (portrait) avatar.append(Object.assign(new Image(24, 24), { src: portrait, alt: "" }));
        item.append(avatar, `${name} ${words[what]}`);
        return item;
      }),
    );
  }

  const looked = () => document.visibilityState === "visible";
  const saw = () => looked() && say();
  document.addEventListener("visibilitychange", () => say());
  setInterval(() => (saw(), draw()), EVERY);
  addEventListener("pagehide", () => ((doing = "gone"), say()));
  addEventListener("pageshow", ({ persisted }) => persisted && ((doing = "reading"), say(true)));
  return {
    hear,
    begin: () => say(true),
    saw, // what has just come, if anybody looks
    does(kind) {
      const now = { reply: "replying", note: "noting" }[kind] ?? "reading";
      if (now === doing) return;
      doing = now;
      say();
    },
  };
}
