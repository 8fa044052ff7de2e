import { KINDS, PAPER } from "./model.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./state.js").State} State */

/**
 * Which nodes a state shows: 1 or 0 for each. An entity is shown while one of its papers is.
 * @param {Model} model
 * @param {State} state
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function shownNodes(model, state) {
  const shown = new Uint8Array(model.count).fill(1);
  if (state.months || state.code || state.role || state.community) {
    shown.fill(0);
    for (let node = 0; node < model.count; node++) {
      if (model.kind[node] === PAPER && keepsPaper(model, state, node)) shown[node] = 1;
    }
    for (let edge = 0; edge < model.edgeCount; edge++) {
      if (!shown[model.paper[edge]]) continue;
      const role = model.proposed[edge] ? "proposed" : "used";
      if (!state.role || state.role === role) shown[model.entity[edge]] = 1;
    }
  }
  const hidden = KINDS.map((kind) => state.hidden.includes(kind));
  if (hidden.some(Boolean)) {
    for (let node = 0; node < model.count; node++) if (hidden[model.kind[node]]) shown[node] = 0;
  }
  return shown;
}

/**
 * @param {Model} model
 * @param {State} state
 * @param {number} node a paper
 */
function keepsPaper(model, state, node) {
  if (state.code && !model.code[node]) return false;
  if (state.community && model.community[node] !== state.community) return false;
  if (!state.months) return true;
  const month = model.month(node);
  return month >= state.months[0] && month <= state.months[1];
}

/**
 * How many nodes of each kind there are.
 * @param {Model} model
 * @param {Uint8Array} shown
 * @returns {number[]}
 */
export function countKinds(model, shown) {
  const counts = KINDS.map(() => 0);
  for (let node = 0; node < model.count; node++) if (shown[node]) counts[model.kind[node]]++;
  return counts;
}
