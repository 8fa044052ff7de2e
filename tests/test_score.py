"""What ships must not score worse on the gold papers than the committed figures say."""

import json
from pathlib import Path

import pytest

from bench.score import FIGURES, score_shipped, worst_of
from paperlattice.extract.scoring import ROWS, Mistake, Score

MOST = 0.01


@pytest.mark.shared
def test_what_ships_scores_as_committed(shared: Path) -> None:
    committed = json.loads(FIGURES.read_text(encoding="utf-8"))
    scores, _ = score_shipped(shared)
    fallen = {
        row: (figures["f1"], round(scores[row].f1, 4))
        for row, figures in committed.items()
        if scores[row].f1 < figures["f1"] - MOST
    }
    assert set(committed) == set(ROWS)
    assert not fallen, "see `make score`; where the fall is meant, commit bench/score.json"


def test_the_worst_mistakes_are_the_surest_and_the_commonest() -> None:
    said = [("Kite", 0.6), ("Gull", 0.9)]
    entities = [{"type": "method", "name": name, "confidence": c} for name, c in said]
    mistakes = [
        *(Mistake("spurious", "Birds", name) for name, _ in said),
        *(Mistake("missed", f"Birds {i}", name) for i, name in enumerate(["owl", "Hawk", "hawks"])),
    ]
    one = Score("method", mistakes=mistakes)
    assert list(worst_of(one, {"birds": {"title": "Birds", "entities": entities}})) == [
        "spurious 0.90 Gull (Birds)",
        "spurious 0.60 Kite (Birds)",
        "missed 2 times: hawk",
        "missed 1 times: owl",
    ]
