import { readBeside } from "./beside.js";
import { fromBase64, inflate, unpack } from "./bytes.js";

/**
 * One mention: node of its entity, role, start and end of the quote, start and end of its
 * sentence (code points of title + "\n" + abstract), confidence, component.
 * @typedef {[number, string, number, number, number, number, number, string]} Mention
 *
 * One address: url, kind, then the span as in a mention.
 * @typedef {[string, string, number, number, number, number, number, string]} Address
 *
 * A node, the name of an entity that is none, or nothing.
 * @typedef {number | string | null} Ref
 *
 * One result: value, unit, kind, metric, dataset and method, then the span.
 * @typedef {[string, string, string, Ref, Ref, Ref,
 *   number, number, number, number, number, string]} Result
 *
 * One link: node of the other paper, weight, parts of the weight by shared entity.
 * @typedef {[number, number, [number, number][]]} Link
 *
 * @typedef {object} Details What a paper's panel shows; opened from a block on demand.
 * @property {string} title as it was written, where the label is more readable; else ""
 * @property {string} abstract
 * @property {Record<string, any>} about
 * @property {Mention[]} mentions
 * @property {Address[]} urls
 * @property {Result[]} results
 * @property {Link[]} links
 * @property {boolean} lost whether the file with the details is missing
 * @property {[number, string, number][]} apart entities that are no nodes: kind, name, 1 if proposed
 *
 * @typedef {object} EntityDetails What an entity's panel shows besides its papers.
 * @property {boolean} lost
 * @property {[string, string, string, number][]} names name, licence, source, papers
 * @property {[number | string, string][]} broader entity and difference
 * @property {[string, string, string][]} matches scheme, identifier, address
 * @property {[number | string, string, number, string, Ref, number][]} board
 *   dataset or metric, unit, rank, value, method, paper
 */

/** Node kinds by code; a paper is 0. */
export const KINDS = ["paper", "method", "dataset", "metric", "task"];
export const PAPER = 0;
const BLOCK = 64;
const NO_DETAILS = { lost: false, title: "", abstract: "", about: {}, mentions: [], urls: [], results: [], links: [], apart: [] };
const NO_ENTITY_DETAILS = { lost: false, names: [], broader: [], matches: [], board: [] };

/** The graph as columns. Nodes are numbered by importance, edges by rank at their paper. */
export class Model {
  /** @param {any} data the page's JSON, made by payload.py */
  constructor(data) {
    /** @type {string[]} */
    this.ids = data.ids;
    /** @type {string[]} */
    this.labels = data.labels;
    this.count = this.ids.length;
    /** @type {Map<number, string[]>} */
    this.aliases = new Map(data.aliases);
    this.kind = fromBase64(data.kind);
    this.size = unpack(data.size, Uint32Array);
    this.day = unpack(data.day, Int32Array);
    this.code = fromBase64(data.code);
    this.x = fractions(unpack(data.x, Uint16Array));
    this.y = fractions(unpack(data.y, Uint16Array));
    const edges = byRank(data, this.size);
    this.paper = edges.paper;
    this.entity = edges.entity;
    this.proposed = edges.proposed;
    this.edgeCount = this.paper.length;
    /** @type {string[]} labels */
    this.communities = data.communities;
    /** 1 + the number of a node's community, 0 for none. */
    this.community = unpack(data.community, Uint16Array);
    /** 1 for a node that has a page of its own beside this one. */
    this.paged = fromBase64(data.paged);
    this.block = unpack(data.block, Uint32Array);
    /** @type {string[] | null} blocks of details, null where they stand in files beside the page */
    this.blocks = data.blocks ?? null;
    /** @type {{prefix: string, each: number} | null} where those files are, and their blocks */
    this.beside = data.beside ?? null;
    /** @type {Map<number, Promise<string[]>>} */
    this.files = new Map();
    /** @type {Map<number, Promise<any[]>>} */
    this.opened = new Map();
    this.adjacency = new Adjacency(this.count, this.paper, this.entity);
    /** @type {Map<string, number> | null} */
    this.index = null;
  }

  /**
   * @param {string} id
   * @returns {number} its node, -1 where there is none
   */
  find(id) {
    this.index ??= new Map(this.ids.map((name, node) => [name, node]));
    return this.index.get(id) ?? -1;
  }

  /** @param {number} node */
  isAlone(node) {
    return this.kind[node] !== PAPER && this.size[node] <= 1;
  }

  /**
   * Whether a paper proposes an entity.
   * @param {number} paper
   * @param {number} entity
   */
  isProposed(paper, entity) {
    const place = this.adjacency.of(paper).indexOf(entity);
    return place >= 0 && this.proposed[this.adjacency.edgesOf(paper)[place]] === 1;
  }

  /**
   * @param {number} node
   * @returns {number} year of a paper, 0 where its date is not known
   */
  year(node) {
    const day = this.day[node];
    return day < 0 ? 0 : Math.floor(monthOf(day) / 12);
  }

  /**
   * @param {number} node
   * @returns {number} month of a paper, 12 a year; -1 where its date is not known
   */
  month(node) {
    const day = this.day[node];
    return day < 0 ? -1 : monthOf(day);
  }

  /**
   * @param {number} node
   * @returns {string} ISO date of a paper, "" where it is not known
   */
  date(node) {
    const day = this.day[node];
    return day < 0 ? "" : new Date(day * 86400000).toISOString().slice(0, 10);
  }

  /**
   * Open what is known of a node.
   * @param {number} node
   * @returns {Promise<any>} Details of a paper, EntityDetails of an entity, null for none
   */
  async details(node) {
    const place = this.block[node];
    if (place === 0) return null;
    const number = Math.floor((place - 1) / BLOCK);
    let opening = this.opened.get(number);
    if (!opening) {
      opening = this.blockText(number).then(inflate).then((text) => JSON.parse(text));
      this.opened.set(number, opening);
      // A reader who walks through the whole graph should not hold all of its texts.
      forgetFirst(this.opened, 24);
    }
    const found = await opening.then((block) => block[(place - 1) % BLOCK], () => ({ lost: true }));
    return { ...(this.kind[node] === PAPER ? NO_DETAILS : NO_ENTITY_DETAILS), ...found };
  }

  /**
   * @param {number} number
   * @returns {Promise<string>} a block as it is packed
   */
  async blockText(number) {
    if (this.blocks) return this.blocks[number];
    if (!this.beside) throw new Error("no details");
    const { prefix, each } = this.beside;
    const file = Math.floor(number / each);
    let reading = this.files.get(file);
    if (!reading) {
      reading = readBeside(`${prefix}${file}.html`);
      this.files.set(file, reading);
      forgetFirst(this.files, 8);
    }
    return (await reading)[number % each];
  }
}

/**
 * Keep a map of what was read to its newest entries.
 * @param {Map<number, any>} map
 * @param {number} most
 */
function forgetFirst(map, most) {
  if (map.size > most) map.delete([...map.keys()][0]);
}

/**
 * The month of a day without a Date, of which a large corpus would need hundreds of thousands.
 * @param {number} day days since 1970
 * @returns {number} 12 a year, January first
 */
export function monthOf(day) {
  // Years that begin in March end with the leap day, and 400 of them are always as long.
  const since = day + 719468;
  const era = Math.floor(since / 146097);
  const inEra = since - era * 146097;
  const year = Math.floor(
    (inEra - Math.floor(inEra / 1460) + Math.floor(inEra / 36524) - Math.floor(inEra / 146096)) / 365,
  );
  const inYear = inEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  return 12 * (year + 400 * era) + Math.floor((5 * inYear + 2) / 153) + 2;
}

/**
 * The page of a node beside this one, as addresses.py names it.
 * @param {string} id
 * @returns {string | null}
 */
export function pageOf(id) {
  const entity = /^(method|dataset|metric|task)\/(.*)$/s.exec(id);
  const name = encodeURIComponent(entity ? entity[2] : id)
    .replace(/[!'()*~]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)
    .replace(/%[0-9A-F]{2}/gi, (hex) => `~${hex.slice(1).toLowerCase()}`);
  if (name.length > 180) return null;
  return entity ? `entity/${entity[1]}/${name}.html` : `paper/${name}.html`;
}

/**
 * Edges by rank at their paper, those to entities of one paper last, so that any prefix holds the
 * most telling of every paper.
 * @param {any} data edges paper by paper
 * @param {Uint32Array} size
 */
function byRank(data, size) {
  const degree = unpack(data.degree, Uint16Array);
  const target = unpack(data.entity, Uint32Array);
  const proposedOf = fromBase64(data.proposed);
  const ranks = degree.reduce((a, b) => Math.max(a, b), 0);
  const bin = (/** @type {number} */ edge, /** @type {number} */ rank) =>
    (size[target[edge]] <= 1 ? ranks : 0) + rank;
  const next = new Uint32Array(2 * ranks + 1);
  const each = (/** @type {(paper: number, edge: number, rank: number) => void} */ visit) => {
    for (let paper = 0, edge = 0; paper < degree.length; paper++) {
      for (let rank = 0; rank < degree[paper]; rank++) visit(paper, edge++, rank);
    }
  };
  each((_, edge, rank) => next[bin(edge, rank) + 1]++);
  for (let i = 0; i < 2 * ranks; i++) next[i + 1] += next[i];
  const paper = new Uint32Array(target.length);
  const entity = new Uint32Array(target.length);
  const proposed = new Uint8Array(target.length);
  each((from, edge, rank) => {
    const place = next[bin(edge, rank)]++;
    paper[place] = from;
    entity[place] = target[edge];
    proposed[place] = proposedOf[edge];
  });
  return { paper, entity, proposed };
}

/** For each node its neighbours, as one flat array with offsets. */
export class Adjacency {
  /**
   * @param {number} count
   * @param {Uint32Array} from
   * @param {Uint32Array} to
   */
  constructor(count, from, to) {
    this.offset = new Uint32Array(count + 1);
    for (let e = 0; e < from.length; e++) {
      this.offset[from[e] + 1]++;
      this.offset[to[e] + 1]++;
    }
    for (let i = 0; i < count; i++) this.offset[i + 1] += this.offset[i];
    const next = this.offset.slice();
    this.neighbour = new Uint32Array(2 * from.length);
    this.edge = new Uint32Array(2 * from.length);
    for (let e = 0; e < from.length; e++) {
      this.edge[next[from[e]]] = e;
      this.neighbour[next[from[e]]++] = to[e];
      this.edge[next[to[e]]] = e;
      this.neighbour[next[to[e]]++] = from[e];
    }
  }

  /**
   * @param {number} node
   * @returns {Uint32Array} its neighbours, strongest first
   */
  of(node) {
    return this.neighbour.subarray(this.offset[node], this.offset[node + 1]);
  }

  /**
   * @param {number} node
   * @returns {Uint32Array} the edges to its neighbours, in the same order
   */
  edgesOf(node) {
    return this.edge.subarray(this.offset[node], this.offset[node + 1]);
  }
}

/**
 * @param {Uint16Array} grid
 * @returns {Float32Array} 0 to 1
 */
function fractions(grid) {
  const out = new Float32Array(grid.length);
  for (let i = 0; i < grid.length; i++) out[i] = grid[i] / 65535;
  return out;
}
