"""The graph of a few papers, made by hand so that every row can be checked by eye."""

import random
from pathlib import Path

import pytest

from paperlattice.extract.records import (
    EntityType,
    Evidence,
    Extraction,
    Mention,
    Paper,
    Result,
    Role,
    UrlMention,
)
from paperlattice.graph import build
from paperlattice.graph.builder import decimal
from paperlattice.graph.store import StoreError, read_graph, write_tables

METHOD, DATASET, METRIC, TASK = (
    EntityType.METHOD,
    EntityType.DATASET,
    EntityType.METRIC,
    EntityType.TASK,
)


def extraction(paper: str, *named: tuple[EntityType, str], proposed: str = "") -> Extraction:
    """Make an extraction of a paper that names these one after the other."""
    title = "A title"
    abstract = " ".join(name for _, name in named) + " end."
    mentions, start = [], len(title) + 1
    for kind, name in named:
        where = Evidence(start, start + len(name), 1, 8, 8 + len(abstract), 0.9, "lexicon")
        mentions.append(
            Mention(where, kind, name, Role.PROPOSED if name == proposed else Role.USED)
        )
        start += len(name) + 1
    return Extraction(Paper(paper, title, abstract), tuple(mentions))


@pytest.fixture
def few() -> list[Extraction]:
    return [
        extraction(
            "p1", (METHOD, "ZedNet"), (DATASET, "QuuxSet"), (METHOD, "ZedNet"), proposed="ZedNet"
        ),
        extraction("p2", (METHOD, "ZEDNET"), (DATASET, "CorgeSet")),
        extraction("p3", (TASK, "parsing")),
    ]


def test_entities_are_type_and_key(few: list[Extraction]) -> None:
    graph = build(few)
    rows = graph.entities[["type", "key", "name", "papers"]].to_numpy().tolist()
    assert rows == [
        ["dataset", "corgeset", "CorgeSet", 1],
        ["dataset", "quuxset", "QuuxSet", 1],
        ["method", "zednet", "ZEDNET", 2],
        ["task", "parsing", "parsing", 1],
    ]


def test_the_same_name_with_two_types_is_two_entities() -> None:
    graph = build([extraction("p1", (METHOD, "FrobSet")), extraction("p2", (DATASET, "FrobSet"))])
    assert len(graph.entities) == 2
    assert len(graph.links) == 0


def test_statements_count_mentions_and_keep_the_proposal(few: list[Extraction]) -> None:
    statements = build(few).statements
    first = statements[(statements.paper == "p1") & statements.entity.str.startswith("method/")]
    assert first[["role", "mentions", "confidence"]].to_numpy().tolist() == [["proposed", 2, 0.9]]


def test_links_are_explained_and_isolated_papers_stay(few: list[Extraction]) -> None:
    graph = build(few)
    assert list(graph.papers.id) == ["p1", "p2", "p3"]
    assert graph.links[["source", "target"]].to_numpy().tolist() == [["p1", "p2"]]
    assert graph.contributions.entity.str.startswith("method/zednet-").tolist() == [True]
    assert graph.contributions.contribution.sum() == pytest.approx(graph.links.weight.sum())


def test_rare_entities_link_more_than_common_ones() -> None:
    papers = [extraction(f"p{i}", (METHOD, "MLP"), (TASK, f"task {i}")) for i in range(8)]
    papers += [extraction("q1", (METHOD, "MLP"), (METHOD, "RareNet"))]
    papers += [extraction("q2", (METHOD, "MLP"), (METHOD, "RareNet"))]
    links = build(papers).links.set_index(["source", "target"]).weight
    assert links["q1", "q2"] > 5 * links["p0", "p1"]


def test_top_k_keeps_the_strongest_of_either_paper() -> None:
    # The hub shares one rare entity with each leaf: all leaves want it, it wants only one.
    hub = extraction("hub", *((METHOD, f"Net-{c}") for c in "abcdef"))
    leaves = [extraction(f"leaf-{c}", (METHOD, f"Net-{c}")) for c in "abcdef"]
    assert len(build([hub, *leaves], top_k=1).links) == 6


def test_order_does_not_matter(few: list[Extraction]) -> None:
    shuffled = few[:]
    random.Random(0).shuffle(shuffled)
    first, second = build(few), build(reversed(shuffled))
    assert all(first.tables[name].equals(second.tables[name]) for name in first.tables)


def test_two_papers_with_one_id_are_refused(few: list[Extraction]) -> None:
    with pytest.raises(ValueError, match="'p1' twice"):
        build([*few, few[0]])


def test_no_papers_make_an_empty_graph() -> None:
    graph = build([])
    assert all(table.num_rows == 0 for table in graph.tables.values())


def test_results_name_entities_of_their_paper() -> None:
    paper = extraction("p1", (METHOD, "ZedNet"), (METRIC, "accuracies"))
    where = paper.mentions[0].evidence
    results = (
        Result(where, "+2.4", "%", "gain", metric="accuracies", method="ZedNet"),
        Result(where, "10~20", "x", "ratio", metric="speed"),
    )
    graph = build([Extraction(paper.paper, paper.mentions, (), results)])
    rows = graph.results.sort_values("value")
    assert rows.number.isna().tolist() == [False, True]
    assert rows.metric.iloc[0] == graph.entities.set_index("key").id["accuracy"]
    assert rows.metric.isna().tolist() == [False, True]
    assert rows.id.str.match(r"p1-[0-9a-f]{10}$").all()


def test_urls_are_kept() -> None:
    paper = extraction("p1", (METHOD, "ZedNet"))
    url = UrlMention(paper.mentions[0].evidence, "repository", "https://github.com/a/b")
    graph = build([Extraction(paper.paper, paper.mentions, (url,))])
    assert graph.urls.url.tolist() == ["https://github.com/a/b"]


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("83.8", "83.8"),
        ("+2.44", "2.44"),
        ("-0.5", "-0.5"),
        ("1,234.5", "1234.5"),
        ("~3", "3"),
        ("10~20", None),  # a range
        ("two", None),
        ("1.2.3", None),  # a version
        ("", None),
        ("-", None),
    ],
)
def test_decimal(value: str, number: str | None) -> None:
    assert decimal(value) == number


def test_tables_come_back_and_equal_graphs_are_equal_bytes(
    few: list[Extraction], tmp_path: Path
) -> None:
    paths = write_tables(build(few), tmp_path / "a")
    write_tables(build(few[::-1]), tmp_path / "b")
    assert {p.name for p in (tmp_path / "a").iterdir()} == {p.name for p in paths}
    for path in paths:
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()
    read = read_graph(tmp_path / "a")
    assert all(table.equals(build(few).tables[name]) for name, table in read.tables.items())


def test_a_directory_without_a_graph_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"found no papers\.parquet"):
        read_graph(tmp_path)
    write_tables(build([]), tmp_path)
    (tmp_path / "links.parquet").write_bytes(b"no table")
    with pytest.raises(StoreError, match=r"links\.parquet: want a Parquet table"):
        read_graph(tmp_path)
