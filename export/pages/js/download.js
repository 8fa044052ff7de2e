import { KINDS, PAPER } from "./model.js";
import { COLUMNS } from "./table.js";
import { shorten } from "./text.js";

/** @typedef {import("./model.js").Model} Model */

/**
 * The selection as rows, heads first.
 * @param {Model} model
 * @param {ArrayLike<number>} nodes
 */
export function tableRows(model, nodes) {
  return [
    ["Id", ...COLUMNS.map(({ name }) => name)],
    ...Array.from(nodes, (node) => [model.ids[node], ...COLUMNS.map(({ value }) => value(model, node))]),
  ];
}

/**
 * @param {string} text
 * @returns {string} fit for XML: escaped, without what XML 1.0 does not allow
 */
export function xmlText(text) {
  return text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/**
 * The selection and the statements within it as GraphML.
 * @param {Model} model
 * @param {ArrayLike<number>} nodes
 */
export function toGraphml(model, nodes) {
  const chosen = new Set(Array.from(nodes));
  const parts = [
    '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n',
  ];
  for (const [name, domain] of [["kind", "node"], ["label", "node"], ["date", "node"], ["role", "edge"]]) {
    parts.push(`<key id="${name}" for="${domain}" attr.name="${name}" attr.type="string"/>\n`);
  }
  parts.push('<graph id="selection" edgedefault="undirected">\n');
  const data = (/** @type {string} */ key, /** @type {string} */ value) =>
    value && `<data key="${key}">${xmlText(value)}</data>`;
  for (const node of chosen) {
    const date = model.kind[node] === PAPER ? model.date(node) : "";
    parts.push(
      `<node id="${xmlText(model.ids[node])}">${data("kind", KINDS[model.kind[node]])}`,
      `${data("label", model.labels[node])}${data("date", date)}</node>\n`,
    );
  }
  for (let e = 0; e < model.edgeCount; e++) {
    const a = model.paper[e];
    const b = model.entity[e];
    if (!chosen.has(a) || !chosen.has(b)) continue;
    parts.push(
      `<edge source="${xmlText(model.ids[a])}" target="${xmlText(model.ids[b])}">`,
      `${data("role", model.proposed[e] ? "proposed" : "used")}</edge>\n`,
    );
  }
  parts.push("</graph>\n</graphml>\n");
  return parts.join("");
}

/**
 * What the map shows as SVG: nodes, the edges between them, and labels.
 * @param {import("./mapview.js").MapView} map
 * @param {ArrayLike<number>} nodes
 */
export function toSvg(map, nodes) {
  const { model, width, height } = map;
  const colours = map.colours ?? [];
  const chosen = new Set(Array.from(nodes).filter((node) => {
    const [x, y] = map.screen(node);
    return x > -20 && y > -20 && x < width + 20 && y < height + 20;
  }));
  const size = `width="${width}" height="${height}"`;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${width} ${height}">\n`,
    `<rect ${size} fill="${xmlText(map.ground ?? "")}"/>\n<g stroke="${xmlText(map.faint ?? "")}" stroke-opacity="0.4">\n`,
  ];
  const at = (/** @type {number} */ node) => map.screen(node).map((value) => value.toFixed(1));
  for (let e = 0; e < model.edgeCount; e++) {
    if (!chosen.has(model.paper[e]) || !chosen.has(model.entity[e])) continue;
    const [ax, ay] = at(model.paper[e]);
    const [bx, by] = at(model.entity[e]);
    parts.push(`<path d="M${ax} ${ay}L${bx} ${by}"/>\n`);
  }
  parts.push("</g>\n");
  for (const node of chosen) {
    const [x, y] = at(node);
    const radius = (map.full[node] * map.unit()).toFixed(1);
    const title = `<title>${xmlText(model.labels[node])}</title>`;
    parts.push(`<circle cx="${x}" cy="${y}" r="${radius}" fill="${xmlText(colours[model.kind[node]])}">${title}</circle>\n`);
  }
  parts.push('<g font-family="sans-serif" font-size="11" text-anchor="middle">\n');
  for (const node of [...chosen].slice(0, 80)) {
    const [x, y] = map.screen(node);
    const below = (y + map.full[node] * map.unit() + 12).toFixed(1);
    const fill = model.kind[node] === PAPER ? map.ink : colours[model.kind[node]];
    parts.push(`<text x="${x.toFixed(1)}" y="${below}" fill="${xmlText(fill ?? "")}">${xmlText(shorten(model.labels[node], 30))}</text>\n`);
  }
  parts.push("</g>\n</svg>\n");
  return parts.join("");
}

/**
 * The picture as it is, both layers on the ground.
 * @param {import("./mapview.js").MapView} map
 * @returns {Promise<Blob | null>}
 */
export function toPng(map) {
  const picture = document.createElement("canvas");
  const ratio = map.ratio ?? 1;
  picture.width = map.width * ratio;
  picture.height = map.height * ratio;
  const paint = /** @type {CanvasRenderingContext2D} */ (picture.getContext("2d"));
  paint.fillStyle = map.ground ?? "";
  paint.fillRect(0, 0, picture.width, picture.height);
  const left = -(map.base.width - picture.width) / 2;
  const top = -(map.base.height - picture.height) / 2;
  paint.globalAlpha = map.light ? 0.16 : 1;
  paint.drawImage(map.base, left, top);
  paint.globalAlpha = 1;
  if (map.over.width) paint.drawImage(map.over, left, top);
  return new Promise((resolve) => picture.toBlob(resolve, "image/png"));
}
