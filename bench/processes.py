"""What ``paperlattice extract`` takes with two processes, and of memory as the corpus grows.

    python -m bench.processes CORPUS.jsonl[.gz] [--papers 1000] [--lengths 300 3000 10000]

Whole commands are measured, in wall seconds, with reading and starting. Two processors may be
two threads of one core, which together do less than twice what one does: so beside
``--processes 2`` stand two commands side by side, each with half of the papers and no pool. What
they gain is what the machine gives; the rest is what the pool costs.

Memory is the greatest resident size of any one process of the command.
"""

from __future__ import annotations

import argparse
import gzip
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def run(commands: Sequence[Sequence[str | Path]]) -> tuple[float, int]:
    """Run ``paperlattice extract`` side by side; give the wall seconds and the peak in MB.

    Raises RuntimeError where one of them fails.
    """
    start = time.perf_counter()
    started = [
        os.posix_spawn(
            sys.executable,
            [sys.executable, "-m", "paperlattice", "extract", *map(str, arguments)],
            {**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for arguments in commands
    ]
    peak = 0
    for number in started:
        _, status, usage = os.wait4(number, 0)
        if status:
            raise RuntimeError(f"extract ended with {os.waitstatus_to_exitcode(status)}")
        peak = max(peak, usage.ru_maxrss // 1024)
    return time.perf_counter() - start, peak


def cut(corpus: Path, count: int, folder: Path, name: str, skip: int = 0) -> Path:
    """Write some of the first lines of a corpus to a file of their own."""
    open_corpus = gzip.open if corpus.suffix == ".gz" else open
    path = folder / f"{name}.jsonl"
    with open_corpus(corpus, "rb") as lines, path.open("wb") as out:
        out.writelines(islice(lines, skip, skip + count))
    return path


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--papers", type=int, default=1000)
    parser.add_argument("--lengths", type=int, nargs="*", default=[300, 3000, 10000])
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, half = Path(name), args.papers // 2
        few = cut(args.corpus, 1, folder, "one")
        whole = cut(args.corpus, 2 * half, folder, "whole")
        halves = [cut(args.corpus, half, folder, f"half{i}", i * half) for i in range(2)]
        out = [folder / f"out{i}.jsonl" for i in range(2)]
        idle, _ = run([[few, "-o", out[0]]])
        one, _ = run([[whole, "-o", out[0]]])
        two, _ = run([[whole, "-o", out[0], "--processes", "2"]])
        apart, _ = run([[part, "-o", to] for part, to in zip(halves, out, strict=True)])
        print(f"{2 * half} papers; one paper takes {idle:.1f} s")
        print(f"{'one process':28}{one:8.1f} s")
        print(f"{'two processes':28}{two:8.1f} s  {one / two:.2f} times as fast")
        print(f"{'two commands, half of it each':28}{apart:7.1f} s  {one / apart:.2f} times")
        for length in args.lengths:
            path = cut(args.corpus, length, folder, "long")
            seconds, peak = run([[path, "-o", out[0]]])
            print(f"{length:6} papers: {peak:5} MB, {seconds:.1f} s", flush=True)


if __name__ == "__main__":
    main()
