/**
 * LaTeX that authors leave in titles and abstracts, as a reader expects to see it. The same edits
 * as in latex.py; evidence stays as it was written, and offsets count its characters.
 *
 * @typedef {object} Edit text.slice(start, end) is shown as `shown`
 * @property {number} start UTF-16 units
 * @property {number} end
 * @property {string} shown
 */

const ANY_LATEX = /[\\$]|``/;
const STYLES = /\\(?:text(?:bf|it|tt|sc|rm|sf|up)?|emph|underline|math(?:rm|bf|it|cal|bb|sf|tt)|operatorname|boldsymbol|url)\s*\{/g;
// As Pandoc tells mathematics from money: no space inside, no digit behind.
const MATH = /(?<!\\)\$(?![\s$])([^$\n]{1,80}?)(?<![\s\\])\$(?!\d)/g;
const SMALL = /\\([%&_#${}])|(``)|('')/g;
const ACCENT = /\\(["'`^~])\s*(?:\{([A-Za-z])\}|([A-Za-z]))/g;
const COMMAND = /\\([A-Za-z]+)(?![A-Za-z])|\\([,;:!])/g;
const SCRIPT = /([\^_])(?:\{([^{}]*)\}|([0-9]|\\circ))/g;
/** @type {Record<string, string>} */
const ACCENTS = { '"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303" };
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻";
const LOWERED = "₀₁₂₃₄₅₆₇₈₉₊₋";
const SIGNS = new Map(Object.entries({
  times: "×", sim: "~", approx: "≈", le: "≤", leq: "≤", ge: "≥", geq: "≥", pm: "±", to: "→",
  rightarrow: "→", leftarrow: "←", infty: "∞", cdot: "·", ell: "ℓ", circ: "°", ldots: "…",
  dots: "…", textendash: "–", neq: "≠", in: "∈", alpha: "α", beta: "β", gamma: "γ", delta: "δ",
  epsilon: "ε", varepsilon: "ε", zeta: "ζ", eta: "η", theta: "θ", kappa: "κ", lambda: "λ",
  mu: "μ", nu: "ν", xi: "ξ", pi: "π", rho: "ρ", sigma: "σ", tau: "τ", phi: "φ", varphi: "φ",
  chi: "χ", psi: "ψ", omega: "ω", Gamma: "Γ", Delta: "Δ", Theta: "Θ", Lambda: "Λ", Pi: "Π",
  Sigma: "Σ", Phi: "Φ", Psi: "Ψ", Omega: "Ω", ",": " ", ";": " ", ":": " ", "!": "",
}));

/**
 * What of a text is shown otherwise than it is written, in order, no two overlapping.
 * @param {string} text
 * @returns {Edit[]}
 */
export function edits(text) {
  if (!ANY_LATEX.test(text)) return [];
  /** @type {Edit[]} */
  const found = [];
  const add = (/** @type {number} */ start, /** @type {number} */ end, /** @type {string} */ shown) =>
    found.push({ start, end, shown });
  for (const match of text.matchAll(STYLES)) {
    const inside = match.index + match[0].length;
    const close = closing(text, inside);
    if (close < 0) continue;
    add(match.index, inside, "");
    add(close, close + 1, "");
  }
  for (const match of text.matchAll(MATH)) {
    const start = match.index + 1;
    const end = start + match[1].length;
    add(start - 1, start, "");
    add(end, end + 1, "");
    for (const part of match[1].matchAll(SCRIPT)) found.push(script(part, start));
  }
  for (const match of text.matchAll(ACCENT)) {
    const letter = ((match[2] ?? match[3]) + ACCENTS[match[1]]).normalize("NFC");
    add(match.index, match.index + match[0].length, letter);
  }
  for (const match of text.matchAll(SMALL)) {
    if (match[3] && !text.slice(0, match.index).includes("``")) continue;
    add(match.index, match.index + match[0].length, match[1] ?? (match[2] ? "“" : "”"));
  }
  for (const match of text.matchAll(COMMAND)) {
    const shown = SIGNS.get(match[1] ?? match[2]);
    if (shown !== undefined) add(match.index, match.index + match[0].length, shown);
  }
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  /** @type {Edit[]} */
  const kept = [];
  for (const edit of found) {
    if (!kept.length || edit.start >= kept[kept.length - 1].end) kept.push(edit);
  }
  return kept;
}

/**
 * Where the brace that was opened before `start` is closed; -1 for nowhere.
 * @param {string} text
 * @param {number} start
 */
function closing(text, start) {
  let depth = 1;
  for (let place = start; place < text.length; place++) {
    if ((text[place] !== "{" && text[place] !== "}") || text[place - 1] === "\\") continue;
    depth += text[place] === "{" ? 1 : -1;
    if (depth === 0) return place;
  }
  return -1;
}

/**
 * A number above or beneath the line; of anything else the braces are dropped.
 * @param {RegExpExecArray} match
 * @param {number} from where the text that was searched begins
 * @returns {Edit}
 */
function script(match, from) {
  const start = from + match.index;
  const end = start + match[0].length;
  const inside = match[2] ?? match[3];
  if (/^[0-9+-]+$/.test(inside)) {
    const digits = match[1] === "^" ? RAISED : LOWERED;
    return { start, end, shown: inside.replace(/./g, (sign) => digits["0123456789+-".indexOf(sign)]) };
  }
  if (inside === "\\circ") return { start, end, shown: "°" };
  if (inside.includes("\\")) return { start, end: start, shown: "" };
  return { start, end, shown: match[1] + inside };
}

/**
 * A range of a text as it is shown. An edit that goes over the range's start belongs to what
 * stands before it.
 * @param {string} text
 * @param {number} [start] UTF-16 units
 * @param {number} [end]
 * @param {Edit[]} [made] the text's edits, where they are known
 */
export function readable(text, start = 0, end = text.length, made = edits(text)) {
  let shown = "";
  let at = start;
  for (const edit of made) {
    if (edit.end <= start) continue;
    if (edit.start >= end) break;
    if (edit.start >= at) shown += text.slice(at, edit.start) + edit.shown;
    at = Math.max(at, edit.end);
  }
  return at < end ? shown + text.slice(at, end) : shown;
}
