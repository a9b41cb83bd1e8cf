/* The choice between the system's theme, light and dark; kept in this browser. */
export function offer() {
  const choices = document.querySelectorAll("input[name=theme]");
  const chosen = localStorage.getItem("theme") ?? "system";
  for (const choice of choices) {
    choice.checked = choice.value === chosen;
    choice.addEventListener("change", () => choose(choice.value));
  }
}

function choose(theme) {
  if (theme === "system") {
    localStorage.removeItem("theme");
    delete document.documentElement.dataset.theme;
  } else {
    localStorage.setItem("theme", theme);
    document.documentElement.dataset.theme = theme;
  }
}
