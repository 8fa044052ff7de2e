"""The shared fixture is what it claims to be."""

import pytest

from paperlattice.graph.model import Graph


def test_evidence_quotes_the_text(small_graph: Graph) -> None:
    papers = small_graph.tables["papers"].to_pylist()
    texts = {p["id"]: f"{p['title']}\n{p['abstract']}" for p in papers}
    for row in small_graph.tables["mentions"].to_pylist():
        assert texts[row["paper"]][row["start"] : row["end"]] == row["surface"]
        assert row["sentence_start"] <= row["start"] < row["end"] <= row["sentence_end"]
    for row in small_graph.tables["urls"].to_pylist():
        assert texts[row["paper"]][row["start"] : row["end"]] == row["url"]


def test_every_column_is_filled_somewhere(small_graph: Graph) -> None:
    for name, table in small_graph.tables.items():
        for column in table.column_names:
            assert table.num_rows > table[column].null_count, f"{name}.{column}"


def test_links_are_explained(small_graph: Graph) -> None:
    contributions = small_graph.tables["contributions"].to_pylist()
    for link in small_graph.tables["links"].to_pylist():
        ends = (link["source"], link["target"])
        parts = [c["contribution"] for c in contributions if (c["source"], c["target"]) == ends]
        assert sum(parts) == pytest.approx(link["weight"])
