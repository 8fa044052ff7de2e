"""The ontology ``pl:`` and its alignments, as files of the package and as blocks."""

from __future__ import annotations

from collections import defaultdict
from importlib.resources import files

import pyoxigraph as ox

from paperlattice.export.rdf.blocks import Block, Pair
from paperlattice.export.rdf.syntax import NTriples

#: Named graph -> the file that it is made of, in the folder ``ontology``.
FILES = {"alignments": "alignments.ttl", "ontology": "paperlattice.ttl"}


def ontology_text(graph: str) -> str:
    """The Turtle of the graph ``ontology`` or ``alignments``."""
    return _read(FILES[graph])


def shapes_text() -> str:
    """The Turtle of the shapes, in SHACL Core, that every export keeps to."""
    return _read("shapes.ttl")


def _read(name: str) -> str:
    return (files("paperlattice.export.rdf") / "ontology" / name).read_text(encoding="utf-8")


def ontology_blocks(syntax: NTriples) -> list[Block]:
    """The ontology and the alignments as blocks, sorted by subject, in the given tokens."""
    pairs: dict[tuple[str, str], set[Pair]] = defaultdict(set)
    for name in FILES:
        graph = syntax.graph(name)
        for quad in ox.parse(ontology_text(name), format=ox.RdfFormat.TURTLE):
            subject, predicate, object_ = str(quad.subject), str(quad.predicate), str(quad.object)
            pairs[subject, graph].add((predicate, object_))
    blocks = [
        (subject, graph, sorted(own, key=lambda pair: (pair[0] != NTriples.type, pair)))
        for (subject, graph), own in sorted(pairs.items())
    ]
    return syntax.respell(blocks)
