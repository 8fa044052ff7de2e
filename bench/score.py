"""What ships, scored on gold papers: ``python -m bench.score SHARED``.

The recogniser and the judge were trained on these papers, so that this shows what is wrong
with them and guards what ships against a change for the worse; the honest figures, on papers
that no part of it has seen, are cross-validated and stand in ``train/scores.json`` and in the
model card. The figures are written to ``bench/score.json``, and a test fails when what ships
falls more than 0.01 below those that are committed.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from paperlattice.extract.gold import to_gold
from paperlattice.extract.pipeline import extract
from paperlattice.extract.readers import read_corpus
from paperlattice.extract.records import EntityType, Paper, clean_text, fold_title
from paperlattice.extract.scoring import Score, fold_form, read_gold, score

PAGES = ("daily_papers_nov18.txt", "daily_papers_aug27.txt")
GOLD = ("train.jsonl", "seeds_dev.jsonl")
WORST = 10
FIGURES = Path(__file__).with_suffix(".json")

Papers = dict[str, dict[str, Any]]


def papers_of(gold: Papers, shared: Path) -> list[Paper]:
    """Give the gold papers their texts: their own, or those of the saved pages."""
    corpus = read_corpus([shared / "corpus" / page for page in PAGES])
    abstracts = {fold_title(paper.title): paper.abstract for paper in corpus.papers}
    papers = []
    for row in gold.values():
        abstract = row.get("abstract") or abstracts[fold_title(row["title"])]
        papers.append(Paper(row["id"], clean_text(row["title"]), clean_text(abstract)))
    return papers


def score_shipped(shared: Path) -> tuple[dict[str, Score], Papers]:
    """Score what ships on all gold papers; gives the predictions, too."""
    gold = {key: paper for name in GOLD for key, paper in read_gold(shared / "gold" / name).items()}
    keys = {fold_title(row["title"]): key for key, row in gold.items()}
    found = extract(papers_of(gold, shared))
    predicted = {keys[fold_title(item.paper.title)]: to_gold(item) for item in found}
    return score(gold, predicted), predicted


def figures_of(scores: Mapping[str, Score]) -> dict[str, dict[str, float]]:
    """Give the figures of each row, as they are committed."""
    return {
        row: {
            "precision": round(one.precision, 4),
            "recall": round(one.recall, 4),
            "f1": round(one.f1, 4),
        }
        for row, one in scores.items()
    }


def worst_of(one: Score, predicted: Papers) -> Iterator[str]:
    """Yield the worst mistakes of a type: what is wrong and yet surest, then what is missed most.

    What is missed is counted over all papers: a name that is missed in many costs most.
    """
    sure = {
        (paper["title"], entity["name"]): entity["confidence"]
        for paper in predicted.values()
        for entity in paper["entities"]
        if entity["type"] == one.row
    }
    wrong = [m for m in one.mistakes if m.outcome == "spurious"]
    wrong.sort(key=lambda m: (-sure.get((clean_text(m.title), m.item), 0), m.title, m.item))
    for m in wrong[:WORST]:
        confidence = sure.get((clean_text(m.title), m.item), 0)
        yield f"spurious {confidence:.2f} {m.item} ({m.title[:40]})"
    missed = Counter(fold_form(m.item) for m in one.mistakes if m.outcome == "missed")
    for name, times in sorted(missed.items(), key=lambda item: (-item[1], item[0]))[:WORST]:
        yield f"missed {times} times: {name}"


def main(shared: Path) -> int:
    """Print the table, the worst mistakes of each type and the honest figures; write the JSON."""
    if not (shared / "gold").is_dir():
        print(f"no gold annotations at {shared}; name their folder: make score SHARED=…")
        return 1
    scores, predicted = score_shipped(shared)
    print(f"gold papers (seen in training)\n{'':14}{'precision':>10}{'recall':>8}{'F1':>7}")
    for row, one in scores.items():
        print(f"{row:14}{one.precision:10.3f}{one.recall:8.3f}{one.f1:7.3f}")
    for kind in EntityType:
        print(f"{kind.value}, worst:")
        for line in worst_of(scores[kind.value], predicted):
            print(f"  {line}")
    FIGURES.write_text(json.dumps(figures_of(scores), indent=1) + "\n", encoding="utf-8")
    honest = json.loads(Path("train/scores.json").read_text(encoding="utf-8"))
    for way, figures in honest.items():
        rows = figures["scores"]
        line = ", ".join(f"{row} {rows[row]['f1']:.3f}" for row in rows)
        print(f"cross-validated, {way}: {line}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared")))
