import { inflate } from "./bytes.js";
import { Camera } from "./camera.js";
import { byId, el } from "./dom.js";
import { toCsv } from "./csv.js";
import { tableRows, toGraphml, toPng, toSvg } from "./download.js";
import { countKinds, shownNodes } from "./filter.js";
import { NodeList } from "./list.js";
import { MapView } from "./mapview.js";
import { KINDS, Model, PAPER } from "./model.js";
import { entityPanel, paperPanel, pathPanel } from "./panel.js";
import { findPath } from "./path.js";
import { save } from "./save.js";
import { Search } from "./search.js";
import { icon } from "./shapes.js";
import { formatState, parseState } from "./state.js";
import { SelectionTable } from "./table.js";
import { counted, grouped, shorten } from "./text.js";
import { Timeline } from "./timeline.js";

const FRAMED = 80; // neighbours up to which all are brought into the picture
const HIGHLIGHTED = 4000; // search results shown on the map

/** The page: the map, the list, the panel and the address bar, kept in step. */
class Explorer {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    this.state = parseState(location.hash, KINDS);
    this.selected = -1;
    this.list = new NodeList(byId("list"), model, (node) => this.choose(node));
    /** @type {Search | null} */
    this.search = null;
    this.input = /** @type {HTMLInputElement} */ (byId("search"));
    /** The filters that the map shows, as text. */
    this.filtered = "";
    this.shown = new Uint8Array(model.count);
    this.all = new Uint32Array();
    /** @type {Camera | null} where the map was when the panel opened, until the reader moves it */
    this.before = null;
    /** Node from which a path is looked for, until its goal is chosen; -1 for none. */
    this.seeking = -1;
    this.timeline = new Timeline(byId("timeline"), model, (months) => this.update({ months }));
    this.table = new SelectionTable(byId("table"), model, (node) => this.addressOf(node));
    this.legend();
    this.filters();
    // After what is put into the page, since it asks where everything lies.
    this.map = new MapView(byId("map"), model);
    this.leaveRoom();
    this.listen();
    this.listenDownloads();
    this.apply(true);
    document.documentElement.dataset.ready = "";
  }

  /** @param {number} node */
  addressOf(node) {
    return formatState({ ...this.state, node: node < 0 ? "" : this.model.ids[node], goal: "" }) || "#";
  }

  /** @param {number} node */
  choose(node) {
    let address = this.addressOf(node);
    if (this.seeking >= 0 && node >= 0 && node !== this.seeking) {
      const ids = this.model.ids;
      address = formatState({ ...this.state, query: "", node: ids[this.seeking], goal: ids[node] });
    }
    this.seek(-1);
    if (address === (location.hash || "#")) return;
    history.pushState(null, "", address);
    this.follow();
  }

  /** Take over what the address says. */
  follow() {
    this.state = parseState(location.hash, KINDS);
    this.apply(false);
  }

  /** @param {Partial<import("./state.js").State>} fields */
  update(fields) {
    this.state = { ...this.state, ...fields };
    this.change();
  }

  /**
   * Ask for the goal of a path that begins here.
   * @param {number} node -1 to stop asking
   */
  seek(node) {
    this.seeking = node;
    document.body.classList.toggle("seeking", node >= 0);
    if (node < 0) return;
    const from = shorten(this.model.labels[node], 40);
    byId("status").textContent = `Path from “${from}”: search or press on the map where it should lead. Esc stops.`;
    this.input.focus();
    this.input.select();
  }

  /** Change the view without a step in the history, as while typing. */
  change() {
    history.replaceState(null, "", formatState(this.state) || "#");
    this.apply(false);
  }

  /**
   * Show the state.
   * @param {boolean} first
   */
  apply(first) {
    const { model, state } = this;
    if (this.input.value !== state.query) this.input.value = state.query;
    const selected = state.node ? model.find(state.node) : -1;
    this.selected = selected;
    this.filter(first);
    this.listNodes();
    this.list.select(selected);
    this.showPanel();
    if (selected >= 0) this.frame(selected, first);
  }

  /**
   * Draw what the filters show, unless they are as they were: typing and choosing leave them.
   * @param {boolean} first
   */
  filter(first) {
    const { hidden, months, code, role, community } = this.state;
    const filters = JSON.stringify([hidden, months, code, role, community]);
    if (filters === this.filtered) return;
    this.filtered = filters;
    this.shown = shownNodes(this.model, this.state);
    this.legendState();
    this.timeline.show(months);
    this.filterState();
    this.map.show(this.shown, first);
    /** All nodes that the filters show. */
    this.all = Uint32Array.from(this.shown.keys()).filter((node) => this.shown[node]);
  }

  listNodes() {
    const { state } = this;
    /** @type {number[] | Uint32Array} */
    let nodes;
    const found = this.found(this.shown);
    if (found) {
      nodes = found;
      byId("status").textContent = `${counted(found.length, "match", "matches")} for “${state.query.trim()}”`;
    } else {
      nodes = this.all;
      byId("status").textContent = `${counted(nodes.length, "entry", "entries")}, those in most papers first`;
    }
    this.list.setNodes(nodes);
    if (this.selected < 0) {
      const lit = found?.slice(0, HIGHLIGHTED);
      this.map.lighten(lit ? { focus: -1, nodes: lit, edges: [] } : null);
      this.showTable();
    }
  }

  /** What is listed, or what is around the selected node: for the table and the downloads. */
  selection() {
    return this.selected >= 0 && this.map.light ? this.map.light.nodes : this.list.nodes;
  }

  showTable() {
    byId("table").hidden = !this.state.table;
    byId("as-table").setAttribute("aria-pressed", String(this.state.table));
    if (this.state.table) this.table.setNodes(this.selection());
  }

  /**
   * @param {Uint8Array} shown
   * @returns {number[] | null} null where nothing is searched for
   */
  found(shown) {
    if (!this.state.query.trim()) return null;
    this.search ??= new Search(this.model.labels, this.model.aliases);
    return this.search.find(this.state.query).filter((node) => shown[node]);
  }

  async showPanel() {
    const { model, selected } = this;
    const panel = byId("panel");
    const { map } = this;
    if (selected >= 0 && panel.hidden) this.before = map.camera.copy();
    document.body.classList.toggle("open", selected >= 0);
    panel.hidden = selected < 0;
    if (selected < 0) {
      byId("details").replaceChildren();
      // Back to where the reader was, who has not moved since.
      if (this.before) map.fly(this.before);
      this.before = null;
      return;
    }
    // What is lit does not wait for the panel; what is linked is added when it is known.
    const goal = this.state.goal ? model.find(this.state.goal) : -1;
    if (goal < 0) this.map.lighten(this.around(selected, null));
    const addressOf = (/** @type {number} */ node) => this.addressOf(node);
    let parts;
    /** @type {import("./model.js").Details | null} */
    let details = null;
    const opened = await model.details(selected);
    if (this.selected !== selected) return;
    if (model.kind[selected] === PAPER) {
      details = opened;
      parts = details ? paperPanel(model, selected, details, addressOf) : [];
    } else {
      parts = entityPanel(model, selected, opened, addressOf, this.shown);
    }
    const way = goal >= 0 ? findPath(model, selected, goal) : null;
    if (way) parts = pathPanel(model, selected, goal, way, addressOf);
    byId("kicker").replaceChildren(...parts.slice(0, 1));
    byId("details").replaceChildren(...parts.slice(1));
    byId("path").hidden = way !== null;
    panel.scrollTop = 0;
    if (way) this.map.lighten(alongWay(way));
    else if (details) this.map.lighten(this.around(selected, details));
    if (this.map.light && this.map.light.nodes.length <= FRAMED) this.frameAll(this.map.light.nodes);
    this.showTable();
    byId("live").textContent = `${model.labels[selected]}: ${counted(model.size[selected], model.kind[selected] === PAPER ? "entity" : "paper", model.kind[selected] === PAPER ? "entities" : "papers")}`;
  }

  /**
   * The neighbourhood of a node: what it is tied to, and the papers it is linked to.
   * @param {number} node
   * @param {import("./model.js").Details | null} details
   * @returns {import("./mapview.js").Light}
   */
  around(node, details) {
    const { model } = this;
    /** @type {[number, number][]} */
    const edges = Array.from(model.adjacency.of(node), (other) => [node, other]);
    for (const [other, , reasons] of details?.links ?? []) {
      for (const [entity] of reasons) edges.push([other, entity]);
    }
    const nodes = [node, ...new Set(edges.flat().filter((other) => other !== node))];
    return { focus: node, nodes, edges };
  }

  /**
   * Bring a node into the free part of the picture, without changing more than needed.
   * @param {number} node
   * @param {boolean} still
   */
  frame(node, still) {
    const { map, model } = this;
    const [px, py] = map.screen(node);
    const inset = 60;
    const inside = px > inset && px < map.width - inset && py > inset && py < map.height - inset;
    if (inside && !still) return;
    const scale = Math.max(map.camera.scale, map.home().scale * 1.6);
    map.fly(new Camera(model.x[node], model.y[node], scale), still);
  }

  /**
   * Bring nodes into the picture, unless all are in it.
   * @param {ArrayLike<number>} nodes
   */
  frameAll(nodes) {
    const { map } = this;
    const inset = 30;
    const inside = Array.from(nodes).every((node) => {
      const [px, py] = map.screen(node);
      return px > inset && px < map.width - inset && py > inset && py < map.height - inset;
    });
    if (inside) return;
    map.fly(Camera.fit(map.bounds(nodes), map.width, map.height, Math.max(map.camera.scale, map.home().scale)));
  }

  legend() {
    const names = ["Papers", "Methods", "Datasets", "Metrics", "Tasks"];
    const buttons = KINDS.map((kind, code) =>
      el(
        "button",
        { type: "button", class: "kind", "data-kind": kind, "aria-pressed": "true",
          onclick: () => {
            const hidden = new Set(this.state.hidden);
            if (!hidden.delete(kind)) hidden.add(kind);
            this.update({ hidden: KINDS.filter((name) => hidden.has(name)) });
          } },
        icon(code), el("span", { class: "label" }, names[code]), el("span", { class: "count" }),
      ),
    );
    byId("legend").replaceChildren(...buttons);
  }

  legendState() {
    const counts = countKinds(this.model, shownNodes(this.model, { ...this.state, hidden: [] }));
    for (const button of byId("legend").querySelectorAll("button")) {
      const kind = button.dataset.kind ?? "";
      button.setAttribute("aria-pressed", String(!this.state.hidden.includes(kind)));
      const count = button.querySelector(".count");
      if (count) count.textContent = grouped(counts[KINDS.indexOf(kind)]);
    }
  }

  filters() {
    const communities = /** @type {HTMLSelectElement} */ (byId("community"));
    this.model.communities.forEach((label, i) => {
      communities.append(el("option", { value: i + 1 }, shorten(label, 44)));
    });
    byId("community-filter").hidden = this.model.communities.length < 2;
    communities.addEventListener("change", () => this.update({ community: Number(communities.value) }));
    const role = /** @type {HTMLSelectElement} */ (byId("role"));
    role.addEventListener("change", () => this.update({ role: role.value }));
    const code = /** @type {HTMLInputElement} */ (byId("code"));
    code.addEventListener("change", () => this.update({ code: code.checked }));
    byId("as-table").addEventListener("click", () => this.update({ table: !this.state.table }));
    byId("path").addEventListener("click", () => this.seek(this.selected));
  }

  filterState() {
    const { state } = this;
    /** @type {HTMLSelectElement} */ (byId("community")).value = String(state.community);
    /** @type {HTMLSelectElement} */ (byId("role")).value = state.role;
    /** @type {HTMLInputElement} */ (byId("code")).checked = state.code;
  }

  listenDownloads() {
    const { model } = this;
    const text = (/** @type {string} */ content, /** @type {string} */ type) =>
      new Blob([content], { type: `${type};charset=utf-8` });
    /** @type {Record<string, () => Promise<Blob | null> | Blob>} */
    const formats = {
      csv: () => text(toCsv(tableRows(model, this.ordered())), "text/csv"),
      graphml: () => text(toGraphml(model, this.selection()), "application/graphml+xml"),
      svg: () => text(toSvg(this.map, this.visible()), "image/svg+xml"),
      png: () => toPng(this.map),
    };
    for (const button of byId("formats").querySelectorAll("button")) {
      const format = button.dataset.format ?? "";
      if (!(format in formats)) continue;
      button.addEventListener("click", async () => {
        const content = await formats[format]();
        if (content) save(`paperlattice.${format}`, content);
        /** @type {HTMLDetailsElement} */ (byId("download")).open = false;
      });
    }
    byId("copy").addEventListener("click", async () => {
      await navigator.clipboard.writeText(toCsv(tableRows(model, this.ordered())));
      byId("live").textContent = `Copied ${counted(this.selection().length, "row")}`;
      /** @type {HTMLDetailsElement} */ (byId("download")).open = false;
    });
  }

  /** The selection as the table sorts it. */
  ordered() {
    return this.state.table ? this.table.nodes : this.selection();
  }

  /** Nodes that are drawn: all that are shown, without those that wait for a nearer look. */
  visible() {
    if (this.map.light) return this.map.light.nodes;
    return Array.from(this.list.nodes).filter((node) => this.map.isDrawn(node));
  }

  listen() {
    const { input, map } = this;
    window.addEventListener("popstate", () => this.follow());
    input.addEventListener("input", () => {
      const seeking = this.seeking;
      this.state = { ...this.state, query: input.value, node: "", goal: "" };
      this.change();
      this.seeking = seeking;
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") {
        byId("list").focus();
        this.list.activate(0);
        event.preventDefault();
      } else if (event.key === "Enter" && this.list.nodes.length) {
        this.choose(this.list.nodes[0]);
      }
    });
    byId("close").addEventListener("click", () => this.choose(-1));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        if (this.seeking >= 0) {
          this.seek(-1);
          this.apply(false);
        } else if (this.selected >= 0) this.choose(-1);
        else if (this.state.query) {
          this.state = { ...this.state, query: "" };
          this.change();
        }
      } else if (event.key === "/" && document.activeElement !== input) {
        input.focus();
        input.select();
        event.preventDefault();
      }
    });
    byId("zoom-in").addEventListener("click", () => this.zoom(1.6));
    byId("zoom-out").addEventListener("click", () => this.zoom(1 / 1.6));
    byId("home").addEventListener("click", () => this.goHome());
    for (const skip of document.querySelectorAll(".skip")) {
      skip.addEventListener("click", (event) => {
        event.preventDefault(); // the part of the address behind "#" is the state
        byId(skip.getAttribute("href")?.slice(1) ?? "").focus();
      });
    }
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      map.readTheme();
      map.draw();
    });
    new ResizeObserver(() => {
      this.leaveRoom();
      map.resize();
    }).observe(map.holder);
    this.listenMap();
  }

  /** Tell the map what lies on it: there it puts no label, and not all under the time line. */
  leaveRoom() {
    const { left, top } = this.map.holder.getBoundingClientRect();
    this.map.covered = byId("timeline").offsetHeight;
    this.map.taken = ["timeline", "tools", "controls"].map((id) => {
      const box = byId(id).getBoundingClientRect();
      return [box.left - left, box.top - top, box.right - left, box.bottom - top];
    });
  }

  goHome() {
    this.before = null;
    this.map.fly(this.map.home());
  }

  /** @param {number} factor */
  zoom(factor) {
    const { map } = this;
    this.before = null;
    const goal = map.camera.copy();
    const { least, most } = map.limits();
    goal.zoomAt(factor, 0, 0, least, most);
    map.fly(goal);
  }

  listenMap() {
    const { map } = this;
    const { holder } = map;
    /** @type {Map<number, [number, number]>} */
    const fingers = new Map();
    let travelled = 0;
    const at = (/** @type {MouseEvent} */ event) => {
      const box = holder.getBoundingClientRect();
      return /** @type {[number, number]} */ ([event.clientX - box.left, event.clientY - box.top]);
    };
    holder.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      cancelAnimationFrame(map.flight);
      holder.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, at(event));
      travelled = 0;
    });
    holder.addEventListener("pointermove", (event) => {
      const place = at(event);
      const before = fingers.get(event.pointerId);
      if (!before) {
        this.hover(map.nodeAt(place[0], place[1]), place);
        return;
      }
      const dx = place[0] - before[0];
      const dy = place[1] - before[1];
      travelled += Math.abs(dx) + Math.abs(dy);
      if (fingers.size === 2) {
        const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1] ?? before;
        const apart = Math.hypot(place[0] - other[0], place[1] - other[1]);
        const was = Math.hypot(before[0] - other[0], before[1] - other[1]);
        const { least, most } = map.limits();
        map.camera.zoomAt(apart / Math.max(was, 1), other[0] - map.width / 2, other[1] - map.height / 2, least, most);
      } else {
        map.camera.pan(dx, dy);
      }
      fingers.set(event.pointerId, place);
      if (travelled > 6) this.before = null;
      this.hover(-1, place);
      map.moved();
    });
    const lift = (/** @type {PointerEvent} */ event) => {
      if (!fingers.delete(event.pointerId) || travelled > 6 || event.type === "pointercancel") return;
      const [px, py] = at(event);
      this.choose(map.nodeAt(px, py, event.pointerType === "touch" ? 16 : 6));
    };
    holder.addEventListener("pointerup", lift);
    holder.addEventListener("pointercancel", lift);
    holder.addEventListener("pointerleave", (event) => this.hover(-1, at(event)));
    holder.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        cancelAnimationFrame(map.flight);
        const [px, py] = at(event);
        const { least, most } = map.limits();
        const lines = event.deltaMode === 1 ? 16 : 1;
        this.before = null;
        map.camera.zoomAt(Math.exp(-0.0016 * lines * event.deltaY), px - map.width / 2, py - map.height / 2, least, most);
        map.moved();
      },
      { passive: false },
    );
    holder.addEventListener("keydown", (event) => {
      const step = 60;
      /** @type {Record<string, [number, number]>} */
      const ways = { ArrowLeft: [step, 0], ArrowRight: [-step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
      if (event.key in ways) {
        map.camera.pan(...ways[event.key]);
        this.before = null;
        map.moved();
      } else if (event.key === "+" || event.key === "=") this.zoom(1.4);
      else if (event.key === "-") this.zoom(1 / 1.4);
      else if (event.key === "0") this.goHome();
      else return;
      event.preventDefault();
    });
  }

  /**
   * @param {number} node
   * @param {[number, number]} place
   */
  hover(node, place) {
    const { map, model } = this;
    map.hover(node);
    map.holder.classList.toggle("pointing", node >= 0);
    const card = byId("card");
    card.hidden = node < 0;
    if (node < 0) return;
    const kind = model.kind[node];
    card.replaceChildren(
      el("span", { class: `kicker k-${KINDS[kind]}` }, icon(kind), KINDS[kind], el("span", { class: "when" }, kind === PAPER ? model.date(node) : counted(model.size[node], "paper"))),
      el("span", { class: "name" }, model.labels[node]),
    );
    const right = place[0] > map.width - 300;
    const low = place[1] > map.height - 120;
    card.style.transform = `translate(${right ? "calc(-100% - 12px)" : "14px"}, ${low ? "calc(-100% - 10px)" : "14px"})`;
    card.style.left = `${place[0]}px`;
    card.style.top = `${place[1]}px`;
  }
}

/**
 * @param {number[]} way
 * @returns {import("./mapview.js").Light}
 */
function alongWay(way) {
  /** @type {[number, number][]} */
  const edges = way.slice(1).map((node, i) => [way[i], node]);
  return { focus: way[0] ?? -1, nodes: way, edges };
}

/** Read the page's data: columns that are needed at once, and blocks that are opened on demand. */
async function start() {
  const { columns, ...details } = JSON.parse(byId("data").textContent ?? "");
  byId("data").remove();
  new Explorer(new Model({ ...JSON.parse(await inflate(columns)), ...details }));
}

start();
