/**
 * @typedef {object} Question
 * @property {string} id
 * @property {string} title
 * @property {string} description
 * @property {[string, string, string][]} parameters name, kind, example
 * @property {string} sparql
 */

const DATATYPES = /** @type {Record<string, string>} */ ({
  date: "date", decimal: "decimal", integer: "integer",
});

/**
 * A parameter's text as a term of SPARQL; what it holds cannot become a part of the query.
 * @param {string} kind
 * @param {string} text
 */
export function term(kind, text) {
  const escaped = text.replace(/["\\\n\r\t\b\f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
  if (kind === "label") return `"${escaped}"@en`;
  const datatype = DATATYPES[kind];
  return datatype ? `"${escaped}"^^<http://www.w3.org/2001/XMLSchema#${datatype}>` : `"${escaped}"`;
}

/**
 * The question with its parameters as values, and the prefixes it uses.
 * @param {Question} question
 * @param {Record<string, string>} settings
 * @param {Record<string, string>} prefixes
 */
export function fullQuery(question, settings, prefixes) {
  const values = question.parameters
    .map(([name, kind]) => `\n  VALUES ?${name} { ${term(kind, settings[name] ?? "")} }`)
    .join("");
  const query = question.sparql.replace("WHERE {", () => `WHERE {${values}`);
  return withPrefixes(query, prefixes);
}

/**
 * @param {string} query
 * @param {Record<string, string>} prefixes
 */
export function withPrefixes(query, prefixes) {
  const lines = Object.entries(prefixes)
    .filter(([name]) => new RegExp(`(^|[^\\w:-])${name}:`).test(query) && !new RegExp(`prefix\\s+${name}:`, "i").test(query))
    .map(([name, iri]) => `PREFIX ${name}: <${iri}>\n`);
  return lines.join("") + query;
}

/**
 * The node of the graph that an IRI names, "" for none.
 * @param {string} iri
 * @param {string} base
 * @param {Record<string, string>} papers names that are not the paper's identifier itself
 */
export function nodeOf(iri, base, papers) {
  if (!iri.startsWith(base)) return "";
  const tail = iri.slice(base.length);
  const [kind, name] = tail.split("/");
  if (kind === "paper" && name) return papers[name] ?? name;
  return ["method", "dataset", "metric", "task"].includes(kind) && name ? tail : "";
}
