/* Selecting tickets in the list, by keys and by hand, and sending what is to be done with all of them. */
import { on } from "../look/keys.js";
import { pickFields } from "./picked-fields.js";

export function pickFrom(rows, chosen) {
  const bar = document.querySelector("#picked-bar");
  const whole = document.querySelector("#pick-list");
  const picked = new Set();
  let last = null;
  let everything = false;

  rows.addEventListener("click", (event) => {
    const box = event.target.closest(".row-pick");
    if (!box) return;
    if (event.shiftKey && last) between(last, box).forEach((each) => set(each, box.checked));
    set(box, box.checked);
    last = box;
    show();
  });
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) {
        const box = node.querySelector?.(".row-pick");
        if (box) box.checked = picked.has(box.value); // a row that was drawn anew stays selected
      }
    }
  }).observe(rows, { childList: true });
  on("x", () => toggle(chosen()?.querySelector(".row-pick")));
  on("X", () => toggleAll());
  for (const [key, kind] of [["a", "assignee"], ["s", "state"], ["z", "snooze"], ["!", "spam"], ["#", "trash"], ["b", "back"]]) on(key, () => open(kind));
  on("f", () => open("field"));
  pickFields(bar);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && picked.size && !document.querySelector("dialog[open]")) none();
  });
  document.querySelector("#pick-none").addEventListener("click", none);
  whole.addEventListener("click", () => {
    everything = true;
    show();
  });
  bar.addEventListener("change", (event) => event.target.dataset.kind && send(event.target));
  bar.addEventListener("click", ({ target }) => target.matches("button[data-kind]") && send(target));
  bar.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.dataset.kind === "tag") event.preventDefault(), event.target.blur();
  });
  document.addEventListener("htmx:afterRequest", ({ detail: { elt, successful, xhr } }) => {
    if (elt === bar && successful && xhr.status < 400) none();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-closes-bulk]")) document.querySelector("#bulk").replaceChildren();
  });

  function boxes() {
    return [...rows.querySelectorAll(".row-pick")];
  }

  function between(one, other) {
    const all = boxes();
    const [from, to] = [all.indexOf(one), all.indexOf(other)].sort((a, b) => a - b);
    return from < 0 ? [other] : all.slice(from, to + 1);
  }

  function set(box, checked) {
    box.checked = checked;
    picked[checked ? "add" : "delete"](box.value);
    if (!checked) everything = false;
  }

  function toggle(box) {
    if (!box) return;
    set(box, !box.checked);
    last = box;
    show();
  }

  function toggleAll() {
    const all = boxes();
    const checked = all.some((each) => !each.checked);
    for (const each of all) set(each, checked);
    show();
  }

  function none() {
    everything = false;
    picked.clear();
    for (const each of boxes()) each.checked = false;
    show();
  }

  function show() {
    bar.hidden = picked.size === 0;
    const many = everything ? "The whole list" : `${picked.size} selected`;
    document.querySelector("#picked-count").textContent = many;
    whole.hidden = everything || boxes().some((each) => !each.checked);
  }

  function open(kind) {
    if (picked.size === 0) toggle(chosen()?.querySelector(".row-pick"));
    const field = bar.querySelector(kind === "field" ? "#pick-field" : `[data-kind="${kind}"]`);
    if (!field) return;
    if (field.matches("button")) return picked.size ? field.click() : undefined;
    field.focus();
    field.showPicker?.();
  }

  function send(field) {
    if (!field.matches("button") && !field.value.trim()) return;
    const fill = (name, value) => (bar.elements.namedItem(name).value = value);
    fill("numbers", everything ? "" : [...picked].join(","));
    fill("all", everything ? "yes" : "");
    fill("kind", field.dataset.kind);
    fill("value", field.value === "none" ? "" : field.value);
    if (field.tagName === "SELECT") field.selectedIndex = 0;
    else field.value = "";
    bar.requestSubmit();
  }
}
