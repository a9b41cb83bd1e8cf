/* A custom field for all tickets that are selected: first which, then what. Its button holds both, as `room=204`. */
export function pickFields(bar) {
  const choice = bar.querySelector("#pick-field");
  if (!choice) return;
  const fields = [...bar.querySelectorAll(".picked-field")];
  const button = (field) => field.querySelector("[data-kind]");

  choice.addEventListener("change", () => {
    for (const field of fields) field.hidden = field.dataset.field !== choice.value;
    const chosen = fields.find((field) => !field.hidden);
    if (!chosen) return;
    hold(chosen);
    chosen.querySelector("input, select").focus();
  });
  for (const field of fields) {
    field.addEventListener("input", () => hold(field));
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target === button(field)) return;
      event.preventDefault(); // it would send the bar, which doesn't know yet what is wanted
      button(field).click();
    });
    button(field).addEventListener("click", () => ((field.hidden = true), (choice.value = "")));
  }

  function hold(field) {
    const held = [...field.querySelectorAll("select, input:not([type=checkbox]), :checked[type=checkbox]")];
    button(field).value = `${field.dataset.field}=${held.map(({ value }) => value.trim()).join(",")}`;
  }
}
