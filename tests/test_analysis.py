"""Relations, trends and leaderboards of a few papers made by hand."""

from dataclasses import replace
from datetime import date

import pytest

from paperlattice.extract.records import (
    EntityType,
    Evidence,
    Extraction,
    Mention,
    Paper,
    Result,
    Role,
)
from paperlattice.graph import Graph, build

METHOD, DATASET, METRIC = EntityType.METHOD, EntityType.DATASET, EntityType.METRIC
HERE = Evidence(0, 1, 0, 0, 1, 0.9, "lexicon")


def extraction(
    paper: str, *named: tuple[EntityType, str, str], day: date | None = None, **results: Result
) -> Extraction:
    """Make an extraction; a name that ends in ! is proposed."""
    mentions = tuple(
        Mention(HERE, kind, name, Role.PROPOSED if role == "!" else Role.USED)
        for kind, name, role in named
    )
    record = Paper(paper, f"T {paper}", "Text.", date=day)
    return Extraction(record, mentions, (), tuple(results.values()))


def names(graph: Graph) -> dict[str, str]:
    return dict(zip(graph.entities.id, graph.entities.name, strict=True))


def relations(graph: Graph) -> dict[tuple[str, str, str], list[str]]:
    called = names(graph)
    return {
        (called[row["source"]], row["kind"], called[row["target"]]): row["papers"]
        for row in graph.tables["relations"].to_pylist()
    }


def test_relations_rest_on_proposals_and_results() -> None:
    graph = build(
        [
            extraction(
                "p1",
                (METHOD, "ZedNet", "!"),
                (METHOD, "BaseNet", ""),
                (DATASET, "QuuxSet", ""),
                (METRIC, "accuracy", ""),
            ),
            extraction(
                "p2",
                (METHOD, "ZedNet", ""),
                (METHOD, "BaseNet", ""),
                (DATASET, "QuuxSet", ""),
                (DATASET, "CorgeSet", ""),
                (METRIC, "accuracy", ""),
                a=Result(HERE, "91", "%", "absolute", "accuracy", "CorgeSet", "BaseNet"),
            ),
        ]
    )
    assert relations(graph) == {
        ("ZedNet", "evaluated-on", "QuuxSet"): ["p1"],  # not p2, which proposes nothing
        ("ZedNet", "measured-by", "accuracy"): ["p1"],
        ("BaseNet", "evaluated-on", "CorgeSet"): ["p2"],
        ("BaseNet", "measured-by", "accuracy"): ["p2"],
        ("CorgeSet", "measured-by", "accuracy"): ["p2"],
        ("BaseNet", "used-with", "ZedNet"): ["p1", "p2"],
    }
    assert list(graph.relations["count"]) == [len(p) for p in graph.relations.papers]


@pytest.mark.parametrize(
    ("metric", "values", "ranks"),
    [
        ("accuracy", ["80", "91.5", "91.50", "9"], [3, 1, 1, 4]),
        ("perplexity", ["12", "9.5", "100"], [2, 1, 3]),  # lower is better
        ("zedness", ["1", "2"], []),  # nobody knows which way is better
    ],
)
def test_leaderboards_know_which_way_is_better(
    metric: str, values: list[str], ranks: list[int]
) -> None:
    result = Result(HERE, "", "%", "absolute", metric, "QuuxSet")
    papers = [
        extraction(
            f"p{n}", (DATASET, "QuuxSet", ""), (METRIC, metric, ""), a=replace(result, value=v)
        )
        for n, v in enumerate(values)
    ]
    graph = build(papers)
    paper_of = dict(zip(graph.results.id, graph.results.paper, strict=True))
    board = graph.leaderboards
    assert [
        rank for _, rank in sorted(zip(board.result.map(paper_of), board["rank"], strict=True))
    ] == ranks


@pytest.mark.parametrize(
    ("written", "boards"),
    [
        (["87.3", "85.5 %"], [["87.3", "85.5"]]),
        (["87.3", "0.86", "85.5 %"], [["0.86"], ["87.3", "85.5"]]),  # may be a share of 1
        (["87.3", "85.5"], [["87.3", "85.5"]]),
        (["87.3", "81", "85.5 %"], [["87.3", "81"], ["85.5"]]),  # seldom given in percent
        (["120", "87.3", "85.5 %", "84 %"], [["120", "87.3"], ["85.5", "84"]]),  # beyond 100
    ],
)
def test_a_percent_sign_may_be_left_out(written: list[str], boards: list[list[str]]) -> None:
    named = [(DATASET, "QuuxSet", ""), (METRIC, "accuracy", "")]
    papers = []
    for n, said in enumerate(written):
        value, _, unit = said.partition(" ")
        result = Result(HERE, value, unit, "absolute", "accuracy", "QuuxSet")
        papers.append(extraction(f"p{n}", *named, a=result))
    graph = build(papers)
    value_of = dict(zip(graph.results.id, graph.results.value, strict=True))
    found = graph.leaderboards.groupby("unit").result
    assert [[value_of[result] for result in rows] for _, rows in found] == boards


@pytest.mark.parametrize(
    "result",
    [
        Result(HERE, "+2", "%", "gain", "accuracy", "QuuxSet"),
        Result(HERE, "1~2", "%", "absolute", "accuracy", "QuuxSet"),
        Result(HERE, "2", "%", "absolute", "accuracy"),
        Result(HERE, "2", "%", "absolute", None, "QuuxSet"),
    ],
)
def test_no_place_on_a_board(result: Result) -> None:
    named = [(DATASET, "QuuxSet", ""), (METRIC, "accuracy", "")]
    assert not len(build([extraction("p", *named, a=result)]).leaderboards)


def test_trends() -> None:
    old = [extraction(f"a{n}", (METHOD, "OldNet", ""), day=date(2020, 1, n + 1)) for n in range(6)]
    new = [extraction(f"b{n}", (METHOD, "NewNet", ""), day=date(2021, 1, n + 1)) for n in range(6)]
    undated = [extraction("c", (METHOD, "OldNet", ""), (METHOD, "NeverNet", ""))]
    graph = build([*old, *new, *undated])
    entities = graph.entities.set_index("name")
    assert entities.first_paper["OldNet"] == "a0"
    assert entities.first_date["NewNet"] == date(2021, 1, 1)
    assert entities.rise["NewNet"] == pytest.approx(2.8074)  # log2 7
    assert entities.rise["OldNet"] == -entities.rise["NewNet"]
    assert entities.first_paper.isna()["NeverNet"]
    assert entities.rise.isna()["NeverNet"]
    years = graph.timeline.set_index("entity").loc[entities.id["OldNet"]]
    assert (years.year, years.papers, years.share) == (2020, 6, 1.0)


def test_nothing_dated_is_no_trend() -> None:
    graph = build([extraction("p", (METHOD, "ZedNet", ""))])
    assert graph.entities.rise.isna().all()
    assert graph.timeline.empty


def test_communities_and_centrality_are_in_the_graph() -> None:
    papers = [
        extraction(f"{group}{n}", (METHOD, f"{group}Net", ""), (DATASET, f"{group}Set", ""))
        for group in ("Zed", "Quux")
        for n in range(3)
    ]
    graph = build([*papers, extraction("alone", (METHOD, "LoneNet", ""))])
    assert sorted(graph.communities["size"]) == [3, 3]
    assert sorted(graph.communities.label) == ["QuuxSet, QuuxNet", "ZedSet, ZedNet"]
    assert "alone" not in set(graph.memberships.node)
    assert len(graph.centrality) == len(graph.papers) + len(graph.entities)
    assert graph.centrality.pagerank.sum() == pytest.approx(1, abs=1e-6)
