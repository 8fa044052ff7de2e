"""The papers to learn from: gold papers with their texts, and abstracts without labels."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from paperlattice.extract.readers import read_corpus
from paperlattice.extract.records import clean_text, fold_title

GOLD = ("gold/train.jsonl", "gold/seeds_dev.jsonl")
ANNOTATIONS = Path(__file__).with_name("annotations")
PAGES = ("corpus/daily_papers_nov18.txt", "corpus/daily_papers_aug27.txt")
CORPORA = (
    "corpus/hf_daily_papers.jsonl.gz",
    "corpus/arxiv_daily.jsonl.gz",
    "corpus/conference_papers.jsonl.gz",
)
#: Of the papers that a teacher labels, how many come from each corpus.
SHARES = (0.5, 0.25, 0.25)
#: Public sets whose test texts no teacher labels.
TESTED = ("labelled/scierc.jsonl", "labelled/tdmsci.jsonl")
# Characters of an abstract that a teacher labels: less is often no abstract, more is rare.
_SHORT, _LONG = 300, 2200
# Characters by which a test text is known.
_BEGINNING = 50
# Characters of an abstract that are read: a few records hold a whole paper.
_LONGEST = 20_000


def read_gold(shared: Path) -> list[dict[str, Any]]:
    """Read the gold papers in file order, each with ``title`` and ``abstract``.

    Papers annotated without their texts get them from the saved pages, by title.

    Raises ValueError for a paper whose text is nowhere.
    """
    papers: list[dict[str, Any]] = []
    for name in GOLD:
        with (shared / name).open(encoding="utf-8") as lines:
            papers += [json.loads(line) for line in lines if line.strip()]
    corpus = read_corpus([str(shared / page) for page in PAGES])
    texts = {fold_title(paper.title): paper for paper in corpus.papers}
    for gold in papers:
        if "abstract" not in gold:
            known = texts.get(fold_title(gold["title"]))
            if known is None:
                raise ValueError(f"want the text of every gold paper, lack {gold['title']!r}")
            gold["abstract"] = known.abstract
        gold["title"], gold["abstract"] = clean_text(gold["title"]), clean_text(gold["abstract"])
    return papers


def read_annotations(shared: Path) -> list[dict[str, Any]]:
    """Read our own annotations (``annotations/README.md``), with the texts from the corpora.

    They are marked as ``annotated``: they teach, and no score is taken on them.

    Raises ValueError for a paper whose text is nowhere.
    """
    papers: list[dict[str, Any]] = []
    for path in sorted(ANNOTATIONS.glob("round_*.jsonl"), key=_round_of):
        with path.open(encoding="utf-8") as lines:
            papers += [json.loads(line) | {"annotated": True} for line in lines]
    wanted = {(paper["corpus"], clean_text(paper["title"])): paper for paper in papers}
    for name in CORPORA:
        corpus = Path(name).name.removesuffix(".jsonl.gz")
        with gzip.open(shared / name, "rt", encoding="utf-8") as texts:
            for text in texts:
                record = json.loads(text)
                paper = wanted.pop((corpus, clean_text(record.get("title") or "")), None)
                if paper is not None:
                    paper["abstract"] = clean_text(record["abstract"])
                    paper["title"] = clean_text(paper["title"])
    if wanted:
        raise ValueError(f"want the text of every annotated paper, lack {min(wanted)[1]!r}")
    return papers


def _round_of(path: Path) -> int:
    return int(path.stem.removeprefix("round_"))


def read_abstracts(shared: Path) -> Iterator[tuple[str, str]]:
    """Yield title and abstract of each unlabelled paper once, in the order of the files."""
    seen: set[str] = set()
    for name in CORPORA:
        with gzip.open(shared / name, "rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                title, abstract = record.get("title") or "", record.get("abstract") or ""
                key = fold_title(title)
                if key and key not in seen:
                    seen.add(key)
                    yield clean_text(title), clean_text(abstract[:_LONGEST])


def read_unlabelled(
    shared: Path, number: int, known: Iterable[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Pick abstracts for a teacher to label: half Daily Papers, the rest arXiv and conferences.

    The mix is the gold's. Papers that are ``known``, on the two pages, or in the test split of a
    public set that the model card scores are left out; the choice among the rest is by a hash of
    the title.
    """
    pages = read_corpus([str(shared / page) for page in PAGES]).papers
    seen = {fold_title(paper.title) for paper in pages} | {fold_title(p["title"]) for p in known}
    tested = _test_texts(shared)
    picked: list[dict[str, Any]] = []
    for name, share in zip(CORPORA, SHARES, strict=True):
        choice: list[tuple[int, str, str]] = []
        with gzip.open(shared / name, "rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                title, abstract = record.get("title") or "", record.get("abstract") or ""
                key = fold_title(title)
                if key and key not in seen and _SHORT < len(abstract) < _LONG:
                    seen.add(key)
                    choice.append((zlib.crc32(key.encode()), clean_text(title), abstract))
        choice.sort()
        wanted = round(number * share)
        for _, title, abstract in choice:
            if not wanted:
                break
            folded = fold_title(abstract)
            if not any(text in folded for text in tested):
                picked.append({"title": title, "abstract": clean_text(abstract), "entities": []})
                wanted -= 1
    return picked


def _test_texts(shared: Path) -> list[str]:
    """Give how the test texts of the public sets begin, folded."""
    texts = []
    for name in TESTED:
        with (shared / name).open(encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        texts += [fold_title(row["text"])[:_BEGINNING] for row in rows if row["split"] == "test"]
    return [text for text in texts if len(text) == _BEGINNING]
