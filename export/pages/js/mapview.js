import { Camera } from "./camera.js";
import { Boxes } from "./labels.js";
import { KINDS, PAPER } from "./model.js";
import { findRegions } from "./regions.js";
import { outline } from "./shapes.js";
import { shorten } from "./text.js";

/** @typedef {import("./model.js").Model} Model */

/**
 * Nodes and edges that stand out while the rest steps back.
 * @typedef {object} Light
 * @property {number} focus the node it is about, -1 for none
 * @property {ArrayLike<number>} nodes most important first
 * @property {[number, number][]} edges pairs of nodes
 */

const MARGIN = 0.2; // of the picture on each side, drawn ahead so that moving shows no blank edge
const SETTLE = 90; // ms after the last movement until the picture is drawn anew
const LIVE = 7; // ms a drawing may take to be repeated in every frame instead of moved
const EDGES = 9000; // drawn at most at a time
const BACKBONE = 2200; // of them where the whole map is in the picture: the strongest of each paper
const LANDMARKS = 6; // nodes whose labels come before those of communities
const SHAPE = 0.5; // of its full size an entity has at least, so that its shape can be told
const SMALLEST = 0.24; // of a node's full size

/**
 * The map on canvas: a base picture of everything that is shown and, above it, what is lit.
 * While the reader moves, large pictures are moved as bitmaps and drawn anew afterwards.
 */
export class MapView {
  /**
   * @param {HTMLElement} holder
   * @param {Model} model
   */
  constructor(holder, model) {
    this.holder = holder;
    this.model = model;
    this.base = document.createElement("canvas");
    this.over = document.createElement("canvas");
    this.base.className = "base";
    this.over.className = "over";
    holder.append(this.base, this.over);
    this.shown = new Uint8Array(model.count).fill(1);
    /** @type {Light | null} */
    this.light = null;
    this.hovered = -1;
    this.camera = new Camera();
    this.drawn = this.camera.copy();
    this.width = 0;
    this.height = 0;
    this.cost = 0;
    this.settling = 0;
    this.frame = 0;
    this.flight = 0;
    /** @type {Map<number, number>} */
    this.widths = new Map();
    /** Pixels at the foot of the picture that something else lies on. */
    this.covered = 0;
    /** @type {[number, number, number, number][]} where no label stands: left, top, right, bottom */
    this.taken = [];
    /** @type {Camera | null} */
    this.homeCamera = null;
    this.full = fullSizes(model);
    this.regions = findRegions(model);
    this.turn = turns(model);
    this.byCommunity = papersByCommunity(model);
    this.anchors = 0;
    for (let node = 0; node < model.count; node++) if (!model.isAlone(node)) this.anchors++;
    this.readTheme();
    this.resize();
    this.camera = this.home();
  }

  /** Read colours and font from the style sheet, once and whenever they change. */
  readTheme() {
    const style = getComputedStyle(this.holder);
    /** @param {string} name */
    const value = (name) => style.getPropertyValue(name).trim();
    this.colours = KINDS.map((kind) => value(`--${kind}`));
    this.ground = value("--ground");
    this.ink = value("--ink");
    this.faint = value("--edge");
    this.accent = value("--accent");
    this.font = style.fontFamily;
    this.serif = value("--serif");
    this.tint = value("--tint");
    this.dust = value("--dust");
    this.regionInk = value("--region-ink");
  }

  resize() {
    const width = this.holder.clientWidth || 1;
    const height = this.holder.clientHeight || 1;
    if (width === this.width && height === this.height) return;
    const drawn = this.width > 0;
    this.width = width;
    this.height = height;
    this.homeCamera = null;
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    this.ratio = ratio;
    for (const canvas of [this.base, this.over]) {
      canvas.width = canvas.height = 0; // begin() gives it what it needs once it is drawn on
      canvas.style.width = `${this.width * (1 + 2 * MARGIN)}px`;
      canvas.style.height = `${this.height * (1 + 2 * MARGIN)}px`;
      canvas.style.left = `${-this.width * MARGIN}px`;
      canvas.style.top = `${-this.height * MARGIN}px`;
    }
    if (drawn) this.draw();
  }

  /** The camera that shows all that is shown; of large maps all but the outermost. */
  home() {
    if (!this.homeCamera) {
      const box = this.model.count > 3000 ? this.core() : this.bounds();
      const camera = Camera.fit(box, this.width, this.height - this.covered, 4 * this.width);
      camera.y += this.covered / 2 / camera.scale;
      this.homeCamera = camera;
    }
    return this.homeCamera.copy();
  }

  /** The box that holds 98 % of the nodes in each direction. */
  core() {
    const { x, y, count } = this.model;
    const step = Math.ceil(count / 4000);
    /** @param {Float32Array} values */
    const ends = (values) => {
      const sample = values.filter((_, node) => node % step === 0).sort();
      return [sample[Math.floor(0.01 * sample.length)], sample[Math.floor(0.99 * sample.length)]];
    };
    const [left, right] = ends(x);
    const [top, bottom] = ends(y);
    return { left, right, top, bottom };
  }

  /**
   * @param {ArrayLike<number>} [nodes] all that are shown by default
   */
  bounds(nodes) {
    const { x, y, count } = this.model;
    const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
    const total = nodes ? nodes.length : count;
    for (let i = 0; i < total; i++) {
      const node = nodes ? nodes[i] : i;
      if (!nodes && !this.shown[node]) continue;
      box.left = Math.min(box.left, x[node]);
      box.right = Math.max(box.right, x[node]);
      box.top = Math.min(box.top, y[node]);
      box.bottom = Math.max(box.bottom, y[node]);
    }
    return box.left <= box.right ? box : { left: 0, top: 0, right: 1, bottom: 1 };
  }

  /** Scale limits: a little further out than everything, in until neighbours stand apart. */
  limits() {
    const least = 0.6 * Math.min(this.width, this.height);
    return { least, most: Math.max(4 * least, 60 * Math.sqrt(this.model.count) * 2) };
  }

  /** Size of nodes at this zoom, 1 for full. */
  unit() {
    const span = Math.min(this.width, this.height) * 0.9;
    const room = Math.sqrt((span * span) / (Math.max(this.anchors, 1) * 620));
    const zoom = Math.max(this.camera.scale / this.home().scale, 1);
    return Math.min(1.2, Math.max(SMALLEST, Math.min(room, 1) * zoom ** 0.65));
  }

  /** How many entities show: the most telling at first, more as the reader comes nearer. */
  cap() {
    const zoom = Math.max(1, this.camera.scale / this.home().scale);
    return Math.round(((this.width * this.height) / 5000) * zoom * zoom);
  }

  /** Whether papers are too small for a shape: then they are dust in their community's colour. */
  isDust() {
    return this.unit() * 4.2 < 2;
  }

  /**
   * Whether a node is drawn at this zoom, if it is shown at all.
   * @param {number} node
   */
  isDrawn(node) {
    return this.turn[node] <= this.cap() && (this.aloneness() > 0 || !this.model.isAlone(node));
  }

  /** How clearly entities of one paper show: 0 not at all, 1 fully. */
  aloneness() {
    const gap = (0.12 / Math.sqrt(Math.max(this.anchors, 1))) * this.camera.scale;
    return Math.min(1, Math.max(0, (gap - 3) / 4));
  }

  /**
   * @param {Uint8Array<ArrayBuffer>} shown
   * @param {boolean} whole bring all of it into the picture
   */
  show(shown, whole) {
    this.shown = shown;
    if (whole) {
      this.homeCamera = null;
      this.camera = this.home();
    }
    this.draw();
  }

  /** @param {Light | null} light */
  lighten(light) {
    if (light === null && this.light === null) return;
    this.light = light;
    this.holder.classList.toggle("dimmed", light !== null);
    this.drawOver();
  }

  /** @param {number} node -1 for none */
  hover(node) {
    if (node === this.hovered) return;
    this.hovered = node;
    this.drawOver();
  }

  /** The picture has moved: follow, now as a bitmap or in full, and draw anew when it rests. */
  moved() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      if (this.cost <= LIVE) {
        this.draw();
        return;
      }
      this.blit();
      clearTimeout(this.settling);
      this.settling = window.setTimeout(() => this.draw(), SETTLE);
    });
  }

  blit() {
    const { camera, drawn } = this;
    const zoom = camera.scale / drawn.scale;
    const dx = (drawn.x - camera.x) * camera.scale;
    const dy = (drawn.y - camera.y) * camera.scale;
    const move = `translate(${dx}px, ${dy}px) scale(${zoom})`;
    this.base.style.transform = move;
    this.over.style.transform = move;
  }

  /**
   * @param {Camera} goal
   * @param {boolean} [still] jump
   */
  fly(goal, still = false) {
    cancelAnimationFrame(this.flight);
    const from = this.camera.copy();
    if (still || window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.camera = goal;
      this.draw();
      return;
    }
    const begin = performance.now();
    const step = () => {
      const part = Math.min(1, (performance.now() - begin) / 380);
      this.camera = from.toward(goal, 1 - (1 - part) ** 3);
      if (part < 1) {
        this.moved();
        this.flight = requestAnimationFrame(step);
      } else {
        this.camera = goal.copy();
        this.draw();
      }
    };
    this.flight = requestAnimationFrame(step);
  }

  /**
   * @param {number} node
   * @returns {[number, number]} pixels from the upper left corner of the picture
   */
  screen(node) {
    const { camera, model } = this;
    return [
      (model.x[node] - camera.x) * camera.scale + this.width / 2,
      (model.y[node] - camera.y) * camera.scale + this.height / 2,
    ];
  }

  /**
   * The node under a point, the smaller one where several are.
   * @param {number} px pixels from the upper left corner
   * @param {number} py
   * @param {number} slack pixels around a node that still count
   * @returns {number} -1 for none
   */
  nodeAt(px, py, slack = 5) {
    const { model, camera, shown, full } = this;
    const unit = this.unit();
    const wx = camera.x + (px - this.width / 2) / camera.scale;
    const wy = camera.y + (py - this.height / 2) / camera.scale;
    const shape = Math.max(unit, SHAPE);
    const cap = this.cap();
    const alone = this.aloneness() > 0;
    const lit = this.light ? new Set(Array.from(this.light.nodes)) : null;
    let best = -1;
    let nearest = Infinity;
    for (let node = 0; node < model.count; node++) {
      if (!shown[node] && !lit?.has(node)) continue;
      const hidden = this.turn[node] > cap || (!alone && model.isAlone(node));
      if (hidden && !lit?.has(node)) continue;
      const dx = (model.x[node] - wx) * camera.scale;
      const dy = (model.y[node] - wy) * camera.scale;
      const away = Math.hypot(dx, dy) - full[node] * (model.kind[node] === PAPER ? unit : shape);
      if (away < slack && away < nearest) {
        nearest = away;
        best = node;
      }
    }
    return best;
  }

  draw() {
    clearTimeout(this.settling);
    const begin = performance.now();
    this.drawn = this.camera.copy();
    this.base.style.transform = "";
    this.over.style.transform = "";
    const paint = this.begin(this.base);
    this.drawRegions(paint);
    this.drawEdges(paint);
    this.drawNodes(paint);
    this.drawLabels(paint, null);
    this.drawOver();
    this.cost = performance.now() - begin;
    this.holder.dispatchEvent(new CustomEvent("drawn"));
  }

  /**
   * Clear a canvas and measure it in pixels from the picture's upper left corner.
   * @param {HTMLCanvasElement} canvas
   */
  begin(canvas) {
    const paint = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const ratio = this.ratio ?? 1;
    if (canvas.width === 0) {
      canvas.width = Math.round(this.width * (1 + 2 * MARGIN) * ratio);
      canvas.height = Math.round(this.height * (1 + 2 * MARGIN) * ratio);
    } else {
      paint.setTransform(1, 0, 0, 1, 0, 0);
      paint.clearRect(0, 0, canvas.width, canvas.height);
    }
    paint.setTransform(ratio, 0, 0, ratio, this.width * MARGIN * ratio, this.height * MARGIN * ratio);
    return paint;
  }

  /** What of the map is on the canvas. */
  window() {
    const { drawn } = this;
    const across = (this.width * (0.5 + MARGIN)) / drawn.scale;
    const down = (this.height * (0.5 + MARGIN)) / drawn.scale;
    return {
      left: drawn.x - across,
      right: drawn.x + across,
      top: drawn.y - down,
      bottom: drawn.y + down,
    };
  }

  /** How strongly communities show: they step back when the reader is inside of one. */
  nearness() {
    const zoom = this.drawn.scale / this.home().scale;
    return Math.min(1, Math.max(0, (7 - zoom) / 4));
  }

  /**
   * A soft ground under the members of each community.
   * @param {CanvasRenderingContext2D} paint
   */
  drawRegions(paint) {
    const { model, drawn, shown, regions } = this;
    const near = this.nearness();
    if (near === 0 || this.isDust()) return; // dust has its community's colour itself
    const ox = this.width / 2 - drawn.x * drawn.scale;
    const oy = this.height / 2 - drawn.y * drawn.scale;
    const radius = Math.max(5, (0.62 * drawn.scale) / Math.sqrt(Math.max(this.anchors, 1)));
    const [saturation, lightness, alpha] = (this.tint ?? "").split(" ");
    for (const { number, members } of regions) {
      paint.fillStyle = `hsl(${hueOf(number)} ${saturation} ${lightness})`;
      paint.globalAlpha = Number(alpha) * near;
      paint.beginPath();
      const stride = Math.ceil(members.length / 1500);
      for (let i = 0; i < members.length; i += stride) {
        const node = members[i];
        if (!shown[node]) continue;
        const px = model.x[node] * drawn.scale + ox;
        const py = model.y[node] * drawn.scale + oy;
        paint.moveTo(px + radius, py);
        paint.arc(px, py, radius, 0, 2 * Math.PI);
      }
      paint.fill();
    }
    paint.globalAlpha = 1;
  }

  /**
   * Names of communities, a line a name, largest community first.
   * @param {CanvasRenderingContext2D} paint
   * @param {Boxes} boxes
   */
  drawRegionLabels(paint, boxes) {
    const { drawn, regions } = this;
    const near = this.nearness();
    if (near < 0.3) return;
    const most = Math.max(3, Math.round((this.width * this.height) / 60000));
    let placed = 0;
    for (const { number, lines, size, x, y, reach } of regions) {
      const across = reach * drawn.scale;
      if (placed >= most || across < 26) continue;
      const height = Math.round(Math.min(this.width < 500 ? 14 : 17, 10.5 + Math.log2(size)));
      paint.font = `600 ${height}px ${this.serif}`;
      const width = Math.max(...lines.map((line) => paint.measureText(line).width));
      const px = (x - drawn.x) * drawn.scale + this.width / 2;
      const py = (y - drawn.y) * drawn.scale + this.height / 2;
      const step = height * 1.16;
      const tall = lines.length * step;
      const shift = [0, -0.6 * tall, 0.6 * tall, -1.2 * tall, 1.2 * tall].find((dy) =>
        boxes.take(px - width / 2 - 4, py + dy - tall / 2, px + width / 2 + 4, py + dy + tall / 2),
      );
      if (shift === undefined) continue;
      placed++;
      paint.globalAlpha = near;
      paint.textAlign = "center";
      paint.lineJoin = "round";
      paint.lineWidth = 5;
      paint.strokeStyle = this.ground ?? "";
      paint.fillStyle = `hsl(${hueOf(number)} ${this.regionInk})`;
      const top = py + shift - tall / 2;
      for (const draw of [paint.strokeText, paint.fillText]) {
        lines.forEach((line, i) => draw.call(paint, line, px, top + (i + 0.82) * step));
      }
      paint.textAlign = "start";
      paint.globalAlpha = 1;
    }
  }

  /** @param {CanvasRenderingContext2D} paint */
  drawEdges(paint) {
    const { model, drawn, shown } = this;
    const { paper, entity, edgeCount, x, y, size } = model;
    const { left, right, top, bottom } = this.window();
    const alone = this.aloneness();
    const cap = this.cap();
    // Of a large map only what holds its parts together: short edges, which stay inside of one.
    const longest = this.isDust() ? 70 / drawn.scale : Infinity;
    const ox = this.width / 2 - drawn.x * drawn.scale;
    const oy = this.height / 2 - drawn.y * drawn.scale;
    const zoom = Math.max(1, drawn.scale / this.home().scale);
    const most = longest < Infinity ? EDGES : Math.min(EDGES, BACKBONE * zoom * zoom);
    let lines = 0;
    paint.beginPath();
    for (let e = 0; e < edgeCount && lines < most; e++) {
      const a = paper[e];
      const b = entity[e];
      if (!shown[a] || !shown[b] || (alone === 0 && size[b] <= 1)) continue;
      const ax = x[a], ay = y[a], bx = x[b], by = y[b];
      if ((ax < left && bx < left) || (ax > right && bx > right)) continue;
      if ((ay < top && by < top) || (ay > bottom && by > bottom)) continue;
      if (longest < Infinity) {
        if (Math.abs(ax - bx) > longest || Math.abs(ay - by) > longest) continue;
      } else if (this.turn[b] > cap) continue;
      paint.moveTo(ax * drawn.scale + ox, ay * drawn.scale + oy);
      paint.lineTo(bx * drawn.scale + ox, by * drawn.scale + oy);
      lines++;
    }
    // As many lines as there may be, the picture gets no darker than a few of them make it.
    paint.globalAlpha = Math.min(0.55, Math.max(0.07, Math.sqrt(170 / Math.max(lines, 1))));
    paint.strokeStyle = this.faint ?? "";
    paint.lineWidth = 1;
    paint.stroke();
    paint.globalAlpha = 1;
  }

  /** @param {CanvasRenderingContext2D} paint */
  drawNodes(paint) {
    const { model, shown, turn } = this;
    const alone = this.aloneness();
    const cap = this.cap();
    const dust = this.isDust();
    if (dust) this.drawDust(paint);
    for (let kind = 0; kind < KINDS.length; kind++) {
      if (kind === PAPER && dust) continue;
      for (const single of [true, false]) {
        if (single && (kind === PAPER || alone === 0)) continue;
        paint.globalAlpha = single ? 0.75 * alone : 1;
        this.fillKind(paint, kind, (node) => {
          return shown[node] === 1 && turn[node] <= cap && model.isAlone(node) === single;
        });
      }
    }
    paint.globalAlpha = 1;
  }

  /**
   * Papers as points in the colour of their community, and entities whose turn has not come.
   * @param {CanvasRenderingContext2D} paint
   */
  drawDust(paint) {
    const { model, drawn, shown } = this;
    const { left, right, top, bottom } = this.window();
    const ox = this.width / 2 - drawn.x * drawn.scale;
    const oy = this.height / 2 - drawn.y * drawn.scale;
    const side = Math.max(1.2, 2.3 * 4.2 * this.unit());
    const styles = model.communities.map((_, i) => `hsl(${hueOf(i + 1)} ${this.dust})`);
    styles.unshift(this.colours?.[PAPER] ?? "");
    paint.globalAlpha = 0.8;
    let last = -1;
    for (const node of this.byCommunity) {
      const mx = model.x[node], my = model.y[node];
      if (!shown[node] || mx < left || mx > right || my < top || my > bottom) continue;
      if (model.community[node] !== last) {
        last = model.community[node];
        paint.fillStyle = styles[last];
      }
      paint.fillRect(mx * drawn.scale + ox - side / 2, my * drawn.scale + oy - side / 2, side, side);
    }
    paint.globalAlpha = 1;
  }

  /**
   * Fill all nodes of a kind in one path; tiny ones as squares, which are several times faster.
   * @param {CanvasRenderingContext2D} paint
   * @param {number} kind
   * @param {((node: number) => boolean) | null} wanted all of those given where null
   * @param {ArrayLike<number> | null} [nodes] all there are where null
   */
  fillKind(paint, kind, wanted, nodes = null) {
    const { model, drawn, full } = this;
    const { left, right, top, bottom } = this.window();
    const unit = this.unit();
    const ox = this.width / 2 - drawn.x * drawn.scale;
    const oy = this.height / 2 - drawn.y * drawn.scale;
    paint.fillStyle = this.colours?.[kind] ?? "";
    paint.strokeStyle = this.ground ?? "";
    paint.lineWidth = 1.5;
    let pending = false;
    paint.beginPath();
    for (let i = (nodes?.length ?? model.count) - 1; i >= 0; i--) {
      const node = nodes ? nodes[i] : i;
      if (model.kind[node] !== kind) continue;
      const mx = model.x[node], my = model.y[node];
      if (mx < left || mx > right || my < top || my > bottom) continue;
      if (wanted && !wanted(node)) continue;
      const radius = full[node] * (kind === PAPER ? unit : Math.max(unit, SHAPE));
      const px = mx * drawn.scale + ox;
      const py = my * drawn.scale + oy;
      if (radius < 1.6) {
        paint.fillRect(px - radius, py - radius, 2 * radius, 2 * radius);
        continue;
      }
      outline(paint, kind, px, py, radius);
      pending = true;
    }
    if (!pending) return;
    if (unit > 0.4) paint.stroke();
    paint.fill();
  }

  /**
   * @param {CanvasRenderingContext2D} paint
   * @param {Light | null} light only these, or all that are shown
   */
  drawLabels(paint, light) {
    const { model, drawn, shown, full } = this;
    const { left, right, top, bottom } = this.window();
    const unit = this.unit();
    const boxes = new Boxes();
    for (const box of this.taken) boxes.add(...box);
    const room = Math.ceil((this.width * this.height) / (light ? 9000 : 15000));
    // Titles are long: they wait until there is room for them.
    const titles = unit > 0.72;
    const cap = this.cap();
    const total = light ? light.nodes.length : model.count;
    const alone = this.aloneness();
    let placed = 0;
    let tried = 0;
    for (let i = 0; i < total && placed < room && tried < 6 * room; i++) {
      const node = light ? light.nodes[i] : i;
      const mx = model.x[node], my = model.y[node];
      if (mx < left || mx > right || my < top || my > bottom) continue;
      if (!light && (!shown[node] || (alone < 1 && model.isAlone(node)))) continue;
      if (!light && ((!titles && model.kind[node] === PAPER) || this.turn[node] > cap)) continue;
      // The very first nodes are landmarks; then the communities, then the rest.
      if (!light && tried++ === LANDMARKS) this.drawRegionLabels(paint, boxes);
      const big = node === light?.focus;
      const radius = full[node] * (model.kind[node] === PAPER ? unit : Math.max(unit, SHAPE));
      if (this.drawLabel(paint, boxes, node, big, radius, drawn)) placed++;
    }
    if (!light && tried <= LANDMARKS) this.drawRegionLabels(paint, boxes);
  }

  /**
   * @param {CanvasRenderingContext2D} paint
   * @param {Boxes} boxes
   * @param {number} node
   * @param {boolean} big
   * @param {number} radius
   * @param {Camera} drawn
   * @returns {boolean} whether there was room
   */
  drawLabel(paint, boxes, node, big, radius, drawn) {
    const { model } = this;
    const paper = model.kind[node] === PAPER;
    const text = shorten(model.labels[node], big ? 40 : 30);
    const height = big ? 15 : paper ? 11 : radius > 8 ? 13 : 12;
    paint.font = `${big || (!paper && radius > 7) ? 600 : 400} ${height}px ${this.font}`;
    let width = big ? undefined : this.widths.get(node);
    if (width === undefined) {
      width = paint.measureText(text).width;
      if (!big) this.widths.set(node, width);
    }
    const px = (model.x[node] - drawn.x) * drawn.scale + this.width / 2;
    const py = (model.y[node] - drawn.y) * drawn.scale + this.height / 2;
    // The name of the selected node stays readable at the edge of the picture.
    const inside = big && px > 0 && px < this.width;
    const middle = inside ? Math.max(width / 2 + 8, Math.min(this.width - width / 2 - 8, px)) : px;
    const left = middle - width / 2;
    // Beneath the node, else above it; the node itself stays free of others' labels.
    const bases = [py + radius + height + 1, py - radius - 5];
    if (big && this.covers(left, bases[1], width, height) < this.covers(left, bases[0], width, height)) bases.reverse();
    for (const base of bases) {
      const fits = boxes.take(left - 3, base - height - 1, left + width + 3, base + 4);
      if (!fits && !big) continue;
      if (radius > 4) boxes.add(px - radius, py - radius, px + radius, py + radius);
      paint.lineJoin = "round";
      paint.strokeStyle = this.ground ?? "";
      paint.lineWidth = 4;
      paint.strokeText(text, left, base);
      paint.fillStyle = (paper ? this.ink : this.colours?.[model.kind[node]]) ?? "";
      paint.fillText(text, left, base);
      return true;
    }
    return false;
  }

  /**
   * How many lit nodes a label would lie on.
   * @param {number} left pixels
   * @param {number} base
   * @param {number} width
   * @param {number} height
   */
  covers(left, base, width, height) {
    return Array.from(this.light?.nodes ?? []).filter((node) => {
      const px = (this.model.x[node] - this.drawn.x) * this.drawn.scale + this.width / 2;
      const py = (this.model.y[node] - this.drawn.y) * this.drawn.scale + this.height / 2;
      return node !== this.light?.focus && px > left - 8 && px < left + width + 8 && py > base - height - 6 && py < base + 8;
    }).length;
  }

  /** The lit nodes and edges and the hovered node, above the base picture. */
  drawOver() {
    if (!this.light && this.hovered < 0 && this.over.width === 0) return;
    const paint = this.begin(this.over);
    if (this.light) {
      this.drawLitEdges(paint, this.light);
      for (let kind = 0; kind < KINDS.length; kind++) {
        this.fillKind(paint, kind, null, this.light.nodes);
      }
      if (this.light.focus >= 0) this.ring(paint, this.light.focus, 2.5);
      this.drawLabels(paint, this.light);
    }
    if (this.hovered >= 0) {
      const { hovered } = this;
      this.fillKind(paint, this.model.kind[hovered], null, [hovered]);
      this.ring(paint, hovered, 1.5);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} paint
   * @param {Light} light
   */
  drawLitEdges(paint, light) {
    const { model, drawn } = this;
    const ox = this.width / 2 - drawn.x * drawn.scale;
    const oy = this.height / 2 - drawn.y * drawn.scale;
    paint.lineWidth = 1.5;
    paint.globalAlpha = Math.max(0.25, Math.min(0.8, 30 / Math.max(light.edges.length, 1)));
    for (let kind = 0; kind < KINDS.length; kind++) {
      paint.strokeStyle = this.colours?.[kind] ?? "";
      paint.beginPath();
      for (const [a, b] of light.edges) {
        if (Math.max(model.kind[a], model.kind[b]) !== kind) continue;
        paint.moveTo(model.x[a] * drawn.scale + ox, model.y[a] * drawn.scale + oy);
        paint.lineTo(model.x[b] * drawn.scale + ox, model.y[b] * drawn.scale + oy);
      }
      paint.stroke();
    }
    paint.globalAlpha = 1;
  }

  /**
   * @param {CanvasRenderingContext2D} paint
   * @param {number} node
   * @param {number} width
   */
  ring(paint, node, width) {
    const { model, drawn } = this;
    paint.beginPath();
    outline(
      paint,
      model.kind[node],
      (model.x[node] - drawn.x) * drawn.scale + this.width / 2,
      (model.y[node] - drawn.y) * drawn.scale + this.height / 2,
      this.full[node] * this.unit() + 3.5,
    );
    paint.strokeStyle = this.accent ?? "";
    paint.lineWidth = width;
    paint.stroke();
  }
}

/**
 * For each entity how many come before it; 0 for papers.
 * @param {Model} model
 */
function turns(model) {
  const turn = new Uint32Array(model.count);
  let before = 0;
  for (let node = 0; node < model.count; node++) {
    if (model.kind[node] !== PAPER && !model.isAlone(node)) turn[node] = before++;
  }
  return turn;
}

/**
 * Papers, those of a community together, so that colours change seldom.
 * @param {Model} model
 */
function papersByCommunity(model) {
  const papers = [];
  for (let node = 0; node < model.count; node++) if (model.kind[node] === PAPER) papers.push(node);
  return Uint32Array.from(papers.sort((a, b) => model.community[a] - model.community[b] || a - b));
}

/**
 * Hue of a community, by the golden angle: neighbours in number are far apart in colour.
 * @param {number} region
 */
function hueOf(region) {
  return Math.round(region * 137.508 + 28) % 360;
}

/**
 * Radius of each node at full size in pixels: what many papers name is larger.
 * @param {Model} model
 */
function fullSizes(model) {
  const full = new Float32Array(model.count);
  for (let node = 0; node < model.count; node++) {
    full[node] =
      model.kind[node] === PAPER
        ? 4.2
        : Math.min(13, model.size[node] <= 1 ? 2 : 3 + 1.5 * Math.log2(model.size[node]));
  }
  return full;
}
