"""Sentence ranges of a title and an abstract.

The first line is the title, sentence 0, whatever stops it holds. In the rest, a full
stop ends one only before white space and something that can begin a sentence; decimals,
versions and web addresses hold no white space and are safe by that. Not handled: sentences
that begin in lower case.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from spacy.language import Language

from paperlattice.extract.candidates import Component, Findings

_END = re.compile(r"[.!?][\"'”’)\]}]*[^\S\n]+(?=[^\Wa-z_]|[\"'“‘(\[{$\\*@#<→•⭐]|[^\x00-\x7f])|\n+")
# Looked at backwards from a full stop: what it may abbreviate there.
_WORD_BEFORE = re.compile(r"[\w.]{1,12}\Z")
_ABBREVIATIONS = frozenset(
    [
        "al",
        "cf",
        "e.g",
        "eg",
        "i.e",
        "ie",
        "vs",
        "fig",
        "figs",
        "eq",
        "eqs",
        "sec",
        "secs",
        "no",
        "nos",
        "resp",
        "approx",
        "dr",
        "mr",
        "mrs",
        "ms",
        "prof",
        "st",
        "ref",
        "refs",
        "tab",
        "ch",
        "vol",
        "pp",
        "ca",
        "viz",
        "w.r.t",
        "wrt",
        "i.i.d",
        "incl",
        "esp",
        "dept",
        "univ",
        "inc",
        "corp",
        "ltd",
        "jr",
        "sr",
    ]
)


def find_sentences(text: str) -> Iterator[tuple[int, int]]:
    r"""Yield the range of each sentence, without the white space around it.

    >>> list(find_sentences("A title\nBy Li et al. (v1.5). It works."))
    [(0, 7), (8, 28), (29, 38)]
    """
    title_end = max(text.find("\n"), 0)
    yield from _trimmed(text, 0, title_end)
    start = title_end
    for match in _END.finditer(text, title_end):
        if text[match.start()] == "." and _abbreviates(text, match.start()):
            continue
        stop = match.end() if text[match.start()] != "\n" else match.start()
        yield from _trimmed(text, start, stop)
        start = match.end()
    yield from _trimmed(text, start, len(text))


def sentence_of(sentences: list[tuple[int, int]], start: int) -> int:
    """Give the index of the sentence in which an offset lies (the one before, in a gap)."""
    return max(0, bisect_right(sentences, (start, 1 << 62)) - 1)


def _abbreviates(text: str, stop: int) -> bool:
    before = _WORD_BEFORE.search(text, max(0, stop - 12), stop)
    if before is None:
        return False
    word = before.group()
    if word.lower() in _ABBREVIATIONS:
        # "et al. We" and "etc. We" end the sentence; "et al. (2020)" and "Fig. 2" do not.
        return not (
            word.lower() == "al"
            and re.match(r"\s+(?:We|The|In|This|Our|It|However)\b", text[stop + 1 : stop + 12])
        )
    # An initial ("J. Smith"), but not the "A" of "Section A. We" nor "type I. In".
    return len(word) == 1 and word.isupper() and word not in "AIXK"


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


@Language.factory("paperlattice_sentences")
def make_sentences(nlp: Language, name: str) -> SentenceFinder:
    """Make the component that finds the sentences."""
    return SentenceFinder()


class SentenceFinder(Component):
    """Sets ``findings(doc).sentences``."""

    def find(self, found: Findings) -> None:
        """Find the sentences of a text."""
        found.sentences = list(find_sentences(found.text))
