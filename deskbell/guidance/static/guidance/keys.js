/* Keys of the onboardings: c begins one; on the page of one j and k go through its steps, d marks one as done. */
import { on } from "../look/keys.js";

const steps = [...document.querySelectorAll(".onboarding-step")];
const here = () => steps.findIndex((step) => step.contains(document.activeElement));

on("c", () => document.querySelector("#begin")?.click());
on("j", () => go(here() + 1));
on("k", () => go(here() < 0 ? steps.length - 1 : here() - 1));
on("d", () => steps[here()]?.querySelector(".doing button")?.click());

function go(to) {
  steps[Math.min(Math.max(to, 0), steps.length - 1)]?.querySelector("summary")?.focus();
}
