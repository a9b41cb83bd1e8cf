/* An answer in the customer's language: a machine translates what was written, the original stays beside it, and one
   press brings it back. Nothing is sent to the customer by that. */
export function offerTranslating(form, number) {
  const button = form.querySelector("[data-translates-answer]");
  if (!button) return () => {};
  const [text, refusal, box] = ["textarea", ".refusal", "[data-translated]"].map((each) => form.querySelector(each));
  const [original, language, key] = ["[data-original]", "[data-language]", "[name=translation]"].map((each) => box.querySelector(each));

  button.addEventListener("click", translate);
  box.querySelector("[data-untranslates]").addEventListener("click", () => {
    put(original.textContent);
    forget();
    text.focus();
  });
  form.addEventListener("reset", forget);

  async function translate() {
    const [before, written] = [text.value, box.hidden ? text.value : original.textContent];
    const body = new URLSearchParams({ text: written, language: form.querySelector("#answer-language").value });
    body.set("csrfmiddlewaretoken", form.elements.namedItem("csrfmiddlewaretoken").value);
    button.disabled = true;
    refusal.replaceChildren();
    try {
      const headers = { "HX-Request": "true" }; // a refusal is a sentence, not a page
      const answer = await fetch(`/tickets/${number}/translation`, { method: "POST", headers, body });
      if (!answer.ok) return refuse(await answer.text());
      if (text.value !== before) return refuse("You have written on meanwhile: translate it again.");
      show(await answer.json(), written);
    } catch {
      refuse("The desk could not be reached. Try again.");
    } finally {
      button.disabled = false;
    }
  }

  function show(made, written) {
    original.textContent = written;
    language.textContent = made.language;
    key.value = made.key;
    box.hidden = false;
    put(made.text);
    text.focus();
  }

  function put(words) {
    text.value = words;
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function refuse(sentence) {
    refusal.innerHTML = sentence;
  }

  function forget() {
    box.hidden = true;
    key.value = "";
  }

  return translate;
}

/* The message that is chosen, or the customer's last. */
export function translateMessage(timeline) {
  const [chosen] = timeline.querySelectorAll(".entry.is-chosen [data-translates]");
  (chosen ?? [...timeline.querySelectorAll("[data-translates]")].at(-1))?.click();
}
