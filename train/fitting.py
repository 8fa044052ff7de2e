"""Fitting a network to gold papers and to a teacher's opinion of other papers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

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


@dataclass(frozen=True)
class Settings:
    """How a network is trained: a section of ``config.toml``.

    batch: texts in a step. rate: the greatest of AdamW's learning rates, decay: its decay.
    """

    epochs: int
    rate: float
    batch: int
    dropout: float
    decay: float
    seed: int


class Descent:
    """Steps down the slope of a loss, at a rate that rises for a tenth of them and then falls."""

    def __init__(self, weights: Iterable[nn.Parameter], settings: Settings, steps: int) -> None:
        self.weights = list(weights)
        self.optimizer = torch.optim.AdamW(
            self.weights, lr=settings.rate, weight_decay=settings.decay, fused=True
        )
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimizer, settings.rate, total_steps=steps, pct_start=0.1
        )

    def step(self, loss: Tensor) -> float:
        """Take a step; gives the loss before it."""
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.weights, 5.0)
        self.optimizer.step()
        self.schedule.step()
        return loss.item()


def fit(
    lessons: Sequence[Lesson],
    vectors: np.ndarray,
    settings: Settings,
    *,
    more: Sequence[Lesson] = (),
    rounds: int = 1,
    start: Mapping[str, np.ndarray] | None = None,
    told: Callable[[int, float], None] | None = None,
) -> Network:
    """Train a network on lessons; the same arguments give the same weights on one machine.

    more: lessons of a teacher, all of which are gone through so many ``rounds`` while the others
    are ``settings.epochs`` times. start: weights to start from, of the layers that read tokens
    (``pretraining.py``). told: called with the epoch and its mean loss.
    """
    torch.set_num_threads(1)
    torch.manual_seed(settings.seed)
    order = np.random.default_rng(settings.seed)
    context = lessons[0].context
    network = Network(
        vectors, settings.dropout, settings.seed, 0 if context is None else context.shape[1]
    )
    if start is not None:
        begun = {name: torch.from_numpy(weights) for name, weights in start.items()}
        network.load_state_dict(network.state_dict() | begun)
    every, batch = [*lessons, *more], settings.batch
    turns = _turns(len(lessons), len(more), settings.epochs, rounds, order)
    steps = sum(-(-len(turn) // batch) for turn in turns)
    descent = Descent(network.parameters(), settings, steps)
    network.train()
    for epoch, turn in enumerate(turns):
        total = 0.0
        for at in range(0, len(turn), batch):
            some = [every[i] for i in turn[at : at + batch]]
            targets = torch.from_numpy(np.concatenate([lesson.targets for lesson in some]))
            weights = torch.from_numpy(np.concatenate([lesson.weights for lesson in some]))
            logits = network(_batch_of(some))
            losses = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
            total += descent.step((losses * weights).sum() / len(some)) * len(some)
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
