/**
 * What a reader looks at, and the same as the part of the address behind "#", so that a view can
 * be sent, and back and forward work.
 *
 * @typedef {object} State
 * @property {string} node id of the selected node, "" for none
 * @property {string} goal id of the node that a path leads to, "" for none
 * @property {string} query
 * @property {string[]} hidden kinds that are not shown
 * @property {[number, number] | null} months first and last month that is shown, 12 a year
 * @property {boolean} code only papers with a repository
 * @property {string} role only entities in this role: "proposed", "used" or "" for both
 * @property {number} community 1 + its number, 0 for all
 * @property {boolean} table a table instead of the map
 */

/** @returns {State} */
export function emptyState() {
  return {
    node: "", goal: "", query: "", hidden: [], months: null, code: false, role: "", community: 0,
    table: false,
  };
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
  const ends = (fields.get("dates") ?? "").split("..").map(parseMonth);
  if (ends.length === 2 && ends[0] >= 0 && ends[0] <= ends[1]) state.months = [ends[0], ends[1]];
  state.code = fields.get("code") === "1";
  const role = fields.get("role") ?? "";
  if (role === "proposed" || role === "used") state.role = role;
  const community = fields.get("community") ?? "";
  if (/^\d{1,5}$/.test(community)) state.community = Number(community);
  state.table = fields.get("view") === "table";
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
  if (state.months) fields.set("dates", state.months.map(formatMonth).join(".."));
  if (state.code) fields.set("code", "1");
  if (state.role) fields.set("role", state.role);
  if (state.community) fields.set("community", String(state.community));
  if (state.table) fields.set("view", "table");
  const text = fields.toString().replaceAll("%2F", "/").replaceAll("%2C", ",");
  return text && `#${text}`;
}

/**
 * @param {number} month 12 * year + month from 0
 * @returns {string} as in 2024-03
 */
export function formatMonth(month) {
  return `${String(Math.floor(month / 12)).padStart(4, "0")}-${String((month % 12) + 1).padStart(2, "0")}`;
}

/**
 * @param {string} text
 * @returns {number} -1 where it is no month
 */
export function parseMonth(text) {
  const found = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text);
  return found ? 12 * Number(found[1]) + Number(found[2]) - 1 : -1;
}
