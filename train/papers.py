"""The papers to learn from: gold papers with their texts, and abstracts without labels."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from paperlattice.extract.readers import read_corpus
from paperlattice.extract.records import clean_text, fold_title

GOLD = ("gold/train.jsonl", "gold/seeds_dev.jsonl")
ANNOTATIONS = Path(__file__).with_name("annotations.jsonl")
PAGES = ("corpus/daily_papers_nov18.txt", "corpus/daily_papers_aug27.txt")
CORPORA = (
    "corpus/hf_daily_papers.jsonl.gz",
    "corpus/arxiv_daily.jsonl.gz",
    "corpus/conference_papers.jsonl.gz",
)
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
    """Read our own annotations (``annotations.md``), with the texts from the corpora.

    Raises ValueError for a paper whose text is nowhere.
    """
    with ANNOTATIONS.open(encoding="utf-8") as lines:
        papers: list[dict[str, Any]] = [json.loads(line) for line in lines]
    wanted = {(paper["corpus"], paper["title"]): paper for paper in papers}
    for name in CORPORA:
        corpus = Path(name).name.removesuffix(".jsonl.gz")
        with gzip.open(shared / name, "rt", encoding="utf-8") as texts:
            for text in texts:
                record = json.loads(text)
                paper = wanted.pop((corpus, record.get("title")), None)
                if paper is not None:
                    paper["abstract"] = clean_text(record["abstract"])
                    paper["title"] = clean_text(paper["title"])
    if wanted:
        raise ValueError(f"want the text of every annotated paper, lack {min(wanted)[1]!r}")
    return papers


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
