/* The preview follows the form, a moment after the last change. */
const form = document.getElementById("face"), frame = document.getElementById("seen");
let soon;

const follow = () => {
  clearTimeout(soon);
  soon = setTimeout(() => {
    const said = new URLSearchParams(new FormData(form));
    said.delete("csrfmiddlewaretoken");
    if (form.checkValidity()) frame.src = `${frame.dataset.page}?${said}${said.get("shown") === "closed" ? "#closed" : ""}`;
  }, 300);
};

form.addEventListener("input", follow);
follow();
