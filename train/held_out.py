"""What the pipeline finds in gold papers by models that have not seen them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fit_judge import Models, Sample, fit_all, use

from paperlattice.extract import pipeline
from paperlattice.extract.candidates import Component, Findings

FOLDS = 5
Judged = tuple[list[Sample], list[Sample]]


@dataclass(frozen=True, slots=True)
class Steps:
    """The components of the pipeline up to the results, and the one that finds these."""

    before: tuple[Component, ...]
    results: Any


def steps_of(*, model: bool) -> Steps:
    """Give the components of this process's pipeline."""
    ours = [component for _, component in pipeline._pipeline(model).pipeline]
    return Steps(tuple(c for c in ours[:-1] if isinstance(c, Component)), ours[-1])


def find_held_out(
    papers: Sequence[dict[str, Any]], samples: Sequence[Judged], penalty: float, *, model: bool
) -> list[Findings]:
    """Find everything but the results in each paper, by a judge fitted to the other folds.

    samples: of each paper, as the judge is fitted to. Where a trained component votes, its
    votes have been put in its place (``fit_judge.let_vote``), so that it has not seen the
    paper either.
    """
    found: list[Findings] = [Findings("", "")] * len(papers)
    before = steps_of(model=model).before
    for fold in range(FOLDS):
        use(judge_without(samples, fold, penalty), model=model)
        for i in range(fold, len(papers), FOLDS):
            text = f"{papers[i]['title']}\n{papers[i]['abstract']}"
            found[i] = Findings(text, text)
            for component in before:
                component.find(found[i])
    return found


def judge_without(samples: Sequence[Judged], fold: int, penalty: float) -> Models:
    """Fit the judge to all folds but one; paper i is of fold i modulo :data:`FOLDS`."""
    return fit_all([s for i, s in enumerate(samples) if i % FOLDS != fold], penalty)
