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
    text = (resources.files(__package__) / f"{name}.json").read_text(encoding="utf-8")
    models: dict[str, dict[str, list[float]]] = json.loads(text)
    return {
        model: {feature: tuple(row) for feature, row in weights.items()}
        for model, weights in models.items()
    }


def probabilities(
    weights: Mapping[str, tuple[float, ...]], features: Mapping[str, float], classes: int
) -> list[float]:
    """Give each class's probability; what is left to 1 is that of none of them.

    >>> [round(p, 2) for p in probabilities({"a": (0.0, 1.0)}, {"a": 1.0, "b": 2.0}, 2)]
    [0.21, 0.58]
    """
    totals = [0.0] * classes
    for feature, value in features.items():
        row = weights.get(feature)
        if row is not None:
            for i, weight in enumerate(row):
                totals[i] += weight * value
    most = max(0.0, *totals)
    shares = [math.exp(total - most) for total in totals]
    whole = sum(shares) + math.exp(-most)
    return [share / whole for share in shares]
