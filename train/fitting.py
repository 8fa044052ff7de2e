"""Fitting a network to gold papers and to a teacher's opinion of other papers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from paperlattice.extract.encoding import Encoded
from train.network import Batch, Network, make_batch


@dataclass(frozen=True)
class Lesson:
    """A text and what its forms are.

    targets: [F, 8] probabilities: required method, dataset, metric, task, then optional ones.
    weights: [F, 8]; 0 where either answer is right. context: [N, C], what a teacher sees of
    the tokens besides.
    """

    text: Encoded
    targets: np.ndarray
    weights: np.ndarray
    context: np.ndarray | None = None


def fit(
    lessons: Sequence[Lesson],
    vectors: np.ndarray,
    *,
    epochs: int,
    rate: float,
    batch: int,
    dropout: float,
    decay: float,
    seed: int,
    more: Sequence[Lesson] = (),
    rounds: int = 1,
    start: Mapping[str, np.ndarray] | None = None,
    told: Callable[[int, float], None] | None = None,
) -> Network:
    """Train a network on lessons; the same arguments give the same weights on one machine.

    more: lessons of a teacher, all of which are gone through so many ``rounds`` while the others
    are ``epochs`` times. start: weights to start from, of the layers that read tokens
    (``pretraining.py``). told: called with the epoch and its mean loss.
    """
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    order = np.random.default_rng(seed)
    context = lessons[0].context
    network = Network(vectors, dropout, seed, 0 if context is None else context.shape[1])
    if start is not None:
        begun = {name: torch.from_numpy(weights) for name, weights in start.items()}
        network.load_state_dict(network.state_dict() | begun)
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=decay, fused=True)
    every = [*lessons, *more]
    turns = _turns(len(lessons), len(more), epochs, rounds, order)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, rate, total_steps=sum(-(-len(turn) // batch) for turn in turns), pct_start=0.1
    )
    network.train()
    for epoch, turn in enumerate(turns):
        total = 0.0
        for at in range(0, len(turn), batch):
            some = [every[i] for i in turn[at : at + batch]]
            targets = torch.from_numpy(np.concatenate([lesson.targets for lesson in some]))
            weights = torch.from_numpy(np.concatenate([lesson.weights for lesson in some]))
            logits = network(_batch_of(some))
            losses = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
            loss = (losses * weights).sum() / len(some)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimizer.step()
            schedule.step()
            total += loss.item() * len(some)
        if told:
            told(epoch, total / len(turn))
    return network.eval()


def _turns(
    lessons: int, more: int, epochs: int, rounds: int, order: np.random.Generator
) -> list[np.ndarray]:
    """Give the lessons of each epoch: all of one kind, and their part of the other."""
    taught = np.concatenate([order.permutation(more) for _ in range(rounds)]) + lessons
    parts = np.array_split(taught.astype(np.int64), epochs)
    return [order.permutation(np.concatenate([np.arange(lessons), part])) for part in parts]


def _batch_of(lessons: Sequence[Lesson]) -> Batch:
    contexts = [lesson.context for lesson in lessons if lesson.context is not None]
    return make_batch([lesson.text for lesson in lessons], contexts)


def predict(network: Network, lessons: Sequence[Lesson]) -> list[np.ndarray]:
    """Give [F, 8] logits for the text of each lesson."""
    network.eval()
    with torch.no_grad():
        return [network(_batch_of([lesson])).numpy() for lesson in lessons]
