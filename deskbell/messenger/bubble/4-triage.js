/* ---- is it urgent? Three questions, fetched when someone asks; the desk says what follows from the answers ---- */

let triaged = null, asking = null, answers = null, failed = "";

const askTriage = async (first) => {
  asking ||= await ask("questions?lang=" + LANG).catch(() => null);
  if (asking && first) { answers = {}; toNext(); } else draw();
};

/** Draws, and brings the next question under the eye, the hand and the ear. */
const toNext = () => {
  draw();
  const card = root.querySelector(".triage");
  card.scrollIntoView({ block: "nearest" });
  (card.querySelector("button") || ui.field).focus();
  tell(card.firstChild.textContent);
};

const judge = async () => {
  failed = "";
  toNext();
  try {
    if (!messages.size && !known.outbox.length)
      send(asking.questions.map(({ name, text, options }) => `${text} ${options[answers[name]]}`).join("\n"));
    await post();
    triaged = (await ask("triage", answers)).triage;
    answers = null;
  } catch (error) {
    failed = error.status === 422 ? error.message : t("waiting");
  }
  toNext();
};

const drawTriage = () => {
  const card = (words, ...choices) => el("div", { class: "card begin triage" }, el("p", {}, words),
    ...choices.map(([text, onclick]) => el("button", { onclick }, text)));
  const next = answers && asking.questions.find(({ name }) => !answers[name]);
  if (next) return card(next.text, ...Object.entries(next.options).map(([value, words]) =>
    [words, () => { answers[next.name] = value; if (answers.around) judge(); else toNext(); }]));
  if (answers) return failed ? card(failed, [t("retry"), judge]) : card(t("sending"));
  if (triaged && asking) return card(asking[triaged.team ? "corrected" : "said"][triaged.impact] +
    (triaged.by ? " " + asking.by.replace("{by}", zoned(triaged.by)) : ""));
  if (triaged) askTriage();
  return el("div", { class: "begin triage" }, el("button", { onclick: () => askTriage(1) }, t("urgent")));
};
