"""How a form is used in the unlabelled abstracts: 17 numbers for each that is not rare.

They are facts about usage that need no label: in how many papers, how often in titles, in
capitals, between words that no name has at its ends, beside "dataset" or "task", behind "we
propose" or "on". A name that stands before "dataset" in twenty papers is likely one in the next.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import spacy

from paperlattice.extract.encoding import STATISTICS, STEP
from paperlattice.extract.spans import find_spans, fold_token, forms_of, is_content
from paperlattice.extract.tokenizer import LazyTokenizer
from train.papers import read_abstracts

# Bits of what is seen at one place of a form.
_FIRST, _FIRST_IN_TITLE = 1 << 0, 1 << 1
_ALONE, _CAPITAL = 1 << 13, 1 << 14
_ACRONYM_RIGHT, _ACRONYM_LEFT, _LISTED, _TERMS_OF = 1 << 11, 1 << 10, 1 << 12, 1 << 8


def _each(words: str, bit: int) -> dict[str, int]:
    return dict.fromkeys(words.split(), bit)


_BEFORE: Final[dict[str, int]] = {
    "on": 1 << 6,
    **_each(
        "propose proposes introduce introduces present presents called named dubbed termed novel "
        "new develop",
        1 << 7,
    ),
    **_each(
        "using with via by use uses employ employs leverage leverages leveraging through utilize "
        "utilizing apply applying",
        1 << 9,
    ),
    **_each(
        "improve improves improving higher lower reduce reduces reducing increase increases better "
        "increasing achieve achieves",
        1 << 15,
    ),
    "(": _ACRONYM_LEFT,
    ",": _LISTED,
    "and": _LISTED,
}
_BEHIND: Final[dict[str, int]] = {
    **_each(
        "dataset datasets benchmark benchmarks corpus corpora challenge challenges collection data "
        "suite leaderboard testbed",
        1 << 2,
    ),
    **_each("task tasks problem problems", 1 << 3),
    **_each(
        "model models method methods network networks algorithm algorithms framework frameworks "
        "approach approaches module modules layer layers architecture architectures loss losses "
        "technique techniques strategy strategies mechanism optimizer",
        1 << 4,
    ),
    **_each(
        "score scores metric metrics rate rates improvement improvements gain gains accuracy % "
        "points",
        1 << 5,
    ),
    "(": _ACRONYM_RIGHT,
}
_BITS: Final = 16


def look(words: Sequence[str], spaces: Sequence[bool], title: int) -> list[tuple[int, int]]:
    """Give the hash of each candidate span's form and the bits of what is seen there."""
    size = len(words)
    lower = [word.lower() for word in words] + ["", ""]
    folded = [fold_token(word) for word in words]
    content = [is_content(word) for word in words] + [False]
    seen: set[int] = set()
    seen_in_title: set[int] = set()
    found = []
    spans = find_spans(words, spaces)
    for (start, end), text in zip(spans.tolist(), forms_of(folded, spaces, spans), strict=True):
        form = zlib.crc32(text.encode())
        before = lower[start - 1] if start else ""
        bits = _BEFORE.get(before, 0) | _BEHIND.get(lower[end], 0)
        if before == "of" and start > 1 and lower[start - 2] == "terms":
            bits |= _TERMS_OF
        if lower[end] == "-" and lower[end + 1] == "based":
            bits |= _BEHIND["model"]
        if form not in seen:
            seen.add(form)
            bits |= _FIRST
        if start < title and form not in seen_in_title:
            seen_in_title.add(form)
            bits |= _FIRST_IN_TITLE
        left = start == 0 or not (content[start - 1] or words[start - 1] == "-")
        right = end >= size or not (content[end] or words[end] == "-")
        if left and right:
            bits |= _ALONE
        if start and start >= title and before not in (".", "\n") and _has_capital(words[start]):
            bits |= _CAPITAL
        found.append((form, bits))
    return found


def _has_capital(word: str) -> bool:
    return any(c.isupper() for c in word)


def make_statistics(shared: Path, least: int) -> dict[str, np.ndarray]:
    """Count over the corpora; forms in fewer than ``least`` papers are left out.

    Gives ``form_hashes`` and ``form_statistics`` as
    :class:`~paperlattice.extract.encoding.Tables` has them. Takes some 1.5 GB of memory.
    """
    tokenize = LazyTokenizer(spacy.blank("en"))
    parts: list[np.ndarray] = []
    some: list[tuple[int, int]] = []
    for title, abstract in read_abstracts(shared):
        doc = tokenize(f"{title}\n{abstract}")
        words = [token.text for token in doc]
        titled = sum(token.idx < len(title) for token in doc)
        some += look(words, [bool(token.whitespace_) for token in doc], titled)
        if len(some) > 1_000_000:
            parts.append(np.array(some, np.uint32))
            some = []
    if some:
        parts.append(np.array(some, np.uint32))
    seen = np.concatenate(parts)
    return summarize(seen[:, 0], seen[:, 1], least)


def summarize(hashes: np.ndarray, bits: np.ndarray, least: int) -> dict[str, np.ndarray]:
    """Turn places (form hash, bits) into the table of forms in at least ``least`` papers."""
    forms, number, places = np.unique(hashes, return_inverse=True, return_counts=True)
    papers = np.bincount(number, weights=bits & _FIRST)
    kept = papers >= least
    places, papers = places[kept], papers[kept]
    table = np.zeros((int(kept.sum()), STATISTICS))
    table[:, 0] = np.log(papers) / 10
    for bit in range(1, _BITS):
        marked = np.bincount(number, weights=(bits >> bit) & 1)[kept]
        # Square roots: the difference of 0 and 1 % says more than that of 50 and 51 %.
        table[:, bit] = np.sqrt(marked / (papers if bit == 1 else places))
    table[:, _BITS] = np.log(places / papers)
    table = (table - table.mean(axis=0)) / (table.std(axis=0) + 1e-6)
    steps = np.clip(np.round(table / STEP), -127, 127).astype(np.int8)
    return {"form_hashes": forms[kept], "form_statistics": steps}
