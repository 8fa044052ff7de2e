"""The RDF of the small graph, as a file to read in a diff when the mapping changes."""

from collections.abc import Callable
from pathlib import Path

from paperlattice.export.rdf import RdfOptions, write_rdf
from paperlattice.graph.model import Graph


def test_turtle(small_graph: Graph, golden: Callable[[str, str], None], tmp_path: Path) -> None:
    write_rdf(small_graph, tmp_path, options=RdfOptions(evidence="compact"))
    golden("small.ttl", (tmp_path / "graph.ttl").read_text(encoding="utf-8"))
