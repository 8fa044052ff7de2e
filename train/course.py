"""What networks are trained on, and their training fold by fold; each step is kept in a file."""

from __future__ import annotations

import json
import pickle
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from paperlattice.extract.encoding import Tables
from paperlattice.extract.records import fold_title
from train.contexts import Contexts
from train.fitting import Settings, predict
from train.lessons import lesson_of
from train.papers import read_annotations, read_gold, read_unlabelled
from train.pretraining import pretrain
from train.teaching import label, learn

CONFIG = Path(__file__).with_name("config.toml")


@dataclass(frozen=True)
class Course:
    """All that networks are trained on: papers with labels, abstracts without, and settings.

    Paper i is of fold i modulo the number of folds. unlabelled: what teachers label and what is read
    first; the networks see labels of those that nobody has annotated since.
    """

    papers: Sequence[dict[str, Any]]
    unlabelled: Sequence[dict[str, Any]]
    work: Path
    config: Mapping[str, Any]

    def for_teachers(self, fold: int | None = None) -> list[dict[str, Any]]:
        """Give the papers that teachers learn from, without those of a fold."""
        last = self.config["distillation"]["annotations"]
        return [
            paper
            for i, paper in enumerate(self.papers)
            if (fold is None or i % self.folds != fold) and paper.get("round", 0) <= last
        ]

    def label(self, fold: int) -> None:
        """Have the unlabelled abstracts labelled by teachers that have not seen a fold."""
        path = self._labels_of(fold)
        if path.exists():
            return
        tables, contexts = Tables(self.arrays()), Contexts(self.work)
        seen = self.for_teachers(fold)
        lessons, unlabelled = (
            [
                replace(lesson_of(paper, tables), context=context)
                for paper, context in zip(some, contexts.of(map(text_of, some)), strict=True)
            ]
            for some in (seen, self.unlabelled)
        )
        telling = _telling(f"teachers {fold}")
        labels = label(lessons, unlabelled, tables.vectors, self.config, telling)
        made = {
            p["title"]: x.astype(np.float16) for p, x in zip(self.unlabelled, labels, strict=True)
        }
        with whole(path) as partial, partial.open("wb") as file:
            pickle.dump(made, file)

    def begin(self) -> None:
        """Fit the layers that read tokens to a language model's view of the teachers' texts.

        These are the texts of the papers that teachers learn from, of all folds, and of the
        unlabelled ones.
        """
        path = self._start()
        if path.exists():
            return
        tables, papers = Tables(self.arrays()), [*self.for_teachers(), *self.unlabelled]
        made = pretrain(
            [lesson_of(paper, tables).text for paper in papers],
            Contexts(self.work).of(map(text_of, papers)),
            tables.vectors,
            Settings(**self.config["pretraining"]),
            told=_telling("beginning"),
        )
        save(path, made)

    def train(self, fold: int | None) -> Path:
        """Train without a fold, and score its papers; or on all, and keep the weights.

        The network that is trained on all learns from the teachers of all folds. Gives the file
        of what was made.
        """
        path = self.work / ("network.npz" if fold is None else f"fold_{fold}.npz")
        if path.exists():
            return path
        tables = Tables(self.arrays())
        lessons = [lesson_of(paper, tables) for paper in self.papers]
        annotated = {fold_title(paper["title"]) for paper in self.papers}
        taught = [p for p in self.unlabelled if fold_title(p["title"]) not in annotated]
        unlabelled = [lesson_of(paper, tables) for paper in taught]
        seen = [
            lesson for i, lesson in enumerate(lessons) if fold is None or i % self.folds != fold
        ]
        labels = self._labels(taught, range(self.folds) if fold is None else [fold])
        told = _telling("network" if fold is None else f"network {fold}")
        with np.load(self._start()) as weights:
            start = dict(weights)
        network = learn(
            seen, unlabelled, labels, tables.vectors, self.config, start=start, told=told
        )
        if fold is None:
            made = {key: value.numpy() for key, value in network.state_dict().items()}
        else:
            said = predict(network, lessons[fold :: self.folds])
            made = {f"{i:05}": scores for i, scores in enumerate(said)}
        save(path, made)
        return path

    @property
    def folds(self) -> int:
        """How many folds there are."""
        return int(self.config["folds"]["number"])

    def arrays(self) -> dict[str, np.ndarray]:
        """Read the tables of words and forms."""
        with np.load(self.work / "tables.npz") as arrays:
            return dict(arrays)

    def _start(self) -> Path:
        return self.work / "start.npz"

    def _labels_of(self, fold: int) -> Path:
        return self.work / f"labels_{fold}.pkl"

    def _labels(
        self, papers: Sequence[Mapping[str, Any]], folds: Iterable[int]
    ) -> list[np.ndarray]:
        """Read the mean logits that the teachers of some folds gave papers."""
        said = [pickle.loads(self._labels_of(fold).read_bytes()) for fold in folds]
        return [
            np.mean([one[paper["title"]].astype(np.float32) for one in said], axis=0)
            for paper in papers
        ]


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a name to write under; what was written gets its own name when it is whole."""
    partial = path.with_name(f"partial-{path.name}")
    yield partial
    partial.replace(path)


def save(path: Path, arrays: Mapping[str, Any]) -> None:
    """Write arrays to an ``.npz`` file, which is there whole or not at all."""
    with whole(path) as partial:
        np.savez_compressed(partial, **arrays)


def make_tables(shared: Path, work: Path, config: Mapping[str, Any]) -> None:
    """Make the tables of words and forms, where they are not there."""
    path = work / "tables.npz"
    if not path.exists():
        # gensim is needed here alone.
        from train.statistics import make_statistics
        from train.vectors import make_vectors

        made = make_vectors(shared, work / "words.txt", config["vectors"])
        made |= make_statistics(shared, **config["statistics"])
        save(path, made)


def make_course(shared: Path, work: Path) -> Course:
    """Make what training starts from: tables, papers, and a language model's view of them."""
    config = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    work.mkdir(parents=True, exist_ok=True)
    make_tables(shared, work, config)
    gold, annotated = read_gold(shared), read_annotations(shared)
    papers = gold + annotated
    # With their texts, for fitting the judge.
    lines = (json.dumps(paper, ensure_ascii=False) + "\n" for paper in papers)
    (work / "gold.jsonl").write_text("".join(lines), encoding="utf-8")
    last = config["distillation"]["annotations"]
    known = {fold_title(paper["title"]) for paper in annotated if paper["round"] <= last}
    unlabelled = [
        paper
        for paper in read_unlabelled(shared, config["distillation"]["abstracts"], gold)
        if fold_title(paper["title"]) not in known
    ]
    course = Course(papers, unlabelled, work, config)
    Contexts(work).add(map(text_of, [*course.for_teachers(), *unlabelled]))
    return course


def text_of(paper: Mapping[str, Any]) -> str:
    """Give a paper's text, as everything reads it."""
    return f"{paper['title']}\n{paper['abstract']}"


def held_out(papers: int, folds: Sequence[Path]) -> list[np.ndarray]:
    """Read the logits [F, 8] of each paper by the network of its fold."""
    logits: list[np.ndarray] = [np.zeros(0)] * papers
    for fold, path in enumerate(folds):
        with np.load(path) as arrays:
            logits[fold :: len(folds)] = [arrays[name] for name in sorted(arrays)]
    return logits


def _telling(name: str) -> Callable[[int, float], None]:
    def told(epoch: int, loss: float) -> None:
        print(f"{name}, epoch {epoch}: loss {loss:.2f}", flush=True)

    return told
