"""Turning scores into probabilities, and looking whether they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize

from train.fitting import Lesson


def fit_calibration(lessons: Sequence[Lesson], logits: Sequence[np.ndarray]) -> np.ndarray:
    """Fit slope and offset of each type's logit (Platt 1999) to papers not trained on.

    logits: [F, 8] of each lesson. Gives [2, 4]: slopes, then offsets.
    """
    made = np.zeros((2, 4), np.float32)
    for kind in range(4):
        x = np.concatenate([scores[:, kind] for scores in logits]).astype(np.float64)
        y = np.concatenate([lesson.targets[:, kind] for lesson in lessons])
        w = np.concatenate([lesson.weights[:, kind] for lesson in lessons])

        def loss(at: np.ndarray, x: np.ndarray = x, y: np.ndarray = y, w: np.ndarray = w) -> float:
            z = at[0] * x + at[1]
            return float((w * (np.logaddexp(0, z) - y * z)).sum())

        made[:, kind] = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return made


def reliability(
    probabilities: np.ndarray, right: np.ndarray, bins: int = 10
) -> list[tuple[float, float, int]]:
    """Give for each tenth from 0 to 1: mean probability, share that is right, and how many."""
    number = np.minimum((probabilities * bins).astype(int), bins - 1)
    return [
        (
            float(probabilities[number == b].mean()),
            float(right[number == b].mean()),
            int((number == b).sum()),
        )
        for b in range(bins)
        if (number == b).any()
    ]
