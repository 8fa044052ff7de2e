"""What the recogniser's network sees of a text, as arrays of numbers.

A token is seen as its word vector, five hashed spellings and nine measurements; a form (all
candidate spans that fold to the same words) as where and how often it stands in this text, and
how it is used in a large corpus of abstracts. Training and inference share this module.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from paperlattice.extract.spans import find_spans, fold_token, forms_of

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

#: Rows of the hashed embeddings: the word, its first 3, last 3 and last 5 letters, its shape.
HASHED_ROWS: Final = (8000, 3000, 3000, 3000, 800)
#: Measurements of a token, and of a form.
TOKEN_NUMBERS: Final = 9
FORM_NUMBERS: Final = 26
#: Corpus statistics of a form: see ``train/statistics.py``.
STATISTICS: Final = 17

_RUN: Final = re.compile(r"(.)\1{2,}")
_DIGIT: Final = re.compile(r"\d")
# Steps of the stored 8-bit integers: values from -4 to 4 standard deviations.
STEP: Final = 4 / 127


@dataclass(frozen=True, slots=True)
class Encoded:
    """One text of N tokens, M candidate spans and F forms.

    rows: [N] row of the word vectors. hashed: [N, 5] rows of the hashed embeddings.
    numbers: [N, 9]. spans: [M, 2] token ranges. form_at: [M] the form of each span.
    forms: the F forms in order of appearance. form_numbers: [F, 26]. title: the first tokens
    that are the title.
    """

    rows: Ints
    hashed: Ints
    numbers: Floats
    spans: Ints
    form_at: Ints
    forms: list[str]
    form_numbers: Floats
    title: int


def normal(word: str) -> str:
    """Give the word under which vectors are stored: lower case, each digit 0."""
    return _DIGIT.sub("0", word.lower())


def spelling(word: str) -> tuple[str, tuple[int, ...], tuple[float, ...]]:
    """Give a word's normal form, its rows in the hashed embeddings and its marks of writing."""
    lower = normal(word)
    shape = "".join(
        "X" if c.isupper() else "x" if c.islower() else "d" if c.isdigit() else c for c in word
    )
    pieces = (lower, lower[:3], lower[-3:], lower[-5:], _RUN.sub(r"\1\1\1", shape)[:12])
    hashed = tuple(
        zlib.crc32(f"{seed}{piece}".encode()) % size
        for seed, (piece, size) in enumerate(zip(pieces, HASHED_ROWS, strict=True))
    )
    marks = (
        float(word.isupper() and len(word) > 1),
        float(word[:1].isupper()),
        float(any(c.isupper() for c in word[1:])),
        float(any(c.isdigit() for c in word)),
    )
    return lower, hashed, marks


class Spellings:
    """The arrays of words already seen: most words of a text were in one before it.

    row_of, counts: as in :class:`Tables`.
    """

    _MOST = 1 << 17

    def __init__(self, row_of: Mapping[str, int], counts: Sequence[float]) -> None:
        self.row_of, self.counts = row_of, counts
        self._forget(1 << 12)

    def _forget(self, room: int) -> None:
        self.number_of: dict[str, int] = {}
        self.lower_of: dict[str, int] = {}
        # Of each word: its number in lower case, its row of the vectors, its hashed rows.
        self.whole = np.zeros((room, 2 + len(HASHED_ROWS)), np.int64)
        # Of each word: its marks of writing, and how frequent it is.
        self.parts = np.zeros((room, 5), np.float32)

    def numbers(self, words: Sequence[str]) -> Ints:
        """Give the number of each word: its row in ``whole`` and ``parts``."""
        if len(self.number_of) + len(words) > self._MOST:
            self._forget(len(words) + (1 << 12))
        get = self.number_of.get
        numbers = [get(word) for word in words]
        for at, number in enumerate(numbers):
            if number is None:
                word = words[at]
                numbers[at] = self.number_of[word] if word in self.number_of else self._add(word)
        return np.array(numbers, np.int64)

    def _add(self, word: str) -> int:
        number = len(self.number_of)
        if number == len(self.whole):
            self.whole = np.concatenate([self.whole, np.zeros_like(self.whole)])
            self.parts = np.concatenate([self.parts, np.zeros_like(self.parts)])
        lower, hashed, marks = spelling(word)
        row = self.row_of.get(lower, len(self.row_of))
        self.whole[number] = (self.lower_of.setdefault(lower, len(self.lower_of)), row, *hashed)
        self.parts[number] = (*marks, self.counts[row] / 5 - 1)
        self.number_of[word] = number
        return number


class Tables:
    """What is known of words and forms from unlabelled abstracts.

    words: in order of the rows of ``vectors``. vectors: int8 [V, D] in steps of
    :data:`STEP`. counts: float16 [V], log of the word's count. form_hashes: sorted uint32 [S],
    CRC-32 of each form. form_statistics: int8 [S, 17] in steps of :data:`STEP`.
    """

    def __init__(self, arrays: Mapping[str, Any]) -> None:
        names = bytes(arrays["words"]).decode().split("\n")
        self.row_of = {word: row for row, word in enumerate(names)}
        vectors = arrays["vectors"].astype(np.float32) * np.float32(STEP)
        # One row more: zeros, for words without a vector.
        self.vectors: Floats = np.vstack([vectors, np.zeros((1, vectors.shape[1]), np.float32)])
        self.spellings = Spellings(self.row_of, [*map(float, arrays["counts"]), 0.0])
        self.form_hashes: npt.NDArray[np.uint32] = arrays["form_hashes"]
        self.form_statistics: npt.NDArray[np.int8] = arrays["form_statistics"]

    def statistics(self, forms: Sequence[str]) -> Floats:
        """Give [F, 18]: a form's corpus statistics and 1, or zeros for one not known."""
        if not forms:
            return np.zeros((0, STATISTICS + 1), np.float32)
        hashes = np.array([zlib.crc32(form.encode()) for form in forms], np.uint32)
        at = np.minimum(np.searchsorted(self.form_hashes, hashes), len(self.form_hashes) - 1)
        known = (self.form_hashes[at] == hashes)[:, None]
        values = self.form_statistics[at].astype(np.float32) * np.float32(STEP)
        return np.concatenate([values * known, known], axis=1, dtype=np.float32)


def encode(words: Sequence[str], spaces: Sequence[bool], title: int, tables: Tables) -> Encoded:
    """Make the arrays of one text.

    words, spaces: tokens, and whether white space follows each. title: how many of the first
    tokens are the title.
    """
    seen = tables.spellings.numbers(words)
    whole = tables.spellings.whole[seen]
    _, lower, counts = np.unique(whole[:, 0], return_inverse=True, return_counts=True)
    in_title = np.bincount(lower[:title], minlength=len(counts)) > 0
    numbers = np.empty((len(words), TOKEN_NUMBERS), np.float32)
    numbers[:, 0] = np.arange(len(words)) < title
    numbers[:, 1] = np.log(counts)[lower]
    numbers[:, 2] = in_title[lower]
    numbers[:, 3] = spaces
    numbers[:, 4:] = tables.spellings.parts[seen]
    found = find_spans(words, spaces)
    folded = [fold_token(word) for word in words]
    number_of: dict[str, int] = {}
    form_at = []
    for form in forms_of(folded, spaces, found):
        form_at.append(number_of.setdefault(form, len(number_of)))
    forms = list(number_of)
    spans = np.array(found, np.int64).reshape(-1, 2)
    at = np.array(form_at, np.int64)
    own = _places(words, spans, at, len(forms), title)
    return Encoded(
        rows=whole[:, 1],
        hashed=whole[:, 2:],
        numbers=numbers,
        spans=spans,
        form_at=at,
        forms=forms,
        form_numbers=np.concatenate([own, tables.statistics(forms)], axis=1, dtype=np.float32),
        title=title,
    )


def _places(words: Sequence[str], spans: Ints, form_at: Ints, forms: int, title: int) -> Floats:
    """Measure where the forms stand: [F, 8]."""
    size = len(words)
    start, end = spans[:, 0], spans[:, 1]
    is_open = np.array([word == "(" for word in words] + [False, False], bool)
    is_close = np.array([word == ")" for word in words] + [False], bool)
    is_colon = np.array([word == ":" for word in words] + [False], bool)

    def any_of(values: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        marks = np.zeros(forms)
        marks[form_at[values]] = 1.0
        return marks

    first = np.full(forms, size, np.float64)
    np.minimum.at(first, form_at, start.astype(np.float64))
    last = np.zeros(forms)
    np.maximum.at(last, form_at, start.astype(np.float64))
    return np.stack(
        [
            any_of(start < title),
            any_of(start >= title),
            np.log(np.maximum(np.bincount(form_at, minlength=forms), 1)),
            first / max(size, 1),
            last / max(size, 1),
            any_of(is_open[start - 1] & is_close[end]),
            any_of(is_open[end]),
            any_of((start == 0) & is_colon[end]),
        ],
        axis=1,
    ).astype(np.float32)
