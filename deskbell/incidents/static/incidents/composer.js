/* Writing an update: it begins with the words of its phase, its preview follows, and nothing typed is lost. */
import { on } from "../look/keys.js";
import { form } from "./form.js";

const { draft: name, refused } = form.dataset;
const asked = new URLSearchParams(location.search).get("phase") ?? "";
const draft = `${name}-${asked}`; // an end that is begun takes nothing from an update that is
const previewed = document.querySelector("#previewed");
const phases = [...form.elements.phase];
const kept = ["text", "text_es", "phase", "next", "next_at"];
let phase = chosenPhase();
let waiting = null;

if (refused === undefined) restore();
form.addEventListener("change", ({ target }) => target.name === "phase" && turn());
form.addEventListener("input", changed);
form.addEventListener("change", changed);
document.querySelector("#district").addEventListener("change", changed);
document.querySelector("#add-wording").addEventListener("click", addWording);
document.querySelector("#spanish-words").addEventListener("click", () => put("text_es", phase.dataset.textEs));
document.addEventListener("htmx:afterRequest", ({ detail: { elt, xhr } }) => {
  if (elt === form && xhr.status >= 200 && xhr.status < 300) localStorage.removeItem(draft); // and on to the incident
});
for (const key of ["1", "2", "3", "4"]) on(key, () => phases[key - 1].click());
on("i", () => form.elements.text.focus());

function chosenPhase() {
  return phases.find(({ checked }) => checked) ?? phases[0];
}

/* Words that nobody has touched are those of the phase. */
function turn() {
  const before = phase;
  phase = chosenPhase();
  for (const [name, words] of [["text", "text"], ["text_es", "textEs"]]) {
    const field = form.elements[name];
    if (field.value.trim() === before.dataset[words].trim()) put(name, phase.dataset[words]);
  }
}

function put(name, words) {
  form.elements[name].value = words;
  form.elements[name].dispatchEvent(new Event("input", { bubbles: true }));
}

function changed() {
  keep();
  clearTimeout(waiting);
  waiting = setTimeout(() => htmx.trigger(previewed, "refresh"), 250);
}

/* What is being written survives a reload, a crash, a page left by mistake; until it was published. */
function keep() {
  const fields = Object.fromEntries(kept.map((name) => [name, form.elements[name].value]));
  const wordings = [...form.querySelectorAll("[data-district]")].map((one) => [one.dataset.district, one.querySelector("label").textContent, one.querySelector("textarea").value]);
  const states = statesHere().map((one) => [one.name, stood(one), one.value]).filter(([, was, is]) => was !== is);
  localStorage.setItem(draft, JSON.stringify({ fields, wordings, states, at: Date.now() }));
}

function statesHere() {
  return [...form.querySelectorAll("select[name^='state-']")];
}

/* The state in which the desk has it. */
function stood(select) {
  return [...select.options].find(({ defaultSelected }) => defaultSelected)?.value ?? "";
}

/* A draft of another day would tell old news, and so would a state that someone has changed since. */
function restore() {
  const found = JSON.parse(localStorage.getItem(draft) ?? "null");
  if (!found || Date.now() - found.at > 12 * 3600_000) return;
  for (const field of kept) form.elements[field].value = found.fields[field];
  for (const [district, label, text] of found.wordings) wording(district, label).value = text;
  for (const [field, was, is] of found.states ?? []) {
    const select = statesHere().find((one) => one.name === field && stood(one) === was);
    if (select) select.value = is;
  }
  phase = chosenPhase();
  changed();
}

function addWording() {
  const { value, selectedOptions } = document.querySelector("#for-district");
  if (!value) return;
  const field = wording(value, `For ${selectedOptions[0].textContent}`);
  field.value ||= form.elements.text.value;
  document.querySelector("#district").value = value;
  field.focus();
  changed();
}

/* The field for a district's own words, made if there is none. */
function wording(district, label) {
  const known = document.getElementById(`wording-${district}`);
  if (known) return known;
  const place = document.createElement("div");
  place.className = "field";
  place.dataset.district = district;
  const name = document.createElement("label");
  name.htmlFor = `wording-${district}`;
  name.textContent = label;
  const field = document.createElement("textarea");
  Object.assign(field, { id: `wording-${district}`, name: `wording-${district}`, className: "input", rows: 4, maxLength: 5000 });
  place.append(name, field);
  document.querySelector("#own-words").append(place);
  document.querySelector("#wordings").open = true;
  return field;
}
