"""Scoring: the rules one by one, errors of input, and agreement with the reference script."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from paperlattice.errors import CorpusError
from paperlattice.extract.scoring import ROWS, read_gold, score, score_files

SHARED = Path(os.environ.get("PAPERLATTICE_SHARED", "../shared"))


def entity(kind: str, name: str, *surfaces: str, **more: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "name": name,
        "surfaces": list(surfaces),
        "role": "used",
        "required": True,
    } | more


GOLD = {
    "t": {
        "title": "T",
        "entities": [
            entity("method", "multilayer perceptron", "MLP", "MLP layers"),
            entity("method", "Strip-MLP", "Strip-MLP", role="proposed"),
            entity("metric", "performance", "performance", required=False),
        ],
        "links": [
            {"kind": "repository", "url": "https://github.com/a/B"},
            {"kind": "video", "url": "https://youtu.be/x"},
        ],
        "results": [{"value": "+2.4", "metric": "accuracy", "dataset": None}],
    }
}


@pytest.mark.parametrize(
    ("row", "given", "counts"),
    [
        ("method", {"entities": [entity("method", "mlp layer")]}, (1, 1, 0)),
        ("method", {"entities": [entity("task", "MLP")]}, (0, 2, 0)),
        ("task", {"entities": [entity("task", "MLP")]}, (0, 0, 1)),
        # not required: neither hit nor spurious, whatever its type is said to be
        ("metric", {"entities": [entity("metric", "performance")]}, (0, 0, 0)),
        ("task", {"entities": [entity("task", "performance")]}, (0, 0, 0)),
        # the same thing twice is one prediction
        ("method", {"entities": [entity("method", "X"), entity("method", "x")]}, (0, 2, 1)),
        ("role", {"entities": [entity("method", "Strip MLP")]}, (0, 1, 1)),
        ("role", {"entities": [entity("method", "Strip MLP", role="proposed")]}, (1, 0, 0)),
        (
            "repository",
            {"links": [{"kind": "repository", "url": "http://www.github.com/a/b/"}]},
            (1, 0, 0),
        ),
        ("link", {"links": [{"kind": "other", "url": "https://youtu.be/x"}]}, (0, 2, 1)),
        ("result value", {"results": [{"value": "2.4"}]}, (1, 0, 0)),
        ("result tuple", {"results": [{"value": "2.4", "metric": "Accuracy"}]}, (1, 0, 0)),
        (
            "result tuple",
            {"results": [{"value": "2.4", "metric": "accuracy", "dataset": "D"}]},
            (0, 1, 1),
        ),
        ("entities", {}, (0, 2, 0)),
    ],
)
def test_rules(row: str, given: dict[str, Any], counts: tuple[int, int, int]) -> None:
    found = score(GOLD, {"t": {"title": "T"} | given})[row]
    assert (found.hit, found.missed, found.spurious) == counts
    if row != "role":
        assert len(found.mistakes) == found.missed + found.spurious


@pytest.mark.parametrize(
    ("line", "problem"),
    [("{", "want JSON"), ('{"id": 1}', "want an object with a title"), ("[]", "with a title")],
)
def test_bad_line_is_named(tmp_path: Path, line: str, problem: str) -> None:
    file = tmp_path / "gold.jsonl"
    file.write_text('{"title": "A"}\n\n' + line + "\n")
    with pytest.raises(CorpusError, match=rf"gold\.jsonl:3: .*{problem}"):
        read_gold(file)


@pytest.mark.shared
def test_agrees_with_the_reference_script(tmp_path: Path) -> None:
    if not SHARED.exists():
        pytest.skip("no PAPERLATTICE_SHARED")
    gold = SHARED / "gold" / "seeds_dev.jsonl"
    # A prediction with mistakes of every kind, made from the gold by dropping and bending.
    predicted = tmp_path / "predicted.jsonl"
    with gold.open() as lines, predicted.open("w") as out:
        for number, line in enumerate(lines):
            paper = json.loads(line)
            paper["entities"] = paper["entities"][number % 3 :]
            for e in paper["entities"][::4]:
                e["type"], e["role"] = "task", "proposed"
            paper["results"] = [*paper["results"][1:], {"value": "7", "metric": None}]
            paper["links"] = paper["links"][number % 2 :]
            out.write(json.dumps(paper) + "\n")
    script = [sys.executable, str(SHARED / "gold" / "score.py"), str(gold), str(predicted)]
    printed = subprocess.run([*script, "--json"], capture_output=True, check=True, text=True)
    reference = json.loads(printed.stdout)
    mine = score_files(gold, predicted)
    assert {row: (s.hit, s.missed, s.spurious) for row, s in mine.items()} == {
        row: (reference[row]["hit"], reference[row]["missed"], reference[row]["spurious"])
        for row in ROWS
    }
