/* The ten seconds in which a reply can be taken back: a countdown beside the button, for its author alone.
   `give` gets the words of a reply that was taken back. */
export function watchUndo(timeline, agent, give) {
  const tend = () => {
    const forms = timeline.querySelectorAll("form.undo");
    for (const form of forms) tick(form, agent, give);
    if (forms.length) setTimeout(tend, 250);
  };
  new MutationObserver((changes) => {
    const added = changes.flatMap((change) => [...change.addedNodes]);
    const forms = added.map((node) => node.querySelector?.("form.undo")).filter(Boolean);
    for (const form of forms) htmx.process(form);
    if (forms.length) tend();
  }).observe(timeline, { childList: true });
  tend();
}

function tick(form, agent, give) {
  if (!form.dataset.ends) begin(form, give);
  const left = Math.ceil((form.dataset.ends - performance.now()) / 1000);
  if (form.dataset.by !== agent || left <= 0) return form.remove();
  const seconds = form.querySelector("[data-seconds]");
  if (seconds.textContent !== String(left)) seconds.textContent = left;
}

function begin(form, give) {
  form.dataset.ends = performance.now() + form.dataset.left * 1000; // the desk's clock may differ from ours
  // The stream may have redrawn the entry before the answer comes: then only the form itself hears of it.
  form.addEventListener("htmx:afterRequest", ({ detail: { successful, xhr } }) => {
    if (successful && xhr.status < 400) give(takenBack(xhr.responseText));
  });
}

function takenBack(html) {
  const answer = new DOMParser().parseFromString(html, "text/html");
  return answer.querySelector("#taken-back")?.dataset.text ?? "";
}
