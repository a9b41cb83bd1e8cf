/* What is being written is kept by the desk as it is typed, and appears on the other devices of the one who
   writes; the browser keeps it too, for when the line is cut. */
const PAUSE = 600;
export const thisPage = Math.random().toString(36).slice(2);

export function keepDraft(form, { number, last, doing }) {
  const text = form.querySelector("textarea");
  const key = `draft-${form.id}-${number}`;
  const seen = form.elements.namedItem("seen");
  let waiting = null, kept = text.value;
  form.elements.namedItem("page").value = thisPage;
  text.value ||= sessionStorage.getItem(key) ?? "";
  text.addEventListener("input", () => {
    if (seen && (!seen.value || !text.value.trim())) seen.value = text.value.trim() ? last() : "";
    doing(text.value.trim() ? form.id : "");
    waiting ??= setTimeout(send, PAUSE);
  });
  addEventListener("pagehide", () => waiting && send());

  async function send() {
    clearTimeout(waiting);
    waiting = null;
    const now = text.value;
    if (now === kept) return;
    const body = new URLSearchParams({ kind: form.id, text: now, page: thisPage });
    body.set("csrfmiddlewaretoken", form.elements.namedItem("csrfmiddlewaretoken").value);
    try {
      const answer = await fetch(`/tickets/${number}/draft`, { method: "POST", body, keepalive: now.length < 20_000 });
      if (answer.ok) kept = now;
    } catch {
      // The line is cut: the browser has it, and the next key sends it again.
    }
  }

  return {
    remember: (value) => (value ? sessionStorage.setItem(key, value) : sessionStorage.removeItem(key)),
    /* Another page of the same agent goes on with it; not while someone types here. */
    take(draft) {
      if (draft.page === thisPage || document.activeElement === text) return;
      text.value = kept = draft.text;
      sessionStorage.removeItem(key);
    },
  };
}
