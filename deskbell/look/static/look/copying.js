/* A button that copies what stands in a field: <button data-copies="the field's id" hidden>Copy</button> */
for (const button of document.querySelectorAll("[data-copies]")) {
  if (!navigator.clipboard) continue; // not over plain HTTP: the field itself can be selected
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copies);
    await navigator.clipboard.writeText(field.value);
    field.select();
    button.textContent = "Copied";
  });
}
