import { el, linkOut, safeUrl } from "./dom.js";
import { KINDS, PAPER, pageOf } from "./model.js";
import { bySentence, markedText, sentence, titleLength } from "./passage.js";
import { icon } from "./shapes.js";
import { counted, grouped, shorten } from "./text.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./model.js").Details} Details */
/** @typedef {import("./model.js").Result} Result */
/** @typedef {(node: number) => string} AddressOf */

const FIRST = 12; // entries of a long list before "show more"
const MORE = 100; // entries that it then shows at a time
const LOST = "What is known of it in detail stands in the folder “details” beside this page, and was not found there.";
const FEW_NAMES = 4; // other names that are shown before one asks for all
/** What licenses a name, in words; the table or paper that says so follows or is in its title. */
const LICENCES = new Map([
  ["alias", "known name"],
  ["user alias", "from your list of names"],
  ["spelling", "other spelling"],
  ["acronym", "spelled out in"],
  ["paper", "as said in"],
  ["name", "as written"],
]);
const GROUPS = ["", "Methods", "Datasets", "Metrics", "Tasks"];

/**
 * What is known of a paper.
 * @param {Model} model
 * @param {number} node
 * @param {Details} details
 * @param {AddressOf} addressOf
 * @returns {HTMLElement[]}
 */
export function paperPanel(model, node, details, addressOf) {
  const title = details.title || model.labels[node];
  const text = `${title}\n${details.abstract}`;
  const split = titleLength(title);
  const end = split + 1 + titleLength(details.abstract);
  return [
    el("p", { class: "kicker" }, icon(PAPER), "Paper", el("span", { class: "when" }, dated(model, node, details))),
    el("h2", { tabindex: "-1" }, ...markedText(model, text, details, addressOf, 0, split)),
    byline(details),
    links(details),
    details.abstract
      ? el("p", { class: "abstract" }, ...markedText(model, text, details, addressOf, split + 1, end))
      : el("p", { class: "hint" }, details.lost ? LOST : "This page is too large to hold all abstracts and their sentences."),
    ownPage(model, node, details.abstract ? "Page of this paper" : "Abstract and evidence on the paper’s page"),
    section("Results", details.results, (result) => resultEntry(model, text, result, addressOf)),
    linkedPapers(model, details.links, addressOf),
    ...entityGroups(model, node, text, details, addressOf),
  ];
}

/**
 * @param {Model} model
 * @param {number} node
 * @param {Details} details
 */
function dated(model, node, details) {
  const date = model.date(node);
  if (!date) return "";
  const precision = details.about.date_precision;
  const shownDate = precision === "year" ? date.slice(0, 4) : precision === "month" ? date.slice(0, 7) : date;
  return details.about.date_inferred ? `${shownDate} (year inferred)` : shownDate;
}

/** @param {Details} details */
function byline(details) {
  const { authors, author_count: count, organisation_name: organisation, venue } = details.about;
  /** @type {string[]} */
  const parts = [];
  if (authors) parts.push(authors.length > 8 ? `${authors.slice(0, 7).join(", ")} and ${authors.length - 7} more` : authors.join(", "));
  else if (count) parts.push(counted(count, "author"));
  if (organisation) parts.push(organisation);
  if (venue) parts.push(venue);
  return el("p", { class: "byline", hidden: parts.length === 0 }, parts.join(" · "));
}

/** @param {Details} details */
function links(details) {
  const { arxiv_id: arxiv, doi, url } = details.about;
  const out = [];
  if (arxiv) out.push(linkOut(`https://arxiv.org/abs/${encodeURIComponent(arxiv).replaceAll("%2F", "/")}`, `arXiv ${arxiv}`));
  if (doi) out.push(linkOut(`https://doi.org/${encodeURIComponent(doi).replaceAll("%2F", "/")}`, `doi ${doi}`));
  if (url && !(arxiv && url.includes(arxiv))) out.push(linkOut(url, "page"));
  const seen = new Set();
  for (const [address, kind] of details.urls) {
    if (seen.has(address)) continue;
    seen.add(address);
    out.push(
      el("span", { class: "address" }, el("span", { class: "what" }, kind.replace("_", " ")), linkOut(address, address.replace(/^https?:\/\//, ""))),
    );
  }
  return el("p", { class: "links", hidden: out.length === 0 }, ...out);
}

/**
 * A link to the node's own page, which can be sent and read without scripts.
 * @param {Model} model
 * @param {number} node
 * @param {string} text
 */
function ownPage(model, node, text) {
  const href = model.paged[node] ? pageOf(model.ids[node]) : null;
  return el("p", { class: "own", hidden: href === null }, el("a", { href }, text));
}

/**
 * A list with a heading; of a long one the first entries are made, the others when asked for.
 * @template T
 * @param {string} heading
 * @param {T[]} items
 * @param {(item: T) => HTMLElement} make
 * @param {string} [tag]
 * @param {string} [hint] what a reader must know of the entries
 */
function section(heading, items, make, tag = "ul", hint = "") {
  const list = el(tag, { class: "entries" }, ...items.slice(0, FIRST).map(make));
  let made = FIRST;
  const more = el("button", { type: "button", class: "more" });
  const label = () => {
    more.textContent = `Show ${Math.min(MORE, items.length - made)} more of ${grouped(items.length)}`;
  };
  more.addEventListener("click", () => {
    const entries = items.slice(made, made + MORE).map(make);
    made += MORE;
    list.append(...entries);
    if (made >= items.length) more.remove();
    else label();
    /** @type {HTMLElement | null} */ (entries[0].querySelector("a, summary"))?.focus();
  });
  label();
  return el(
    "section",
    { hidden: items.length === 0 },
    el("h3", {}, heading),
    hint && el("p", { class: "hint" }, hint),
    list,
    items.length > FIRST && more,
  );
}

/**
 * @param {Model} model
 * @param {string} text
 * @param {Result} result
 * @param {AddressOf} addressOf
 */
function resultEntry(model, text, result, addressOf) {
  const [value, unit, kind, metric, dataset, method, ...span] = result;
  const about = [];
  for (const [word, node] of /** @type {const} */ ([["", metric], ["on", dataset], ["by", method]])) {
    if (node !== null) about.push(" ", word, word && " ", entityLink(model, node, addressOf));
  }
  const number = [el("b", {}, `${value}${unit && unit !== "%" && unit !== "x" ? " " : ""}${unit}`), kind === "absolute" ? "" : ` ${kind}`];
  return el(
    "li",
    { class: "result" },
    span.length
      ? el("details", {}, el("summary", {}, ...number), sentence(text, [span], "metric"))
      : el("span", {}, ...number),
    el("span", { class: "about" }, ...about),
  );
}

/**
 * The papers linked to a paper, by weight or by how much is shared.
 * @param {Model} model
 * @param {import("./model.js").Link[]} links by weight
 * @param {AddressOf} addressOf
 */
function linkedPapers(model, links, addressOf) {
  const byCount = [...links].sort((a, b) => b[2].length - a[2].length || b[1] - a[1]);
  const holder = el("section", { hidden: links.length === 0 });
  const orders = /** @type {const} */ ([["by weight", links], ["by number shared", byCount]]);
  const show = (/** @type {number} */ chosen) => {
    const buttons = orders.map(([name], i) =>
      el("button", { type: "button", "aria-pressed": String(i === chosen), onclick: () => {
        show(i);
        holder.querySelectorAll("button")[i].focus();
      } }, name));
    const list = section("Linked papers, and why", orders[chosen][1], (link) => linkEntry(model, link, links[0][1], addressOf));
    const hint = "The weight adds up what is shared. The fewer papers name a thing, the more it counts, so one rare thing can outweigh several common ones.";
    list.querySelector("h3")?.after(
      el("p", { class: "hint" }, hint),
      ...(links.length > 1 ? [el("div", { class: "orders", role: "group", "aria-label": "Order" }, ...buttons)] : []),
    );
    holder.replaceChildren(...list.children);
  };
  show(0);
  return holder;
}

/**
 * @param {Model} model
 * @param {import("./model.js").Link} link
 * @param {number} strongest
 * @param {AddressOf} addressOf
 */
function linkEntry(model, [other, weight, reasons], strongest, addressOf) {
  const bar = el("span", { class: "bar", "aria-hidden": "true" });
  bar.style.setProperty("--part", String(weight / strongest));
  return el(
    "li",
    { class: "link" },
    el("a", { href: addressOf(other) }, model.labels[other]),
    el("span", { class: "weight" }, bar, `weight ${strength(weight)}, ${grouped(reasons.length)} shared`),
    el(
      "ul",
      { class: "chips", "aria-label": "shared" },
      ...reasons.map(([entity, part]) =>
        el("li", {}, entityLink(model, entity, addressOf), el("span", { class: "part" }, `+${strength(part)}`)),
      ),
    ),
  );
}

/**
 * A weight in two digits that tell something: many of them are small.
 * @param {number} weight
 */
function strength(weight) {
  return weight.toFixed(weight < 0.1 ? 3 : 2);
}

/**
 * @param {Model} model
 * @param {number | string} node or the name of an entity that is none
 * @param {AddressOf} addressOf
 */
function entityLink(model, node, addressOf) {
  if (typeof node === "string") return el("span", {}, node);
  return el("a", { class: `entity k-${KINDS[model.kind[node]]}`, href: addressOf(node) }, icon(model.kind[node]), model.labels[node]);
}

/**
 * The paper's entities by type, each with the sentences that name it one click away.
 * @param {Model} model
 * @param {number} node
 * @param {string} text
 * @param {Details} details
 * @param {AddressOf} addressOf
 */
function entityGroups(model, node, text, details, addressOf) {
  const mentions = groupMentions(details);
  return GROUPS.map((heading, kind) => {
    const own = Array.from(model.adjacency.of(node)).filter(
      (entity) => kind > 0 && model.kind[entity] === kind,
    );
    const apart = details.apart.filter((entity) => entity[0] === kind);
    return section(heading, [...own, ...apart], (entity) => {
        if (typeof entity !== "number") {
          return el(
            "li",
            { class: "statement" },
            el("span", { class: `entity k-${KINDS[kind]}` }, icon(kind), entity[1]),
            entity[2] === 1 && el("span", { class: "tag" }, "proposed"),
            el("span", { class: "hint" }, "only here"),
          );
        }
        const found = bySentence((mentions.get(entity) ?? []).map((mention) => mention.slice(2)));
        const proposed = model.isProposed(node, entity);
        return el(
          "li",
          { class: "statement" },
          entityLink(model, entity, addressOf),
          proposed && el("span", { class: "tag" }, "proposed"),
          el("span", { class: "hint" }, model.size[entity] > 1 ? counted(model.size[entity], "paper") : "only here"),
          found.length > 0 && el(
            "details",
            {},
            el("summary", {}, counted(found.length, "sentence")),
            ...found.map((spans) => sentence(text, spans, KINDS[kind])),
          ),
        );
    });
  });
}

/**
 * @param {Details} details
 * @returns {Map<number, import("./model.js").Mention[]>} by entity
 */
function groupMentions(details) {
  /** @type {Map<number, import("./model.js").Mention[]>} */
  const groups = new Map();
  for (const mention of details.mentions) {
    const found = groups.get(mention[0]);
    if (found) found.push(mention);
    else groups.set(mention[0], [mention]);
  }
  return groups;
}

/**
 * The way between two nodes.
 * @param {Model} model
 * @param {number} node
 * @param {number} goal
 * @param {number[]} way
 * @param {AddressOf} addressOf
 * @returns {HTMLElement[]}
 */
export function pathPanel(model, node, goal, way, addressOf) {
  const entry = (/** @type {number} */ stop) =>
    el(
      "li",
      { class: `stop k-${KINDS[model.kind[stop]]}` },
      el("a", { class: "entity", href: addressOf(stop) }, icon(model.kind[stop]), model.labels[stop]),
      el("span", { class: "hint" }, model.kind[stop] === PAPER ? model.date(stop) : counted(model.size[stop], "paper")),
    );
  const none = `Nothing leads from “${model.labels[node]}” to “${model.labels[goal]}”.`;
  return [
    el("p", { class: "kicker" }, "Path"),
    el("h2", { tabindex: "-1" }, `${shorten(model.labels[node], 40)} → ${shorten(model.labels[goal], 40)}`),
    way.length ? el("p", { class: "facts" }, `${counted(way.length - 1, "step")}, round what many share`) : el("p", {}, none),
    el("ol", { class: "way" }, ...way.map(entry)),
  ];
}

/**
 * What is known of an entity.
 * @param {Model} model
 * @param {number} node
 * @param {import("./model.js").EntityDetails | null} details
 * @param {AddressOf} addressOf
 * @param {ArrayLike<number>} shown 1 for each node that the filters show
 * @returns {HTMLElement[]}
 */
export function entityPanel(model, node, details, addressOf, shown) {
  const papers = Array.from(model.adjacency.of(node));
  const kind = KINDS[model.kind[node]];
  const byDay = [...papers].sort((a, b) => model.day[b] - model.day[a] || a - b);
  const first = byDay.findLast((paper) => model.day[paper] >= 0);
  const listed = byDay.filter((paper) => shown[paper]);
  const withCode = listed.filter((paper) => model.code[paper]).length;
  const only = papers.length === 1 ? papers[0] : -1;
  return [
    el("p", { class: `kicker k-${kind}` }, icon(model.kind[node]), kind[0].toUpperCase() + kind.slice(1)),
    el("h2", { tabindex: "-1" }, model.labels[node]),
    ...names(model, node, details, addressOf),
    details?.lost && el("p", { class: "hint" }, LOST),
    el(
      "p",
      { class: "facts" },
      `In ${counted(papers.length, "paper")}`,
      only >= 0 && el("span", {}, ": ", el("a", { href: addressOf(only) }, model.labels[only])),
      first !== undefined && papers.length > 1 && el("span", {}, ", first in ", el("a", { href: addressOf(first) }, shorten(model.labels[first], 40)), ` (${model.date(first)})`),
    ),
    ownPage(model, node, `Page of this ${kind}`),
    ...yearChart(model, papers),
    section(
      (listed.length < papers.length ? `${grouped(listed.length)} of ` : "")
        + counted(papers.length, "paper")
        + (listed.length < papers.length ? " pass the filters" : "")
        + (withCode ? `, ${grouped(withCode)} with code` : ""),
      listed,
      (paper) => paperEntry(model, node, paper, addressOf),
    ),
    el("p", { class: "hint", hidden: listed.length > 0 }, "No paper of it passes the filters."),
    coUsed(model, node, papers, addressOf),
    board(model, node, details, addressOf),
  ].filter((part) => part instanceof Node);
}

/**
 * Other names with what licenses each, families, and the same thing elsewhere.
 * @param {Model} model
 * @param {number} node
 * @param {import("./model.js").EntityDetails | null} details
 * @param {AddressOf} addressOf
 * @returns {HTMLElement[]}
 */
function names(model, node, details, addressOf) {
  const aliases = model.aliases.get(node) ?? [];
  if (!details) return [el("p", { class: "byline", hidden: aliases.length === 0 }, "Also: ", aliases.join(" · "))];
  const own = model.labels[node];
  const entries = details.names.filter(([name]) => name !== own).map(([name, licence, source]) => {
    const paper = source ? model.find(source) : -1;
    return el(
      "li",
      {},
      name,
      el("span", { class: "hint", title: paper < 0 ? source : null }, LICENCES.get(licence) ?? licence),
      paper >= 0 && el("a", { class: "hint", href: addressOf(paper) }, shorten(model.labels[paper], 36)),
    );
  });
  const families = details.broader.map(([other, difference]) =>
    el("li", {}, `A ${difference} of `, entityLink(model, other, addressOf)),
  );
  const elsewhere = details.matches.map(([scheme, identifier, address]) =>
    el("li", {}, el("span", { class: "what" }, scheme), linkOut(address, identifier)),
  );
  const lists = [];
  if (entries.length) {
    const few = details.names.map(([name]) => name).filter((name) => name !== own).slice(0, FEW_NAMES).join(", ");
    const rest = entries.length > FEW_NAMES ? ` and ${counted(entries.length - FEW_NAMES, "more name")}` : "";
    lists.push(el("details", { class: "names" }, el("summary", {}, `Also called ${few}${rest}`), el("ul", {}, ...entries)));
  }
  const more = [...families, ...elsewhere];
  if (more.length) lists.push(el("div", { class: "names" }, el("ul", {}, ...more)));
  return lists;
}

/**
 * Results that papers report on a dataset or by a metric, by measure, best first.
 * @param {Model} model
 * @param {number} node
 * @param {import("./model.js").EntityDetails | null} details
 * @param {AddressOf} addressOf
 */
function board(model, node, details, addressOf) {
  return section(
    "Reported results, best first by measure",
    details?.board ?? [],
    ([other, unit, rank, value, method, paper]) => el(
      "li",
      { class: "place" },
      el("span", { class: "rank" }, String(rank)),
      el("b", {}, `${value} ${unit}`.trim()),
      el("span", {}, entityLink(model, other, addressOf), method !== null && el("span", { class: "hint" }, " by ", entityLink(model, method, addressOf))),
      el("a", { href: addressOf(paper) }, shorten(model.labels[paper], 46)),
    ),
    "ol",
  );
}

/**
 * A link to a paper's repository; plain text until its address is known, or where it is not allowed.
 * @param {Model} model
 * @param {number} paper
 */
function codeLink(model, paper) {
  const holder = el("span", { class: "hint" }, "code");
  if (model.beside) return holder; // a file a paper is too much to read for that
  model.details(paper).then((details) => {
    const found = details?.urls.find((/** @type {import("./model.js").Address} */ url) => url[1] === "repository");
    const href = found ? safeUrl(found[0]) : null;
    if (!href) return;
    const about = `Code of ${model.labels[paper]}`;
    holder.replaceChildren(el("a", { href, rel: "noopener noreferrer", target: "_blank", title: href, "aria-label": about }, "code ↗"));
  });
  return holder;
}

/**
 * @param {Model} model
 * @param {number} node
 * @param {number} paper
 * @param {AddressOf} addressOf
 */
function paperEntry(model, node, paper, addressOf) {
  const details = el("details", {}, el("summary", {}, "evidence"));
  details.addEventListener(
    "toggle",
    async () => {
      const opened = await model.details(paper);
      if (!opened) return;
      if (!opened.abstract) {
        details.append(ownPage(model, paper, "On the paper’s page"));
        return;
      }
      const text = `${opened.title || model.labels[paper]}\n${opened.abstract}`;
      const found = opened.mentions
        .filter((/** @type {import("./model.js").Mention} */ mention) => mention[0] === node)
        .map((/** @type {import("./model.js").Mention} */ mention) => mention.slice(2));
      details.append(...bySentence(found).map((spans) => sentence(text, spans, KINDS[model.kind[node]])));
    },
    { once: true },
  );
  return el(
    "li",
    { class: "statement" },
    el("a", { href: addressOf(paper) }, model.labels[paper]),
    model.isProposed(paper, node) && el("span", { class: "tag" }, "proposed"),
    model.code[paper] === 1 && codeLink(model, paper),
    el("span", { class: "hint" }, model.date(paper)),
    details,
  );
}

/**
 * Papers by year, as bars with their numbers.
 * @param {Model} model
 * @param {number[]} papers
 * @returns {HTMLElement[]}
 */
function yearChart(model, papers) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const paper of papers) {
    const year = model.year(paper);
    if (year) counts.set(year, (counts.get(year) ?? 0) + 1);
  }
  if (counts.size < 2) return [];
  const years = [...counts.keys()].sort((a, b) => a - b);
  const most = Math.max(...counts.values());
  const bars = [];
  for (let year = years[0]; year <= years[years.length - 1]; year++) {
    const count = counts.get(year) ?? 0;
    const bar = el("span", { class: "column" });
    bar.style.setProperty("--part", String(count / most));
    bars.push(el("li", { title: `${year}: ${counted(count, "paper")}` }, el("span", { class: "value" }, count ? String(count) : ""), bar, el("span", { class: "year" }, `’${String(year).slice(2)}`)));
  }
  return [el("section", {}, el("h3", {}, "Papers by year"), el("ol", { class: "years" }, ...bars))];
}

/**
 * Entities that the same papers name, most often first.
 * @param {Model} model
 * @param {number} node
 * @param {number[]} papers
 * @param {AddressOf} addressOf
 */
function coUsed(model, node, papers, addressOf) {
  /** @type {Map<number, number>} */
  const together = new Map();
  for (const paper of papers) {
    for (const other of model.adjacency.of(paper)) {
      if (other !== node && model.size[other] > 1) together.set(other, (together.get(other) ?? 0) + 1);
    }
  }
  const most = [...together].filter(([, count]) => count > 1 || papers.length === 1)
    .sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, FIRST);
  return el(
    "section",
    { hidden: most.length === 0 },
    el("h3", {}, "Named together with"),
    el("ul", { class: "chips" }, ...most.map(([other, count]) => el("li", {}, entityLink(model, other, addressOf), el("span", { class: "part" }, String(count))))),
  );
}
