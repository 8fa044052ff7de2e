import { el } from "./dom.js";
import { PAPER } from "./model.js";
import { formatMonth } from "./state.js";
import { counted } from "./text.js";

/** @typedef {import("./model.js").Model} Model */

const MONTHLY = 48; // months up to which a bar is a month; beyond, it is a year

/**
 * Papers by time, as bars to brush over; two handles do the same by keyboard.
 */
export class Timeline {
  /**
   * @param {HTMLElement} holder
   * @param {Model} model
   * @param {(months: [number, number] | null) => void} change
   */
  constructor(holder, model, change) {
    this.holder = holder;
    this.change = change;
    const { first, step, counts } = binned(model);
    this.first = first;
    this.step = step;
    this.counts = counts;
    /** @type {[number, number]} first and last bar that is chosen */
    this.bars = [0, counts.length - 1];
    holder.hidden = counts.length < 2;
    if (holder.hidden) return;
    const most = Math.max(...counts);
    this.columns = counts.map((count, bar) => {
      const column = el("span", { class: "bin", title: `${this.name(bar)}: ${counted(count, "paper")}` });
      column.style.setProperty("--part", String(count / most));
      return column;
    });
    this.track = el("div", { class: "track" }, ...this.columns);
    this.handles = [this.handle(0), this.handle(1)];
    this.label = el("span", { class: "period" });
    this.all = el("button", { type: "button", class: "all", onclick: () => this.change(null) }, "All dates");
    holder.append(el("div", { class: "line" }, this.label, this.all), this.track, ...this.handles);
    this.brush();
  }

  /** @param {number} bar */
  name(bar) {
    const month = this.first + bar * this.step;
    return this.step === 12 ? String(Math.floor(month / 12)) : formatMonth(month);
  }

  /** @param {0 | 1} end */
  handle(end) {
    const node = el("button", {
      type: "button",
      class: "handle",
      role: "slider",
      "aria-label": end ? "Last date" : "First date",
      "aria-valuemin": 0,
      "aria-valuemax": this.counts.length - 1,
    });
    node.addEventListener("keydown", (event) => {
      /** @type {Record<string, number>} */
      const moves = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -6, PageUp: 6 };
      const last = this.counts.length - 1;
      let goal = this.bars[end] + (moves[event.key] ?? 0);
      if (event.key === "Home") goal = 0;
      else if (event.key === "End") goal = last;
      else if (!(event.key in moves)) return;
      event.preventDefault();
      const bars = /** @type {[number, number]} */ ([...this.bars]);
      bars[end] = end ? Math.min(last, Math.max(bars[0], goal)) : Math.max(0, Math.min(bars[1], goal));
      this.choose(bars);
    });
    return node;
  }

  /** Drag over the bars to choose them. */
  brush() {
    const track = /** @type {HTMLElement} */ (this.track);
    let anchor = -1;
    const barAt = (/** @type {PointerEvent} */ event) => {
      const box = track.getBoundingClientRect();
      const bar = Math.floor(((event.clientX - box.left) / box.width) * this.counts.length);
      return Math.max(0, Math.min(this.counts.length - 1, bar));
    };
    track.addEventListener("pointerdown", (event) => {
      anchor = barAt(event);
      track.setPointerCapture(event.pointerId);
      this.mark([anchor, anchor]);
    });
    track.addEventListener("pointermove", (event) => {
      if (anchor < 0) return;
      const bar = barAt(event);
      this.mark([Math.min(anchor, bar), Math.max(anchor, bar)]);
    });
    track.addEventListener("pointerup", () => {
      if (anchor >= 0) this.choose(this.bars);
      anchor = -1;
    });
  }

  /** @param {[number, number]} bars */
  choose(bars) {
    const everything = bars[0] === 0 && bars[1] === this.counts.length - 1;
    const last = this.first + bars[1] * this.step + this.step - 1;
    this.change(everything ? null : [this.first + bars[0] * this.step, last]);
  }

  /**
   * Show what the state says.
   * @param {[number, number] | null} months
   */
  show(months) {
    if (this.holder.hidden) return;
    const last = this.counts.length - 1;
    const bar = (/** @type {number} */ month) =>
      Math.max(0, Math.min(last, Math.floor((month - this.first) / this.step)));
    this.mark(months ? [bar(months[0]), bar(months[1])] : [0, last]);
  }

  /** @param {[number, number]} bars */
  mark(bars) {
    this.bars = bars;
    const [low, high] = bars;
    const total = this.counts.length;
    this.columns?.forEach((column, bar) => {
      column.classList.toggle("out", bar < low || bar > high);
    });
    this.handles?.forEach((handle, end) => {
      handle.style.setProperty("--at", String((end ? high + 1 : low) / total));
      handle.setAttribute("aria-valuenow", String(bars[end]));
      handle.setAttribute("aria-valuetext", this.name(bars[end]));
    });
    const whole = low === 0 && high === total - 1;
    let papers = 0;
    for (let bar = low; bar <= high; bar++) papers += this.counts[bar];
    const period = low === high ? this.name(low) : `${this.name(low)} – ${this.name(high)}`;
    if (this.label) this.label.textContent = `${period}: ${counted(papers, "dated paper")}`;
    if (this.all) this.all.hidden = whole;
  }
}

/**
 * Papers by month or year.
 * @param {Model} model
 * @returns {{first: number, step: number, counts: number[]}}
 */
export function binned(model) {
  const months = [];
  for (let node = 0; node < model.count; node++) {
    if (model.kind[node] === PAPER && model.day[node] >= 0) months.push(model.month(node));
  }
  if (!months.length) return { first: 0, step: 12, counts: [] };
  let low = Infinity;
  let high = -Infinity;
  for (const month of months) {
    low = Math.min(low, month);
    high = Math.max(high, month);
  }
  const step = high - low < MONTHLY ? 1 : 12;
  const first = step === 1 ? low : 12 * Math.floor(low / 12);
  const counts = new Array(Math.floor((high - first) / step) + 1).fill(0);
  for (const month of months) counts[Math.floor((month - first) / step)]++;
  return { first, step, counts };
}
