"""The honest scores: of the whole pipeline, on gold papers that no part of it has seen.

    python train/cross_validation.py GOLD.jsonl [--votes VOTES.jsonl] [--out train/scores.json]

GOLD is in the gold form, with texts. Without votes, the pipeline runs without the trained
recogniser. Prints the scores, and how often what is said with some confidence is right, and
writes both to the JSON, under "with model" or "rules alone".

The judge of a fold has not seen its papers; nor have the models of results, which are fitted on
what was found in the other folds by judges that had not seen those papers in turn.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from fit_judge import (
    PENALTY,
    PENALTY_WITH_VOTES,
    let_vote,
    read_papers,
    read_votes,
    samples_of,
)
from fit_results import find_results_held_out
from held_out import FOLDS, find_held_out

from paperlattice.extract import pipeline
from paperlattice.extract.gold import to_gold
from paperlattice.extract.records import Extraction, Paper
from paperlattice.extract.scoring import fold_form, score


def judged(gold: Mapping[str, Any], predicted: Mapping[str, Any]) -> Iterable[tuple[float, bool]]:
    """Yield confidence and rightness of each predicted entity that the gold has an opinion on."""
    forms: dict[str, set[str]] = {"optional": set()}
    for entity in gold["entities"]:
        kind = entity["type"] if entity["required"] else "optional"
        names = (entity["name"], *entity["surfaces"])
        forms.setdefault(kind, set()).update(fold_form(name) for name in names)
    for entity in predicted["entities"]:
        mine = {fold_form(name) for name in (entity["name"], *entity["surfaces"])}
        right = bool(mine & forms.get(entity["type"], set()))
        if right or not mine & forms["optional"]:
            yield entity["confidence"], right


def reliability(said: Sequence[tuple[float, bool]]) -> list[dict[str, float]]:
    """Give for each tenth: the mean confidence, the share that is right, and how many."""
    confidence = np.array([c for c, _ in said])
    right = np.array([r for _, r in said])
    tenth = np.minimum((confidence * 10).astype(int), 9)
    return [
        {
            "said": round(float(confidence[tenth == t].mean()), 3),
            "right": round(float(right[tenth == t].mean()), 3),
            "entities": int((tenth == t).sum()),
        }
        for t in range(10)
        if (tenth == t).any()
    ]


@dataclass(frozen=True)
class Held:
    """Gold papers, and what was found in each by models that have not seen it."""

    gold: dict[str, dict[str, Any]]
    predicted: dict[str, dict[str, Any]]

    def rows(self) -> dict[str, dict[str, float]]:
        """Give precision, recall and F1 of each row."""
        return {
            name: {
                "precision": round(row.precision, 4),
                "recall": round(row.recall, 4),
                "f1": round(row.f1, 4),
            }
            for name, row in score(self.gold, self.predicted).items()
        }


def cross_validate(
    papers: Sequence[dict[str, Any]], votes: Mapping[str, Any], without: str | None = None
) -> Held:
    """Find what is in each paper by models that were fitted to the other folds.

    papers: with texts; annotated ones teach, but only gold is scored. votes: by title; where
    there are none, the trained recogniser is left out. without: a component that is taken out.
    """
    model, penalty = bool(votes), PENALTY_WITH_VOTES if votes else PENALTY
    nlp = pipeline.build_pipeline(model=model)
    components = [
        language.get_pipe(without) for language in (nlp, pipeline._pipeline(model)) if without
    ]
    if model:
        let_vote(papers, dict(votes))
    with ExitStack() as restored:
        for component in components:
            restored.enter_context(patch.object(component, "find", lambda found: None))
        samples = [samples_of(nlp, paper, votes.get(paper["title"], ())) for paper in papers]
        found = find_held_out(papers, samples, penalty, model=model)
        find_results_held_out(papers, found, model=model)
    gold = {p["title"]: p for p in papers if not p.get("annotated")}
    predicted = {
        p["title"]: to_gold(
            Extraction(Paper(p["id"], p["title"], p["abstract"]), f.mentions, f.urls, f.results)
        )
        for p, f in zip(papers, found, strict=True)
        if p["title"] in gold
    }
    return Held(gold, predicted)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("gold", type=Path, nargs="+", help="papers in the gold form, with texts")
    parser.add_argument("--corpora", type=Path, help="folder of the texts of papers without")
    parser.add_argument("--votes", type=Path, help="out-of-fold candidates of the recogniser")
    parser.add_argument("--out", type=Path, default=Path("train/scores.json"))
    args = parser.parse_args()
    papers = read_papers(args.gold, args.corpora)
    votes = read_votes(args.votes) if args.votes else {}
    held = cross_validate([p for p in papers if not votes or p["title"] in votes], votes)
    rows = held.rows()
    said = [pair for title, p in held.gold.items() for pair in judged(p, held.predicted[title])]
    scores = json.loads(args.out.read_text()) if args.out.exists() else {}
    scores["with model" if votes else "rules alone"] = {
        "papers": len(held.gold),
        "folds": FOLDS,
        "scores": rows,
        "reliability": reliability(said),
    }
    args.out.write_text(json.dumps(scores, indent=1) + "\n", encoding="utf-8")
    for name, row in rows.items():
        print(f"{name:13} {row['precision']:.3f} {row['recall']:.3f} {row['f1']:.3f}")


if __name__ == "__main__":
    main()
