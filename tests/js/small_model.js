/** A model by hand: papers 0 and 1 share entity 2; paper 1 alone names 3; paper 4 names nothing. */
import { Model } from "../../export/pages/js/model.js";

/**
 * As payload.py packs numbers: the lowest bytes of all of them, then the next.
 * @param {Uint8Array | Uint16Array | Uint32Array | Int32Array} array
 */
export function pack(array) {
  const width = array.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(array.buffer);
  return Buffer.from(bytes.map((_, i) => bytes[(i % array.length) * width + Math.floor(i / array.length)])).toString("base64");
}

/** @param {object} [changes] */
export function smallModel(changes = {}) {
  return new Model({
    ids: ["p1", "p2", "method/m", "dataset/d", "p3"],
    labels: ["=SUM(1)", 'A "title", <b>', "m", "d", "lonely"],
    aliases: [[2, ["em"]]],
    kind: pack(Uint8Array.from([0, 0, 1, 2, 0])),
    size: pack(Uint32Array.from([1, 2, 2, 1, 0])),
    day: pack(Int32Array.from([18262, 19000, -1, -1, -1])),
    code: pack(Uint8Array.from([1, 0, 0, 0, 0])),
    x: pack(Uint16Array.from([0, 1, 2, 3, 4])),
    y: pack(Uint16Array.from([0, 1, 2, 3, 4])),
    degree: pack(Uint16Array.from([1, 2, 0, 0, 0])),
    entity: pack(Uint32Array.from([2, 2, 3])),
    proposed: pack(Uint8Array.from([1, 0, 1])),
    communities: ["one"],
    community: pack(Uint16Array.from([1, 0, 0, 0, 0])),
    paged: pack(new Uint8Array(5)),
    block: pack(Uint32Array.from([0, 0, 0, 0, 0])),
    blocks: [],
    ...changes,
  });
}
