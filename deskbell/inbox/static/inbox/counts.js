/* How many tickets each list has: asked after the page, and again when something has changed, in peace. */
const PAUSE = 3_000;

export function keepCounts(nav) {
  let waiting = null;
  const ask = async () => {
    waiting = null;
    if (document.visibilityState !== "visible") return; // asked when someone looks again
    const answer = await fetch("/inbox/counts", { headers: { accept: "application/json" } });
    if (!answer.ok) return;
    const counts = await answer.json();
    for (const view of nav.querySelectorAll("[data-view]")) {
      view.querySelector("[data-count]").textContent = counts[view.dataset.view] ?? "";
    }
  };
  const stale = () => (waiting ??= setTimeout(ask, PAUSE));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && stale());
  ask();
  return { stale };
}
