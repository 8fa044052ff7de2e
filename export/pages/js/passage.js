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
 * A sentence with the one passage that proves a statement.
 * @param {string} text
 * @param {readonly any[]} span start, end, sentence start, sentence end, confidence, component
 * @param {string} kind
 * @returns {HTMLElement}
 */
export function sentence(text, span, kind) {
  const [start, end, low, high, confidence, component] = span;
  const pieces = cut(text, [{ start, end, value: true }], low, high);
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
    el("footer", {}, `${Math.round(confidence * 100)} % sure, found by ${component}`),
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
