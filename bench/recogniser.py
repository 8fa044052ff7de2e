"""How fast extraction is, beside a plain spaCy ``ner`` network in the same run.

    python -m bench.recogniser CORPUS.jsonl[.gz] [--papers 300] [--rounds 5] [--json OUT]

CPU seconds of one process with one thread for its matrix products, so that no second one is
counted. The pipelines take turns, round after round over the same papers, so that a noise of the
machine hits all of them; the figure is that of the median round. The peer is
:func:`bench.extraction.plain_ner`, twice: as spaCy makes it, and with NumPy's matrix product
(OpenBLAS) in place of spaCy's own, which is faster. It does nothing but the names.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path

from thinc.api import use_ops
from threadpoolctl import threadpool_limits

from bench.extraction import plain_ner
from paperlattice.extract.pipeline import build_pipeline, find
from paperlattice.extract.readers import read_corpus

STOCK = "spaCy ner, as it comes"
FASTER = "spaCy ner, NumPy's matrix product"
OURS = "pipeline with the model"
RULES = "pipeline without"


def cpu_seconds(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Give the CPU seconds of each work in each round, after one round that warms the caches."""
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + 1):
        for name, work in works.items():
            start = time.process_time()
            work()
            if number:
                seconds[name].append(time.process_time() - start)
    return seconds


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("corpus")
    parser.add_argument("--papers", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    texts = [paper.text for paper in islice(read_corpus([args.corpus]).papers, args.papers)]
    with use_ops("numpy", use_blis=True):
        stock = plain_ner()
    with use_ops("numpy", use_blis=False):
        faster = plain_ner()
    full, rules = build_pipeline(), build_pipeline(model=False)
    works: dict[str, Callable[[], object]] = {
        STOCK: lambda: list(stock.pipe(texts, batch_size=32)),
        FASTER: lambda: list(faster.pipe(texts, batch_size=32)),
        OURS: lambda: [find(full, text) for text in texts],
        RULES: lambda: [find(rules, text) for text in texts],
    }
    with threadpool_limits(1, user_api="blas"):
        seconds = cpu_seconds(works, args.rounds)
    rates = {name: round(len(texts) / statistics.median(s), 1) for name, s in seconds.items()}
    for name, rate in rates.items():
        print(f"{name:34} {rate:8} papers/s")
    for peer in (STOCK, FASTER):
        pairs = zip(seconds[peer], seconds[OURS], strict=True)
        ratio = statistics.median(theirs / ours for theirs, ours in pairs)
        print(f"{OURS}: {ratio:.2f} times {peer!r} (median of the rounds)")
    if args.json:
        args.json.write_text(json.dumps(rates, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
