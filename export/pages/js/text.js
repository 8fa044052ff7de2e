import { edits, readable } from "./latex.js";

/** Texts: code points to UTF-16, marked passages, short forms, forms to compare. */

/**
 * Index of each code point in a string: Python counts code points, JavaScript UTF-16 units.
 * @param {string} text
 * @returns {(point: number) => number}
 */
export function unitOf(text) {
  if (!/[\ud800-\udbff]/.test(text)) return (point) => Math.min(point, text.length);
  /** @type {number[]} */
  const units = [];
  for (let i = 0; i < text.length; i++) {
    units.push(i);
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit < 0xdc00) i++;
  }
  units.push(text.length);
  return (point) => units[Math.min(point, units.length - 1)];
}

/**
 * @template T
 * @typedef {{text: string, mark: T | null}} Piece
 */

/**
 * Cut a text into marked and plain pieces, made readable. Of marks that overlap, the longer one
 * stays.
 * @template T
 * @param {string} text
 * @param {{start: number, end: number, value: T}[]} marks ranges in code points of `text`
 * @param {number} [from] range of the text to cut, in code points
 * @param {number} [to]
 * @returns {Piece<T>[]}
 */
export function cut(text, marks, from = 0, to = Infinity) {
  const unit = unitOf(text);
  const made = edits(text);
  const shown = (/** @type {number} */ start, /** @type {number} */ end) => readable(text, start, end, made);
  /** @type {typeof marks} */
  const kept = [];
  for (const mark of [...marks].sort((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start)) {
    if (mark.start < from || mark.end > to) continue;
    if (kept.every((other) => mark.end <= other.start || mark.start >= other.end)) kept.push(mark);
  }
  kept.sort((a, b) => a.start - b.start);
  /** @type {Piece<T>[]} */
  const pieces = [];
  let at = unit(from);
  for (const { start, end, value } of kept) {
    if (unit(start) > at) pieces.push({ text: shown(at, unit(start)), mark: null });
    pieces.push({ text: shown(unit(start), unit(end)), mark: value });
    at = unit(end);
  }
  const stop = unit(to);
  if (stop > at) pieces.push({ text: shown(at, stop), mark: null });
  return pieces;
}

/**
 * The form in which names are compared: lower case, without accents, words apart by one space.
 * @param {string} text
 */
export function fold(text) {
  const lower = text.toLowerCase();
  const plain = /[^\x00-\x7f]/.test(lower)
    ? lower.normalize("NFKD").replace(/\p{M}+/gu, "")
    : lower;
  return plain.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/**
 * A label that fits on a map: what stands before the colon, or the first words.
 * @param {string} label
 * @param {number} [longest]
 */
export function shorten(label, longest = 34) {
  if (label.length <= longest) return label;
  const colon = label.indexOf(":");
  if (colon >= 2 && colon <= longest) return label.slice(0, colon);
  const space = label.lastIndexOf(" ", longest - 1);
  const end = space > longest / 2 ? space : longest - 1;
  // Not between the two units of one code point.
  const half = label.charCodeAt(end - 1);
  return label.slice(0, half >= 0xd800 && half < 0xdc00 ? end - 1 : end) + "…";
}

/**
 * Digits in groups of three. Not by Intl, which takes longer to begin than a small map to draw.
 * @param {number} value a whole number
 */
export function grouped(value) {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/**
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 */
export function counted(count, one, many = `${one}s`) {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}
