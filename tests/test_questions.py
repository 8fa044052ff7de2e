"""What users ask a graph, answered from the small graph that all tests share."""

from paperlattice.graph.model import Graph
from paperlattice.graph.questions import bridges, coverage, homographs, leaderboard, rising, why


def test_why_lists_names_with_their_licences(small_graph: Graph) -> None:
    for asked in ("LoRA", "lora", "Low Rank Adaptations"):
        frame = why(small_graph, asked)
        assert frame["called"].unique().tolist() == ["Low-Rank Adaptation"]
        assert frame[["name", "licence", "source"]].to_numpy().tolist() == [
            ["Low-Rank Adaptation", "name", ""],
            ["LoRA", "acronym", "arxiv-2302.00002"],
            ["low-rank adapters", "alias", "methods.tsv:7"],
        ]
    assert why(small_graph, "no such name").empty


def test_homographs_are_listed_with_their_meanings(small_graph: Graph) -> None:
    frame = homographs(small_graph)
    assert frame[["name", "reason", "type", "called"]].to_numpy().tolist() == [
        ["glue", "type", "dataset", "GLUE"],
        ["glue", "type", "method", "ThriftNet"],
    ]


def test_a_leaderboard_has_its_evidence(small_graph: Graph) -> None:
    row = small_graph.leaderboards.iloc[0]
    frame = leaderboard(small_graph, row["dataset"], row["metric"])
    assert frame[["rank", "value", "unit", "method"]].to_numpy().tolist() == [
        [1, "88.5", "%", "Low-Rank Adaptation"]
    ]
    assert "88.5%" in frame["sentence"][0]
    assert leaderboard(small_graph, row["metric"], row["dataset"]).empty


def test_what_rises(small_graph: Graph) -> None:
    assert rising(small_graph, fewest=3)["name"].tolist() == ["ThriftNet"]
    assert rising(small_graph, fewest=4).empty


def test_bridges(small_graph: Graph) -> None:
    frame = bridges(small_graph)
    assert frame[["paper", "community", "bridging"]].to_numpy().tolist() == [
        ["arxiv-2301.00001", "community-1", 0.5]
    ]


def test_coverage(small_graph: Graph) -> None:
    frame = coverage(small_graph)
    rows = {what: rest for what, *rest in frame.to_numpy().tolist()}
    assert rows["papers"] == [4, 3, 0.75]
    assert rows["datasets"] == [3, 1, 0.3333]
    assert rows["statements of datasets"][1] == 1
