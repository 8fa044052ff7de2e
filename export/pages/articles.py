"""Pages to link to: one for each paper and for each entity of several papers, without scripts.

Each sentence that proves something has an anchor on its paper's page; whoever states something
links there. The pages hold no scripts at all, and their policy allows none.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import Any
from urllib.parse import quote

from paperlattice.export.pages.addresses import page_of, safe_url
from paperlattice.export.pages.embed import embed_json
from paperlattice.export.pages.latex import edits, readable
from paperlattice.graph.model import Graph

Row = dict[str, Any]

#: Papers that an entity's page lists; the rest is in the explorer.
LISTED = 200

_POLICY = (
    "default-src 'none'; style-src 'self' file:; img-src data:; base-uri 'none'; form-action 'none'"
)
_HEADINGS = {"method": "Methods", "dataset": "Datasets", "metric": "Metrics", "task": "Tasks"}


@dataclass
class Library:
    """The graph's rows by paper and by entity, as the pages need them."""

    graph: Graph
    title: str
    papers: dict[str, Row] = field(init=False)
    entities: dict[str, Row] = field(init=False)
    paged: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.papers = {row["id"]: row for row in self.graph.tables["papers"].to_pylist()}
        self.entities = {row["id"]: row for row in self.graph.tables["entities"].to_pylist()}
        self.paged = set(self.papers)

    def limit(self, papers: Iterable[str]) -> None:
        """Say which papers have a page; by default all have one."""
        self.paged = set(papers)

    def by(self, table: str, column: str) -> dict[str, list[Row]]:
        """Rows of a table by the value of one of its columns, in the table's order."""
        groups: dict[str, list[Row]] = defaultdict(list)
        for row in self.graph.tables[table].to_pylist():
            groups[row[column]].append(row)
        return groups

    @cached_property
    def mentions(self) -> dict[str, list[Row]]:
        """Mentions by paper."""
        return self.by("mentions", "paper")

    @cached_property
    def statements(self) -> dict[str, list[Row]]:
        """Statements by paper."""
        return self.by("statements", "paper")

    @cached_property
    def naming(self) -> dict[str, list[Row]]:
        """Statements by entity."""
        return self.by("statements", "entity")

    @cached_property
    def urls(self) -> dict[str, list[Row]]:
        """Addresses by paper."""
        return self.by("urls", "paper")

    @cached_property
    def results(self) -> dict[str, list[Row]]:
        """Results by paper."""
        return self.by("results", "paper")

    @cached_property
    def names(self) -> dict[str, list[Row]]:
        """Names by entity, with what licenses each."""
        return self.by("names", "entity")

    @cached_property
    def matches(self) -> dict[str, list[Row]]:
        """The same thing elsewhere, by entity."""
        return self.by("matches", "entity")

    @cached_property
    def broader(self) -> dict[str, list[Row]]:
        """Families, by entity."""
        return self.by("broader", "entity")

    @cached_property
    def boards(self) -> dict[str, list[Row]]:
        """Rows of leaderboards, by dataset and by metric."""
        boards = self.by("leaderboards", "dataset")
        for metric, rows in self.by("leaderboards", "metric").items():
            boards[metric] = rows
        return boards

    @cached_property
    def result(self) -> dict[str, Row]:
        """Results by identifier."""
        return {row["id"]: row for rows in self.results.values() for row in rows}

    @cached_property
    def links(self) -> dict[str, list[tuple[str, float, list[tuple[str, float]]]]]:
        """Links by paper, strongest first: other paper, weight, (entity, part) of it."""
        why: dict[tuple[str, str], list[tuple[str, float]]] = defaultdict(list)
        for row in self.graph.tables["contributions"].to_pylist():
            why[row["source"], row["target"]].append((row["entity"], row["contribution"]))
        links: dict[str, list[tuple[str, float, list[tuple[str, float]]]]] = defaultdict(list)
        for row in self.graph.tables["links"].to_pylist():
            source, target = row["source"], row["target"]
            parts = sorted(why[source, target], key=lambda part: (-part[1], part[0]))
            links[source].append((target, row["weight"], parts))
            links[target].append((source, row["weight"], parts))
        for found in links.values():
            found.sort(key=lambda link: (-link[1], link[0]))
        return links

    @cached_property
    def anchors(self) -> dict[tuple[str, str], int]:
        """The sentence that a paper's surest mention of an entity stands in."""
        best: dict[tuple[str, str], tuple[float, int]] = {}
        for paper, rows in self.mentions.items():
            for row in rows:
                key, sure = (paper, row["entity"]), (row["confidence"], -row["sentence"])
                if key not in best or sure > best[key]:
                    best[key] = sure
        return {key: -sentence for key, (_, sentence) in best.items()}

    def has_page(self, entity: str) -> bool:
        """Entities of one paper have no page of their own: their paper's page says it all."""
        return int(self.entities[entity]["papers"]) > 1

    def link(self, node: str, depth: int) -> str:
        """A link to a paper or an entity from a page ``depth`` folders down."""
        up = "../" * depth
        if node in self.papers:
            title = escape(readable(self.papers[node]["title"]))
            return f'<a href="{up}{page_of(node)}">{title}</a>' if node in self.paged else title
        row = self.entities[node]
        name = escape(row["name"])
        if not self.has_page(node):
            return f'<span class="k-{row["type"]}">{name}</span>'
        return f'<a class="k-{row["type"]}" href="{up}{page_of(node)}">{name}</a>'


def paper_page(library: Library, paper: str) -> str:
    """The page of a paper: its abstract with everything that is said of it marked."""
    row = library.papers[paper]
    text = f"{row['title']}\n{row['abstract']}"
    split = len(row["title"])
    proofs = [
        *library.mentions.get(paper, []),
        *library.urls.get(paper, []),
        *library.results.get(paper, []),
    ]
    body = [
        f'<p class="kicker">Paper{_dated(row)}</p>',
        f"<h1>{_marked(library, paper, text, proofs, 0, split)}</h1>",
        _byline(row),
        _addresses(library, paper, row),
        f'<p class="abstract">{_marked(library, paper, text, proofs, split + 1, len(text))}</p>',
        _results(library, paper),
        _linked(library, paper),
        *(_named(library, paper, kind) for kind in _HEADINGS),
    ]
    return page(
        library, paper, readable(row["title"]), body, depth=1, data=paper_data(library, paper)
    )


def entity_page(library: Library, entity: str) -> str:
    """The page of an entity: its names, and the papers that name it, newest first."""
    row = library.entities[entity]
    naming = library.naming.get(entity, [])
    naming = sorted(
        naming,
        key=lambda s: (str(library.papers[s["paper"]]["date"] or ""), s["paper"]),
        reverse=True,
    )
    body = [
        f'<p class="kicker k-{row["type"]}">{escape(row["type"].capitalize())}</p>',
        f"<h1>{escape(row['name'])}</h1>",
        f"<p>In {len(naming):,} paper{'' if len(naming) == 1 else 's'}.</p>",
        _names(library, entity),
        _elsewhere(library, entity),
        _years(library, naming),
        _together(library, entity, naming),
        _board(library, entity),
        _papers(library, entity, naming),
    ]
    return page(library, entity, row["name"], body, depth=2, data=entity_data(library, entity))


def page(
    library: Library,
    node: str,
    title: str,
    body: Iterable[str],
    *,
    depth: int,
    data: Row | None = None,
) -> str:
    """A whole page; node: what the explorer opens with, "" for nothing."""
    up = "../" * depth
    opened = f"#node={quote(node, safe='/')}" if node else ""
    structured = f'<script type="application/ld+json">{embed_json(data)}</script>\n' if data else ""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)} · {escape(library.title)}</title>\n"
        f'<link rel="icon" href="data:,">\n<link rel="stylesheet" href="{up}article.css">\n'
        f'<link rel="alternate" type="application/atom+xml" href="{up}feed.xml">\n'
        f'{structured}</head>\n<body>\n<nav><a href="{up}index.html{opened}">Map</a> '
        f'<a href="{up}browse/paper-1.html">Papers</a> '
        + " ".join(f'<a href="{up}browse/{k}-1.html">{h}</a>' for k, h in _HEADINGS.items())
        + "</nav>\n<main>\n"
        + "\n".join(part for part in body if part)
        + "\n</main>\n</body>\n</html>\n"
    )


def paper_data(library: Library, paper: str) -> Row:
    """What a paper is, in the words of schema.org."""
    row = library.papers[paper]
    same = [
        f"https://arxiv.org/abs/{row['arxiv_id']}" if row["arxiv_id"] else None,
        f"https://doi.org/{row['doi']}" if row["doi"] else None,
        row["url"],
    ]
    names = [library.entities[s["entity"]]["name"] for s in library.statements.get(paper, [])]
    found = {
        "@context": "https://schema.org",
        "@type": "ScholarlyArticle",
        "name": row["title"],
        "headline": row["title"],
        "abstract": row["abstract"],
        "datePublished": _date(row) or None,
        "author": [{"@type": "Person", "name": name} for name in row["authors"]],
        "keywords": names,
        "sameAs": [address for address in same if address and safe_url(address)],
        "isPartOf": {"@type": "Periodical", "name": row["venue"]} if row["venue"] else None,
    }
    return {name: value for name, value in found.items() if value}


def entity_data(library: Library, entity: str) -> Row:
    """What an entity is, in the words of schema.org."""
    row = library.entities[entity]
    same = [match["url"] for match in library.matches.get(entity, [])]
    found = {
        "@context": "https://schema.org",
        "@type": "DefinedTerm",
        "name": row["name"],
        "alternateName": row["aliases"],
        "inDefinedTermSet": _HEADINGS[row["type"]],
        "sameAs": [address for address in same if safe_url(address)],
    }
    return {name: value for name, value in found.items() if value}


def _date(row: Mapping[str, Any]) -> str:
    if row["date"] is None:
        return ""
    return str(row["date"])[: {"year": 4, "month": 7}.get(row["date_precision"], 10)]


def _dated(row: Mapping[str, Any]) -> str:
    date = _date(row)
    inferred = " (year inferred)" if row["date_inferred"] and date else ""
    return f' · <time datetime="{date}">{date}</time>{inferred}' if date else ""


def _byline(row: Mapping[str, Any]) -> str:
    count = row["author_count"]
    parts = [", ".join(row["authors"]) or (f"{count} authors" if count else "")]
    parts += [row["organisation_name"] or "", row["venue"] or ""]
    said = " · ".join(escape(part) for part in parts if part)
    return f'<p class="byline">{said}</p>' if said else ""


def _addresses(library: Library, paper: str, row: Mapping[str, Any]) -> str:
    known = []
    if row["arxiv_id"]:
        known.append((f"https://arxiv.org/abs/{row['arxiv_id']}", f"arXiv {row['arxiv_id']}"))
    if row["doi"]:
        known.append((f"https://doi.org/{row['doi']}", f"doi {row['doi']}"))
    if row["url"]:
        known.append((row["url"], "page"))
    known += [
        (url["url"], f"{url['kind'].replace('_', ' ')}: {url['url'].partition('://')[2]}")
        for url in library.urls.get(paper, [])
    ]
    links = [
        f'<a href="{escape(address)}" rel="noopener noreferrer">{escape(text)}</a>'
        for address, text in dict(known).items()
        if safe_url(address)
    ]
    return f'<p class="links">{" ".join(links)}</p>' if links else ""


def _marked(
    library: Library, paper: str, text: str, proofs: Sequence[Row], low: int, high: int
) -> str:
    """Text from low to high with an anchor a sentence that proves something, mentions linked."""
    sentences = sorted({(p["sentence_start"], p["sentence_end"], p["sentence"]) for p in proofs})
    mentions = sorted(
        (p for p in proofs if "entity" in p and low <= p["start"] and p["end"] <= high),
        key=lambda p: (p["start"], -p["end"]),
    )
    made = edits(text)
    parts: list[str] = []
    at = low

    def run(end: int) -> None:
        nonlocal at
        while mentions and mentions[0]["start"] < end:
            found = mentions.pop(0)
            if found["start"] < at or found["end"] > end:
                continue
            parts.append(escape(readable(text, at, found["start"], made)))
            said = readable(text, found["start"], found["end"], made)
            parts.append(_mention(library, found, said))
            at = found["end"]
        parts.append(escape(readable(text, at, end, made)))
        at = end

    for start, end, number in sentences:
        if start < at or end > high:
            continue
        run(start)
        parts.append(f'<span id="s{number}">')
        run(end)
        parts.append("</span>")
    run(high)
    return "".join(parts)


def _mention(library: Library, mention: Row, said: str) -> str:
    row = library.entities[mention["entity"]]
    said = escape(said)
    kind = f"mention k-{row['type']}{' proposed' if mention['role'] == 'proposed' else ''}"
    title = escape(f"{row['type']}: {row['name']}")
    if not library.has_page(mention["entity"]):
        return f'<span class="{kind}" title="{title}">{said}</span>'
    href = f"../{page_of(mention['entity'])}"
    return f'<a class="{kind}" title="{title}" href="{href}">{said}</a>'


def _results(library: Library, paper: str) -> str:
    rows = []
    for row in library.results.get(paper, []):
        value = escape(f"{row['value']} {row['unit']}".strip())
        cells = "".join(
            f"<td>{library.link(row[part], 1) if row[part] else ''}</td>"
            for part in ("metric", "dataset", "method")
        )
        rows.append(
            f'<tr><td><a href="#s{row["sentence"]}">{value}</a></td>'
            f"<td>{escape(row['kind'])}</td>{cells}</tr>"
        )
    if not rows:
        return ""
    return (
        "<h2>Results</h2>\n<table><thead><tr><th>Value</th><th>Kind</th><th>Metric</th>"
        f"<th>Dataset</th><th>Method</th></tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _linked(library: Library, paper: str) -> str:
    entries = []
    for other, weight, parts in library.links.get(paper, []):
        shared = ", ".join(f"{library.link(entity, 1)} +{part:.2f}" for entity, part in parts)
        entries.append(
            f'<li>{library.link(other, 1)} <span class="hint">weight {weight:.2f}, '
            f"{len(parts)} shared: {shared}</span></li>"
        )
    return f"<h2>Linked papers, and why</h2>\n<ul>{''.join(entries)}</ul>" if entries else ""


def _named(library: Library, paper: str, kind: str) -> str:
    entries = []
    for row in library.statements.get(paper, []):
        if library.entities[row["entity"]]["type"] != kind:
            continue
        sentence = library.anchors.get((paper, row["entity"]))
        proof = (
            f' <a class="proof" href="#s{sentence}">sentence</a>' if sentence is not None else ""
        )
        role = ' <span class="tag">proposed</span>' if row["role"] == "proposed" else ""
        count = int(library.entities[row["entity"]]["papers"])
        hint = f"{count:,} papers" if count > 1 else "only here"
        entries.append(
            f"<li>{library.link(row['entity'], 1)}{role} "
            f'<span class="hint">{hint}</span>{proof}</li>'
        )
    return f"<h2>{_HEADINGS[kind]}</h2>\n<ul>{''.join(entries)}</ul>" if entries else ""


def _names(library: Library, entity: str) -> str:
    own = library.entities[entity]["name"]
    entries = []
    for row in library.names.get(entity, []):
        if row["name"] == own and row["licence"] in ("name", "spelling"):
            continue
        source = row["source"]
        where = ""
        if source in library.papers:
            where = f", shown by {library.link(source, 2)}"
        elif source:
            where = f", {escape(source)}"
        entries.append(
            f"<li>{escape(row['name'])} "
            f'<span class="hint">{escape(row["licence"])}{where}</span></li>'
        )
    return f"<h2>Also called</h2>\n<ul>{''.join(entries)}</ul>" if entries else ""


def _elsewhere(library: Library, entity: str) -> str:
    entries = [
        f"<li>A {escape(row['difference'])} of {library.link(row['broader'], 2)}</li>"
        for row in library.broader.get(entity, [])
    ]
    entries += [
        f'<li>{escape(row["scheme"])}: <a href="{escape(row["url"])}" rel="noopener noreferrer">'
        f"{escape(row['identifier'])}</a></li>"
        for row in library.matches.get(entity, [])
        if safe_url(row["url"])
    ]
    return f"<ul>{''.join(entries)}</ul>" if entries else ""


def _years(library: Library, naming: Sequence[Row]) -> str:
    dates = [library.papers[row["paper"]]["date"] for row in naming]
    counts = Counter(date.year for date in dates if date)
    if len(counts) < 2:
        return ""
    most = max(counts.values())
    rows = "".join(
        f'<tr><th scope="row">{year}</th><td>{counts[year]}</td>'
        f'<td><meter min="0" max="{most}" value="{counts[year]}">{counts[year]}</meter></td></tr>'
        for year in range(min(counts), max(counts) + 1)
    )
    return f'<h2>Papers by year</h2>\n<table class="years"><tbody>{rows}</tbody></table>'


def _together(library: Library, entity: str, naming: Sequence[Row]) -> str:
    counts: Counter[str] = Counter()
    for row in naming[:LISTED]:
        counts.update(
            other["entity"]
            for other in library.statements[row["paper"]]
            if other["entity"] != entity and library.has_page(other["entity"])
        )
    most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:12]
    entries = "".join(
        f'<li>{library.link(other, 2)} <span class="hint">{count}</span></li>'
        for other, count in most
        if count > 1
    )
    return f'<h2>Named together with</h2>\n<ul class="row">{entries}</ul>' if entries else ""


def _board(library: Library, entity: str) -> str:
    rows = []
    for place in library.boards.get(entity, [])[:50]:
        result = library.result.get(place["result"])
        if result is None:
            continue
        other = place["metric"] if place["dataset"] == entity else place["dataset"]
        method = library.link(result["method"], 2) if result["method"] else ""
        value = escape(f"{result['value']} {result['unit']}".strip())
        proof = value
        if result["paper"] in library.paged:
            anchor = f"../../{page_of(result['paper'])}#s{result['sentence']}"
            proof = f'<a href="{anchor}">{value}</a>'
        rows.append(
            f"<tr><td>{library.link(other, 2)}</td><td>{place['rank']}</td>"
            f"<td>{proof}</td><td>{method}</td>"
            f"<td>{library.link(result['paper'], 2)}</td></tr>"
        )
    if not rows:
        return ""
    return (
        '<h2>Reported results</h2>\n<p class="hint">As papers report them; settings differ.'
        "</p><table><thead><tr><th>Measure</th><th>Rank</th><th>Value</th><th>Method</th>"
        f"<th>Paper</th></tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _papers(library: Library, entity: str, naming: Sequence[Row]) -> str:
    entries = []
    for row in naming[:LISTED]:
        paper = library.papers[row["paper"]]
        sentence = library.anchors.get((row["paper"], entity), 0)
        role = ' <span class="tag">proposed</span>' if row["role"] == "proposed" else ""
        href = f"../../{page_of(row['paper'])}"
        proof = f'<a class="proof" href="{href}#s{sentence}">sentence</a>'
        entries.append(
            f"<li>{library.link(row['paper'], 2)}{role} "
            f'<span class="hint">{_date(paper)}</span> '
            f"{proof if row['paper'] in library.paged else ''}</li>"
        )
    rest = len(naming) - len(entries)
    more = f"<p>And {rest:,} more, in the map.</p>" if rest else ""
    return f"<h2>Papers</h2>\n<ul>{''.join(entries)}</ul>{more}"
