"""Fit the weights of ``extract/results.json`` on gold papers.

    python train/fit_results.py GOLD.jsonl… --votes VOTES.jsonl [--out extract/results.json]

Three logistic regressions: is a number a result; is it of this metric; is it of this dataset. The
mentions that numbers are tied to are those that the pipeline finds, not the gold's, since that
is what it will have to work with; and finds by models that have not seen the paper, since it
will have seen none.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import fit_judge
from fit_judge import (
    PENALTY_WITH_VOTES,
    Sample,
    fit,
    let_vote,
    read_papers,
    read_votes,
    write_weights,
)
from held_out import FOLDS, find_held_out, steps_of

from paperlattice.extract import pipeline
from paperlattice.extract.candidates import Findings
from paperlattice.extract.records import EntityType
from paperlattice.extract.results import contexts, link_features, linkable, number_features
from paperlattice.extract.scoring import _fold_value, fold_form

MODELS = ("number", "metric", "dataset")


def samples_of(found: Findings, paper: dict[str, Any]) -> dict[str, list[Sample]]:
    """Make the samples of one gold paper, by model; class 0 is yes, 1 is no.

    found: what the pipeline found in the paper before it looked for results.
    """
    samples: dict[str, list[Sample]] = {model: [] for model in MODELS}
    text = found.text
    open_results = list(paper["results"])
    forms = {
        (e["type"], e["name"]): {fold_form(f) for f in (e["name"], *e["surfaces"])}
        for e in paper["entities"]
    }
    for context in contexts(found):
        first, last = found.sentences[context.sentence]
        for number in context.numbers:
            value = _fold_value(number.value)
            mine = [r for r in open_results if _fold_value(r["value"]) == value]
            quoted = [r for r in mine if r.get("quote", "") in text[first:last]]
            mine = quoted or mine
            features = number_features(context, number)
            samples["number"].append(Sample(features, 0 if mine else 1))
            for result in mine[:1]:
                open_results.remove(result)
            if not mine:
                continue
            for model in ("metric", "dataset"):
                wanted = {
                    f
                    for r in mine
                    if r.get(model)
                    for f in forms.get((model, r[model]), {fold_form(r[model])})
                }
                for mention in linkable(context, EntityType(model)):
                    surface = fold_form(text[mention.evidence.start : mention.evidence.end])
                    right = bool({surface, fold_form(mention.name)} & wanted)
                    samples[model].append(
                        Sample(link_features(context, number, mention), 0 if right else 1)
                    )
    return samples


def fit_all(papers: Iterable[dict[str, list[Sample]]]) -> dict[str, dict[str, list[float]]]:
    """Fit the three models."""
    papers = list(papers)
    return {model: fit([p[model] for p in papers], classes=1) for model in MODELS}


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
        models = fit_all([s for i, s in enumerate(samples) if i % FOLDS != fold])
        finder.weights = {
            name: {feature: tuple(row) for feature, row in weights.items()}
            for name, weights in models.items()
        }
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
    print(Counter((m, s.label) for p in samples for m in MODELS for s in p[m]))
    write_weights(fit_all(samples), args.out)


if __name__ == "__main__":
    main()
