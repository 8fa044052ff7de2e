"""GraphML, as networkx, igraph and Gephi read it: typed attributes, undirected, one file.

Written as a stream of strings from the tables: no networkx graph and no XML tree is made of them,
and what XML forbids is taken out, which networkx would write as it is. Left out: lists, which
GraphML has no type for; an entity's aliases are joined by "; ".

Source: http://graphml.graphdrawing.org/specification.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from paperlattice.export.files import replacing
from paperlattice.graph.model import Graph

_NODE_KEYS = {
    "kind": "string",  # paper, method, dataset, metric, task
    "label": "string",  # Gephi shows this one
    "date": "string",
    "url": "string",
    "aliases": "string",
    "papers": "int",
}
_EDGE_KEYS = {
    "kind": "string",  # uses, proposes, link
    "weight": "double",  # Gephi and igraph take it for the edge's weight
    "confidence": "double",
    "evidence": "string",  # a statement's best sentence
    "shared": "string",  # names of the entities that two linked papers share
}

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_graphml(graph: Graph, out: Path) -> None:
    """Write ``graph.graphml`` under ``out``.

    Raises OSError where that cannot be written; an older file is then still whole.
    """
    with replacing(out / "graph.graphml") as file:
        file.writelines(to_graphml(graph))


def to_graphml(graph: Graph) -> Iterator[str]:
    """Yield the file piece by piece: keys, nodes, edges, each sorted by identifier."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for domain, keys in (("node", _NODE_KEYS), ("edge", _EDGE_KEYS)):
        for name, kind in keys.items():
            yield (
                f'<key id="{domain[0]}_{name}" for="{domain}" '
                f'attr.name="{name}" attr.type="{kind}"/>\n'
            )
    yield '<graph id="paperlattice" edgedefault="undirected">\n'
    for identifier, attributes in _nodes(graph):
        yield f"<node id={quoteattr(identifier)}>{_data('n', attributes)}</node>\n"
    for source, target, attributes in _edges(graph):
        ends = f"source={quoteattr(source)} target={quoteattr(target)}"
        yield f"<edge {ends}>{_data('e', attributes)}</edge>\n"
    yield "</graph>\n</graphml>\n"


def _data(prefix: str, attributes: dict[str, Any]) -> str:
    return "".join(
        f'<data key="{prefix}_{name}">{escape(_NOT_XML.sub(" ", str(value)))}</data>'
        for name, value in attributes.items()
        if value is not None
    )


def _nodes(graph: Graph) -> Iterator[tuple[str, dict[str, Any]]]:
    columns = ["id", "title", "date", "url"]
    for row in graph.tables["papers"].select(columns).to_pylist():
        yield (
            row["id"],
            {"kind": "paper", "label": row["title"], "date": row["date"], "url": row["url"]},
        )
    columns = ["id", "type", "name", "aliases", "papers"]
    for row in graph.tables["entities"].select(columns).to_pylist():
        yield (
            row["id"],
            {
                "kind": row["type"],
                "label": row["name"],
                "aliases": "; ".join(row["aliases"]) or None,
                "papers": row["papers"],
            },
        )


def _edges(graph: Graph) -> Iterator[tuple[str, str, dict[str, Any]]]:
    evidence = _best_sentences(graph)
    for row in graph.tables["statements"].to_pylist():
        pair = (row["paper"], row["entity"])
        yield (
            *pair,
            {
                "kind": "proposes" if row["role"] == "proposed" else "uses",
                "weight": row["weight"],
                "confidence": row["confidence"],
                "evidence": evidence.get(pair),
            },
        )
    shared = _shared_names(graph)
    for row in graph.tables["links"].to_pylist():
        pair = (row["source"], row["target"])
        names = "; ".join(shared.get(pair, ())) or None
        yield (*pair, {"kind": "link", "weight": row["weight"], "shared": names})


def _best_sentences(graph: Graph) -> dict[tuple[str, str], str]:
    """Map (paper, entity) to the sentence of the mention of highest confidence, first of equals."""
    papers = graph.tables["papers"].select(["id", "title", "abstract"]).to_pylist()
    texts = {row["id"]: f"{row['title']}\n{row['abstract']}" for row in papers}
    columns = ["paper", "entity", "confidence", "sentence_start", "sentence_end"]
    best: dict[tuple[str, str], tuple[float, int, int]] = {}
    for row in graph.tables["mentions"].select(columns).to_pylist():
        pair = (row["paper"], row["entity"])
        if pair not in best or row["confidence"] > best[pair][0]:
            best[pair] = (row["confidence"], row["sentence_start"], row["sentence_end"])
    return {pair: texts[pair[0]][start:end] for pair, (_, start, end) in best.items()}


def _shared_names(graph: Graph) -> dict[tuple[str, str], list[str]]:
    """Map a linked pair to what it shares, the largest contribution first."""
    entities = graph.tables["entities"].select(["id", "name"]).to_pylist()
    names = {row["id"]: row["name"] for row in entities}
    shared: dict[tuple[str, str], list[tuple[float, str]]] = {}
    for row in graph.tables["contributions"].to_pylist():
        pair = (row["source"], row["target"])
        shared.setdefault(pair, []).append((-row["contribution"], names[row["entity"]]))
    return {pair: [name for _, name in sorted(items)] for pair, items in shared.items()}
