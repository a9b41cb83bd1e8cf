/* The preview follows what is being written, a moment after the last key. */
const form = document.querySelector("#letter");
const show = document.querySelector("#show");
let waiting;

form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(refresh, 400);
});
refresh();

function refresh() {
  form.requestSubmit(show);
}
