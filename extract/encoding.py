"""What the recogniser's network sees of a text, as arrays of numbers.

A token is seen as its word vector, five hashed spellings and nine measurements; a form (all
candidate spans that fold to the same words) as where and how often it stands in this text, and
how it is used in a large corpus of abstracts. Training and inference share this module.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from paperlattice.extract.spans import find_spans, fold_token, forms_of, kind_of

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

#: Rows of the hashed embeddings: the word, its first 3, last 3 and last 5 letters, its shape.
HASHED_ROWS: Final = (8000, 3000, 3000, 3000, 800)
#: Measurements of a token, and of a form.
TOKEN_NUMBERS: Final = 9
FORM_NUMBERS: Final = 26
#: Corpus statistics of a form: see ``train/statistics.py``.
STATISTICS: Final = 17

# Those of them that say where a form stands.
_PLACES: Final = FORM_NUMBERS - STATISTICS - 1
_OPEN, _CLOSE, _COLON = 1, 2, 3
_SIGNS: Final = {"(": _OPEN, ")": _CLOSE, ":": _COLON}

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
        self.folded: list[str] = []
        # Of each word: its number in lower case, what it may be in a name, which of _SIGNS it
        # is, its row of the vectors, its hashed rows.
        self.whole = np.zeros((room, 4 + len(HASHED_ROWS)), np.int64)
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
        lower_number = self.lower_of.setdefault(lower, len(self.lower_of))
        self.whole[number] = (lower_number, kind_of(word), _SIGNS.get(word, 0), row, *hashed)
        self.folded.append(fold_token(word))
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
        # In order, each search begins in the cache where the one before it ended.
        order = np.argsort(hashes)
        at = np.empty(len(forms), np.int64)
        at[order] = np.searchsorted(self.form_hashes, hashes[order])
        np.minimum(at, len(self.form_hashes) - 1, out=at)
        known = self.form_hashes[at] == hashes
        values = np.zeros((len(forms), STATISTICS + 1), np.float32)
        values[known, :-1] = self.form_statistics[at[known]] * np.float32(STEP)
        values[known, -1] = 1
        return values


def encode(words: Sequence[str], spaces: Sequence[bool], title: int, tables: Tables) -> Encoded:
    """Make the arrays of one text.

    words, spaces: tokens, and whether white space follows each. title: how many of the first
    tokens are the title.
    """
    spellings = tables.spellings
    seen = spellings.numbers(words)
    whole = spellings.whole.take(seen, axis=0)
    lower = whole[:, 0].tolist()
    times, in_title = Counter(lower), frozenset(lower[:title])
    numbers = np.empty((len(words), TOKEN_NUMBERS), np.float32)
    numbers[:, 0] = np.arange(len(words)) < title
    numbers[:, 1] = np.log([times[word] for word in lower])
    numbers[:, 2] = [word in in_title for word in lower]
    numbers[:, 3] = spaces
    numbers[:, 4:] = spellings.parts[seen]
    spans = find_spans(words, spaces, whole[:, 1])
    folded = [spellings.folded[number] for number in seen.tolist()]
    of_spans = forms_of(folded, spaces, spans)
    forms = list(dict.fromkeys(of_spans))
    number_of = dict(zip(forms, range(len(forms)), strict=True))
    at = np.array([number_of[form] for form in of_spans], np.int64)
    own = _places(whole[:, 2], spans, at, len(forms), title)
    return Encoded(
        rows=whole[:, 3],
        hashed=whole[:, 4:],
        numbers=numbers,
        spans=spans,
        form_at=at,
        forms=forms,
        form_numbers=np.concatenate([own, tables.statistics(forms)], axis=1, dtype=np.float32),
        title=title,
    )


def _places(signs: Ints, spans: Ints, form_at: Ints, forms: int, title: int) -> Floats:
    """Measure where the forms stand: [F, 8].

    signs: of each token, which of :data:`_SIGNS` it is.
    """
    size = max(len(signs), 1)
    start, end = spans[:, 0], spans[:, 1]
    signs = np.append(signs, 0)
    before, after = signs[start - 1], signs[end]
    counts = np.bincount(form_at, minlength=forms)
    # Of the places of a form, the last one written stays.
    first, last = np.empty(forms), np.empty(forms)
    first[form_at[::-1]] = start[::-1]
    last[form_at] = start
    places = np.zeros((forms, _PLACES), np.float32)
    places[form_at[start < title], 0] = 1
    places[form_at[start >= title], 1] = 1
    places[:, 2] = np.log(counts)
    places[:, 3] = first / size
    places[:, 4] = last / size
    places[form_at[(before == _OPEN) & (after == _CLOSE)], 5] = 1
    places[form_at[after == _OPEN], 6] = 1
    places[form_at[(start == 0) & (after == _COLON)], 7] = 1
    return places
