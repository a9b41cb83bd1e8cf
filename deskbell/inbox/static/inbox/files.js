/* Files that go with an answer: by button, dropped or pasted. They are sent to the desk at once, one after the
   other, with a bar each; the desk says what is refused. A picture that is pasted stands where the caret is. */
import { thisPage } from "./drafts.js";
import { write } from "./suggesting.js";

export function takeFiles(form, number) {
  const text = form.querySelector("textarea");
  const list = form.querySelector(".draft-files");
  const refusal = form.querySelector(".refusal");
  const picker = form.querySelector("[type=file]");
  const address = `/tickets/${number}/draft/files`;
  let queue = Promise.resolve(), coming = 0;

  form.querySelector("[data-attaches]").addEventListener("click", () => picker.click());
  picker.addEventListener("change", () => {
    take([...picker.files], false);
    picker.value = "";
  });
  text.addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files];
    if (!files.length || event.clipboardData.types.includes("text/plain")) return; // a table of Excel is a picture too
    event.preventDefault();
    take(files, true);
  });
  form.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    form.classList.add("may-drop");
  });
  form.addEventListener("dragleave", (event) => form.contains(event.relatedTarget) || form.classList.remove("may-drop"));
  form.addEventListener("drop", (event) => {
    form.classList.remove("may-drop");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    take([...event.dataTransfer.files], false);
  });
  list.addEventListener("click", async (event) => {
    const item = event.target.closest("button")?.closest("[data-key]");
    if (!item) return;
    text.value = text.value.replaceAll(shown(item), "");
    text.dispatchEvent(new Event("input", { bubbles: true }));
    draw(await send(`${address}/${item.dataset.key}/removal`, {}));
    text.focus();
  });

  /* Nothing is sent before they are there. */
  async function take(files, inline) {
    coming += 1;
    ready();
    for (const file of files) queue = queue.then(() => bring(file, inline));
    await queue;
    coming -= 1;
    ready();
  }

  function ready() {
    for (const button of form.querySelectorAll(".compose-foot .button")) button.disabled = coming > 0;
  }

  async function bring(file, inline) {
    const item = document.createElement("li");
    const bar = Object.assign(document.createElement("progress"), { max: 1, value: 0 });
    bar.setAttribute("aria-label", `${file.name} is coming in`);
    item.append(file.name, " ", bar);
    list.append(item);
    refusal.replaceChildren();
    const answer = await send(address, { kind: form.id, file }, (part) => (bar.value = part));
    item.remove();
    if (answer.ok) return draw(answer, inline);
    if (answer.status === 422) refusal.innerHTML = answer.html;
    else refusal.textContent = `${file.name} did not come through. Try it again.`;
  }

  /* Drawn by the desk; what still comes in keeps its place. */
  function draw({ ok, html }, inline = false) {
    if (!ok) return;
    list.querySelectorAll("[data-key]").forEach((each) => each.remove());
    list.insertAdjacentHTML("afterbegin", html);
    const last = [...list.querySelectorAll("[data-key]")].at(-1);
    if (inline && last?.hasAttribute("data-picture")) write(text, `${shown(last)}\n`);
  }

  function send(to, fields, progress = () => {}) {
    const body = new FormData();
    for (const [name, value] of Object.entries({ ...fields, page: thisPage })) body.append(name, value);
    body.append("csrfmiddlewaretoken", form.elements.namedItem("csrfmiddlewaretoken").value);
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      request.upload.addEventListener("progress", ({ loaded, total }) => progress(loaded / total));
      request.addEventListener("loadend", () => done({ ok: request.status === 200, status: request.status, html: request.responseText }));
      request.open("POST", to);
      request.setRequestHeader("HX-Request", "true"); // a refusal is a sentence, not a page
      request.send(body);
    });
  }

  return {
    /* They have been sent, or another page of the same agent has changed them. */
    clear: () => list.replaceChildren(),
    async look() {
      const answer = await fetch(`${address}?kind=${form.id}`);
      if (answer.ok) list.innerHTML = await answer.text();
    },
  };
}

/* How the words show a picture that goes along. */
function shown({ dataset: { cid, name } }) {
  return `![${name.replace(/[[\]]/g, "")}](cid:${cid})`;
}
