"""Acronyms that a text defines: "low-rank adaptation (LoRA)" and "LoRA (low-rank adaptation)".

The algorithm is that of A. Schwartz and M. Hearst, A simple algorithm for identifying
abbreviation definitions in biomedical text, PSB 2003. Added to it: a plural "s" of the short
form is not looked for in the long one; the long form begins at a word that is no article,
preposition or verb of introduction; in "LoRA (low-rank adaptation)" the long form must begin
with the short form's first letter and need no more words than it has letters, plus two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from spacy.language import Language

from paperlattice.extract.candidates import Component, Definition, Findings

_PARENTHESIS = re.compile(r"[(\[]([^()\[\]\n]{2,120})[)\]]")
_SHORT = re.compile(r"[A-Za-z0-9Α-Ωα-ω$^{}][\w+*./&^$\\{}-]{1,18}(?: [\w+-]{1,8})?\Z")
_PIECE_END = re.compile(r"[,;:=]|\s(?:or|and|aka|i\.e\.|e\.g\.)\s")
_SHORT_BEFORE = re.compile(r"[\w+*&-]{2,20}\s?\Z")
_NOT_FIRST = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "for",
        "in",
        "on",
        "with",
        "and",
        "or",
        "by",
        "to",
        "from",
        "as",
        "is",
        "are",
        "our",
        "we",
        "their",
        "its",
        "this",
        "that",
        "these",
        "propose",
        "present",
        "introduce",
        "called",
        "named",
        "using",
        "use",
        "uses",
        "via",
        "termed",
        "novel",
        "new",
    ]
)


def find_definitions(text: str) -> Iterator[Definition]:
    """Yield each definition of an acronym in order of appearance.

    >>> text = "We use low-rank adaptation (LoRA)."
    >>> [(text[d.long_start:d.long_end], text[d.short_start:d.short_end])
    ...  for d in find_definitions(text)]
    [('low-rank adaptation', 'LoRA')]
    """
    for match in _PARENTHESIS.finditer(text):
        inside_start, inside = match.start(1), match.group(1)
        if cut := _PIECE_END.search(inside):
            inside = inside[: cut.start()]
        inside = inside.rstrip()
        start_of_long = None
        if _is_short(inside):
            window = max(0, match.start() - 200)
            start_of_long = _long_before(text, window, match.start(), inside)
        if start_of_long is not None:
            end_of_long = match.start() - text[match.start() - 1].isspace()
            yield Definition(start_of_long, end_of_long, inside_start, inside_start + len(inside))
            continue
        short = _SHORT_BEFORE.search(text, max(0, match.start() - 21), match.start())
        if short and _is_short(short.group().rstrip()) and _long_inside(short.group(), inside):
            start = short.start()
            yield Definition(
                inside_start, inside_start + len(inside), start, start + len(short.group().rstrip())
            )


def _is_short(form: str) -> bool:
    return bool(
        2 <= len(form) <= 20
        and _SHORT.match(form)
        and any(c.isupper() for c in form)
        and sum(c.isalpha() for c in form) >= 2
    )


def _letters(short: str) -> str:
    short = re.sub(r"[\\${}^_]", "", short)
    if len(short) > 2 and short.endswith("s") and short[-2].isupper():
        short = short[:-1]
    return short


def _long_before(text: str, window: int, end: int, short: str) -> int | None:
    """Give the start of the long form that ends at ``end``: Schwartz and Hearst's scan."""
    letters = _letters(short)
    stop = max(text.rfind(c, window, end) for c in "\n()[]") + 1
    stop = max(stop, window, max(text.rfind(c, window, end) for c in (". ", "; ", ": ")) + 1)
    most_words = min(len(letters) + 5, 2 * len(letters))
    at = end - 1
    for position in range(len(letters) - 1, -1, -1):
        letter = letters[position].lower()
        if not letter.isalnum():
            continue
        first = position == 0
        while at >= stop and (
            text[at].lower() != letter or (first and at > stop and text[at - 1].isalnum())
        ):
            at -= 1
        if at < stop:
            return None
        at -= 1
    start = at + 1
    # A long form begins where a word does, and a hyphenated word is one: "self-attention (SA)".
    while start > stop and text[start - 1] not in " \n\t(\"'“‘":
        start -= 1
    words = text[start:end].split()
    if not words or len(words) > most_words or words[0].lower() in _NOT_FIRST:
        return None
    if len(text[start:end].strip()) <= len(letters) or letters.lower() in text[start:end].lower():
        return None
    return start


def _long_inside(short: str, inside: str) -> bool:
    letters = _letters(short.rstrip()).lower()
    words = [w for w in re.split(r"[\s-]+", inside) if w]
    if len(words) < 2 or len(words) > len(letters) + 2 or words[0][:1].lower() != letters[0]:
        return False
    rest = iter(inside.lower())
    return len(inside) > len(letters) and all(c in rest for c in letters if c.isalnum())


@Language.factory("paperlattice_acronyms")
def make_acronyms(nlp: Language, name: str) -> AcronymFinder:
    """Make the component that finds definitions of acronyms."""
    return AcronymFinder()


class AcronymFinder(Component):
    """Sets ``findings(doc).definitions``."""

    def find(self, found: Findings) -> None:
        """Find the definitions of a text."""
        found.definitions = list(find_definitions(found.masked))
