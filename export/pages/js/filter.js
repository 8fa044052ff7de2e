import { KINDS, PAPER } from "./model.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./state.js").State} State */

/**
 * Which nodes a state shows: 1 or 0 for each. An entity is shown while one of its papers is.
 * @param {Model} model
 * @param {State} state
 * @returns {Uint8Array}
 */
export function shownNodes(model, state) {
  const shown = new Uint8Array(model.count).fill(1);
  const narrowed = state.years !== null || state.code;
  if (narrowed) {
    shown.fill(0);
    for (let node = 0; node < model.count; node++) {
      if (model.kind[node] !== PAPER || !keepsPaper(model, state, node)) continue;
      shown[node] = 1;
      for (const entity of model.adjacency.of(node)) shown[entity] = 1;
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
  if (!state.years) return true;
  const year = model.year(node);
  return year >= state.years[0] && year <= state.years[1];
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
