/* The custom fields of a ticket: each is sent when it was changed, while the hands are already on the next. */
const typedDays = new WeakSet();

export function fillIn() {
  document.querySelector(".custom-field :is(input:not([type=hidden]), select)")?.focus();
}

/* A day that is being typed is whole only when the field is left: until then its half-typed years are no answer. */
document.addEventListener("keydown", ({ target, key }) => isDay(target) && key !== "Tab" && key !== "Enter" && typedDays.add(target));
document.addEventListener("pointerdown", ({ target }) => typedDays.delete(target));
document.addEventListener("change", (event) => typedDays.has(event.target) && event.stopPropagation(), true);
document.addEventListener("focusout", ({ target }) => {
  if (!typedDays.delete(target) || target.value === target.defaultValue) return;
  target.dispatchEvent(new Event("change", { bubbles: true }));
});

/* What has arrived is what a refusal goes back to. */
document.addEventListener("htmx:afterRequest", ({ detail: { elt, successful, xhr } }) => {
  if (!elt.matches?.(".custom-field") || !successful || xhr.status >= 400) return;
  elt.querySelector(".refusal").replaceChildren();
  for (const field of elt.elements) {
    if (field.type === "checkbox") field.defaultChecked = field.checked;
    else if (field.options) for (const option of field.options) option.defaultSelected = option.selected;
    else field.defaultValue = field.value;
  }
});

function isDay(element) {
  return element.type === "date" && element.closest?.(".custom-field");
}
