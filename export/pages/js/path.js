/** @typedef {import("./model.js").Model} Model */

/**
 * The shortest way between two nodes, where passing through what everybody shares is far: a step
 * through a node costs the logarithm of how many neighbours it has. Dijkstra's algorithm.
 * @param {Model} model
 * @param {number} from
 * @param {number} to
 * @returns {number[]} the nodes on the way, both ends included; empty where there is none
 */
export function findPath(model, from, to) {
  const { adjacency, count } = model;
  const cost = new Float64Array(count).fill(Infinity);
  const before = new Int32Array(count).fill(-1);
  const heap = new Heap();
  cost[from] = 0;
  heap.push(0, from);
  while (heap.size) {
    const [far, node] = heap.pop();
    if (node === to) break;
    if (far > cost[node]) continue;
    const neighbours = adjacency.of(node);
    const through = node === from ? 0 : Math.log2(1 + neighbours.length);
    for (const next of neighbours) {
      const total = far + 1 + through;
      if (total < cost[next]) {
        cost[next] = total;
        before[next] = node;
        heap.push(total, next);
      }
    }
  }
  if (cost[to] === Infinity) return [];
  const way = [to];
  while (way[0] !== from) way.unshift(before[way[0]]);
  return way;
}

/** A binary heap of (cost, node), least cost first. */
class Heap {
  constructor() {
    /** @type {[number, number][]} */
    this.items = [];
  }

  get size() {
    return this.items.length;
  }

  /**
   * @param {number} cost
   * @param {number} node
   */
  push(cost, node) {
    const { items } = this;
    let at = items.push([cost, node]) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (items[parent][0] <= cost) break;
      items[at] = items[parent];
      at = parent;
    }
    items[at] = [cost, node];
  }

  /** @returns {[number, number]} */
  pop() {
    const { items } = this;
    const top = items[0];
    const last = /** @type {[number, number]} */ (items.pop());
    if (items.length) {
      let at = 0;
      for (;;) {
        let child = 2 * at + 1;
        if (child >= items.length) break;
        if (child + 1 < items.length && items[child + 1][0] < items[child][0]) child++;
        if (items[child][0] >= last[0]) break;
        items[at] = items[child];
        at = child;
      }
      items[at] = last;
    }
    return top;
  }
}
