"""Words as names are compared by: hyphens part words, case and plural do not matter.

``Self-attention layers`` and ``self attention layer`` are the same folded words. spaCy's tokens
keep "F1-score" whole and part "GPT-3.5"; names are written both ways, so they are compared by
these words instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from spacy.language import Language

from paperlattice.extract.candidates import Component, Findings, Word

# A word holds full stops and signs only inside or as a sign of a name: v1.5, C++, A*, pass@1.
_WORD = re.compile(r"[^\W_]+(?:[.@'’&][^\W_]+)*(?:\+{1,2}|\*(?!\*))?")
_JOINTS = frozenset([" ", "-", "‐", "‑", "–", "/", "_", "\\_", "'s ", "’s "])
_LATEX_HYPHEN = "$-$"


def find_words(text: str) -> Iterator[Word]:
    """Yield the words of a text in order.

    >>> [w.folded for w in find_words("Graph-based CNNs, GPT-3.5")]
    ['graph', 'based', 'cnn', 'gpt', '3.5']
    """
    last = 0
    for match in _WORD.finditer(text):
        start, end = match.span()
        gap = text[last:start]
        yield Word(start, end, fold_word(match.group()), gap in _JOINTS or gap == _LATEX_HYPHEN)
        last = end


@lru_cache(maxsize=1 << 15)
def fold(name: str) -> tuple[str, ...]:
    """Give the folded words of a name.

    >>> fold("k-Nearest Neighbours") == fold("k nearest neighbour")
    True
    """
    return tuple(fold_word(word) for word in _WORD.findall(name))


@lru_cache(maxsize=200_000)
def fold_word(word: str) -> str:
    """Fold one word to lower case and, where it looks like one, to the singular.

    >>> [fold_word(w) for w in ("Losses", "Studies", "bias", "CNNs", "GAN's")]
    ['loss', 'study', 'bias', 'cnn', 'gan']
    """
    capitals = word.isupper()
    word = word.lower()
    if word.endswith(("'s", "’s")):
        word = word[:-2]
    # An S among capitals belongs to the acronym: "VITS", "DPS".
    if (
        capitals
        or len(word) < 4
        or not word.endswith("s")
        or word.endswith(("ss", "us", "is", "as", "os"))
    ):
        return word
    if word.endswith("ies") and len(word) > 4 and word != "series":
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zes")):
        return word[:-2]
    return word[:-1]


@Language.factory("paperlattice_words")
def make_words(nlp: Language, name: str) -> WordFinder:
    """Make the component that finds the words outside web addresses."""
    return WordFinder()


class WordFinder(Component):
    """Sets ``findings(doc).words``; stands behind ``paperlattice_urls``."""

    def find(self, found: Findings) -> None:
        """Find the words of a text."""
        found.words = list(find_words(found.masked))
