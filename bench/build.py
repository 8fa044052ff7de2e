"""What a build of real abstracts costs: from nothing, with nothing changed, with 100 more.

Reads some of the corpora under PAPERLATTICE_SHARED; a paper that two of them have counts twice
in what is asked for, and once in the table. Each measurement runs in a process of its own.
Run: ``python -m bench.build [--papers 1000,10000] [--processes 2] [--out FOLDER]``.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from paperlattice.extract.readers import Source, read_corpus
from paperlattice.extract.records import Paper, short_hash
from paperlattice.graph.store import update

FILES = ("arxiv_daily.jsonl.gz", "conference_papers.jsonl.gz", "hf_daily_papers.jsonl.gz")
ADDED = 100
ROOT = Path(__file__).parents[1]


def read_some(count: int, more: int = 0) -> tuple[list[Paper], tuple[Source, ...]]:
    """Choose what is read by hash, so that fewer are among more; some are always left."""
    shared = Path(os.environ.get("PAPERLATTICE_SHARED", ROOT.parent / "shared"))
    corpus = read_corpus([shared / "corpus" / name for name in FILES])
    chosen = sorted(corpus.readings, key=lambda paper: short_hash(paper.id))
    return chosen[: min(count, len(chosen) - ADDED) + more], corpus.sources


def build(count: int, more: int, out: Path, processes: int) -> None:
    """Build once, and print what it cost as JSON."""
    papers, sources = read_some(count, more)
    readings = iter(papers)
    del papers  # what was taken up is not needed twice
    marks: dict[str, float] = {}

    def progress(stage: str, done: int, total: int) -> None:
        marks.setdefault(f"{stage} began", time.perf_counter())
        marks[f"{stage} ended"] = time.perf_counter()

    started = time.perf_counter()
    outcome = update(readings, out, sources=sources, processes=processes, progress=progress)
    ended = time.perf_counter()
    extraction = marks.get("extract ended", 0) - marks.get("extract began", 0)
    print(
        json.dumps(
            {
                "papers": outcome.papers,
                "extracted": outcome.extracted,
                "seconds": ended - started,
                "without extraction": ended - started - extraction,
                "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", default="1000,10000")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--out", type=Path, help="keep the builds here, and use what is there")
    parser.add_argument("--only", nargs=3, metavar=("PAPERS", "MORE", "OUT"))
    arguments = parser.parse_args()
    if arguments.only:
        count, more, out = arguments.only
        build(int(count), int(more), Path(out), arguments.processes)
        return
    folder = arguments.out or Path(tempfile.mkdtemp())
    print(f"{'papers':>8} {'what':18} {'s':>8} {'of first':>9} {'build s':>8} {'peak MB':>8}")
    try:
        for size in map(int, arguments.papers.split(",")):
            table(size, folder / str(size), arguments.processes)
    finally:
        if arguments.out is None:
            shutil.rmtree(folder)


def table(size: int, out: Path, processes: int) -> None:
    """Print the rows of one size."""
    first = 0.0
    for what, more in (("from nothing", 0), ("nothing changed", 0), (f"{ADDED} more", ADDED)):
        command = [sys.executable, "-m", "bench.build", "--only", str(size), str(more), str(out)]
        command += ["--processes", str(processes)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        row = json.loads(done.stdout)
        first = first or row["seconds"]
        print(
            f"{row['papers']:8} {what:18} {row['seconds']:8.2f} {row['seconds'] / first:8.1%} "
            f"{row['without extraction']:8.2f} {row['mb']:8.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
