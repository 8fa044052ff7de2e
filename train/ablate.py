"""What each component is worth: the cross-validated scores with one of them taken out.

    python train/ablate.py GOLD.jsonl --votes VOTES.jsonl [--out train/ablation.json]

A component is taken out before the judge is fitted, so that what shows is what it is worth beside
the others. The judge is fitted to the gold alone, without our annotations: half the time, and
all rows alike. The last column is about identity: of the gold entities that were found and that their
paper calls by two names or more, the share of which the extractor joined two of the names.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cross_validation import Held, cross_validate
from fit_judge import TRAINED, read_papers, read_votes

from paperlattice.extract.scoring import fold_form

COMPONENTS = (
    "paperlattice_ner",
    "paperlattice_lexicon",
    "paperlattice_cues",
    "paperlattice_introduced",
    "paperlattice_acronyms",
)
SHOWN = ("entities", "method", "dataset", "metric", "task", "role", "result tuple", "joined")


def joined(held: Held) -> float:
    """Give the share of the entities with several names, among those found, that were joined."""
    several = together = 0
    for title, gold in held.gold.items():
        given = [(e["type"], _forms(e)) for e in held.predicted[title]["entities"]]
        for entity in gold["entities"]:
            forms = {fold_form(surface) for surface in entity["surfaces"]}
            shared = [len(forms & mine) for kind, mine in given if kind == entity["type"]]
            if len(forms) > 1 and max(shared, default=0):
                several += 1
                together += max(shared) > 1
    return round(together / max(several, 1), 4)


def _forms(entity: Mapping[str, Any]) -> set[str]:
    return {fold_form(name) for name in (entity["name"], *entity["surfaces"])}


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("gold", type=Path, help="papers in the gold form, with texts")
    parser.add_argument("--votes", type=Path, required=True, help="as of cross_validation.py")
    parser.add_argument("--out", type=Path, default=Path("train/ablation.json"))
    args = parser.parse_args()
    papers = [paper for paper in read_papers([args.gold]) if not paper.get("annotated")]
    votes = read_votes(args.votes)
    table = {}
    print(f"{'taken out':26}" + "".join(f"{name:>13}" for name in SHOWN))
    for component in (None, *COMPONENTS):
        # Without votes, the judge is the one that users of the rules alone have.
        rules_alone = component in TRAINED
        held = (
            cross_validate(papers, {}) if rules_alone else cross_validate(papers, votes, component)
        )
        name = component or "nothing"
        table[name] = {row: figures["f1"] for row, figures in held.rows().items()}
        table[name]["joined"] = joined(held)
        print(f"{name:26}" + "".join(f"{table[name][row]:13.4f}" for row in SHOWN), flush=True)
    args.out.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
