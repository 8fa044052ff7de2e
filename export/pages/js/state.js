/**
 * What a reader looks at, and the same as the part of the address behind "#", so that a view can
 * be sent, and back and forward work.
 *
 * @typedef {object} State
 * @property {string} node id of the selected node, "" for none
 * @property {string} goal id of the node that a path leads to, "" for none
 * @property {string} query
 * @property {string[]} hidden kinds that are not shown
 * @property {[number, number] | null} years first and last year that is shown
 * @property {boolean} code only papers with a repository
 */

/** @returns {State} */
export function emptyState() {
  return { node: "", goal: "", query: "", hidden: [], years: null, code: false };
}

/**
 * @param {string} hash with or without "#"
 * @param {string[]} kinds
 * @returns {State} what is wrong in it is left out
 */
export function parseState(hash, kinds) {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  const state = emptyState();
  state.node = fields.get("node") ?? "";
  state.goal = fields.get("to") ?? "";
  state.query = fields.get("q") ?? "";
  state.hidden = (fields.get("hide") ?? "").split(",").filter((kind) => kinds.includes(kind));
  const years = /^(\d{4})-(\d{4})$/.exec(fields.get("years") ?? "");
  if (years && years[1] <= years[2]) state.years = [Number(years[1]), Number(years[2])];
  state.code = fields.get("code") === "1";
  return state;
}

/**
 * @param {State} state
 * @returns {string} "" for the empty state, else starting with "#"
 */
export function formatState(state) {
  const fields = new URLSearchParams();
  if (state.node) fields.set("node", state.node);
  if (state.goal) fields.set("to", state.goal);
  if (state.query) fields.set("q", state.query);
  if (state.hidden.length) fields.set("hide", state.hidden.join(","));
  if (state.years) fields.set("years", state.years.join("-"));
  if (state.code) fields.set("code", "1");
  const text = fields.toString().replaceAll("%2F", "/").replaceAll("%2C", ",");
  return text && `#${text}`;
}
