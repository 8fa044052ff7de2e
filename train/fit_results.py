"""Fit the weights of ``extract/results.json`` on gold papers.

    python train/fit_results.py GOLD.jsonl… --votes VOTES.jsonl [--out extract/results.json]

A logistic regression: is a number a result? And two models of choice (a softmax over what a number
may belong to): of which metric is it, of which dataset? The mentions that numbers are tied to are those that the pipeline finds, not the gold's, since that
is what it will have to work with; and finds by models that have not seen the paper, since it
will have seen none.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fit_judge
import numpy as np
from fit_judge import (
    PENALTY_WITH_VOTES,
    Floats,
    Models,
    Sample,
    fit,
    let_vote,
    read_papers,
    read_votes,
    write_weights,
)
from held_out import FOLDS, find_held_out, steps_of
from scipy import sparse
from scipy.optimize import minimize

from paperlattice.extract import pipeline
from paperlattice.extract.attribution import Told, choices, read_paper
from paperlattice.extract.candidates import Findings
from paperlattice.extract.records import EntityType
from paperlattice.extract.results import (
    MEASURED,
    Context,
    contexts,
    number_features,
    sentence_of_numbers,
)
from paperlattice.extract.scoring import _fold_value, fold_form

#: A feature of fewer questions is left out.
LEAST = 3
CHOICE_PENALTY = 1.0


@dataclass
class Question:
    """What one number may belong to: the features of each choice, and whether it is right."""

    choices: list[list[str]]
    right: list[bool]


@dataclass
class Samples:
    """What one paper teaches: of its numbers, and of what its results belong to."""

    numbers: list[Sample] = field(default_factory=list)
    questions: dict[str, list[Question]] = field(
        default_factory=lambda: {t.value: [] for t in MEASURED}
    )


def samples_of(found: Findings, paper: dict[str, Any]) -> Samples:
    """Make the samples of one gold paper; of numbers, class 0 is yes, 1 is no.

    found: what the pipeline found in the paper before it looked for results.
    """
    samples = Samples()
    read = read_paper(found)
    for context, row in aligned(found, paper):
        for number, mine in zip(context.numbers, row, strict=True):
            features = number_features(context, number)
            samples.numbers.append(Sample(features, 0 if mine else 1))
        if not any(row):
            continue
        sentence = sentence_of_numbers(read, context)
        for entity_type in MEASURED:
            told = None
            for number, mine in zip(context.numbers, row, strict=True):
                if not mine:
                    continue
                wanted = {fold_form(r.get(entity_type.value) or "") for r in mine}
                metric = _metric_of(mine) if entity_type is EntityType.DATASET else None
                made = choices(sentence, number, entity_type, told, metric=metric)
                samples.questions[entity_type.value].append(
                    Question(
                        [choice.features for choice in made],
                        [fold_form(choice.name) in wanted for choice in made],
                    )
                )
                told = Told(number, mine[0].get(entity_type.value) or "")
    return samples


def _metric_of(mine: Sequence[dict[str, Any]]) -> str:
    return mine[0].get("metric") or ""


def aligned(
    found: Findings, paper: dict[str, Any]
) -> Iterator[tuple[Context, list[list[dict[str, Any]]]]]:
    """Yield the numbers of each sentence with the gold results that each of them is."""
    left = list(paper["results"])
    for context in contexts(found):
        first, last = found.sentences[context.sentence]
        row = []
        for number in context.numbers:
            value = _fold_value(number.value)
            mine = [r for r in left if _fold_value(r["value"]) == value]
            quoted = [r for r in mine if r.get("quote", "") in found.text[first:last]]
            mine = quoted or mine
            for result in mine[:1]:
                left.remove(result)
            row.append(mine)
        yield context, row


def fit_choices(questions: Sequence[Question]) -> dict[str, list[float]]:
    """Fit the weights by which the right choice has the greatest share, by L-BFGS from zero.

    A question without a right choice teaches nothing.
    """
    asked = [q for q in questions if any(q.right) and not all(q.right)]
    seen: Counter[str] = Counter()
    for question in asked:
        seen.update({feature for choice in question.choices for feature in choice})
    columns = {f: i for i, f in enumerate(sorted(f for f, n in seen.items() if n >= LEAST))}
    x = _matrix([choice for q in asked for choice in q.choices], columns)
    x_t = x.T.tocsr()
    sizes = np.array([len(q.choices) for q in asked])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    right = np.array([r for q in asked for r in q.right], dtype=np.float64)

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = x @ weights
        scores = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), sizes))
        whole = np.add.reduceat(scores, starts)
        hit = np.add.reduceat(scores * right, starts) + 1e-300
        pull = scores / np.repeat(whole, sizes) - scores * right / np.repeat(hit, sizes)
        value = (np.log(whole) - np.log(hit)).sum() + CHOICE_PENALTY / 2 * weights @ weights
        return float(value), x_t @ pull + CHOICE_PENALTY * weights

    best = minimize(
        loss, np.zeros(len(columns)), jac=True, method="L-BFGS-B", options={"maxiter": 60}
    )
    return {
        feature: [round(float(best.x[i]), 2)]
        for feature, i in columns.items()
        if abs(best.x[i]) >= 0.02
    }


def _matrix(rows: Sequence[Sequence[str]], columns: dict[str, int]) -> sparse.csr_matrix:
    kept = [[columns[f] for f in row if f in columns] for row in rows]
    ends = np.concatenate([[0], np.cumsum([len(row) for row in kept])])
    indices = np.array([i for row in kept for i in row])
    return sparse.csr_matrix((np.ones(len(indices)), indices, ends), (len(rows), len(columns)))


def fit_all(samples: Sequence[Samples]) -> Models:
    """Fit the three models."""
    models = {"number": fit([s.numbers for s in samples], classes=1)}
    for entity_type in MEASURED:
        name = entity_type.value
        models[name] = fit_choices([q for s in samples for q in s.questions[name]])
    return models


def find_results_held_out(
    papers: Sequence[dict[str, Any]], found: Sequence[Findings], *, model: bool
) -> None:
    """Find the results of each paper by models fitted to the other folds.

    found: of each paper, by models that have not seen it (``held_out.find_held_out``); its
    results are set.
    """
    samples = [samples_of(f, p) for f, p in zip(found, papers, strict=True)]
    finder = steps_of(model=model).results
    for fold in range(FOLDS):
        finder.use(fit_all([s for i, s in enumerate(samples) if i % FOLDS != fold]))
        for f in found[fold::FOLDS]:
            finder.find(f)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("gold", type=Path, nargs="+", help="papers in the gold form")
    parser.add_argument("--corpora", type=Path, help="folder of the texts of papers without")
    parser.add_argument("--votes", type=Path, required=True, help="as of fit_judge.py")
    parser.add_argument("--out", type=Path, default=Path("extract/results.json"))
    args = parser.parse_args()
    votes = read_votes(args.votes)
    papers = [p for p in read_papers(args.gold, args.corpora) if p["title"] in votes]
    nlp = pipeline.build_pipeline()
    let_vote(papers, votes)
    judged = [fit_judge.samples_of(nlp, paper, votes[paper["title"]]) for paper in papers]
    found = find_held_out(papers, judged, PENALTY_WITH_VOTES, model=True)
    samples = [samples_of(f, p) for f, p in zip(found, papers, strict=True)]
    write_weights(fit_all(samples), args.out)


if __name__ == "__main__":
    main()
