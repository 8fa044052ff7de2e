import { fold } from "./text.js";

/**
 * Find nodes by words of their labels and aliases, in any order, each at the start of a word or
 * inside one. A scan over one long string: 100,000 labels take a few milliseconds.
 */
export class Search {
  /**
   * @param {string[]} labels
   * @param {Map<number, string[]>} aliases
   */
  constructor(labels, aliases) {
    const parts = new Array(labels.length);
    this.start = new Uint32Array(labels.length + 1);
    let at = 0;
    for (let node = 0; node < labels.length; node++) {
      // "\n" ends a node, "\t" a name; a space before each word makes a word's start findable.
      let part = " " + fold(labels[node]);
      // "Name: what it is" is a paper called Name.
      const colon = labels[node].indexOf(": ");
      if (colon > 0) part += "\t " + fold(labels[node].slice(0, colon));
      for (const alias of aliases.get(node) ?? []) part += "\t " + fold(alias);
      parts[node] = part + "\n";
      this.start[node] = at;
      at += parts[node].length;
    }
    this.start[labels.length] = at;
    this.text = parts.join("");
  }

  /**
   * @param {string} query
   * @param {number} [most]
   * @returns {number[]} nodes, best first: the whole name, a name's start, a word's start, inside
   */
  find(query, most = Infinity) {
    const folded = fold(query);
    if (!folded) return [];
    const words = folded.split(" ");
    const longest = words.reduce((a, b) => (b.length > a.length ? b : a));
    /** @type {number[][]} */
    const found = [[], [], [], []];
    let at = this.text.indexOf(longest);
    while (at >= 0) {
      const node = this.nodeAt(at);
      const end = this.start[node + 1];
      const rank = this.rank(this.text.slice(this.start[node], end - 1), folded, words);
      if (rank >= 0) found[rank].push(node);
      at = this.text.indexOf(longest, end);
    }
    return found.flat().slice(0, most);
  }

  /**
   * @param {string} names
   * @param {string} folded
   * @param {string[]} words
   * @returns {number} 0 best, 3 worst, -1 where a word is missing
   */
  rank(names, folded, words) {
    let startsWord = true;
    for (const word of words) {
      if (!names.includes(word)) return -1;
      if (!names.includes(" " + word)) startsWord = false;
    }
    if (!startsWord) return 3;
    const bounded = `\t${names}\t`;
    if (bounded.includes(`\t ${folded}\t`)) return 0;
    return bounded.includes(`\t ${folded}`) ? 1 : 2;
  }

  /**
   * @param {number} at
   * @returns {number} the node whose names hold this place
   */
  nodeAt(at) {
    let low = 0;
    let high = this.start.length - 2;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.start[middle] <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
