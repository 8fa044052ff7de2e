"""Spans of a tokenised text that could name an entity, and the form that each is counted under.

Candidates are all short runs of tokens that no clause boundary, pronoun or verb form of the
list below parts. They are many (some 370 in an abstract) and hold nearly all names (99 % of
what readers marked); which of them are names is for the model to say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

#: Longest candidate, in words (as white space parts them) and in tokens.
MAX_WORDS: Final = 7
MAX_TOKENS: Final = 13


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that no name runs across, unless a hyphen joins them to their neighbour ("few-shot").
_PARTING: Final = _words(
    """
    we is are was were be been being that which this these those our their its it they them he
    she his her has have had can could will would may might must should shall however while
    although though thus hence therefore not no nor but or if then than so such also there here
    where when who whose what why how both each either neither between among into onto over
    under through during before after above below up down out off again further once because
    until about against only own same too very just do does did doing i you your my me us more
    most other some any all few many much moreover furthermore specifically additionally e.g.
    i.e. et al. etc. etc using based propose proposes proposed present presents achieves achieve
    show shows demonstrate demonstrates outperform outperforms without within across via yet
    still often instead one two three four five introduce introduces first second third finally
    despite whether including include includes given provide provides allows enables enable
    leads lead several various recent recently existing novel new state paper work
    """
)
# Words inside names ("area under the curve"), but neither first nor last.
_LINKING: Final = _words(
    """
    of for in to and the on with from by a an as at & 's \u2019s 's - \u2013 \u2014 / + _ \u2019 ' * \\ . ^ $ { } ~ % @ |
    = < >
    """
)
_HYPHENS: Final = frozenset("-\u2010\u2011\u2013/")
_BREAK: Final = re.compile(
    r"[,;:!?()\[\]\"\u201c\u201d\u2026\u2022\u2018`]+\Z|\.\.+\Z|https?://|\.\Z|\s"
)
_CLOSING: Final = frozenset("+%@")


def find_spans(words: Sequence[str], spaces: Sequence[bool], kinds: Ints | None = None) -> Ints:
    """Give the token ranges ``[start, end)`` of all candidates, in order: [M, 2].

    words, spaces: tokens, and whether white space follows each, as in a spaCy ``Doc``. kinds:
    each token under :func:`kind_of`, where that is known.
    """
    if kinds is None:
        kinds = np.array([kind_of(word) for word in words], np.int64)
    parts = np.zeros(len(words) + 1, bool)
    parts[-1] = True
    for at in np.flatnonzero(kinds >= _STOP).tolist():
        parts[at] = kinds[at] == _STOP or not _has_hyphen(words, spaces, at)
    starts = np.flatnonzero(((kinds == _CONTENT) | (kinds == _PART)) & ~parts[:-1])
    # How many words stand before each token.
    gaps = np.zeros(len(words), np.int64)
    np.cumsum(np.array(spaces[:-1], bool), out=gaps[1:])
    # Each start reaches to what parts the text, or as far as a name may be long.
    parting = np.flatnonzero(parts)
    reach = parting[np.searchsorted(parting, starts)]
    np.minimum(reach, starts + MAX_TOKENS, out=reach)
    np.minimum(reach, np.searchsorted(gaps, gaps[starts] + MAX_WORDS), out=reach)
    counts = reach - starts
    first = np.repeat(starts, counts)
    last = first + np.arange(len(first)) - np.repeat(np.cumsum(counts) - counts, counts)
    spans: Ints = np.stack([first, last + 1], axis=1)[kinds[last] != _LINK]
    return spans


# What may part a text comes last; all but a link may end a name.
_CONTENT, _LINK, _CLOSE, _STOP, _PART = range(5)


def kind_of(word: str) -> int:
    """Give the number that says what a token may be in a name."""
    lower = word.lower()
    if lower in _PARTING:
        return _PART
    if _BREAK.match(word):
        return _STOP
    if word in _CLOSING:
        return _CLOSE
    if word == "A" or (lower not in _LINKING and any(c.isalnum() for c in word)):
        return _CONTENT
    return _LINK


def is_content(word: str) -> bool:
    """Whether a token may begin or end a name."""
    return kind_of(word) == _CONTENT


def _has_hyphen(words: Sequence[str], spaces: Sequence[bool], at: int) -> bool:
    """Whether a hyphen joins a token to the one before it or behind it."""
    after = at + 1 < len(words) and not spaces[at] and words[at + 1] in _HYPHENS
    before = at > 0 and not spaces[at - 1] and words[at - 1] in _HYPHENS
    return after or before


_DASHES: Final = re.compile(r"[-\u2010\u2011\u2013\u2014_/{}$~\\]+")
_REST: Final = re.compile(r"[^\w%+@.* ]")
_PLURAL: Final = re.compile(r"(?<=\w{3})(?<![sui])s$")
_ARTICLES: Final = frozenset(("a", "an", "the"))


def fold_token(token: str) -> str:
    """Give a token's part of a form: lower case, hyphens as spaces; "" for an article or mark.

    >>> fold_token("CIFAR-100")
    'cifar 100'
    """
    folded = _REST.sub("", _DASHES.sub(" ", token.lower()))
    return " ".join(w for w in folded.split() if w not in _ARTICLES)


def form_of(folded: Sequence[str], spaces: Sequence[bool], start: int, end: int) -> str:
    """Give the form of the span ``[start, end)``: equal forms are one name.

    folded: each token under :func:`fold_token`.

    >>> words, spaces = ["image", "-", "text", "Models"], [False, False, True, True]
    >>> form_of([fold_token(w) for w in words], spaces, 0, 4)
    'image text model'
    """
    return forms_of(folded[start:end], spaces[start:end], np.array([[0, end - start]]))[0]


def forms_of(folded: Sequence[str], spaces: Sequence[bool], spans: Ints) -> list[str]:
    """Give the form of each span of [M, 2], as :func:`form_of` does."""
    # Each form is a piece of one text of all folded tokens, with a space between two of them
    # unless they were written as one.
    pieces: list[str] = []
    begins: list[int] = []
    ends: list[int] = []
    size, joined = 0, True
    for part, space in zip(folded, spaces, strict=True):
        if part and not joined:
            pieces.append(" ")
            size += 1
        pieces.append(part)
        begins.append(size)
        size += len(part)
        ends.append(size)
        joined = bool(part) and not space
    text = "".join(pieces)
    first = np.array(begins, np.int64)[spans[:, 0]]
    last = np.array(ends, np.int64)[spans[:, 1] - 1]
    bounds = zip(first.tolist(), last.tolist(), strict=True)
    return [_finish(text[begin:end]) for begin, end in bounds]


def _finish(text: str) -> str:
    if text.endswith("s"):
        text = _PLURAL.sub("", text)
    return text.strip(" .")
