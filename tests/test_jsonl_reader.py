"""JSON Lines: which fields are read in which forms, and what is named as bad."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperlattice.extract.readers import jsonl
from paperlattice.extract.readers.making import find_arxiv_id, find_doi, make_paper
from paperlattice.extract.readers.reader import ReadOptions
from paperlattice.extract.records import Paper, Place, Skipped

REQUIRED = {"title": "Do Owls Count?", "abstract": "They count to four, and no further."}


def read(*lines: str) -> tuple[list[Paper], list[Skipped]]:
    items = list(jsonl.read(lines, "owls.jsonl", ReadOptions()))
    papers = [item for item in items if isinstance(item, Paper)]
    return papers, [item for item in items if isinstance(item, Skipped)]


@pytest.mark.parametrize(
    ("field", "value", "attribute", "expected"),
    [
        ("authors", "Ada Uhu, Bo Kauz", "authors", ("Ada Uhu", "Bo Kauz")),
        ("authors", "Uhu, Ada; Kauz, Bo", "authors", ("Uhu, Ada", "Kauz, Bo")),
        ("authors", ["Ada Uhu", " ", "Bo Kauz"], "authors", ("Ada Uhu", "Bo Kauz")),
        ("authors", "", "authors", ()),
        ("keywords", "owls;counting; owls", "keywords", ("owls", "counting")),
        ("keywords", ["owls", "counting"], "keywords", ("owls", "counting")),
        ("date", "2024", "date", date(2024, 1, 1)),
        ("date", 2024, "date", date(2024, 1, 1)),
        ("date", "2024", "date_precision", "year"),
        ("date", "2024-05", "date_precision", "month"),
        ("date", "2024-05-17", "date", date(2024, 5, 17)),
        ("date", "2024-05-17T08:00:00.000Z", "date", date(2024, 5, 17)),
        ("date", None, "date", None),
        ("date", "", "date", None),
        ("venue", "Owl Letters", "venue", "Owl Letters"),
        ("venue", "", "venue", None),
        ("doi", "https://doi.org/10.1000/OWL.1", "doi", "10.1000/owl.1"),
        ("doi", "10.1000/OWL.1", "id", "doi-10.1000/owl.1"),
        ("url", "https://example.org/owl", "url", "https://example.org/owl"),
        ("url", "https://arxiv.org/abs/2405.01234v3", "arxiv_id", "2405.01234"),
        ("url", "https://huggingface.co/papers/2405.01234", "id", "arxiv-2405.01234"),
        ("id", "2405.01234v2", "id", "arxiv-2405.01234"),
        ("id", "owl-1", "arxiv_id", None),
        ("id", 17, "arxiv_id", None),
        ("github", "https://github.com/owls/count", "url", None),  # not a field that is read
        ("title", "Do\u0000 Owls\n Count?", "title", "Do Owls Count?"),
        ("title", "Do Owls Count?\ud800", "title", "Do Owls Count?"),
    ],
)
def test_fields(field: str, value: object, attribute: str, expected: object) -> None:
    papers, skipped = read(json.dumps({**REQUIRED, field: value}))
    assert getattr(papers[0], attribute) == expected
    assert papers[0].places == (Place("owls.jsonl", 1),)
    assert skipped == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("nonsense", "want a JSON object, found no JSON"),
        ('{"title": "Do Owls', "want a JSON object, found no JSON"),
        ("[" * 100_000, "want a JSON object, found no JSON"),
        ('{"id": ' + "9" * 5000 + "}", "want a JSON object, found no JSON"),
        ('["title", "abstract"]', "found a list"),
        ("null", "found null"),
        ("true", "found true or false"),
        ("{}", "want text in title, found no such field"),
        ('{"title": "Do Owls Count?"}', "want text in abstract, found no such field"),
        (json.dumps({**REQUIRED, "title": 5}), "want text in title, found a number"),
        (json.dumps({**REQUIRED, "abstract": None}), "want text in abstract, found null"),
        (json.dumps({**REQUIRED, "abstract": ["a"]}), "want text in abstract, found a list"),
        (json.dumps({**REQUIRED, "abstract": {}}), "want text in abstract, found an object"),
        (json.dumps({**REQUIRED, "title": " \t"}), "want words in the title"),
        (json.dumps({**REQUIRED, "abstract": "..."}), "want words in the abstract"),
        ('{"title": "Caf\udce9"}', "want UTF-8, found the byte 0xe9"),
    ],
)
def test_bad_line_is_named_and_its_neighbours_go_through(line: str, problem: str) -> None:
    good = json.dumps(REQUIRED)
    papers, skipped = read(good, "", line, good)
    assert [paper.places[0].line for paper in papers] == [1, 4]
    [bad] = skipped
    assert bad.place == Place("owls.jsonl", 3)
    assert problem in bad.problem
    assert len(bad.excerpt) <= 80


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("date", "soon", "want a date like 2024, 2024-05 or 2024-05-17, found 'soon'"),
        ("date", "2024-13", "found '2024-13'"),
        ("date", "2024-02-30", "found '2024-02-30'"),
        ("date", "0000", "found '0000'"),
        ("date", True, "found 'True'"),
        ("date", [2024], "found a list"),
        ("authors", 5, "want a list of texts in authors, found a number"),
        ("authors", [5], "want a list of texts in authors"),
        ("keywords", {"a": 1}, "want a list of texts in keywords, found an object"),
        ("url", 1.5, "want text in url, found a number"),
        ("id", False, "want text in id, found true or false"),
    ],
)
def test_bad_optional_field_is_named_and_the_paper_goes_through(
    field: str, value: object, problem: str
) -> None:
    papers, skipped = read(json.dumps({**REQUIRED, field: value}))
    assert len(papers) == 1
    [bad] = skipped
    assert problem in bad.problem
    assert bad.problem.endswith("read the paper without it")


@pytest.mark.parametrize(
    ("head", "score"),
    [
        ('{"title": "a"}\n{"title": "b"}\n', 1.0),
        ('{"title": "a"}\nnonsense\n', 0.5),
        ('\n\n{"title": "cut off in the mid', 1.0),
        ("{\n", 0.0),  # one object over several lines
        ('[{"title": "a"}]', 0.0),
        ("a title\n\nan abstract\n", 0.0),
        ("", 0.0),
    ],
)
def test_sniff(head: str, score: float) -> None:
    assert jsonl.sniff(head) == score


@pytest.mark.parametrize(
    ("text", "arxiv_id"),
    [
        ("2106.09685", "2106.09685"),
        ("arXiv:2106.09685v12", "2106.09685"),
        ("0704.0001", "0704.0001"),
        ("hep-th/9901001", "hep-th/9901001"),
        ("math.GT/0309136", "math/0309136"),
        ("https://arxiv.org/pdf/2106.09685v2.pdf", "2106.09685"),
        ("https://www.alphaxiv.org/abs/2106.09685", "2106.09685"),
        ("https://doi.org/10.48550/arXiv.2106.09685", "2106.09685"),
        ("10.48550/arXiv.2106.09685", "2106.09685"),
        ("2113.09685", None),  # no month 13
        ("12106.09685", None),
        ("cvpr2016/1234567", None),
        ("eccv/1234567", None),  # no archive of arXiv
        ("https://example.org/abs/2106.09685", None),
        ("https://huggingface.co/models/2106.09685", None),
    ],
)
def test_arxiv_ids(text: str, arxiv_id: str | None) -> None:
    assert find_arxiv_id(text) == arxiv_id


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("10.1109/CVPR.2016.90", "10.1109/cvpr.2016.90"),
        ("doi: 10.1000/1", "10.1000/1"),
        ("http://dx.doi.org/10.1000/1", "10.1000/1"),
        ("10.1000", None),
        ("see 10.1000/1 and 10.1000/2", None),
    ],
)
def test_dois(text: str, doi: str | None) -> None:
    assert find_doi(text) == doi


def test_identifiers_come_from_the_most_certain_fact() -> None:
    place = Place("a", 1)
    by_title = make_paper("Do Owls Count?", "They do.", place)
    assert by_title.id == make_paper("Do owls count", "Yes, they do.", place).id
    assert by_title.id.startswith("title-")
    assert make_paper("\u00b2n", "They do.", place).id != make_paper("2m", "They do.", place).id
    assert make_paper("Owls", "They do.", place, doi="10.1000/X").id == "doi-10.1000/x"
    both = make_paper("Owls", "They do.", place, doi="10.1000/X", id="2405.01234")
    assert (both.id, both.doi) == ("arxiv-2405.01234", "10.1000/x")


UNCLEAN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def test_number_of_authors_is_for_papers_without_their_names() -> None:
    place = Place("a", 1)
    assert make_paper("Owls", "They do.", place, author_count=3).author_count == 3
    named = make_paper("Owls", "They do.", place, author_count=3, authors=[" ", "Ada Uhu"])
    assert (named.authors, named.author_count) == (("Ada Uhu",), None)


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.fixed_dictionaries(
        {}, optional={field: JSON | st.text(min_size=1) for field in jsonl.FIELDS}
    ).map(json.dumps)
    | JSON.map(json.dumps)
    | st.text(st.characters()).filter(lambda text: "\n" not in text)
)
@settings(max_examples=300, deadline=None)
def test_any_line_is_a_paper_or_skipped(line: str) -> None:
    papers, skipped = read(line)
    assert papers or skipped or not line.strip()
    for paper in papers:
        assert paper.title
        assert paper.abstract
        assert not UNCLEAN.search(paper.title + paper.abstract)
