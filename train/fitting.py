"""Fitting the network to gold papers (and, softly, to a teacher's opinion of other papers)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from paperlattice.extract.encoding import Encoded
from train.network import Network, make_batch


@dataclass(frozen=True)
class Lesson:
    """A text and what its forms are.

    targets: [F, 8] probabilities: required method, dataset, metric, task, then optional ones.
    weights: [F, 8]; 0 where either answer is right.
    """

    text: Encoded
    targets: np.ndarray
    weights: np.ndarray


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
    told: Callable[[int, float], None] | None = None,
) -> Network:
    """Train a network on lessons; the same arguments give the same weights on one machine.

    told: called with the epoch and its mean loss.
    """
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    order = np.random.default_rng(seed)
    network = Network(vectors, dropout, seed)
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=decay)
    steps = epochs * -(-len(lessons) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, rate, total_steps=steps, pct_start=0.1
    )
    for epoch in range(epochs):
        network.train()
        total = 0.0
        shuffled = order.permutation(len(lessons))
        for at in range(0, len(lessons), batch):
            some = [lessons[i] for i in shuffled[at : at + batch]]
            targets = torch.from_numpy(np.concatenate([lesson.targets for lesson in some]))
            weights = torch.from_numpy(np.concatenate([lesson.weights for lesson in some]))
            logits = network(make_batch([lesson.text for lesson in some]))
            losses = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
            loss = (losses * weights).sum() / len(some)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimizer.step()
            schedule.step()
            total += loss.item() * len(some)
        if told:
            told(epoch, total / len(lessons))
    return network.eval()


def predict(network: Network, texts: Sequence[Encoded]) -> list[np.ndarray]:
    """Give [F, 8] logits for each text."""
    network.eval()
    with torch.no_grad():
        return [network(make_batch([text])).numpy() for text in texts]
