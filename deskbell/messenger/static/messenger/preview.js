/* The portal of the preview: it opens the bubble at once, in the look that was chosen. */
const { bubble, mode } = document.getElementById("preview").dataset;
const { start, open } = await import(new URL(bubble, location.href));
start({ look: mode });
if (location.hash !== "#closed") open();
