"""Logistic regression over named features, read from the JSON that the training code writes."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from importlib import resources


@cache
def load_weights(name: str) -> dict[str, dict[str, tuple[float, ...]]]:
    """Read ``<name>.json``: for each model in it, each feature's weight for each class."""
    text = (resources.files("paperlattice.extract") / f"{name}.json").read_text(encoding="utf-8")
    models: dict[str, dict[str, list[float]]] = json.loads(text)
    return {
        model: {feature: tuple(row) for feature, row in weights.items()}
        for model, weights in models.items()
    }


def add_evidence(
    totals: list[float],
    weights: Mapping[str, tuple[float, ...]],
    features: Mapping[str, float],
) -> None:
    """Add what the features say to the log-odds of each class, in place.

    >>> totals = [0.5, 0.0]
    >>> add_evidence(totals, {"a": (0.0, 1.0)}, {"a": 2.0, "b": 3.0})
    >>> totals
    [0.5, 2.0]
    """
    rows = zip(map(weights.get, features), features.values(), strict=True)
    if len(totals) == 4:  # the judge's, where all the time goes: without an inner loop
        a, b, c, d = totals
        for row, value in rows:
            if row is not None:
                w, x, y, z = row
                a += w * value
                b += x * value
                c += y * value
                d += z * value
        totals[:] = a, b, c, d
        return
    for row, value in rows:
        if row is not None:
            for i, weight in enumerate(row):
                totals[i] += weight * value


def shares_of(totals: list[float]) -> list[float]:
    """Turn log-odds into each class's probability; what is left to 1 is that of none of them.

    >>> [round(p, 2) for p in shares_of([0.0, 1.0])]
    [0.21, 0.58]
    """
    most = max(0.0, *totals)
    shares = [math.exp(total - most) for total in totals]
    whole = sum(shares) + math.exp(-most)
    return [share / whole for share in shares]


def probability(weights: Mapping[str, tuple[float, ...]], features: Mapping[str, float]) -> float:
    """Give the probability of yes, of a model of one class.

    >>> probability({"a": (1.0,)}, {"b": 1.0})
    0.5
    """
    total = 0.0
    for row, value in zip(map(weights.get, features), features.values(), strict=True):
        if row is not None:
            total += row[0] * value
    return shares_of([total])[0]
