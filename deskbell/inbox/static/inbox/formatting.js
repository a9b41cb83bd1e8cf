/* Form for what is written: GitHub's toolbar of Markdown on the plain field, which stays one for keyboards and screen
   readers; Ctrl-B and Ctrl-I; and a look at what will be sent, drawn by the desk's own renderer. */
import "../look/vendor/markdown-toolbar.js";

const KEYS = { b: "md-bold", i: "md-italic" };

export function offerFormatting(form, number) {
  const text = form.querySelector("textarea");
  const button = form.querySelector("[data-previews]");
  const shown = form.querySelector(".preview-of-words");

  text.addEventListener("keydown", (event) => {
    const sign = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && KEYS[event.key.toLowerCase()];
    if (!sign) return;
    event.preventDefault();
    form.querySelector(sign).click();
  });
  button.addEventListener("click", () => (shown.hidden ? look() : write()));
  form.addEventListener("reset", write);

  async function look() {
    const body = new URLSearchParams({ text: text.value });
    body.set("csrfmiddlewaretoken", form.elements.namedItem("csrfmiddlewaretoken").value);
    const answer = await fetch(`/tickets/${number}/preview`, { method: "POST", body });
    if (!answer.ok) return;
    shown.innerHTML = await answer.text();
    swap(true);
  }

  function write() {
    if (shown.hidden) return;
    swap(false);
    text.focus();
  }

  function swap(looks) {
    shown.hidden = !looks;
    text.hidden = looks;
    button.setAttribute("aria-pressed", looks);
  }
}
