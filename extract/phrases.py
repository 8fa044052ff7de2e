"""Noun phrases of the text, as spans that might be names.

There is no tagger here: a phrase is a run of words that are joined by spaces or hyphens and are
none of :data:`BREAKS` (function words, verbs and adjectives of scientific prose). Every phrase is
offered whole, without leading modifiers, and without a general last noun ("BERT model" offers
"BERT" too); ``paperlattice_resolver`` weighs which of them, if any, is an entity, so that this
component says nothing of type or confidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib import resources

from paperlattice.extract.candidates import Word

# A phrase is not longer than this, nor is what is offered of it: names rarely are.
_LONGEST = 7

#: Words that end a phrase unless a hyphen joins them to it ("state-of-the-art").
BREAKS = frozenset(
    (resources.files("paperlattice.extract") / "breaks.txt").read_text(encoding="utf-8").split()
)

#: Last nouns that say only what sort of thing a name is, so that the name may end before them.
GENERAL_HEADS = frozenset(
    (resources.files("paperlattice.extract") / "general_heads.txt")
    .read_text(encoding="utf-8")
    .split()
)


def find_phrases(text: str, words: list[Word]) -> Iterator[tuple[int, int]]:
    """Yield the runs of words, as ``words[first:last]``, that no break and no sign parts."""
    first, previous_end = 0, 0
    for position, word in enumerate(words):
        hyphened = position > 0 and text[word.start - 1] in "-‐‑–" and word.joined
        joined = word.joined and text[previous_end : word.start] not in ("/", "'s ", "’s ")
        breaks = is_break(word, text) and not _hyphen_about(text, word, hyphened)
        if breaks and joined and first < position and _versions(text, words[position - 1], word):
            breaks = False
        if breaks or not joined:
            if first < position:
                yield first, position
            first = position + 1 if breaks else position
        previous_end = word.end
    if first < len(words):
        yield first, len(words)


def is_break(word: Word, text: str) -> bool:
    """Tell whether a word by itself ends a phrase: one of the list, an adverb, or a number."""
    return _is_break(text[word.start : word.end])


@lru_cache(maxsize=100_000)
def _is_break(raw: str) -> bool:
    if raw.lower() in BREAKS:
        # "SET", "US" and the like in capitals are names.
        return not (raw.isupper() and len(raw) > 1)
    return (raw[0].isdigit() and raw.replace(".", "").isdigit()) or (
        len(raw) > 4
        and raw.endswith("ly")
        and raw not in ("anomaly", "family", "assembly", "supply")
    )


def _versions(text: str, name: Word, number: Word) -> bool:
    """Tell whether a number is the version of the name before it: "Gemma 2", "PASCAL VOC 2010"."""
    raw = text[number.start : number.end]
    return text[name.start].isupper() and len(raw) <= 4 and raw[0].isdigit()


def _hyphen_about(text: str, word: Word, hyphened: bool) -> bool:
    follows = text[word.end : word.end + 2]
    return hyphened or (len(follows) == 2 and follows[0] in "-‐‑–" and not follows[1].isspace())


def find_spans(text: str, words: list[Word]) -> Iterator[tuple[int, int]]:
    """Yield the parts of phrases that may be names, as ``words[first:last]``, each once."""
    for first, last in find_phrases(text, words):
        seen = set()
        ends = [last]
        while ends[-1] - 1 > first and words[ends[-1] - 1].folded in GENERAL_HEADS:
            ends.append(ends[-1] - 1)
        for end in ends:
            for start in range(max(first, end - _LONGEST), end):
                # Not from the middle of a hyphened word: "supervised learning" is no part of
                # "self-supervised learning".
                if start > first and text[words[start].start - 1] in "-‐‑–":
                    continue
                seen.add((start, end))
        seen.update(_named_runs(text, words, first, last))
        yield from sorted(seen)


def _named_runs(text: str, words: list[Word], first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield the runs of words with a capital or a digit within a phrase."""
    start = None
    for position in range(first, last + 1):
        raw = text[words[position].start : words[position].end] if position < last else ""
        if raw and (not raw.islower() or raw[0].isdigit()):
            start = position if start is None else start
        elif start is not None:
            if position - start <= _LONGEST:
                yield start, position
            start = None
