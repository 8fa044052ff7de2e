"""Fit the weights of ``extract/results.json`` on gold papers.

    python train/fit_results.py GOLD.jsonl… [--corpora DIR] [--out extract/results.json]

Three logistic regressions: is a number a result; is it of this metric; is it of this dataset. The
mentions that numbers are tied to are those that the pipeline finds, not the gold's, since that
is what it will have to work with.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fit_judge import Sample, fit, read_papers, write_weights
from spacy.language import Language

from paperlattice.extract import pipeline
from paperlattice.extract.candidates import findings
from paperlattice.extract.records import EntityType
from paperlattice.extract.results import contexts, link_features, linkable, number_features
from paperlattice.extract.scoring import _fold_value, fold_form

MODELS = ("number", "metric", "dataset")


def samples_of(nlp: Language, paper: dict[str, Any]) -> dict[str, list[Sample]]:
    """Make the samples of one gold paper, by model; class 0 is yes, 1 is no."""
    samples: dict[str, list[Sample]] = {model: [] for model in MODELS}
    text = f"{paper['title']}\n{paper['abstract']}"
    found = findings(nlp(text))
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


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("gold", type=Path, nargs="+", help="papers in the gold form")
    parser.add_argument("--corpora", type=Path, help="folder of the texts of papers without")
    parser.add_argument("--out", type=Path, default=Path("extract/results.json"))
    args = parser.parse_args()
    nlp = pipeline.build_pipeline()
    papers = [samples_of(nlp, paper) for paper in read_papers(args.gold, args.corpora)]
    print(Counter((m, s.label) for p in papers for m in MODELS for s in p[m]))
    write_weights(fit_all(papers), args.out)


if __name__ == "__main__":
    main()
