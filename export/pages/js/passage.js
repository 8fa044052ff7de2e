import { el } from "./dom.js";
import { KINDS } from "./model.js";
import { cut } from "./text.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./model.js").Details} Details */
/** @typedef {(node: number) => string} AddressOf the hash that selects a node */

/**
 * A range of a paper's text with every mention marked in the colour of its type.
 * @param {Model} model
 * @param {string} text title + "\n" + abstract
 * @param {Details} details
 * @param {AddressOf} addressOf
 * @param {number} from code points
 * @param {number} to
 * @returns {(Node | string)[]}
 */
export function markedText(model, text, details, addressOf, from, to) {
  const marks = details.mentions.map((mention) => ({
    start: mention[2],
    end: mention[3],
    value: mention,
  }));
  return cut(text, marks, from, to).map(({ text: piece, mark }) => {
    if (!mark) return piece;
    const kind = KINDS[model.kind[mark[0]]];
    const role = mark[1] === "proposed" ? ", proposed here" : "";
    return el(
      "a",
      {
        class: `mention k-${kind}${mark[1] === "proposed" ? " proposed" : ""}`,
        href: addressOf(mark[0]),
        title: `${kind}: ${model.labels[mark[0]]}${role}`,
      },
      piece,
    );
  });
}

/**
 * Proofs by the sentence that they stand in, so that each is shown once.
 * @template {readonly any[]} T
 * @param {T[]} spans start, end, sentence start, sentence end, confidence, component
 * @returns {T[][]}
 */
export function bySentence(spans) {
  /** @type {Map<number, T[]>} */
  const groups = new Map();
  for (const span of spans) {
    const found = groups.get(span[2]);
    if (found) found.push(span);
    else groups.set(span[2], [span]);
  }
  return [...groups.values()];
}

/** Who found a passage, in words; the component's name stands in the title of the line. */
const FINDERS = new Map([
  ["ner", "by the trained recogniser"],
  ["lexicon", "in the list of known names"],
  ["acronyms", "as an acronym that the text spells out"],
  ["introduced", "where the text introduces the name"],
  ["cues", "by the words around it"],
  ["results", "by the pattern of a reported result"],
  ["urls", "by the form of an address"],
]);

/**
 * How sure a passage is and who found it, as a reader understands it.
 * @param {readonly any[]} span
 */
export function foundBy(span) {
  const [, , , , confidence, component] = span;
  const finder = FINDERS.get(component.replace(/^paperlattice_/, "")) ?? `by ${component}`;
  // Nothing that is read by a machine is wholly sure.
  const percent = Math.round(confidence * 100);
  return `Found ${finder}, ${percent > 99 ? "over 99" : percent} % sure`;
}

/**
 * A sentence with the passages that prove a statement.
 * @param {string} text
 * @param {readonly (readonly any[])[]} spans start, end, sentence start, sentence end, confidence, component
 * @param {string} kind
 * @returns {HTMLElement}
 */
export function sentence(text, spans, kind) {
  const [, , low, high] = spans[0];
  const surest = spans.reduce((a, b) => (b[4] > a[4] ? b : a));
  const pieces = cut(text, spans.map(([start, end]) => ({ start, end, value: true })), low, high);
  return el(
    "blockquote",
    { class: "evidence" },
    el(
      "p",
      {},
      ...pieces.map(({ text: piece, mark }) =>
        mark ? el("mark", { class: `k-${kind}` }, piece) : piece,
      ),
    ),
    el("footer", { title: surest[5] }, foundBy(surest)),
  );
}

/**
 * Where the title ends and the abstract begins, in code points.
 * @param {string} title
 */
export function titleLength(title) {
  let length = 0;
  for (const _ of title) length++;
  return length;
}
