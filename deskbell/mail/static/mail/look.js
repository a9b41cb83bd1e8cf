// The preview follows the form: name, color and logo as they would look once saved.
const form = document.querySelector("form[data-brand]");
const sheet = document.querySelector("#brand-colors");
const usual = form.dataset.usual;

const named = (path) => form.elements.namedItem(path);

function follow() {
  const color = named("own-color").checked ? named("color").value : usual;
  const address = `/help/colors/${color.slice(1)}.css`;
  if (sheet.getAttribute("href") !== address) sheet.href = address;
  for (const each of document.querySelectorAll("[data-brand-name]")) {
    each.textContent = named("name").value.trim() || each.dataset.brandName;
  }
}

function picture() {
  const [file] = named("logo").files;
  if (!file) return;
  const reader = new FileReader();
  reader.addEventListener("load", () => {
    for (const each of document.querySelectorAll(".brand-logo")) {
      each.src = reader.result;
      each.hidden = false;
    }
  });
  reader.readAsDataURL(file);
}

named("color").addEventListener("input", () => {
  named("own-color").checked = true;
  follow();
});
form.addEventListener("input", follow);
named("logo").addEventListener("change", picture);
