/* One notification of the system; a press on it leads to what it tells of. */
export function show({ id, text, path }) {
  try {
    const shown = new Notification("Deskbell", { body: text, tag: id, icon: document.querySelector("link[rel=icon]")?.href });
    shown.addEventListener("click", () => {
      window.focus();
      if (path) location.assign(path);
      shown.close();
    });
  } catch {
    // Some phones show them for web push alone: the page itself says it all the same.
  }
}
