"""Graphs of real pages keep to the shapes, and every reader counts the same."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib

from paperlattice.cli import main
from paperlattice.export.questions import ask, questions
from paperlattice.export.rdf.vocabulary import shapes_text
from paperlattice.export.sparql import load


def _build(pages: list[Path], out: Path) -> ox.Store:
    arguments = ["build", *map(str, pages), "-o", str(out), "--to", "rdf", "--evidence", "compact"]
    assert main([*arguments, "--rdf-formats", "nt"]) == 0
    return load(out)


def _check(out: Path, store: ox.Store) -> None:
    graph = rdflib.Graph().parse(out / "graph.nt")
    assert len(graph) == len(store)
    shapes = rdflib.Graph().parse(data=shapes_text(), format="turtle")
    conforms, _, report = pyshacl.validate(graph, shacl_graph=shapes)
    assert conforms, str(report)[:2_000]
    assert [row[0] for row in ask(store, "cq21").values()] == ["0"]
    assert len(ask(store, "cq01").rows) == 10


def test_the_bundled_example(example_corpus: Path, tmp_path: Path) -> None:
    store = _build([example_corpus], tmp_path)
    _check(tmp_path, store)
    plain = [q.id for q in questions().values() if not q.parameters]
    assert all(ask(store, name).rows for name in plain)


@pytest.mark.shared
def test_the_two_pages(shared: Path, tmp_path: Path) -> None:
    pages = sorted((shared / "corpus").glob("daily_papers_*.txt"))
    store = _build(pages, tmp_path)
    _check(tmp_path, store)
    papers = store.query(
        "ASK { { SELECT (COUNT(?p) AS ?n) { ?p a <https://w3id.org/paperlattice/ontology#Paper> } }"
        " FILTER(?n = 116) }",
        use_default_graph_as_union=True,
    )
    assert isinstance(papers, ox.QueryBoolean)
    assert bool(papers)
