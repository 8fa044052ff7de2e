"""A corpus of several files: identity, formats, damaged files."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest

from paperlattice.extract.readers import read_corpus

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
