"""GraphML is read back by others as the graph that it was written from."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import pytest

from paperlattice.export.files import replacing
from paperlattice.export.graphml import to_graphml, write_graphml
from paperlattice.graph.model import Graph


def test_networkx_reads_back_its_own_graph(small_graph: Graph, tmp_path: Path) -> None:
    write_graphml(small_graph, tmp_path)
    read = nx.read_graphml(tmp_path / "graph.graphml")
    wanted = small_graph.networkx()
    assert not read.is_directed()
    assert set(read) == set(wanted)
    for node, attributes in wanted.nodes(data=True):
        assert read.nodes[node].items() >= attributes.items()
    assert {frozenset(e) for e in read.edges} == {frozenset(e) for e in wanted.edges}
    for source, target, attributes in wanted.edges(data=True):
        assert read.edges[source, target].items() >= attributes.items()


def test_igraph_reads_the_same(small_graph: Graph, tmp_path: Path) -> None:
    igraph = pytest.importorskip("igraph", reason="igraph is GPL and no dependency of ours")
    write_graphml(small_graph, tmp_path)
    read = igraph.Graph.Read_GraphML(str(tmp_path / "graph.graphml"))
    wanted = small_graph.networkx()
    assert (read.vcount(), read.ecount()) == (len(wanted), wanted.number_of_edges())
    assert set(read.vs["label"]) == {data["label"] for _, data in wanted.nodes(data=True)}
    assert all(weight > 0 for weight in read.es["weight"])


def test_edges_say_why(small_graph: Graph) -> None:
    root = ET.fromstring("".join(to_graphml(small_graph)))
    space = {"g": "http://graphml.graphdrawing.org/xmlns"}
    texts = [f"{p.title}\n{p.abstract}" for p in small_graph.papers.itertuples()]
    kinds = {"link": 0, "statement": 0}
    for edge in root.iterfind(".//g:edge", space):
        data = {d.get("key"): d.text for d in edge}
        if data["e_kind"] == "link":
            assert data["e_shared"]
            kinds["link"] += 1
        else:
            assert data["e_evidence"]
            assert any(data["e_evidence"] in text for text in texts)
            kinds["statement"] += 1
    assert all(kinds.values())


@pytest.mark.parametrize(
    ("title", "read_as"),
    [
        ("a < b && \"c\" > 'd'", "a < b && \"c\" > 'd'"),
        ("</data></node><node id='x'>", "</data></node><node id='x'>"),
        ("<!DOCTYPE x [<!ENTITY y 'z'>]>&y;", "<!DOCTYPE x [<!ENTITY y 'z'>]>&y;"),
        ("]]> <![CDATA[", "]]> <![CDATA["),
        ("a\x00b\x0bc\ufffe", "a b c "),  # not XML at all: cleaned, where a reader did not
        ("emoji 🦙 and \u2028", "emoji 🦙 and \u2028"),
    ],
)
def test_hostile_titles_stay_text(
    small_graph: Graph, tmp_path: Path, title: str, read_as: str
) -> None:
    papers = small_graph.tables["papers"]
    titles = [title] * papers.num_rows
    index = papers.schema.get_field_index("title")
    hostile = papers.set_column(index, papers.schema.field("title"), [titles])
    graph = Graph({**small_graph.tables, "papers": hostile})
    write_graphml(graph, tmp_path)
    read = nx.read_graphml(tmp_path / "graph.graphml")
    assert {d["label"] for _, d in read.nodes(data=True) if d["kind"] == "paper"} == {read_as}
    assert len(read) == len(small_graph.networkx())


def test_a_failed_write_leaves_the_older_file(small_graph: Graph, tmp_path: Path) -> None:
    write_graphml(small_graph, tmp_path)
    before = (tmp_path / "graph.graphml").read_bytes()

    def fail_half_way() -> None:
        with replacing(tmp_path / "graph.graphml") as file:
            file.write("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert (tmp_path / "graph.graphml").read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["graph.graphml"]


def test_golden(small_graph: Graph, golden: Callable[[str, str], None]) -> None:
    golden("small.graphml", "".join(to_graphml(small_graph)))
