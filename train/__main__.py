"""Train the entity recogniser that the package comes with.

    python -m train SHARED [--out extract/weights/ner.npz] [--work build/train] [--processes 1]

SHARED holds ``gold/`` and ``corpus/`` (see train/README.md). The steps are each kept in the work
folder and not done again where their file is there: ``tables.npz`` (word vectors and usage of
forms, from the unlabelled abstracts), ``contexts.f16`` (a language model's view of the texts),
``labels_0.pkl`` … (what teachers that have not seen a fold say of abstracts without labels),
``start.npz`` (what the network starts from: layers that read as the language model does),
``fold_0.npz`` … (the scores of a fold's papers by a network that has not seen them
either), and ``network.npz``. ``votes.jsonl`` holds what the networks of the folds say, for
fitting the judge (``train/fit_judge.py``), and ``gold.jsonl`` the papers with their texts.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from paperlattice.extract.encoding import Tables
from paperlattice.extract.neural import LEAST, Recogniser, make_candidates
from train.calibration import fit_calibration
from train.course import held_out, make_course
from train.fitting import Lesson
from train.lessons import lesson_of, token_bounds


def write_votes(
    papers: Sequence[dict[str, Any]],
    lessons: Sequence[Lesson],
    logits: Sequence[np.ndarray],
    calibration: np.ndarray,
    path: Path,
) -> None:
    """Write what the networks of the folds say of each paper, as the judge's fit reads it."""
    with path.open("w", encoding="utf-8") as file:
        for paper, lesson, scores in zip(papers, lessons, logits, strict=True):
            shares = 1 / (1 + np.exp(-(scores[:, :4] * calibration[0] + calibration[1])))
            starts, ends = token_bounds(paper["title"], paper["abstract"])
            candidates = [
                [c.start, c.end, c.type.value, c.confidence, c.component]
                for c in make_candidates(
                    lesson.text, shares, starts, ends, "paperlattice_ner", LEAST
                )
            ]
            file.write(json.dumps({"title": paper["title"], "candidates": candidates}) + "\n")


def write_network(
    weights: Mapping[str, np.ndarray],
    tables: Mapping[str, Any],
    calibration: np.ndarray,
    path: Path,
) -> None:
    """Write what :class:`~paperlattice.extract.neural.Recogniser` reads; weights as float16."""
    arrays = dict(tables)
    arrays |= {name: value.astype(np.float16) for name, value in weights.items()}
    arrays["calibration"] = calibration
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays)
    Recogniser(arrays)  # refuses what lacks a part


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m train", description=__doc__.splitlines()[0])
    parser.add_argument("shared", type=Path, help="folder with gold/ and corpus/")
    parser.add_argument("--out", type=Path, default=Path("extract/weights/ner.npz"))
    parser.add_argument("--work", type=Path, default=Path("build/train"))
    parser.add_argument("--processes", type=int, default=1, help="networks trained at a time")
    args = parser.parse_args()
    course = make_course(args.shared, args.work)
    papers, arrays = course.papers, course.arrays()
    with ProcessPoolExecutor(args.processes, get_context("spawn")) as pool:
        for done in as_completed(
            [
                pool.submit(course.begin),
                *(pool.submit(course.label, i) for i in range(course.folds)),
            ]
        ):
            done.result()
        *folds, whole = pool.map(course.train, [*range(course.folds), None])
    tables = Tables(arrays)
    lessons = [lesson_of(paper, tables) for paper in papers]
    logits = held_out(len(papers), folds)
    gold = sum(not paper.get("annotated") for paper in papers)
    calibration = fit_calibration(lessons[:gold], logits[:gold])
    write_votes(papers, lessons, logits, calibration, args.work / "votes.jsonl")
    with np.load(whole) as weights:
        write_network(dict(weights), arrays, calibration, args.out)
    print(f"{args.out}: {args.out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
