import { KINDS } from "./model.js";

/**
 * Each kind has a shape of its own besides its colour. The shapes have about the same area.
 * Corners in units of the radius; a paper is a disc.
 * @type {Record<string, number[][]>}
 */
const CORNERS = {
  method: [[-0.86, -0.86], [0.86, -0.86], [0.86, 0.86], [-0.86, 0.86]],
  dataset: [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]],
  metric: [[0, -1.18], [1.12, 0.84], [-1.12, 0.84]],
  task: [[1.08, 0], [0.54, 0.94], [-0.54, 0.94], [-1.08, 0], [-0.54, -0.94], [0.54, -0.94]],
};

/**
 * Add the outline of a node to a path.
 * @param {CanvasRenderingContext2D} path
 * @param {number} kind
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 */
export function outline(path, kind, x, y, radius) {
  const corners = CORNERS[KINDS[kind]];
  if (!corners) {
    path.moveTo(x + radius, y);
    path.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  corners.forEach(([dx, dy], i) => {
    if (i) path.lineTo(x + dx * radius, y + dy * radius);
    else path.moveTo(x + dx * radius, y + dy * radius);
  });
  path.closePath();
}

/**
 * The shape as a small drawing for text: legend, lists, panels.
 * @param {number} kind
 * @returns {SVGSVGElement}
 */
export function icon(kind) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "-1.4 -1.4 2.8 2.8");
  svg.setAttribute("class", `icon k-${KINDS[kind]}`);
  svg.setAttribute("aria-hidden", "true");
  const corners = CORNERS[KINDS[kind]];
  const shape = document.createElementNS(space, corners ? "polygon" : "circle");
  if (corners) shape.setAttribute("points", corners.map((corner) => corner.join(",")).join(" "));
  else shape.setAttribute("r", "0.95");
  svg.append(shape);
  return svg;
}
