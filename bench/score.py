"""What ships, scored on gold papers: ``python -m bench.score SHARED``.

The recogniser and the judge were trained on these papers, so that this shows what is wrong
with them and no more; the honest figures, on papers that no part of it has seen, are
cross-validated and stand in ``train/scores.json`` and in the model card.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from paperlattice.extract.gold import to_gold
from paperlattice.extract.pipeline import extract
from paperlattice.extract.readers import read_corpus
from paperlattice.extract.records import Paper, clean_text, fold_title
from paperlattice.extract.scoring import read_gold, score

PAGES = ("daily_papers_nov18.txt", "daily_papers_aug27.txt")
WORST = 10


def papers_of(gold: dict[str, dict[str, Any]], shared: Path) -> list[Paper]:
    """Give the gold papers their texts: their own, or those of the saved pages."""
    corpus = read_corpus([shared / "corpus" / page for page in PAGES])
    abstracts = {fold_title(paper.title): paper.abstract for paper in corpus.papers}
    papers = []
    for row in gold.values():
        abstract = row.get("abstract") or abstracts[fold_title(row["title"])]
        papers.append(Paper(row["id"], clean_text(row["title"]), clean_text(abstract)))
    return papers


def main(shared: Path) -> int:
    """Print a table for each gold file, and the commonest mistakes of each type."""
    if not (shared / "gold").is_dir():
        print(f"no gold annotations at {shared}; name their folder: make score SHARED=…")
        return 1
    for name in ("train.jsonl", "seeds_dev.jsonl"):
        gold = read_gold(shared / "gold" / name)
        keys = {fold_title(row["title"]): key for key, row in gold.items()}
        found = extract(papers_of(gold, shared))
        predicted = {keys[fold_title(item.paper.title)]: to_gold(item) for item in found}
        scores = score(gold, predicted)
        print(f"{name} (seen in training)\n{'':14}{'precision':>10}{'recall':>8}{'F1':>7}")
        for row, one in scores.items():
            print(f"{row:14}{one.precision:10.3f}{one.recall:8.3f}{one.f1:7.3f}")
        for row in ("method", "dataset", "metric", "task"):
            worst = [f"{m.outcome} {m.item}" for m in scores[row].mistakes[:WORST]]
            print(f"{row}: {'; '.join(worst)}")
    honest = json.loads(Path("train/scores.json").read_text(encoding="utf-8"))
    for way, figures in honest.items():
        rows = figures["scores"]
        line = ", ".join(f"{row} {rows[row]['f1']:.3f}" for row in rows)
        print(f"cross-validated, {way}: {line}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared")))
