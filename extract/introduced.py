"""Names that a text introduces as the paper's own.

They stand in the title before a colon, and behind "we propose", "called", "dubbed" and the like.

The type is read off the words about the name ("a benchmark", "a dataset", "a metric"); with
none of them, it is a method.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from spacy.language import Language

from paperlattice.extract.candidates import Candidate, Component, Findings
from paperlattice.extract.records import EntityType, Role

_NAME = r"[A-Z0-9$\\α-ω][\w.+*/&^$\\{}'-]*(?:[ ][A-Z0-9][\w.+*/&^-]*){0,4}"
_CAMEL = r"(?=[\w-]*[A-Z0-9][\w-]*[A-Z0-9-])[A-Za-z$\\][\w.+*/&^$\\{}-]*"
_TITLE = re.compile(rf"({_NAME}|{_CAMEL})\s?:\s")
_PROPOSE = re.compile(
    r"\b(?:[Ww]e|paper|work|study|article|authors?|[Tt]his)\s+(?:\w+ly\s+|then\s+|also\s+|further\s+|first\s+|hereby\s+)?"
    r"(?:propose|present|introduce|develop|design|describe|release|build|construct|create|contribute|"
    r"curate|unveil|devise|formulate|establish|collect)(?:s|d|ed)?\s+"
    rf"(?:the\s+)?((?!A |An |The )(?:{_CAMEL}|{_NAME}))(?=[\s,.(:;]|\Z)"
)
_NAMED = re.compile(
    r"\b(?:called|named|dubbed|termed|coined|denoted(?: as| by)?|(?:which|that) we (?:call|name|term|dub)|"
    r"referred to as|abbreviated as|we call(?: it| this)?|known as)\s+[\"'“‘`*\\]*(?:textbf\{|textit\{|emph\{|the )?"
    rf"({_CAMEL}|{_NAME})"
)
_PATTERNS = {"proposed": _PROPOSE, "named": _NAMED}
_DATASET_WORD = re.compile(
    r"\b(?:benchmarks?|data ?sets?|corpus|corpora|test ?bed|leaderboard|challenge|test suite|"
    r"collection|evaluation suite|data)\b",
    re.IGNORECASE,
)
_METRIC_WORD = re.compile(r"\b(?:metric|measure|score)\b", re.IGNORECASE)


class Introduction(NamedTuple):
    """An introduced name, ``text[start:end]``, and which pattern introduces it."""

    start: int
    end: int
    type: EntityType
    pattern: str


def find_introduced(text: str) -> Iterator[Introduction]:
    """Yield each introduced name; a name may come more than once."""
    title_end = max(text.find("\n"), 0)
    if title := _TITLE.match(text, 0, title_end):
        # Of several words it may be a sentence: "Small Data Helps: A Study".
        pattern = f"title of {min(len(title[1].split()), 3)}"
        entity_type = _type_by(text[title.end() : title_end])
        yield Introduction(*title.span(1), entity_type, pattern)
    for pattern, expression in _PATTERNS.items():
        for match in expression.finditer(text):
            start, end = match.span(1)
            while text[end - 1] in ".,;:*'/&^-":
                end -= 1
            around = text[max(0, start - 80) : start] if pattern == "named" else ""
            after = re.match(r"[^.;\n]{0,70}", text[end:])
            entity_type = _type_by(around + (after.group() if after else ""))
            yield Introduction(start, end, entity_type, pattern)


def _type_by(words: str) -> EntityType:
    dataset, metric = _DATASET_WORD.search(words), _METRIC_WORD.search(words)
    if dataset:
        return EntityType.DATASET
    return EntityType.METRIC if metric else EntityType.METHOD


@Language.factory("paperlattice_introduced", default_config={"confidence": 0.8})
def make_introduced(nlp: Language, name: str, confidence: float) -> IntroducedFinder:
    """Make the component that finds introduced names."""
    return IntroducedFinder(name, confidence)


class IntroducedFinder(Component):
    """Adds a candidate, proposed, for each introduced name."""

    def __init__(self, name: str, confidence: float) -> None:
        self.name, self.confidence = name, confidence

    def find(self, found: Findings) -> None:
        """Find the introduced names of a text."""
        found.candidates += [
            Candidate(
                i.start,
                i.end,
                i.type,
                self.confidence,
                self.name,
                role=Role.PROPOSED,
                pattern=i.pattern,
            )
            for i in find_introduced(found.masked)
        ]
