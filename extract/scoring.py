"""How near extractions come to a careful reader's: precision, recall and F1 by what is asked.

The rules: papers are matched by title. An entity is found when one of its
predicted forms (name or surface) equals a gold form of the same type, folded. A gold entity that
is not required is neither rewarded nor punished, under any type. Links and results are compared
as sets and multisets. ``role`` is an accuracy over found entities, written in the same columns.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from paperlattice.errors import CorpusError
from paperlattice.extract.records import EntityType

Outcome = Literal["missed", "spurious"]

#: What is scored, in the order of the rows.
ROWS: tuple[str, ...] = (
    *(t.value for t in EntityType),
    "entities",
    "role",
    "repository",
    "link",
    "result value",
    "result tuple",
)

_ARTICLES = frozenset(["a", "an", "the"])


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that was missed or is spurious, and the title of its paper."""

    outcome: Outcome
    title: str
    item: str


@dataclass(slots=True)
class Score:
    """Counts of one row, with every mistake behind them."""

    row: str
    hit: int = 0
    missed: int = 0
    spurious: int = 0
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Share of what was predicted that is right; 0 where nothing was predicted."""
        return self.hit / (self.hit + self.spurious) if self.hit + self.spurious else 0.0

    @property
    def recall(self) -> float:
        """Share of what was wanted that was found; 0 where nothing was wanted."""
        return self.hit / (self.hit + self.missed) if self.hit + self.missed else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def read_gold(path: Path) -> dict[str, dict[str, Any]]:
    """Read papers in the gold form, by folded title.

    Raises CorpusError, with the line, for what is no JSON object with a title.
    """
    papers: dict[str, dict[str, Any]] = {}
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                paper = json.loads(line)
            except ValueError as error:
                raise CorpusError(str(path), number, f"want JSON: {error}") from error
            if not isinstance(paper, dict) or not isinstance(paper.get("title"), str):
                raise CorpusError(str(path), number, "want an object with a title")
            papers[_fold_title(paper["title"])] = paper
    return papers


def score(
    gold: Mapping[str, Mapping[str, Any]], predicted: Mapping[str, Mapping[str, Any]]
) -> dict[str, Score]:
    """Score predictions against gold papers, both by folded title; one score for each row.

    A paper that the prediction lacks counts as predicted empty; one that the gold lacks is
    not looked at.
    """
    scores = {row: Score(row) for row in ROWS}
    for key, wanted in gold.items():
        given = predicted.get(key, {})
        title = wanted["title"]
        for entity_type in EntityType:
            _score_entities(entity_type.value, wanted, given, scores)
        for row, items in _ITEMS.items():
            _score_multiset(scores[row], title, items(wanted), items(given))
    four = scores["entities"]
    for entity_type in EntityType:
        part = scores[entity_type.value]
        four.hit += part.hit
        four.missed += part.missed
        four.spurious += part.spurious
        four.mistakes += part.mistakes
    return scores


def score_files(gold: Path, predicted: Path) -> dict[str, Score]:
    """Score a file of predictions against a gold file, both JSONL in the gold form."""
    return score(read_gold(gold), read_gold(predicted))


def fold_form(text: str) -> str:
    r"""Give the form under which two spellings of one name count as equal.

    >>> fold_form(r"The Self-Attention\_layers") == fold_form("self attention layer")
    True
    """
    text = re.sub(r"\\([_%&#])", r"\1", text.lower())
    text = re.sub(r"[{}$~\\]", " ", text)
    text = re.sub(r"[-‐‑–—_/]", " ", text)
    text = re.sub(r"[^\w%+@.* ]", "", text)
    words = [word for word in text.split() if word not in _ARTICLES]
    if words and re.search(r"\w{3}s$", words[-1]) and words[-1][-2] not in "sui":
        words[-1] = words[-1][:-1]
    return " ".join(words).strip(" .")


def _fold_title(title: str) -> str:
    return re.sub(r"\W+", " ", title.lower()).strip()


def _fold_url(url: str) -> str:
    return re.sub(r"^https?://(www\.)?", "", url.strip().lower()).rstrip("/.")


def _fold_value(value: object) -> str:
    ranged = str(value).replace("-", "~").lstrip("~+")
    return re.sub(r"[^\d.~]|\.$", "", ranged) or str(value).lower()


def _forms(entity: Mapping[str, Any]) -> set[str]:
    names = [entity["name"], *entity.get("surfaces", [])]
    return {form for form in map(fold_form, names) if form}


def _score_entities(
    entity_type: str,
    wanted: Mapping[str, Any],
    given: Mapping[str, Any],
    scores: Mapping[str, Score],
) -> None:
    row, title = scores[entity_type], wanted["title"]
    tolerated = {f for e in wanted.get("entities", []) if not e["required"] for f in _forms(e)}
    targets = [e for e in wanted.get("entities", []) if e["type"] == entity_type]
    target_forms = [_forms(e) for e in targets]
    found = [False] * len(targets)
    seen: set[str] = set()
    for entity in given.get("entities", []):
        mine = _forms(entity)
        if entity["type"] != entity_type or mine <= seen:
            continue  # the same thing twice is one prediction
        seen |= mine
        matches = [i for i, forms in enumerate(target_forms) if forms & mine]
        if matches:
            # Credited to one gold entity: not yet found, sharing most forms, the first of these.
            best = max(matches, key=lambda i: (not found[i], len(target_forms[i] & mine), -i))
            if not found[best] and "role" in entity:
                _score_role(scores["role"], title, entity, targets[best])
            found[best] = True
        elif not mine & tolerated:
            row.spurious += 1
            row.mistakes.append(Mistake("spurious", title, entity["name"]))
    for target, hit in zip(targets, found, strict=True):
        if target["required"]:
            row.hit += hit
            row.missed += not hit
            if not hit:
                row.mistakes.append(Mistake("missed", title, target["name"]))


def _score_role(
    row: Score, title: str, entity: Mapping[str, Any], target: Mapping[str, Any]
) -> None:
    if entity["role"] == target["role"]:
        row.hit += 1
    else:
        # Both, so that precision and recall are the accuracy.
        row.missed += 1
        row.spurious += 1
        row.mistakes.append(Mistake("spurious", title, f"{entity['name']}: {entity['role']}"))


def _repositories(paper: Mapping[str, Any]) -> Iterable[str]:
    return {_fold_url(x["url"]) for x in paper.get("links", []) if x["kind"] == "repository"}


def _links(paper: Mapping[str, Any]) -> Iterable[str]:
    return {f"{x['kind']} {_fold_url(x['url'])}" for x in paper.get("links", [])}


def _values(paper: Mapping[str, Any]) -> Iterable[str]:
    return [_fold_value(x["value"]) for x in paper.get("results", [])]


def _tuples(paper: Mapping[str, Any]) -> Iterable[str]:
    return [
        " | ".join(
            (
                _fold_value(x["value"]),
                fold_form(x.get("metric") or ""),
                fold_form(x.get("dataset") or ""),
            )
        )
        for x in paper.get("results", [])
    ]


_ITEMS = {
    "repository": _repositories,
    "link": _links,
    "result value": _values,
    "result tuple": _tuples,
}


def _score_multiset(row: Score, title: str, wanted: Iterable[str], given: Iterable[str]) -> None:
    want, have = Counter(wanted), Counter(given)
    row.hit += (want & have).total()
    row.missed += (want - have).total()
    row.spurious += (have - want).total()
    row.mistakes += [Mistake("missed", title, item) for item in (want - have).elements()]
    row.mistakes += [Mistake("spurious", title, item) for item in (have - want).elements()]
