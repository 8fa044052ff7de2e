"""Fit the weights of ``extract/judge.json`` on gold papers.

    python train/fit_judge.py GOLD.jsonl… [--corpora DIR] [--votes VOTES.jsonl] [--out extract/judge.json] [--folds 5]

With ``--folds`` it writes nothing and prints the cross-validated scores instead. The fit is a
multinomial logistic regression with an L2 penalty, by L-BFGS from zero: the same input gives the
same weights. Gold that is not required is left out of the fit: to find it is neither right nor
wrong.

A component that was trained on the same gold is too sure of it: its votes are read from
VOTES.jsonl, one paper a line, ``{"title": …, "candidates": [[start, end, type, confidence,
component], …]}``, made by models that had not seen the paper.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import minimize
from spacy.language import Language

from paperlattice.extract import pipeline
from paperlattice.extract.candidates import Candidate, findings
from paperlattice.extract.gold import to_gold
from paperlattice.extract.judge import Surroundings
from paperlattice.extract.records import EntityType, Paper
from paperlattice.extract.resolve import gather
from paperlattice.extract.scoring import fold_form, score

TYPES = list(EntityType)
NONE = len(TYPES)
#: Components that were themselves trained on gold: their votes come out of fold, from a file.
TRAINED = frozenset(["paperlattice_ner"])
# Rarer ones, of 9,580 papers, would make the files larger; what they are worth was not measured.
LEAST_PAPERS = 3
PENALTY = 1.0
#: Beside a trained component, whose votes make the words of a name less telling.
PENALTY_WITH_VOTES = 8.0
#: Of what components say: no rare word, to be doubted until it was seen often.
PENALTY_OF_VOTES = 0.1

Models = dict[str, dict[str, list[float]]]
Floats = npt.NDArray[np.float64]


@dataclass
class Sample:
    """One thing to be judged: its features and its class; the last class is none of the others."""

    features: dict[str, float]
    label: int


def samples_of(
    nlp: Language, paper: dict[str, Any], votes: Iterable[Candidate] = ()
) -> tuple[list[Sample], list[Sample]]:
    """Make the samples of one gold paper with its texts: of entities, and of their roles.

    An entity's class is 0 to 3 for the types and 4 for none; a role's 0 for proposed, 1 for used.

    votes: candidates of a component that was trained on gold, made by one that has not seen
    this paper; they stand in for that component, which is passed over.
    """
    doc = nlp.make_doc(f"{paper['title']}\n{paper['abstract']}")
    for name, component in nlp.pipeline:
        if name == "paperlattice_resolver":
            break
        if name not in TRAINED:
            doc = component(doc)
    found = findings(doc)
    found.candidates += votes
    wanted: dict[str, int] = {}
    optional: set[str] = set()
    proposed: dict[str, bool] = {}
    for entity in paper["entities"]:
        forms = {fold_form(s) for s in (entity["name"], *entity["surfaces"])}
        proposed |= dict.fromkeys(forms, entity["role"] == "proposed")
        if entity["required"]:
            wanted |= {form: TYPES.index(EntityType(entity["type"])) for form in forms}
        else:
            optional |= forms
    resolver: Any = nlp.get_pipe("paperlattice_resolver")
    surroundings = Surroundings(found)
    samples, roles = [], []
    for entity in gather(found, phrases=resolver.phrases):
        surfaces = {
            fold_form(found.text[found.words[first].start : found.words[last - 1].end])
            for places in entity.forms.values()
            for first, last in places
        }
        features = surroundings.features(entity)
        known = [proposed[s] for s in sorted(surfaces) if s in proposed]
        if known:
            roles.append(Sample(features, 0 if known[0] else 1))
        labels = [wanted[s] for s in sorted(surfaces) if s in wanted]
        if not surfaces or (not labels and surfaces & optional):
            continue
        samples.append(Sample(features, labels[0] if labels else NONE))
    return samples, roles


def read_votes(path: Path) -> dict[str, list[Candidate]]:
    """Read the out-of-fold candidates of trained components, by title."""
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return {
        row["title"]: [Candidate(s, e, EntityType(t), p, c) for s, e, t, p, c in row["candidates"]]
        for row in rows
    }


def read_papers(paths: Iterable[Path], corpora: Path | None = None) -> list[dict[str, Any]]:
    """Read gold papers; the abstract of one that has none is looked up in its corpus by title.

    corpora: the folder that holds ``<corpus>.jsonl.gz``.
    """
    papers = [
        json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()
    ]
    bare = {(p["corpus"], p["title"]): p for p in papers if "abstract" not in p}
    for corpus in sorted({corpus for corpus, _ in bare}):
        if corpora is None:
            raise SystemExit("want --corpora for papers without abstract")
        with gzip.open(corpora / f"{corpus}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                text = json.loads(line)
                if paper := bare.get((corpus, text["title"])):
                    paper["abstract"] = text["abstract"]
    return [p for p in papers if "abstract" in p]


def fit(
    papers: Sequence[list[Sample]], classes: int = NONE, penalty: float = PENALTY
) -> dict[str, list[float]]:
    """Fit the weights to the samples of some papers; the label ``classes`` means none of them."""
    seen: Counter[str] = Counter()
    for paper in papers:
        seen.update({feature for sample in paper for feature in sample.features})
    columns = {f: i for i, f in enumerate(sorted(f for f, n in seen.items() if n >= LEAST_PAPERS))}
    flat = [sample for paper in papers for sample in paper]
    x = matrix([sample.features for sample in flat], columns)
    labels = np.array([sample.label for sample in flat])
    onehot = np.eye(classes + 1)[labels]
    votes = [PENALTY_OF_VOTES if f.startswith("c:") else penalty for f in columns]
    penalties = np.array(votes if penalty > PENALTY else [penalty] * len(columns))[:, None]

    def loss(flat_weights: Floats) -> tuple[float, Floats]:
        weights = np.zeros((len(columns), classes + 1))
        weights[:, :classes] = flat_weights.reshape(len(columns), classes)
        scores = x @ weights
        scores -= scores.max(axis=1, keepdims=True)
        p = np.exp(scores)
        p /= p.sum(axis=1, keepdims=True)
        value = -np.log(p[np.arange(len(labels)), labels] + 1e-12).sum()
        gradient = (x.T @ (p - onehot))[:, :classes]
        return (
            float(value + (penalties / 2 * weights[:, :classes] ** 2).sum()),
            (np.asarray(gradient) + penalties * weights[:, :classes]).ravel(),
        )

    start = np.zeros(len(columns) * classes)
    best = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200})
    weights = best.x.reshape(len(columns), classes)
    return {
        feature: [round(float(v), 2) for v in weights[i]]
        for feature, i in columns.items()
        if np.abs(weights[i]).max() >= 0.05
    }


def write_weights(models: Models, path: Path) -> None:
    """Write the weights of one or several models, one feature a line, sorted."""
    blocks = []
    for model, weights in models.items():
        rows = [
            f"{json.dumps(k)}:{json.dumps(v, separators=(',', ':'))}"
            for k, v in sorted(weights.items())
        ]
        blocks.append(json.dumps(model) + ":{\n" + ",\n".join(rows) + "}")
    path.write_text("{" + ",\n".join(blocks) + "}\n", encoding="utf-8")


def matrix(rows: Sequence[dict[str, float]], columns: dict[str, int]) -> sparse.csr_matrix:
    """Give one row a sample, of the features that have a column."""
    values: list[float] = []
    indices: list[int] = []
    ends = [0]
    for row in rows:
        for feature, value in row.items():
            if feature in columns:
                indices.append(columns[feature])
                values.append(value)
        ends.append(len(indices))
    return sparse.csr_matrix((values, indices, ends), shape=(len(rows), len(columns)))


def fit_all(
    papers: Sequence[tuple[list[Sample], list[Sample]]], penalty: float = PENALTY
) -> Models:
    """Fit the judge of entities and that of their roles."""
    return {
        "entity": fit([entities for entities, _ in papers], penalty=penalty),
        "role": fit([roles for _, roles in papers], classes=1),
    }


def use(models: Models, *, model: bool = False) -> None:
    """Make the pipeline of this process judge by these weights."""
    resolver: Any = pipeline._pipeline(model).get_pipe("paperlattice_resolver")
    resolver.weights = {
        name: {feature: tuple(row) for feature, row in weights.items()}
        for name, weights in models.items()
    }


def let_vote(papers: Iterable[dict[str, Any]], votes: dict[str, list[Candidate]]) -> None:
    """Put the votes from a file in the place of the trained component of this process."""
    by_text = {f"{p['title']}\n{p['abstract']}": votes[p["title"]] for p in papers}
    component: Any = pipeline._pipeline(True).get_pipe("paperlattice_ner")
    component.find = lambda found: found.candidates.extend(by_text[found.text])


def predict(papers: Iterable[dict[str, Any]], *, model: bool = False) -> dict[str, dict[str, Any]]:
    """Extract from gold papers with their texts, by folded title."""
    texts = [Paper(p["id"], p["title"], p["abstract"]) for p in papers]
    found = pipeline.extract(texts, model=model)
    return {p.title: to_gold(x) for p, x in zip(texts, found, strict=True)}


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("gold", type=Path, nargs="+", help="papers in the gold form")
    parser.add_argument("--corpora", type=Path, help="folder of the texts of papers without")
    parser.add_argument("--out", type=Path, default=Path("extract/judge.json"))
    parser.add_argument("--votes", type=Path, help="out-of-fold candidates of trained components")
    parser.add_argument("--folds", type=int, help="cross-validate instead")
    args = parser.parse_args()
    papers = read_papers(args.gold, args.corpora)
    votes = read_votes(args.votes) if args.votes else {}
    penalty = PENALTY_WITH_VOTES if votes else PENALTY
    nlp = pipeline.build_pipeline(model=bool(votes))
    if votes:
        papers = [paper for paper in papers if paper["title"] in votes]
        let_vote(papers, votes)
    samples = [samples_of(nlp, paper, votes.get(paper["title"], ())) for paper in papers]
    if args.folds:
        predicted: dict[str, dict[str, Any]] = {}
        for fold in range(args.folds):
            seen = [s for i, s in enumerate(samples) if i % args.folds != fold]
            use(fit_all(seen, penalty), model=bool(votes))
            predicted |= predict(papers[fold :: args.folds], model=bool(votes))
        for row in score({p["title"]: p for p in papers}, predicted).values():
            print(f"{row.row:13} {row.precision:.3f} {row.recall:.3f} {row.f1:.3f}")
        return
    write_weights(fit_all(samples, penalty), args.out)


if __name__ == "__main__":
    main()
