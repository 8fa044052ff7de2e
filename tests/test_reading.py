"""A corpus of several files: identity, formats, damaged files."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperlattice.errors import CorpusError, PaperlatticeError, UnknownChoiceError
from paperlattice.extract.readers import READERS, Source, files, read_corpus
from paperlattice.extract.records import Place

SHARED = Path(os.environ.get("PAPERLATTICE_SHARED", Path(__file__).parent.parent / "../shared"))
ABSTRACT = "We teach a kite to steer itself by watching other kites. It stays up twice as long."


def record(title: str = "Kites That Learn", abstract: str = ABSTRACT, **fields: object) -> str:
    return json.dumps({"title": title, "abstract": abstract, **fields}) + "\n"


@pytest.mark.parametrize(
    ("first", "second", "papers"),
    [
        ({"id": "2106.09685"}, {"id": "2106.09685v2", "title": "Kites Who Learn"}, 1),
        ({"id": "2106.09685"}, {"url": "https://arxiv.org/pdf/2106.09685v1"}, 1),
        ({"id": "2106.09685"}, {}, 1),  # by title
        ({"id": "2106.09685"}, {"id": "2106.09686"}, 2),  # one title, two identifiers
        ({"title": "Kites that learn!"}, {}, 1),
        ({"title": "Kites That Unlearn"}, {}, 2),
        ({"doi": "10.1000/KITE"}, {"id": "https://doi.org/10.1000/kite", "title": "A Kite"}, 1),
        ({"doi": "10.48550/arXiv.2106.09685"}, {"id": "2106.09685", "title": "A Kite"}, 1),
        ({"id": "cvpr/None"}, {"id": "cvpr/None", "title": "Another"}, 2),  # not an identifier
        ({"title": "\u2207\u00b2x"}, {"title": "\u2207x"}, 2),
    ],
)
@pytest.mark.parametrize("swap", [False, True])
def test_same_paper_becomes_one(
    tmp_path: Path, first: dict[str, str], second: dict[str, str], papers: int, swap: bool
) -> None:
    paths = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    paths[0].write_text(record(**first))
    paths[1].write_text(record(**second))
    corpus = read_corpus(paths[::-1] if swap else paths)
    assert len(corpus.papers) == papers
    assert sum(len(paper.places) for paper in corpus.papers) == 2
    assert not corpus.skipped


def test_merging_keeps_the_richer_metadata_and_every_place(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(
        f"Kites that learn\n\n{ABSTRACT * 4}\n\nkite-lab Kite Lab\n\u00b7\nOct 14, 2023 2\n\n"
        f"Kites That Learn!\n\n{ABSTRACT * 3}\n\n  \u2022 2 authors\n\u00b7\nOct 14\n"
    )
    lines = tmp_path / "lines.jsonl"
    lines.write_text(
        record(id="2310.01234", date="2023", authors=["Ada Uhu", "Bo Kauz"], keywords="kites;wind")
        + record(id="2310.01234v2", title="Kites That Learn to Steer", venue="Sky")
    )
    [paper] = read_corpus([page, lines]).papers
    assert paper.id == "arxiv-2310.01234"
    assert (paper.authors, paper.author_count) == (("Ada Uhu", "Bo Kauz"), None)
    assert paper.organisation == ("kite-lab", "Kite Lab")
    assert (paper.date, paper.date_precision) == (date(2023, 10, 14), "day")
    assert not paper.date_inferred
    assert (paper.comments, paper.venue, paper.keywords) == (2, "Sky", ("kites", "wind"))
    assert paper.places == (
        Place(str(lines), 1),
        Place(str(lines), 2),
        Place(str(page), 1),
        Place(str(page), 9),
    )
    assert read_corpus([lines, page]).papers == (paper,)


def test_date_that_is_stated_wins_over_one_that_is_inferred(tmp_path: Path) -> None:
    page, lines = tmp_path / "a", tmp_path / "b"
    entry = "{}\n\n" + ABSTRACT + "\n\n  \u2022 2 authors\n\u00b7\n{}\n\n"
    page.write_text(entry.format("Kites That Learn", "Oct 14") + entry.format("B", "May 5, 2024"))
    lines.write_text(record(date="2021-10-13"))
    found = {paper.title: paper for paper in read_corpus([page, lines]).papers}
    assert found["Kites That Learn"].date == date(2021, 10, 13)
    assert not found["Kites That Learn"].date_inferred
    lines.write_text(record())
    found = {paper.title: paper for paper in read_corpus([page, lines]).papers}
    assert found["Kites That Learn"].date == date(2025, 10, 14)
    assert found["Kites That Learn"].date_inferred


def test_one_identifier_for_two_papers_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    owls = "Owls pick the fuller of two bowls unless both hold more than four mealworms."
    path.write_text(record(id="2106.09685") + record("Do Owls Count?", owls, id="2106.09685"))
    corpus = read_corpus([path])
    assert [paper.title for paper in corpus.papers] == ["Kites That Learn"]
    [bad] = corpus.skipped
    assert bad.place == Place(str(path), 2)
    assert f"2106.09685, found another text than at {path}:1" in bad.problem
    with pytest.raises(CorpusError, match=r"a\.jsonl:2: want one paper"):
        read_corpus([path], strict=True)


LINES = record() + record("Kites That Unlearn") + record("Do Kites Count?")


@pytest.mark.parametrize(
    "data",
    [
        LINES.encode(),
        LINES.encode().rstrip(),  # no line end at the end
        LINES.replace("\n", "\r\n").encode(),
        LINES.replace("\n", "\r").encode(),
        LINES.encode("utf-8-sig"),
        LINES.encode("utf-16"),
        b"\xfe\xff" + LINES.encode("utf-16-be"),
        gzip.compress(LINES.encode()),
        gzip.compress(LINES.encode()[:100]) + gzip.compress(LINES.encode()[100:]),  # two members
        gzip.compress(LINES.encode()) + bytes(1000),  # padded, as on tape
        gzip.compress(LINES.encode("utf-16")),
    ],
)
def test_files_are_read_by_content(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "any.name"
    path.write_bytes(data)
    seen: list[int] = []
    corpus = read_corpus([path, path], progress=seen.append)
    assert len(corpus.papers) == 3
    assert {paper.places[0].line for paper in corpus.papers} == {1, 2, 3}
    assert corpus.skipped == ()
    assert sum(seen) == len(data)
    digest = hashlib.sha256(data).hexdigest()
    assert corpus.sources == (Source(str(path), digest, len(data), "jsonl", 3),)


def test_other_separators_do_not_end_a_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    separated = ABSTRACT.replace(". ", ".\u2028\x85")
    text = json.dumps({"title": "Kites", "abstract": separated}, ensure_ascii=False)
    path.write_bytes(f"{text}\n".encode())
    [paper] = read_corpus([path]).papers
    assert paper.abstract == ABSTRACT


WHOLE = gzip.compress(
    "".join(record(f"Kite {n} {n * n * 7919 % 9973}", str(n**9)) for n in range(2000)).encode()
)


@pytest.mark.parametrize(
    ("data", "line", "problem", "papers"),
    [
        (b"", 1, "want a known format (daily-papers, jsonl), found nothing", 0),
        (b" \n\t\n", 1, "found nothing", 0),
        (bytes(range(256)) * 8, 1, "found binary data", 0),
        (b"\x7fELF" + b"\x00" * 90, 1, "found binary data", 0),
        ("\u041e\u0440\u043b\u044b ".encode("cp1251") * 50, 1, "another encoding", 0),
        (b"<!DOCTYPE html>\n<html><body>", 1, "found HTML (save the page as text)", 0),
        (b"\n<?xml version='1.0'?>\n<feed/>", 1, "found XML", 0),
        (b'[{"title": "a", "abstract": "b"}]', 1, "found JSON that is not one object a line", 0),
        (b'{\n  "title": "a"\n}', 1, "found JSON that is not one object a line", 0),
        (b"id,title\n1,Owls\n", 1, "found other text", 0),
        (b"Daily Papers\n\nSubscribe\n", 1, "found none in what looks like daily-papers", 0),
        (LINES.encode() + b'{"title": "\xff"}\n', 4, "found the byte 0xff", 3),
        (gzip.compress(LINES.encode())[:-8], 3, "cut off", 3),
        (WHOLE[: len(WHOLE) // 2], None, "cut off", None),
        (WHOLE[:9000] + b"\xff" * 9 + WHOLE[9009:], None, "damaged", None),
        (b"\x1f\x8b", 1, "cut off", 0),
    ],
)
def test_bad_files_are_named_and_good_papers_go_through(
    tmp_path: Path, data: bytes, line: int | None, problem: str, papers: int | None
) -> None:
    bad, good = tmp_path / "bad", tmp_path / "good"
    bad.write_bytes(data)
    good.write_text(record("Do Owls Count?"))
    corpus = read_corpus([bad, good])
    assert "Do Owls Count?" in {paper.title for paper in corpus.papers}
    [found] = [skipped for skipped in corpus.skipped if problem in skipped.problem]
    assert found.place.path == str(bad)
    if line is not None:
        assert found.place.line == line
    if papers is None:
        assert 300 < corpus.sources[0].papers < 2000
    else:
        assert corpus.sources[0].papers == papers
    with pytest.raises(CorpusError, match="bad:"):
        read_corpus([bad, good], strict=True)


def test_overlong_line_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_LONGEST", 1000)
    path = tmp_path / "a.jsonl"
    path.write_text(record() + record("Long", "x " * 200_000) + record("Do Owls Count?"))
    corpus = read_corpus([path])
    assert len(corpus.papers) == 2
    assert {(bad.place.line, bad.problem[:19]) for bad in corpus.skipped} == {
        (2, "want a JSON object,"),
        (2, "want a shorter line"),
    }


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("absent.txt", "No such file"),
        (".", "Is a directory"),
        ("nul\0.txt", "null"),
    ],
)
def test_file_that_cannot_be_read_is_an_error_of_one_line(
    tmp_path: Path, name: str, problem: str
) -> None:
    with pytest.raises(PaperlatticeError, match=problem) as raised:
        read_corpus([str(tmp_path / name)])
    assert "\n" not in str(raised.value)
    assert raised.value.status == 1


def test_path_that_is_no_text_is_made_printable(tmp_path: Path) -> None:
    path = tmp_path / "a\udce9\n.jsonl"
    path.write_text(record())
    [paper] = read_corpus([path]).papers
    assert paper.places[0].path == str(tmp_path / "a\ufffd\ufffd.jsonl")


def test_input_format_is_forced_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("A\n\nB.\n")
    assert read_corpus([path]).sources[0].format is None
    assert read_corpus([path], input_format="daily-papers").papers[0].title == "A"
    assert "want a JSON object" in read_corpus([path], input_format="jsonl").skipped[0].problem
    with pytest.raises(UnknownChoiceError, match="format 'xml'; there is: daily-papers, jsonl"):
        read_corpus([path], input_format="xml")


def test_strict_accepts_good_input(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text(LINES)
    assert len(read_corpus([path], strict=True).papers) == 3


@given(st.binary(max_size=400), st.booleans(), st.sampled_from([None, *READERS]))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_papers_and_skipped(data: bytes, zipped: bool, name: str | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a"
        path.write_bytes(gzip.compress(data) if zipped else data)
        corpus = read_corpus([path], input_format=name)
    assert corpus.papers or corpus.skipped
    for text in (corpus.papers, corpus.skipped):
        str(text).encode()  # nothing in it that no file could hold


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason=f"no corpora under {SHARED}")
def test_both_pages_hold_116_papers() -> None:
    pages = [SHARED / "corpus" / f"daily_papers_{day}.txt" for day in ("nov18", "aug27")]
    corpus = read_corpus(pages)
    assert [source.papers for source in corpus.sources] == [84, 62]
    assert len(corpus.papers) == 116
    assert sum(paper.date is not None for paper in corpus.papers) == 82
    assert sum(paper.organisation is not None for paper in corpus.papers) == 2
    assert corpus.sources[0].snapshot == date(2025, 11, 18)
    assert not corpus.skipped


EXAMPLE = Path(__file__).parent.parent / "examples" / "daily_papers.txt"


def test_bundled_example() -> None:
    corpus = read_corpus([EXAMPLE])
    assert len(corpus.papers) == corpus.sources[0].papers == 74
    assert not corpus.skipped
    assert all(60 <= len(paper.abstract.split()) <= 140 for paper in corpus.papers)
    kinds = {
        "no metadata": sum(paper.date is None for paper in corpus.papers),
        "organisation": sum(paper.organisation is not None for paper in corpus.papers),
        "no year": sum(paper.date_inferred for paper in corpus.papers),
        "comments": sum(paper.comments is not None for paper in corpus.papers),
    }
    assert kinds == {"no metadata": 2, "organisation": 15, "no year": 4, "comments": 43}
    assert corpus.sources[0].snapshot == date(2024, 6, 12)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason=f"no corpora under {SHARED}")
def test_corpus_of_json_lines_is_read_whole() -> None:
    corpus = read_corpus([SHARED / "corpus" / "hf_daily_papers.jsonl.gz"])
    assert len(corpus.papers) == 10_284
    assert all(paper.arxiv_id and paper.date and paper.authors for paper in corpus.papers)
    assert not corpus.skipped
