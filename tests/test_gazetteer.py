"""The gazetteer is well formed, and matches only what it names."""

import re

import pytest

from paperlattice.extract.records import EntityType, Evidence, Extraction, Mention, Paper, Role
from paperlattice.graph import Graph, build
from paperlattice.graph.gazetteer import SCHEMES, read_gazetteer

HERE = Evidence(0, 1, 0, 0, 1, 0.9, "lexicon")


def graph_of(kind: EntityType, name: str) -> Graph:
    mention = Mention(HERE, kind, name, Role.USED)
    return build([Extraction(Paper("p", "Title", "Text."), (mention,))])


@pytest.mark.parametrize("row", read_gazetteer(), ids=lambda row: f"{row.scheme} {row.name}")
def test_each_row_says_what_it_must(row: tuple[str, ...]) -> None:
    kind, name, scheme, identifier, url, source = row
    assert kind in list(EntityType)
    assert name
    assert source
    form = {
        "wikidata": r"Q[1-9]\d+",
        "huggingface": r"[\w.-]+(/[\w.-]+)?",
        "homepage": r"https?://[^\s\"<>]+",
    }
    assert re.fullmatch(form[scheme], identifier)
    assert url == SCHEMES[scheme].format(identifier)


def test_no_two_rows_give_one_identifier_of_a_scheme_to_two_entities() -> None:
    rows = [row for row in read_gazetteer() if row.scheme != "homepage"]
    assert len({(row.scheme, row.identifier) for row in rows}) == len(rows)


@pytest.mark.parametrize(
    ("kind", "name", "identifiers"),
    [
        (EntityType.DATASET, "GSM8k", ["gsm8k"]),
        (EntityType.METHOD, "random forests", ["Q245748"]),
        (EntityType.DATASET, "MNLI", ["multi_nli"]),  # by an alias that the lexicon knows
        (EntityType.METHOD, "GSM8K", []),  # another type
        (EntityType.DATASET, "GSM8K-Hard", []),  # another member of the family
    ],
)
def test_matches(kind: EntityType, name: str, identifiers: list[str]) -> None:
    assert graph_of(kind, name).matches["identifier"].tolist() == identifiers


def test_a_notebook_shows_a_graph_and_no_markup_of_its_texts() -> None:
    html = graph_of(EntityType.METHOD, "<img src=x onerror=alert(1)>")._repr_html_()
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert "<img" not in html
    assert "<th>papers</th><td>1</td>" in html
