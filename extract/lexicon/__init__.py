"""Names that the field knows: the data files, and the component that finds them in a text.

Each file ``<type>s.tsv`` holds one entity a line: its name and its aliases, parted by ``|``;
of metrics also whether higher is better (``up``, ``down`` or empty). Lines that begin with
``#`` are headings. The rows are facts of the field, written down by hand.

An alias of one word that holds a capital ("GLUE", "Adam") matches only as written, since its
letters alone are a word of English; all others match in any case, hyphenated or not, singular
or plural.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import NamedTuple

from spacy.language import Language

from paperlattice.extract.candidates import Candidate, Component, Findings, Word
from paperlattice.extract.records import EntityType
from paperlattice.extract.words import fold

FILES: dict[EntityType, str] = {
    EntityType.METHOD: "methods.tsv",
    EntityType.DATASET: "datasets.tsv",
    EntityType.METRIC: "metrics.tsv",
    EntityType.TASK: "tasks.tsv",
}


class Entry(NamedTuple):
    """One known entity: its type, name, other names, and of metrics which way is better."""

    type: EntityType
    name: str
    aliases: tuple[str, ...]
    higher_is_better: bool | None


@dataclass(slots=True)
class _Node:
    """A node of the trie of folded words; ``ends`` holds (alias, entry) of the names ending here."""

    next: dict[str, _Node] = field(default_factory=dict)
    ends: list[tuple[str, Entry]] = field(default_factory=list)


class Hit(NamedTuple):
    """A known name at ``words[first:last]``; several entries where types share the name."""

    first: int
    last: int
    entries: tuple[Entry, ...]


@cache
def entries() -> tuple[Entry, ...]:
    """Read all rows of the data files, in order."""
    found = []
    for entity_type, file in FILES.items():
        text = (resources.files("paperlattice.extract.lexicon") / file).read_text(encoding="utf-8")
        for line in text.splitlines():
            if not line or line.startswith("#"):
                continue
            name, aliases, better = (*line.split("\t"), "", "")[:3]
            found.append(
                Entry(
                    entity_type,
                    name.strip(),
                    tuple(a.strip() for a in aliases.split("|") if a.strip()),
                    {"up": True, "down": False}.get(better.strip()),
                )
            )
    return tuple(found)


@cache
def _trie() -> _Node:
    root = _Node()
    for entry in entries():
        for alias in (entry.name, *entry.aliases):
            node = root
            for word in fold(alias):
                node = node.next.setdefault(word, _Node())
            if node is not root:
                node.ends.append((alias, entry))
    return root


def find_known(text: str, words: list[Word]) -> Iterator[Hit]:
    """Yield known names in order: the longest at each place, none inside another.

    >>> from paperlattice.extract.words import find_words
    >>> text = "We pre-train a Vision Transformer on ImageNet."
    >>> [hit.entries[0].name for hit in find_known(text, list(find_words(text)))]
    ['Vision Transformer', 'ImageNet']
    """
    root = _trie()
    at, count = 0, len(words)
    while at < count:
        hit = _longest(text, words, at, root)
        if hit:
            yield hit
            at = hit.last
        else:
            at += 1


def _longest(text: str, words: list[Word], first: int, node: _Node) -> Hit | None:
    found = None
    for position in range(first, len(words)):
        word = words[position]
        if position > first and not word.joined:
            break
        following = node.next.get(word.folded)
        if following is None:
            break
        node = following
        if node.ends:
            surface = text[words[first].start : word.end]
            fitting = {e: None for alias, e in node.ends if _fits(alias, surface)}
            if fitting:
                found = Hit(first, position + 1, tuple(fitting))
    return found


def _fits(alias: str, surface: str) -> bool:
    """Tell whether the case of a surface allows it to be the alias."""
    if alias.islower() or " " in alias or len(alias) > 7:
        return True
    return surface in (alias, alias + "s", alias.upper()) or (
        "-" in alias and surface.replace(" ", "-") in (alias, alias + "s")
    )


@Language.factory("paperlattice_lexicon", default_config={"confidence": 0.8})
def make_lexicon(nlp: Language, name: str, confidence: float) -> LexiconFinder:
    """Make the component that finds known names."""
    return LexiconFinder(name, confidence)


class LexiconFinder(Component):
    """Adds a candidate for each known name; several, where types share the name."""

    def __init__(self, name: str, confidence: float) -> None:
        self.name, self.confidence = name, confidence
        _trie()

    def find(self, found: Findings) -> None:
        """Find the known names of a text."""
        for hit in find_known(found.masked, found.words):
            start, end = found.words[hit.first].start, found.words[hit.last - 1].end
            share = self.confidence / len(hit.entries)
            found.candidates += [
                Candidate(start, end, e.type, share, self.name, e.name) for e in hit.entries
            ]
