"""What extraction costs, beside what a spaCy user would build, in the same run.

The peers: a plain ``ner`` on HashEmbedCNN of width 96 and depth 4 with its defaults (random
weights: the cost is the network's), and an EntityRuler with our lexicon as phrases. Texts are
those of ``PAPERLATTICE_SHARED`` where it is, else the bundled example many times over, which
flatters whatever has a cache. CPU seconds of one process, and wall seconds of one and of two. Run:
``python bench/extraction.py [--papers 600]``.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import spacy
from spacy.language import Language

from paperlattice.extract.lexicon import entries
from paperlattice.extract.pipeline import build_pipeline, extract
from paperlattice.extract.readers import read_corpus
from paperlattice.extract.records import Paper

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("PAPERLATTICE_SHARED", ROOT / "../shared"))
EXAMPLE = ROOT / "examples" / "daily_papers.txt"
# The peer's network is slow: this many papers are enough to time it.
MOST_FOR_NER = 200


def read_papers(count: int) -> list[Paper]:
    """Read papers; the example's again and again, until there are enough."""
    corpus = SHARED / "corpus" / "hf_daily_papers.jsonl.gz"
    papers = list(read_corpus([str(corpus if corpus.exists() else EXAMPLE)]).papers)

    def endless() -> Iterator[Paper]:
        while True:
            yield from papers

    return list(islice(endless(), count))


def plain_ner() -> Language:
    """Make the NER that spaCy gives by default, with random weights."""
    nlp = spacy.blank("en")
    ner = nlp.add_pipe("ner", config={"model": {"tok2vec": {
        "@architectures": "spacy.HashEmbedCNN.v2", "pretrained_vectors": None, "width": 96,
        "depth": 4, "embed_size": 2000, "window_size": 1, "maxout_pieces": 3,
        "subword_features": True}}})  # fmt: skip
    for label in ("METHOD", "DATASET", "METRIC", "TASK"):
        ner.add_label(label)  # type: ignore[attr-defined]
    nlp.initialize()
    return nlp


def phrase_ruler() -> Language:
    """Make an EntityRuler with every name of our lexicon."""
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    ruler = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    patterns = [
        {"label": e.type.upper(), "pattern": name}
        for e in entries()
        for name in (e.name, *e.aliases)
    ]
    ruler.add_patterns(patterns)  # type: ignore[attr-defined]
    return nlp


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Give the CPU seconds of this process, and the wall seconds, that a piece of work takes."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - wall


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=600)
    count = parser.parse_args().papers
    papers = read_papers(count)
    texts = [paper.text for paper in papers]
    few = texts[:MOST_FOR_NER]
    print(f"{count} papers, {sum(map(len, texts)) / count:.0f} characters each")
    print(f"{'':28}{'papers':>8}{'CPU s':>9}{'papers/CPU s':>14}{'wall s':>9}")

    def row(name: str, papers: int, cpu: float | None, wall: float) -> None:
        rate = f"{cpu:9.2f}{papers / cpu:14.0f}" if cpu else " " * 23
        print(f"{name:28}{papers:8}{rate}{wall:9.2f}", flush=True)

    list(extract(papers[:50]))  # reads the weights; the peers are built beforehand, too
    one = timed(lambda: list(extract(papers)))
    row("ours, one process", count, *one)
    two = timed(lambda: list(extract(papers, processes=2)))
    row("ours, two processes", count, None, two[1])
    nlp = build_pipeline()
    row("ours, as a spaCy pipeline", len(few), *timed(lambda: list(nlp.pipe(few))))
    ruler, ner = phrase_ruler(), plain_ner()
    row("EntityRuler, our lexicon", count, *timed(lambda: list(ruler.pipe(texts))))
    row("ner, HashEmbedCNN 96x4", len(few), *timed(lambda: list(ner.pipe(few, batch_size=32))))
    print(f"two processes: {one[1] / two[1]:.2f} times one")
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
