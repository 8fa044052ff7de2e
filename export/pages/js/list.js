import { KINDS, PAPER } from "./model.js";
import { byId, el } from "./dom.js";
import { icon } from "./shapes.js";
import { counted } from "./text.js";

/** @typedef {import("./model.js").Model} Model */

const ROW = 46; // pixels, as in the style sheet

/** A list box over any number of nodes, of which only the rows in sight are in the page. */
export class NodeList {
  /**
   * @param {HTMLElement} box
   * @param {Model} model
   * @param {(node: number) => void} choose
   */
  constructor(box, model, choose) {
    this.box = box;
    this.model = model;
    this.choose = choose;
    /** @type {ArrayLike<number>} */
    this.nodes = [];
    this.active = -1;
    this.selected = -1;
    this.height = 0;
    this.rows = el("div", { class: "rows", role: "presentation" });
    box.append(this.rows);
    box.addEventListener("scroll", () => this.render(), { passive: true });
    box.addEventListener("keydown", (event) => this.onKey(event));
    box.addEventListener("focus", () => {
      if (this.active < 0 && this.nodes.length && box.matches(":focus-visible")) this.activate(0);
    });
    // By place, since a row may be made anew between pressing and releasing the button.
    this.rows.addEventListener("click", (event) => {
      const place = Math.floor((event.clientY - this.rows.getBoundingClientRect().top) / ROW);
      if (place >= 0 && place < this.nodes.length) this.choose(this.nodes[place]);
    });
    new ResizeObserver(() => {
      if (box.clientHeight !== this.height) this.render();
    }).observe(box);
  }

  /**
   * @param {ArrayLike<number>} nodes
   */
  setNodes(nodes) {
    this.nodes = nodes;
    this.active = -1;
    this.box.scrollTop = 0;
    this.rows.style.height = `${nodes.length * ROW}px`;
    this.box.removeAttribute("aria-activedescendant");
    this.render();
  }

  /** @param {number} node */
  select(node) {
    if (node === this.selected) return;
    this.selected = node;
    this.render();
  }

  /** @param {number} place */
  activate(place) {
    if (!this.nodes.length) return;
    this.active = Math.max(0, Math.min(this.nodes.length - 1, place));
    const top = this.active * ROW;
    const { scrollTop, clientHeight } = this.box;
    if (top < scrollTop) this.box.scrollTop = top;
    else if (top + ROW > scrollTop + clientHeight) this.box.scrollTop = top + ROW - clientHeight;
    this.render();
    this.box.setAttribute("aria-activedescendant", `row-${this.active}`);
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const page = Math.max(1, Math.floor(this.box.clientHeight / ROW) - 1);
    /** @type {Record<string, number>} */
    const goals = {
      ArrowDown: this.active + 1,
      ArrowUp: this.active - 1,
      PageDown: this.active + page,
      PageUp: this.active - page,
      Home: 0,
      End: this.nodes.length - 1,
    };
    if (event.key === "ArrowUp" && this.active <= 0) {
      byId("search").focus();
    } else if (event.key in goals) {
      this.activate(goals[event.key]);
    } else if ((event.key === "Enter" || event.key === " ") && this.active >= 0) {
      this.choose(this.nodes[this.active]);
    } else {
      return;
    }
    event.preventDefault();
  }

  render() {
    const { model, nodes, box } = this;
    this.height = box.clientHeight;
    const first = Math.max(0, Math.floor(box.scrollTop / ROW) - 4);
    const last = Math.min(nodes.length, Math.ceil((box.scrollTop + this.height) / ROW) + 4);
    const rows = [];
    for (let place = first; place < last; place++) {
      const node = nodes[place];
      const row = el(
        "div",
        {
          id: `row-${place}`,
          role: "option",
          class: `row${place === this.active ? " active" : ""}`,
          "aria-selected": node === this.selected ? "true" : "false",
          "aria-setsize": nodes.length,
          "aria-posinset": place + 1,
        },
        el("span", { class: "mark" }, icon(model.kind[node])),
        el("span", { class: "name" }, model.labels[node]),
        el("span", { class: "hint" }, hint(model, node)),
      );
      row.style.top = `${place * ROW}px`;
      rows.push(row);
    }
    this.rows.replaceChildren(...rows);
  }
}

/**
 * @param {Model} model
 * @param {number} node
 */
function hint(model, node) {
  if (model.kind[node] === PAPER) return model.date(node) || KINDS[PAPER];
  return counted(model.size[node], "paper");
}
