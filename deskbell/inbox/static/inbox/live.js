/* What the agents' screens hear: as on every page of an agent. */
export { element, hear } from "../people/live.js";
