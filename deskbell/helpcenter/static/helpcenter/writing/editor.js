/* The editor works without this: it saves, and the preview shows what was saved. With it, the preview follows
   while one writes, and pictures are pasted; each must say what it shows. */
const form = document.querySelector("#writing");
const body = form.elements.body;
const frame = document.querySelector("#preview");
const dialog = document.querySelector("#picture");
const WAIT = 300; // milliseconds after the last letter
let timer;
let changed = false;

form.querySelector(".tools").hidden = false;
form.addEventListener("input", () => {
  changed = true;
  clearTimeout(timer);
  timer = setTimeout(show, WAIT);
});
form.addEventListener("submit", () => { changed = false; });
addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });

async function show() {
  const sent = new FormData(form);
  try {
    const answer = await fetch(form.dataset.preview, { method: "POST", body: sent });
    if (!answer.ok) return;
    const made = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#shown");
    const shown = frame.contentDocument?.querySelector("#shown");
    if (made && shown) shown.innerHTML = made.innerHTML;
  } catch {
    // The line is gone: what is written stays in its field.
  }
}

for (const button of form.querySelectorAll("[data-insert]")) button.addEventListener("click", () => insert(button.dataset.insert));
form.querySelector("[data-picture]").addEventListener("click", () => ask());
body.addEventListener("paste", (event) => take(event, event.clipboardData));
body.addEventListener("drop", (event) => take(event, event.dataTransfer));

function take(event, from) {
  const picture = [...(from?.files ?? [])].find((each) => each.type.startsWith("image/"));
  if (!picture) return;
  event.preventDefault();
  ask(picture);
}

function insert(text) {
  const before = body.value.slice(0, body.selectionStart);
  const lead = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  body.setRangeText(lead + text, body.selectionStart, body.selectionEnd, "end");
  body.focus();
  body.dispatchEvent(new Event("input", { bubbles: true }));
}

let pasted;
function ask(picture) {
  pasted = picture;
  dialog.querySelector("#file").closest(".field").hidden = Boolean(picture);
  dialog.querySelector("form").reset();
  refuse("");
  dialog.showModal();
  dialog.querySelector(picture ? "#alt" : "#file").focus();
}

dialog.querySelector("form").addEventListener("submit", async (event) => {
  if (event.submitter?.value !== "add") return;
  event.preventDefault();
  const sent = new FormData();
  const picture = pasted ?? dialog.querySelector("#file").files[0];
  if (picture) sent.append("picture", picture);
  sent.append("alt", dialog.querySelector("#alt").value);
  sent.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  try {
    const answer = await fetch(form.dataset.pictures, { method: "POST", headers: { "HX-Request": "true" }, body: sent });
    if (!answer.ok) {
      const said = new DOMParser().parseFromString(await answer.text(), "text/html");
      return refuse(said.body.textContent.trim() || "It could not be kept.");
    }
    dialog.close();
    insert(`${(await answer.json()).markdown}\n`);
  } catch {
    refuse("The line is gone. Try again.");
  }
});

function refuse(sentence) {
  const said = dialog.querySelector("#picture-refused");
  said.textContent = sentence;
  said.hidden = !sentence;
}
