/* <time datetime data-form="ago|moment|clock">: said in the reader's zone, and kept true while the page is open. */
const { zone, zoneName } = document.documentElement.dataset;
const parts = new Intl.DateTimeFormat("en-US", {
  timeZone: zone || undefined,
  weekday: "short",
  month: "short",
  day: "numeric",
  year: "numeric",
  hour: "numeric",
  minute: "2-digit",
  hour12: true,
});

/* Says all times under `root`, and those that come later; "ago" goes on counting. */
export function keep(root) {
  say(root);
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node.nodeType === 1) say(node);
  }).observe(root.body ?? root, { childList: true, subtree: true });
  setInterval(() => say(root), 20_000);
}

function say(root) {
  const times = [...root.querySelectorAll("time[data-form]")];
  if (root.matches?.("time[data-form]")) times.push(root);
  for (const time of times) {
    const instant = new Date(time.dateTime);
    const text = time.dataset.form === "ago" ? ago(instant) : moment(instant);
    if (time.textContent !== text) time.textContent = text;
    if (time.dataset.form === "ago") time.title = moment(instant);
  }
}

function moment(instant) {
  const said = Object.fromEntries(parts.formatToParts(instant).map(({ type, value }) => [type, value]));
  const year = said.year === String(new Date().getFullYear()) ? "" : `, ${said.year}`;
  const hour = `${said.hour}:${said.minute} ${said.dayPeriod.toLowerCase()}`;
  return `${said.weekday}, ${said.month} ${said.day}${year}, ${hour} ${zoneName}`.trim();
}

function ago(instant) {
  const minutes = Math.floor((Date.now() - instant) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  return minutes < 24 * 60 ? `${Math.floor(minutes / 60)} h ago` : `${Math.floor(minutes / (24 * 60))} d ago`;
}
