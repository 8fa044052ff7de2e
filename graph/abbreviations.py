"""Acronyms, and whether the letters of one can stand for a long form."""

from __future__ import annotations

import re
from functools import lru_cache

from paperlattice.graph.keys import plain, singular

#: Words that an acronym need not give a letter to.
SMALL_WORDS = frozenset(
    ["a", "an", "and", "by", "for", "from", "in", "of", "on", "the", "to", "via", "with"]
)
_POSSESSIVE = re.compile(r"['’]s?\Z")
_TWO_CAPITALS = re.compile(r"[A-Z].*[A-Z]")
_WORD = re.compile(r"[^\W_]+")
_ACRONYM = re.compile(r"[^\W_][\w.+*&/-]{1,11}\Z")


def acronym_of(text: str) -> str:
    """Give the acronym that a text is, in the singular; "" for any other text.

    It is one word with two capitals.

    >>> [acronym_of(text) for text in ("LLMs", "GAN's", "LoRA", "Opus", "large model", "GPS")]
    ['LLM', 'GAN', 'LoRA', '', '', 'GPS']
    """
    # Most texts are none, and that is quick to see: plain() adds no capital to ASCII.
    if " " in text or (text.isascii() and not _TWO_CAPITALS.search(text)):
        return ""
    text = _POSSESSIVE.sub("", plain(text))
    if not _ACRONYM.match(text) or sum(c.isupper() for c in text) < 2:
        return ""
    return singular(text)


def abbreviates(short: str, long: str) -> bool:
    """Whether a short form can stand for a long one, by its letters.

    The short form is an acronym; the long one has more words. As A. Schwartz and M. Hearst (A
    simple algorithm for identifying abbreviation definitions in biomedical text, 2003) have
    it, the letters stand in the long form in order, the first at its begin; here each word,
    but for small ones, must also give its first letter.

    >>> abbreviates("LoRA", "low-rank adaptation"), abbreviates("LLMs", "large language model")
    (True, True)
    >>> abbreviates("PPO", "policy optimization"), abbreviates("ViT", "ViT-B model")
    (False, False)
    """
    letters = "".join(c for c in acronym_of(short).lower() if c.isalnum())
    words = words_of(long)
    if not letters or len(words) < 2 or any(letters in word for word in words):
        return False
    return words[0][0] == letters[0] and _spells(words, letters)


def _spells(words: tuple[str, ...], letters: str) -> bool:
    """Whether letters can be taken from words in order, from each its first and any others."""
    if not words:
        return not letters
    word, rest = words[0], words[1:]
    if word in SMALL_WORDS and _spells(rest, letters):
        return True
    if not letters or word[0] != letters[0]:
        return False
    taken, inside = 1, iter(word[1:])
    while True:
        if _spells(rest, letters[taken:]):
            return True
        # The next letter comes from inside this word, from the first place where it stands.
        if taken == len(letters) or letters[taken] not in inside:
            return False
        taken += 1


@lru_cache(maxsize=1 << 14)
def words_of(text: str) -> tuple[str, ...]:
    """Give the words of a text, in lower case and without LaTeX."""
    return tuple(_WORD.findall(plain(text).lower()))
