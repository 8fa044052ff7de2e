"""The neighbourhood of one paper or entity as one HTML page, drawn by pyvis.

pyvis alone lets scripts through (headings and, once any title holds "href", tooltips become
markup), loads style sheets from the network even when told not to, and computes positions for
minutes in the browser. Here it gets its own template through its public API, positions from
:func:`paperlattice.graph.layout.lay_out`, plain-text tooltips and a content security policy of
hashes; see ``docs/decisions/0051-pyvis-hardened.md``.
"""

from __future__ import annotations

import difflib
import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyvis
from pyvis.network import Network

from paperlattice.errors import UnknownChoiceError
from paperlattice.export.files import replacing
from paperlattice.export.pages.embed import content_policy, read_asset, strip_css
from paperlattice.graph.layout import lay_out, separate
from paperlattice.graph.model import Graph

#: Most nodes that the picture holds; the rest is counted in words.
MOST_NODES = 300

_SHAPES = {
    "paper": ("dot", "#6b7480"),
    "method": ("square", "#2b62c9"),
    "dataset": ("diamond", "#0a7d57"),
    "metric": ("triangle", "#b04a10"),
    "task": ("hexagon", "#94359c"),
}


@dataclass(frozen=True)
class Neighbour:
    """A node of the picture.

    kind: "paper" or the type of the entity; hint: what to know of it in a few words;
    evidence: the sentence that ties it to the node in the middle, "" where a link does.
    """

    id: str
    kind: str
    label: str
    hint: str
    evidence: str = ""


@dataclass(frozen=True)
class Neighbourhood:
    """What is around a node: itself first, then the strongest neighbours.

    edges: (node, node, weight, what they have in common); left_out: neighbours not shown.
    """

    nodes: list[Neighbour]
    edges: list[tuple[str, str, float, str]]
    left_out: int


def find_node(graph: Graph, text: str) -> str:
    """Find the paper or entity that somebody means by its identifier, title, name or alias.

    Capitals do not matter. Of several entities of one name, the one in most papers is meant;
    identifiers tell them apart.

    Raises UnknownChoiceError, which lists the nearest names, where nothing is called so.
    """
    wanted = " ".join(text.split()).casefold()
    best: tuple[int, str] | None = None
    names: dict[str, str] = {}
    for identifier, size, labels in _named(graph):
        if identifier == text.strip():
            return identifier
        for label in labels:
            folded = label.casefold()
            names.setdefault(folded, label)
            if folded == wanted and (best is None or size > best[0]):
                best = (size, identifier)
    if best:
        return best[1]
    inside = sorted((n for n in names if wanted and wanted in n), key=lambda n: (len(n), n))
    near = [*inside[:5], *difflib.get_close_matches(wanted, names, n=5, cutoff=0.5)][:6]
    shown = near or list(names)[:6]
    raise UnknownChoiceError("paper or entity", text, {names[name] for name in shown})


def _named(graph: Graph) -> Iterator[tuple[str, int, list[str]]]:
    """Each node: identifier, in how many papers it is, and what it is called."""
    columns = ["id", "papers", "name", "aliases"]
    for row in graph.tables["entities"].select(columns).to_pylist():
        yield row["id"], row["papers"], [row["name"], *row["aliases"]]
    for row in graph.tables["papers"].select(["id", "title", "arxiv_id", "doi"]).to_pylist():
        yield row["id"], 0, [row["title"], *filter(None, (row["arxiv_id"], row["doi"]))]


def neighbourhood(graph: Graph, node: str, *, most: int = MOST_NODES) -> Neighbourhood:
    """Collect what is around a node, strongest ties first.

    Around a paper: its entities and the papers it is linked to; around an entity: the papers
    that name it and the entities that two or more of them name.

    Raises KeyError for an identifier that the graph does not hold.
    """
    papers = graph.papers.set_index("id")
    if node in papers.index:
        return _around_paper(graph, node, most)
    return _around_entity(graph, node, most)


def _around_paper(graph: Graph, paper: str, most: int) -> Neighbourhood:
    papers = graph.papers.set_index("id")
    entities = graph.entities.set_index("id")
    quotes = _quotes(graph, graph.mentions[graph.mentions["paper"] == paper], by="entity")
    own = graph.statements[graph.statements["paper"] == paper]
    own = own.sort_values(["weight", "entity"], ascending=[False, True])
    links = graph.links[(graph.links["source"] == paper) | (graph.links["target"] == paper)]
    links = links.sort_values(["weight", "source", "target"], ascending=[False, True, True])
    others = [
        (row.target if row.source == paper else row.source, float(row.weight))
        for row in _rows(links)
    ]
    kept_entities = _rows(own)[: most - 1]
    kept_papers = others[: max(0, most - 1 - len(kept_entities))]
    nodes = [_paper(papers, paper)]
    edges = []
    for row in kept_entities:
        verb = "proposes" if row.role == "proposed" else "uses"
        nodes.append(_entity(entities, row.entity, quotes.get(row.entity, "")))
        edges.append((paper, row.entity, float(row.weight), verb))
    shown = {row.entity for row in kept_entities}
    shared = graph.contributions
    shared = shared[(shared["source"] == paper) | (shared["target"] == paper)]
    why: dict[str, list[tuple[str, float]]] = {}
    for row in _rows(shared):
        other = row.target if row.source == paper else row.source
        why.setdefault(other, []).append((row.entity, float(row.contribution)))
    for other, weight in kept_papers:
        reasons = sorted(why.get(other, []), key=lambda part: (-part[1], part[0]))
        named = ", ".join(str(entities.at[entity, "name"]) for entity, _ in reasons)
        nodes.append(_paper(papers, other, f"linked with weight {weight:.2f}: shares {named}"))
        edges.extend((other, entity, part, "shares") for entity, part in reasons if entity in shown)
    left = len(own) + len(others) - (len(nodes) - 1)
    return Neighbourhood(nodes, edges, left)


def _around_entity(graph: Graph, entity: str, most: int) -> Neighbourhood:
    papers = graph.papers.set_index("id")
    entities = graph.entities.set_index("id")
    quotes = _quotes(graph, graph.mentions[graph.mentions["entity"] == entity], by="paper")
    naming = graph.statements[graph.statements["entity"] == entity]
    naming = naming.sort_values(["weight", "paper"], ascending=[False, True])
    kept = _rows(naming)[: max(1, most * 2 // 3)]
    nodes = [_entity(entities, entity)]
    edges = []
    for row in kept:
        verb = "proposes" if row.role == "proposed" else "uses"
        nodes.append(_paper(papers, row.paper, quote=quotes.get(row.paper, "")))
        edges.append((row.paper, entity, float(row.weight), verb))
    beside = graph.statements[
        graph.statements["paper"].isin([row.paper for row in kept])
        & (graph.statements["entity"] != entity)
    ]
    counts = beside["entity"].value_counts()
    ranked = sorted((-int(count), str(other)) for other, count in counts.items() if count > 1)
    chosen = {other: -count for count, other in ranked[: most - len(nodes)]}
    nodes += [_entity(entities, other) for other in chosen]
    edges += [
        (row.paper, row.entity, float(row.weight), "names")
        for row in _rows(beside)
        if row.entity in chosen
    ]
    return Neighbourhood(nodes, edges, len(naming) - len(kept) + len(ranked) - len(chosen))


def _rows(frame: pd.DataFrame) -> list[Any]:
    """Rows with a field a column, which pandas' types do not know."""
    return list(frame.itertuples(index=False))


def _paper(papers: Any, paper: str, hint: str = "", quote: str = "") -> Neighbour:
    row = papers.loc[paper]
    dated = f"{row['date']}" if row["date"] is not None else ""
    return Neighbour(paper, "paper", str(row["title"]), hint or dated, quote)


def _entity(entities: Any, entity: str, quote: str = "") -> Neighbour:
    row = entities.loc[entity]
    count = int(row["papers"])
    hint = f"in {count} paper{'' if count == 1 else 's'}"
    return Neighbour(entity, str(row["type"]), str(row["name"]), hint, quote)


def _quotes(graph: Graph, mentions: Any, *, by: str) -> dict[str, str]:
    """The sentence of the surest mention, by paper or by entity."""
    texts = graph.papers.set_index("id")[["title", "abstract"]]
    ranked = mentions.sort_values(["confidence", "start"], ascending=[False, True])
    quotes: dict[str, str] = {}
    for row in _rows(ranked.drop_duplicates(by)):
        title, abstract = texts.loc[row.paper]
        quotes[getattr(row, by)] = f"{title}\n{abstract}"[
            row.sentence_start : row.sentence_end
        ].strip()
    return quotes


def to_ego(graph: Graph, node: str, *, most: int = MOST_NODES) -> str:
    """Make the page of a node's neighbourhood; see :func:`write_ego`."""
    around = neighbourhood(graph, node, most=most)
    network = Network(height="100%", width="100%", cdn_resources="in_line")
    # The lists are filled directly: add_node and add_edge search them each time.
    network.nodes = list(_vis_nodes(around))
    network.edges = [
        {"id": i, "from": a, "to": b, "title": why, "width": 1}
        for i, (a, b, _, why) in enumerate(around.edges)
    ]
    script = read_asset("js/ego.js")
    library = _vis_network()
    style = strip_css(read_asset("ego.css"))
    network.set_template_dir(str(files("paperlattice.export.pages")), "ego.html")
    network.templateEnv.autoescape = True
    network.templateEnv.globals.update(
        policy=content_policy([library, script], [style]),
        library=library,
        script=script,
        style=style,
        around=around,
        count=len(around.nodes),
    )
    page: str = network.generate_html()
    return page


def write_ego(graph: Graph, node: str, path: Path, *, most: int = MOST_NODES) -> None:
    """Write the page of a node's neighbourhood, with the sentences that prove it.

    Args:
        graph: the graph that holds the node.
        node: identifier of a paper or entity; :func:`find_node` finds it by name.
        path: the HTML file to write.
        most: most nodes that are drawn; the page says how many it leaves out.

    Raises:
        KeyError: if the graph holds no such node.
        OSError: if the file cannot be written; an older one is then still whole.
    """
    with replacing(path) as file:
        file.write(to_ego(graph, node, most=most))


def to_frame(graph: Graph, node: str, *, most: int = MOST_NODES, height: int = 620) -> str:
    """Make the page a sandboxed frame, for a notebook: ``IPython.display.HTML(to_frame(…))``.

    height: of the frame, in pixels.
    """
    page = html.escape(to_ego(graph, node, most=most))
    return (
        f'<iframe sandbox="allow-scripts" title="Neighbourhood" width="100%" height="{height}" '
        f'style="border:0" srcdoc="{page}"></iframe>'
    )


def _vis_nodes(around: Neighbourhood) -> Iterable[dict[str, Any]]:
    index = {node.id: i for i, node in enumerate(around.nodes)}
    edges = np.array([(index[a], index[b]) for a, b, *_ in around.edges], dtype=np.int64)
    weights = np.array([max(weight, 1e-3) for _, _, weight, _ in around.edges], dtype=np.float64)
    count = len(around.nodes)
    span = 90 * np.sqrt(count) + 60
    positions = lay_out(count, edges.reshape(-1, 2), weights) * span
    positions = separate(positions, np.full(count, 34.0), iterations=60)
    positions -= positions[0]
    degree = np.bincount(edges.ravel(), minlength=count)
    for node, (x, y), ties in zip(around.nodes, positions.tolist(), degree.tolist(), strict=True):
        shape, colour = _SHAPES[node.kind]
        middle = node is around.nodes[0]
        yield {
            "id": node.id,
            "label": node.label if len(node.label) <= 34 else node.label[:32].rstrip() + "…",
            "title": f"{node.kind}: {node.label}\n{node.hint}",
            "shape": shape,
            "color": colour,
            "size": 24 if middle else min(18, 7 + 2 * ties),
            "borderWidth": 4 if middle else 1,
            "x": round(x, 1),
            "y": round(y, 1),
        }


def _vis_network() -> str:
    """vis-network as pyvis ships it, ready to stand in a page."""
    folder = Path(pyvis.__file__).parent / "templates" / "lib" / "vis-9.1.2"
    text = (folder / "vis-network.min.js").read_text(encoding="utf-8")
    # Its map is not shipped: browsers would ask for a file that is not there.
    return text.replace("//# sourceMappingURL=vis-network.min.js.map", "")
