"""Spans of a tokenised text that could name an entity, and the form that each is counted under.

Candidates are all short runs of tokens that no clause boundary, pronoun or verb form of the
list below parts. They are many (some 370 in an abstract) and hold nearly all names (99 % of
what readers marked); which of them are names is for the model to say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

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


def find_spans(words: Sequence[str], spaces: Sequence[bool]) -> list[tuple[int, int]]:
    """Give the token ranges ``[start, end)`` of all candidates, in order.

    words, spaces: tokens, and whether white space follows each, as in a spaCy ``Doc``.
    """
    found: list[tuple[int, int]] = []
    first = 0
    kinds = [_kind(word) for word in words]
    for at in range(len(words) + 1):
        if at < len(words) and not _parts(words, spaces, kinds, at):
            continue
        for start in range(first, at):
            if kinds[start] != _CONTENT and kinds[start] != _PART:
                continue
            length = 1
            for end in range(start, min(at, start + MAX_TOKENS)):
                if end > start and spaces[end - 1]:
                    length += 1
                if length > MAX_WORDS:
                    break
                if kinds[end] in _MAY_END:
                    found.append((start, end + 1))
        first = at + 1
    return found


_CONTENT, _LINK, _CLOSE, _STOP, _PART = range(5)
_MAY_END: Final = frozenset((_CONTENT, _CLOSE, _PART))


@lru_cache(maxsize=1 << 17)
def _kind(word: str) -> int:
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
    return _kind(word) == _CONTENT


def _parts(words: Sequence[str], spaces: Sequence[bool], kinds: list[int], at: int) -> bool:
    if kinds[at] == _STOP:
        return True
    if kinds[at] != _PART:
        return False
    after = at + 1 < len(words) and not spaces[at] and words[at + 1] in _HYPHENS
    before = at > 0 and not spaces[at - 1] and words[at - 1] in _HYPHENS
    return not (after or before)


_DASHES: Final = re.compile(r"[-\u2010\u2011\u2013\u2014_/{}$~\\]+")
_REST: Final = re.compile(r"[^\w%+@.* ]")
_PLURAL: Final = re.compile(r"(?<=\w{3})(?<![sui])s$")
_ARTICLES: Final = frozenset(("a", "an", "the"))


@lru_cache(maxsize=1 << 17)
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
    return forms_of(folded, spaces, [(start, end)])[0]


def forms_of(
    folded: Sequence[str], spaces: Sequence[bool], spans: Sequence[tuple[int, int]]
) -> list[str]:
    """Give the form of each span; fast where spans that start together stand together."""
    forms = []
    origin = reached = -1
    text, joined = "", False
    for start, end in spans:
        if start != origin or end < reached:
            origin = reached = start
            text, joined = "", False
        for at in range(reached, end):
            part = folded[at]
            if part:
                text = text + part if joined or not text else f"{text} {part}"
                joined = not spaces[at]
            else:
                joined = False
        reached = end
        forms.append(_finish(text))
    return forms


@lru_cache(maxsize=1 << 16)
def _finish(text: str) -> str:
    *head, last = text.split(" ")
    return " ".join((*head, _PLURAL.sub("", last))).strip(" .")
