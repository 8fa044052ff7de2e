import { fromBase64, inflate } from "./bytes.js";
import { byId, el, linkOut } from "./dom.js";
import { toCsv } from "./csv.js";
import { fullQuery, nodeOf, withPrefixes } from "./questions.js";
import { save } from "./save.js";
import { counted } from "./text.js";

/** @typedef {{type: string, value: string, language?: string, datatype?: string} | null} Term */
/** @typedef {{columns: string[], rows: Term[][]}} Answer */

const SHOWN = 1000; // rows of an answer in the page; the CSV has all

/** Questions, their parameters, and what the worker answers. */
class SparqlPage {
  /** @param {any} data the page's JSON, made by ask.py */
  constructor(data) {
    this.data = data;
    /** @type {Answer | null} */
    this.answer = null;
    this.worker = new Worker(URL.createObjectURL(new Blob([data.worker], { type: "text/javascript" })));
    this.worker.addEventListener("message", ({ data: message }) => this.onMessage(message));
    this.query = /** @type {HTMLTextAreaElement} */ (byId("query"));
    this.choice = /** @type {HTMLSelectElement} */ (byId("question"));
    for (const { id, title } of data.questions) this.choice.append(el("option", { value: id }, title));
    this.choice.append(el("option", { value: "" }, "A question of your own"));
    this.choice.addEventListener("change", () => this.choose());
    byId("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask();
    });
    byId("csv").addEventListener("click", () => this.download());
    this.choose();
  }

  /** Send the library and the data to the worker. */
  async load() {
    const [wasm, quads] = await Promise.all([
      new Response(new Blob([fromBase64(this.data.wasm)]).stream().pipeThrough(new DecompressionStream("deflate"))).arrayBuffer(),
      inflate(this.data.quads),
    ]);
    this.worker.postMessage({ wasm, quads }, [wasm]);
  }

  question() {
    return this.data.questions.find((/** @type {any} */ question) => question.id === this.choice.value);
  }

  choose() {
    const question = this.question();
    const fields = (question?.parameters ?? []).map((/** @type {[string, string, string]} */ [name, , example]) =>
      el("label", {}, name.replaceAll("_", " "), el("input", { name, value: example, oninput: () => this.write() })),
    );
    byId("parameters").replaceChildren(...fields);
    byId("description").textContent = question?.description ?? "";
    /** @type {HTMLDetailsElement} */ (byId("query-part")).open = !question;
    this.write();
  }

  /** Write the chosen question into the text field. */
  write() {
    const question = this.question();
    if (!question) return;
    /** @type {Record<string, string>} */
    const settings = {};
    for (const input of byId("parameters").querySelectorAll("input")) settings[input.name] = input.value;
    this.query.value = fullQuery(question, settings, this.data.prefixes);
  }

  ask() {
    byId("status").className = "";
    byId("status").textContent = "Asking…";
    this.begin = performance.now();
    this.worker.postMessage({ query: withPrefixes(this.query.value, this.data.prefixes) });
  }

  /** @param {{ready?: number, answer?: Answer, problem?: string}} message */
  onMessage({ ready, answer, problem }) {
    const status = byId("status");
    status.classList.toggle("wrong", problem !== undefined);
    if (problem !== undefined) status.textContent = problem;
    else if (answer) this.show(answer);
    else {
      status.textContent = `Ready: ${counted(ready ?? 0, "statement")}`;
      document.documentElement.dataset.ready = "";
    }
  }

  /** @param {Answer} answer */
  show(answer) {
    this.answer = answer;
    const time = Math.round(performance.now() - (this.begin ?? 0));
    byId("status").textContent = `${counted(answer.rows.length, "row")} in ${time} ms${answer.rows.length > SHOWN ? `, the first ${SHOWN} here` : ""}`;
    byId("csv").hidden = answer.rows.length === 0;
    const rows = answer.rows.slice(0, SHOWN).map((row) => el("tr", {}, ...row.map((term) => el("td", {}, this.cell(term)))));
    byId("answer").replaceChildren(
      el("table", {}, el("thead", {}, el("tr", {}, ...answer.columns.map((name) => el("th", { scope: "col" }, name)))), el("tbody", {}, ...rows)),
    );
  }

  /** @param {Term} term */
  cell(term) {
    if (!term) return "";
    if (term.type !== "NamedNode") return term.value;
    const node = nodeOf(term.value, this.data.base, this.data.papers);
    if (node) return el("a", { href: `index.html#node=${encodeURIComponent(node).replaceAll("%2F", "/")}`, title: "Show in the map" }, node);
    return linkOut(term.value);
  }

  download() {
    if (!this.answer) return;
    const rows = this.answer.rows.map((row) => row.map((term) => term?.value ?? ""));
    save("answer.csv", new Blob([toCsv([this.answer.columns, ...rows])], { type: "text/csv;charset=utf-8" }));
  }
}

const page = new SparqlPage(JSON.parse(byId("data").textContent ?? ""));
page.load();
