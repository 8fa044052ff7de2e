/** @typedef {import("./model.js").Model} Model */

/**
 * Where a community lies on the map.
 * @typedef {object} Region
 * @property {number} number 1 + its place in model.communities
 * @property {string[]} lines its label, a name a line
 * @property {number} size members
 * @property {number} x middle
 * @property {number} y
 * @property {number} reach distance from the middle within which most members are
 * @property {number[]} members those near the middle
 */

const LARGEST = 40; // communities that are drawn
const LEAST_MEMBERS = 4; // of one that is

/**
 * Find the regions of the largest communities, largest first.
 * @param {Model} model
 * @returns {Region[]}
 */
export function findRegions(model) {
  /** @type {number[][]} */
  const members = model.communities.map(() => []);
  for (let node = 0; node < model.count; node++) {
    const number = model.community[node];
    if (number && !model.isAlone(node)) members[number - 1].push(node);
  }
  return members
    .map((nodes, i) => ({ nodes, number: i + 1 }))
    .filter(({ nodes }) => nodes.length >= LEAST_MEMBERS)
    .sort((a, b) => b.nodes.length - a.nodes.length || a.number - b.number)
    .slice(0, LARGEST)
    .map(({ nodes, number }) => regionOf(model, nodes, number));
}

/**
 * @param {Model} model
 * @param {number[]} nodes
 * @param {number} number
 * @returns {Region}
 */
function regionOf(model, nodes, number) {
  const x = median(nodes.map((node) => model.x[node]));
  const y = median(nodes.map((node) => model.y[node]));
  const away = nodes.map((node) => Math.hypot(model.x[node] - x, model.y[node] - y));
  const reach = 1.8 * median(away);
  const lines = model.communities[number - 1].split(", ").slice(0, 2);
  const near = nodes.filter((_, i) => away[i] <= reach);
  return { number, lines, size: nodes.length, x, y, reach, members: near };
}

/** @param {number[]} values */
function median(values) {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1];
}
