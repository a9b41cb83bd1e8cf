/* A review appears below its form: lead the eye and the screen reader there. */
document.addEventListener("htmx:afterSwap", (event) => {
  const heading = event.detail.target.querySelector?.(".review h2");
  heading?.focus({ preventScroll: true });
  heading?.closest(".review").scrollIntoView({ block: "start" });
});

/* A form that only asks sends itself when a choice is made. Without a script there is its button. */
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-sends-itself]");
  if (!form) return;
  if (event.target.name === "country") form.querySelector("[name=state]")?.remove();
  form.requestSubmit();
});

/* On a phone the tabs scroll: show the one that is open. */
document.querySelector(".coverage > .tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
