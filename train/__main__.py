"""Train the entity recogniser that the package comes with.

    python -m train SHARED [--out extract/weights/ner.npz] [--work build/train]

SHARED holds ``gold/`` and ``corpus/`` (see train/README.md). Three steps, each kept in the work
folder and not done again where its file is there: ``tables.npz`` (word vectors and usage of
forms, from the unlabelled abstracts), ``folds.npz`` (the scores of gold papers by networks that
have not seen them), and the network itself. ``votes.jsonl`` holds what the networks of the
folds say, for fitting the judge (``train/fit_judge.py``).
"""

from __future__ import annotations

import argparse
import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from paperlattice.extract.encoding import Tables
from paperlattice.extract.neural import LEAST, Recogniser, make_candidates
from train.calibration import fit_calibration
from train.fitting import Lesson, fit, predict
from train.lessons import lesson_of, token_bounds
from train.papers import read_annotations, read_gold

CONFIG = Path(__file__).with_name("config.toml")


def make_tables(shared: Path, work: Path, config: Mapping[str, Any]) -> Mapping[str, Any]:
    """Make or load the tables of words and forms."""
    path = work / "tables.npz"
    if not path.exists():
        # gensim is needed here alone.
        from train.statistics import make_statistics
        from train.vectors import make_vectors

        made = make_vectors(shared, work / "words.txt", config["vectors"])
        made |= make_statistics(shared, **config["statistics"])
        np.savez_compressed(path, **made)
    with np.load(path) as arrays:
        return dict(arrays)


def cross_validate(
    lessons: Sequence[Lesson], vectors: np.ndarray, work: Path, config: Mapping[str, Any]
) -> list[np.ndarray]:
    """Give the logits [F, 8] of each paper by a network that was not trained on it."""
    path = work / "folds.npz"
    if not path.exists():
        folds = config["folds"]["number"]
        logits: list[np.ndarray] = [np.zeros(0)] * len(lessons)
        for fold in range(folds):
            seen = [lesson for i, lesson in enumerate(lessons) if i % folds != fold]
            network = fit(seen, vectors, **config["network"], told=_tell(f"fold {fold}"))
            held = range(fold, len(lessons), folds)
            texts = [lessons[i].text for i in held]
            for i, scores in zip(held, predict(network, texts), strict=True):
                logits[i] = scores
        np.savez_compressed(path, **{f"{i:05}": scores for i, scores in enumerate(logits)})
    with np.load(path) as arrays:
        return [arrays[name] for name in sorted(arrays)]


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
    network: torch.nn.Module, tables: Mapping[str, Any], calibration: np.ndarray, path: Path
) -> None:
    """Write what :class:`~paperlattice.extract.neural.Recogniser` reads; weights as float16."""
    arrays = dict(tables)
    for name, value in network.state_dict().items():
        arrays[name] = value.numpy().astype(np.float16)
    arrays["calibration"] = calibration
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays)
    Recogniser(arrays)  # refuses what lacks a part


def _tell(what: str) -> Any:
    def told(epoch: int, loss: float) -> None:
        print(f"{what}, epoch {epoch}: loss {loss:.2f}", flush=True)

    return told


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m train", description=__doc__.splitlines()[0])
    parser.add_argument("shared", type=Path, help="folder with gold/ and corpus/")
    parser.add_argument("--out", type=Path, default=Path("extract/weights/ner.npz"))
    parser.add_argument("--work", type=Path, default=Path("build/train"))
    args = parser.parse_args()
    config = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    args.work.mkdir(parents=True, exist_ok=True)
    arrays = make_tables(args.shared, args.work, config)
    tables = Tables(arrays)
    papers = read_gold(args.shared)
    # With their texts, for fitting the judge.
    lines = (json.dumps(paper, ensure_ascii=False) + "\n" for paper in papers)
    (args.work / "gold.jsonl").write_text("".join(lines), encoding="utf-8")
    lessons = [lesson_of(paper, tables) for paper in papers]
    logits = cross_validate(lessons, tables.vectors, args.work, config)
    calibration = fit_calibration(lessons, logits)
    write_votes(papers, lessons, logits, calibration, args.work / "votes.jsonl")
    lessons += [lesson_of(paper, tables) for paper in read_annotations(args.shared)]
    network = fit(lessons, tables.vectors, **config["network"], told=_tell("all"))
    write_network(network, arrays, calibration, args.out)
    print(f"{args.out}: {args.out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
