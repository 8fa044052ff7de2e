"""What a store holds of papers and files: the same, however it came to hold it."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperlattice.cli import main
from paperlattice.extract.readers import Source
from paperlattice.extract.readers.making import make_paper
from paperlattice.extract.readers.merging import merge_papers
from paperlattice.extract.records import Paper, Place, Skipped
from paperlattice.graph.readings import Holdings, join, nothing

TEXT = "Gliders learn to climb in rising air without a map of it."
OTHER = "Bakers count loaves twice whenever four ovens cool down overnight."

Fields = Sequence[dict[str, str | None]]


def read(path: str, *papers: dict[str, str | None], version: str = "1") -> Holdings:
    """Give a file's papers as the holdings of a store that has read it alone."""
    return joined([(path, version, papers)])


def joined(files: Sequence[tuple[str, str, Fields]]) -> Holdings:
    """Read files, a step each."""
    held = nothing()
    for path, version, papers in files:
        held, _ = join(held, *parts(path, version, papers))
    return held


def parts(
    path: str, version: str, papers: Fields
) -> tuple[list[Paper], list[Source], list[Skipped]]:
    """Give what reading a file gives: papers, the file, and a line that is none."""
    found = [
        make_paper(
            fields.get("title") or "Gliders",
            fields.get("abstract") or TEXT,
            Place(path, line),
            id=fields.get("id"),
            doi=fields.get("doi"),
            venue=fields.get("venue"),
        )
        for line, fields in enumerate(papers, 1)
    ]
    bad = Skipped(Place(path, len(papers) + 1), "want a paper", "x")
    return found, [Source(path, version, 10, "jsonl", len(papers))], [bad]


def in_one(files: Sequence[tuple[str, str, Fields]]) -> Holdings:
    """Read files at once."""
    read_now = [parts(*file) for file in files]
    papers, sources, unreadable = (
        list(itertools.chain(*part)) for part in zip(*read_now, strict=True)
    )
    return join(nothing(), papers, sources, unreadable)[0]


A: Fields = [{"id": "2301.00001"}, {"title": "Gliding"}, {"title": "Kites"}]
B: Fields = [{"id": "2301.00001", "venue": "Sky"}, {"title": "Owls"}]
# The first could be either of two papers, the second contradicts one of them.
C: Fields = [{}, {"id": "2301.00001", "title": "Bakers", "abstract": OTHER}]
D: Fields = [{"id": "2212.00009"}, {"title": "Bakers", "doi": "10.1000/oven"}]


@pytest.mark.parametrize("order", list(itertools.permutations([0, 1, 2, 3])))
def test_files_one_by_one_are_files_at_once(order: tuple[int, ...]) -> None:
    files = [(name, name, papers) for name, papers in zip("abcd", (A, B, C, D), strict=True)]
    once = in_one(files)
    assert once.papers.num_rows == 6
    assert len(once.contradictions) == 1
    assert joined([files[i] for i in order]) == once
    assert joined([files[i] for i in (*order, *order)]) == once


_PAPERS = st.fixed_dictionaries(
    {
        "title": st.sampled_from(["Gliders", "Kites", "Owls"]),
        "abstract": st.sampled_from([TEXT, OTHER]),
        "id": st.sampled_from([None, None, "2301.00001", "2301.00002"]),
        "doi": st.sampled_from([None, None, None, "10.1000/a", "10.1000/b"]),
        "venue": st.sampled_from([None, "Sky", "Field"]),
    }
)
_FILES = st.lists(st.lists(_PAPERS, max_size=4), min_size=2, max_size=4)


@given(_FILES, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_any_files_in_any_steps(
    contents: list[list[dict[str, str | None]]], shuffler: random.Random
) -> None:
    files = [(f"{n}.jsonl", str(n), papers) for n, papers in enumerate(contents)]
    once = in_one(files)
    shuffler.shuffle(files)
    cut = shuffler.randint(0, len(files))
    steps = in_one(files[:cut]) if cut else nothing()
    for file in files[cut:]:
        steps, _ = join(steps, *parts(*file))
    assert steps == once


@given(
    st.lists(
        st.builds(
            make_paper,
            st.sampled_from(["Gliders", "Gliders!", "GLIDERS"]),
            st.sampled_from([TEXT, TEXT + " They do."]),
            st.builds(Place, st.sampled_from("abc"), st.integers(1, 9)),
            id=st.sampled_from([None, "2301.00001"]),
            doi=st.sampled_from([None, "10.1000/a", "10.1000/b"]),
            authors=st.sampled_from([(), ("Ada",), ("Ada", "Bo"), ("Ada", "Cy")]),
            author_count=st.sampled_from([None, 2, 3]),
            organisation=st.sampled_from([None, ("a", "A"), ("b", "B")]),
            date=st.sampled_from([None, date(2023, 1, 1), date(2023, 5, 5)]),
            date_precision=st.sampled_from(["day", "month", "year"]),
            date_inferred=st.booleans(),
            comments=st.sampled_from([None, 1, 5]),
            url=st.sampled_from([None, "https://example.org/a", "https://example.org/b"]),
            venue=st.sampled_from([None, "Sky", "Field"]),
            keywords=st.sampled_from([(), ("air",), ("air", "wind"), ("map", "wind")]),
        ),
        min_size=1,
        max_size=5,
    ),
    st.randoms(use_true_random=False),
)
@settings(max_examples=200, deadline=None)
def test_merging_is_the_same_in_any_grouping(papers: list[Paper], shuffler: random.Random) -> None:
    whole = merge_papers(papers)
    shuffler.shuffle(papers)
    cut = shuffler.randint(0, len(papers))
    halves = [merge_papers(half)[0] for half in (papers[:cut], papers[cut:])]
    assert merge_papers([*halves[0], *halves[1]]) == whole
    assert len(whole[0]) == 1


def titles(held: Holdings) -> list[str]:
    return sorted(held.papers["title"].to_pylist())


def test_a_file_that_changed_says_what_it_says_now() -> None:
    first: Fields = [{"title": "Kites", "venue": "Sky"}, {"title": "Owls"}]
    held = joined([("a", "1", first), ("b", "1", B), ("a", "2", [{"title": "Kites"}])])
    # Owls is in b, so nothing of the file as it was is left.
    assert held == joined([("a", "2", [{"title": "Kites"}]), ("b", "1", B)])
    assert not held.replaced


def test_a_paper_that_no_file_has_any_more_stays_with_the_file_as_it_was() -> None:
    held = joined([("a", "1", A), ("a", "2", [{"title": "Kites"}]), ("b", "1", [])])
    assert titles(held) == ["Gliders", "Gliding", "Kites"]
    assert [(s.path, s.sha256) for s in held.sources] == [("a", "2"), ("b", "1")]
    assert [(s.path, s.sha256) for s in held.replaced] == [("a", "1")]
    assert [(s.place.path, s.place.line) for s in held.skipped] == [("a", 2), ("b", 1)]
    # Where another file has it, it is that file's; where the file is as it was, it is its own.
    elsewhere, kept = join(held, *parts("c", "1", [{"title": "Gliding"}, {"id": "2301.00001"}]))
    assert (elsewhere.replaced, kept) == ((), 1)
    assert joined([("a", "1", A), ("a", "2", []), ("a", "1", A)]) == read("a", *A)


def test_one_title_and_two_identifiers_are_two_papers_when_one_leaves() -> None:
    held = joined(
        [("a", "1", [{"id": "2301.00001"}]), ("b", "1", [{"id": "2301.00002"}]), ("a", "2", [])]
    )
    assert held.papers["id"].to_pylist() == ["arxiv-2301.00001", "arxiv-2301.00002"]


def line(**fields: str) -> str:
    return json.dumps({"abstract": TEXT, **fields}) + "\n"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("files")
    a, b = folder / "a.jsonl", folder / "b.jsonl"
    a.write_text(line(title="Kites", id="2301.00001") + line(title="Owls") + "{no paper\n")
    b.write_text(
        line(title="Kites", id="2301.00001", venue="Sky")
        + line(title="Bakers", id="2301.00001").replace(TEXT, OTHER)
        + line(title="Gliders")
    )
    return a, b


def built(out: Path, *builds: Sequence[Path | str]) -> dict[str, bytes]:
    for arguments in builds:
        assert main(["build", *map(str, arguments), "-o", str(out), "--to", "rdf"]) == 0
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()}


def test_builds_one_after_another_are_the_bytes_of_one(
    corpus: tuple[Path, Path], tmp_path: Path
) -> None:
    a, b = corpus
    once = built(tmp_path / "once", [a, b])
    assert set(map(str, corpus)) <= set(once["build.json"].decode().split('"'))
    assert once["graph.nq"].count(b'/sha256> "') == 2
    assert once["skipped.jsonl"].count(b"\n") == 2
    assert built(tmp_path / "ab", [a], [b]) == once
    assert built(tmp_path / "ba", [b], [a]) == once
    assert built(tmp_path / "ba", [a], [b, a]) == once
    alone = built(tmp_path / "a", [a])
    assert built(tmp_path / "aa", [a], [a]) == alone
    assert built(tmp_path / "ab", [a, "--prune"]) == alone
