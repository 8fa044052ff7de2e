"""A small network that learns from large ones.

A teacher is the network that ships with a pretrained language model's view of each token beside
its own (``contexts.py``). It is trained on the same labels, and what it says of abstracts without
labels is what the small network learns from besides (Hinton et al. 2015).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from train.fitting import Lesson, Settings, fit, predict
from train.network import Network

Told = Callable[[int, float], None]


def label(
    lessons: Sequence[Lesson],
    unlabelled: Sequence[Lesson],
    vectors: np.ndarray,
    config: Mapping[str, Any],
    told: Told | None = None,
) -> list[np.ndarray]:
    """Train teachers on lessons and give their mean logits [F, 8] of each unlabelled text.

    lessons, unlabelled: with contexts. config: ``teacher`` of ``config.toml``.
    """
    settings = dict(config["teacher"])
    seeds = settings.pop("seeds")
    teachers = [fit(lessons, vectors, Settings(**settings, seed=seed), told=told) for seed in seeds]
    return [
        np.mean(all_say, axis=0)
        for all_say in zip(*(predict(t, unlabelled) for t in teachers), strict=True)
    ]


def learn(
    lessons: Sequence[Lesson],
    unlabelled: Sequence[Lesson],
    labels: Sequence[np.ndarray],
    vectors: np.ndarray,
    config: Mapping[str, Any],
    *,
    start: Mapping[str, np.ndarray] | None = None,
    told: Told | None = None,
) -> Network:
    """Train the small network on lessons, and on the labels that teachers gave.

    labels: logits [F, 8] of each unlabelled text. config: ``network`` and ``distillation`` of
    ``config.toml``. start: see :func:`~train.fitting.fit`.
    """
    taught = [
        Lesson(
            one.text,
            (1 / (1 + np.exp(-logits.astype(np.float32)))).astype(np.float32),
            np.ones(logits.shape, np.float32),
        )
        for one, logits in zip(unlabelled, labels, strict=True)
    ]
    return fit(
        [replace(lesson, context=None) for lesson in lessons],
        vectors,
        Settings(**config["network"]),
        more=taught,
        rounds=config["distillation"]["rounds"],
        start=start,
        told=told,
    )
