"""Learning to read before learning to name (``train/pretraining.py``); needs PyTorch."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest

from paperlattice.extract.encoding import Encoded, encode
from paperlattice.extract.neural import load_recogniser

pytest.importorskip("torch", reason="PyTorch is needed for training alone")

TITLE = ["Kites", "of", "paper", "\n"]
WORDS = [
    *TITLE,
    *["We", "fly", "kites", "in", "a", "strong", "wind", "and", "measure", "the", "height", "."],
]
SETTINGS: dict[str, Any] = {"rate": 0.003, "batch": 2, "dropout": 0.1, "decay": 0.01, "seed": 1}
READING = ("embeddings", "enter", "enter_norm", "convolutions", "norms")


def texts(number: int) -> list[Encoded]:
    tables = load_recogniser().tables
    spaces = [True] * len(WORDS)
    return [encode(WORDS[: 8 + i], spaces[: 8 + i], 3, tables) for i in range(number)]


def contexts(of: list[Encoded]) -> list[np.ndarray]:
    random = np.random.default_rng(0)
    return [random.normal(size=(len(text.rows), 1152)).astype(np.float16) for text in of]


def pretrain(seen: list[np.ndarray], epochs: int = 2, told: Any = None) -> dict[str, np.ndarray]:
    module = importlib.import_module("train.pretraining")
    fitting = importlib.import_module("train.fitting")
    some, vectors = texts(len(seen)), load_recogniser().tables.vectors
    made: dict[str, np.ndarray] = module.pretrain(
        some, seen, vectors, fitting.Settings(**SETTINGS, epochs=epochs), told=told
    )
    return made


def same(a: dict[str, np.ndarray], b: dict[str, np.ndarray]) -> bool:
    return a.keys() == b.keys() and all(np.array_equal(a[key], b[key]) for key in a)


def test_the_same_texts_give_the_same_weights_of_the_layers_that_read() -> None:
    seen = contexts(texts(5))
    made = pretrain(seen)
    assert same(made, pretrain(seen))
    assert {name.split(".")[0] for name in made} == set(READING)


def test_the_last_layers_are_learnt_from_and_the_first_is_not() -> None:
    seen = contexts(texts(5))
    first = [context.copy() for context in seen]
    for context in first:
        context[:, :384] = 0
    last = [context.copy() for context in seen]
    for context in last:
        context[:, 1000:] *= -1
    made = pretrain(seen)
    assert same(made, pretrain(first))
    assert not same(made, pretrain(last))


def test_it_learns() -> None:
    losses: list[float] = []
    pretrain(contexts(texts(6)), epochs=30, told=lambda _, loss: losses.append(loss))
    assert losses[-1] < losses[0] - 0.2


def test_a_fit_starts_from_what_was_read_and_refuses_what_it_has_no_place_for() -> None:
    fitting = importlib.import_module("train.fitting")
    some = texts(4)
    lessons = [
        fitting.Lesson(t, np.zeros((len(t.forms), 8), "f4"), np.ones((len(t.forms), 8), "f4"))
        for t in some
    ]
    vectors = load_recogniser().tables.vectors
    start = pretrain(contexts(some))
    still = fitting.Settings(**SETTINGS | {"rate": 0.0, "decay": 0.0, "epochs": 1})
    network = fitting.fit(lessons, vectors, still, start=start)
    weights = {name: weight.numpy() for name, weight in network.state_dict().items()}
    assert all(np.array_equal(weights[name], start[name]) for name in start)
    misspelt = {f"x{name}": weight for name, weight in start.items()}
    with pytest.raises(RuntimeError, match="xembeddings"):
        fitting.fit(lessons, vectors, still, start=misspelt)
