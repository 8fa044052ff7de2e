import { el } from "./dom.js";
import { KINDS, PAPER } from "./model.js";
import { icon } from "./shapes.js";
import { grouped } from "./text.js";

/** @typedef {import("./model.js").Model} Model */

/**
 * @typedef {object} Column
 * @property {string} name
 * @property {(model: Model, node: number) => string | number} value
 */

/** @type {Column[]} */
export const COLUMNS = [
  { name: "Name", value: (model, node) => model.labels[node] },
  { name: "Type", value: (model, node) => KINDS[model.kind[node]] },
  { name: "Ties", value: (model, node) => model.size[node] },
  { name: "Date", value: (model, node) => (model.kind[node] === PAPER ? model.date(node) : "") },
  { name: "Code", value: (model, node) => (model.code[node] ? "yes" : "") },
  { name: "Community", value: (model, node) => model.communities[model.community[node] - 1] ?? "" },
];

const PAGE = 200; // rows until "show more"

/**
 * Sort nodes by a column; ties keep their order.
 * @param {Model} model
 * @param {ArrayLike<number>} nodes
 * @param {number} column
 * @param {boolean} down
 * @returns {number[]}
 */
export function sortedNodes(model, nodes, column, down) {
  const { value } = COLUMNS[column];
  const keyed = Array.from(nodes, (node) => ({ node, key: value(model, node) }));
  const collator = new Intl.Collator("en", { numeric: true });
  const order = (/** @type {any} */ a, /** @type {any} */ b) =>
    typeof a === "number" ? a - b : collator.compare(a, b);
  keyed.sort((a, b) => (down ? order(b.key, a.key) : order(a.key, b.key)));
  return keyed.map(({ node }) => node);
}

/** The selection as a table, sorted by the column whose head was pressed last. */
export class SelectionTable {
  /**
   * @param {HTMLElement} holder
   * @param {Model} model
   * @param {(node: number) => string} addressOf
   */
  constructor(holder, model, addressOf) {
    this.holder = holder;
    this.model = model;
    this.addressOf = addressOf;
    /** @type {number[]} */
    this.nodes = [];
    this.column = -1;
    this.down = false;
    this.count = PAGE;
  }

  /** @param {ArrayLike<number>} nodes */
  setNodes(nodes) {
    this.given = nodes;
    this.count = PAGE;
    this.sort();
  }

  sort() {
    const given = this.given ?? [];
    this.nodes = this.column < 0 ? Array.from(given) : sortedNodes(this.model, given, this.column, this.down);
    this.render();
  }

  render() {
    const { model, nodes } = this;
    const heads = COLUMNS.map(({ name }, column) => {
      const sorted = column === this.column ? (this.down ? "descending" : "ascending") : "none";
      const press = () => {
        this.down = column === this.column ? !this.down : name === "Ties" || name === "Date";
        this.column = column;
        this.sort();
        /** @type {HTMLElement | undefined} */ (this.holder.querySelectorAll("th button")[column])?.focus();
      };
      return el("th", { scope: "col", "aria-sort": sorted }, el("button", { type: "button", onclick: press }, name));
    });
    const rows = nodes.slice(0, this.count).map((node) =>
      el(
        "tr",
        {},
        ...COLUMNS.map(({ value }, column) => {
          if (column === 0) {
            return el("th", { scope: "row" }, el("a", { href: this.addressOf(node) }, icon(model.kind[node]), model.labels[node]));
          }
          const shown = value(model, node);
          return el("td", { class: typeof shown === "number" ? "number" : null }, typeof shown === "number" ? grouped(shown) : shown);
        }),
      ),
    );
    const more = el(
      "button",
      { type: "button", class: "more", onclick: () => { this.count += 5 * PAGE; this.render(); } },
      `Show more of ${grouped(nodes.length)}`,
    );
    this.holder.replaceChildren(
      el("table", {}, el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...rows)),
      ...(nodes.length > this.count ? [more] : []),
    );
  }
}
