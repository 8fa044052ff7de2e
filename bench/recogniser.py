"""How fast extraction is, beside a plain spaCy ``ner`` network in the same run.

    python -m bench.recogniser CORPUS.jsonl[.gz] [--papers 300] [--json OUT]

CPU seconds of one process, the median of three rounds over the same papers. The peer is
``spacy.HashEmbedCNN`` of width 96 and depth 4 with the transition parser on top, as ``spacy
init config`` makes it, with random weights, four labels, NumPy's matrix product (1.7 times as
fast as stock) and batches of 32; it does nothing but the names.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.training import Example
from thinc.api import NumpyOps, set_current_ops

from paperlattice.extract.pipeline import build_pipeline, find
from paperlattice.extract.readers import read_corpus

ROUNDS = 3


def make_peer() -> Language:
    """Make the plain spaCy pipeline."""
    set_current_ops(NumpyOps(use_blis=False))
    nlp = spacy.blank("en")
    tok2vec = {
        "@architectures": "spacy.HashEmbedCNN.v2",
        "pretrained_vectors": None,
        "width": 96,
        "depth": 4,
        "embed_size": 2000,
        "window_size": 1,
        "maxout_pieces": 3,
        "subword_features": True,
    }
    model = {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": "ner",
        "extra_state_tokens": False,
        "hidden_width": 64,
        "maxout_pieces": 2,
        "use_upper": True,
        "tok2vec": tok2vec,
    }
    ner = nlp.add_pipe("ner", config={"model": model})
    for label in ("method", "dataset", "metric", "task"):
        ner.add_label(label)  # type: ignore[attr-defined]
    doc = nlp.make_doc("a network")
    nlp.initialize(lambda: [Example.from_dict(doc, {"entities": [(2, 9, "method")]})])
    return nlp


def cpu_seconds(work: Callable[[], object]) -> float:
    """Give the median CPU time of some rounds, after one that warms the caches."""
    work()
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("corpus")
    parser.add_argument("--papers", type=int, default=300)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    texts = [paper.text for paper in islice(read_corpus([args.corpus]).papers, args.papers)]
    peer, full, rules = make_peer(), build_pipeline(), build_pipeline(model=False)
    seconds = {
        "plain spaCy ner": cpu_seconds(lambda: list(peer.pipe(texts, batch_size=32))),
        "pipeline with the model": cpu_seconds(lambda: [find(full, text) for text in texts]),
        "pipeline without": cpu_seconds(lambda: [find(rules, text) for text in texts]),
    }
    rates = {name: round(len(texts) / s, 1) for name, s in seconds.items()}
    for name, rate in rates.items():
        print(f"{name:26} {rate:8} papers/s")
    if args.json:
        args.json.write_text(json.dumps(rates, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
