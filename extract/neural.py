"""Names recognised by a small trained network, run in NumPy.

The network reads the whole paper and gives each form (all spans that fold to the same words) a
probability for each type, as ``train/`` taught it; the model card has the figures. It adds
candidates and decides nothing: ``paperlattice_resolver`` does.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import resources
from itertools import pairwise
from operator import add
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from threadpoolctl import LibController, ThreadpoolController

from paperlattice.extract.candidates import Candidate, Component, Findings
from paperlattice.extract.encoding import Encoded, Floats, Tables, encode
from paperlattice.extract.records import EntityType
from paperlattice.extract.tokenizer import TokenReader

#: Size of the network; ``train/network.py`` has the same network in PyTorch.
WIDTH: Final = 128
DILATIONS: Final = (1, 2, 3)
EMBEDDED: Final = (48, 24, 24, 24, 16)
LONGEST: Final = 13

# A text is read in pieces of so many tokens, so that memory does not grow with it. Hardly an
# abstract is longer.
_PIECE = 1024
_TYPES = list(EntityType)
# What is compared with to cut off the negative: twice as fast as comparing with a number.
_NOTHING: Final = np.zeros(WIDTH, np.float32)

#: Least probability of a candidate; the resolver asks for more.
LEAST: Final = 0.06


class Recogniser:
    """The network with its weights: scores the forms of one text at a time.

    One text at a time, so that no score depends on what else is in a batch.
    """

    def __init__(self, arrays: Mapping[str, Any]) -> None:
        self.tables = Tables(arrays)

        def weight(name: str) -> Floats:
            return np.ascontiguousarray(arrays[name].astype(np.float32))

        self.embeddings = [weight(f"embeddings.{i}.weight") for i in range(len(EMBEDDED))]
        self.enter = weight("enter.weight").T, weight("enter.bias")
        self.enter_norm = weight("enter_norm.weight"), weight("enter_norm.bias")
        self.convolutions = [
            (
                weight(f"convolutions.{i}.weight").T,
                weight(f"convolutions.{i}.bias"),
                weight(f"norms.{i}.weight"),
                weight(f"norms.{i}.bias"),
            )
            for i in range(len(DILATIONS))
        ]
        self.parts = np.ascontiguousarray(weight("parts.weight").T)
        self.length = weight("length.weight")
        self.whole = weight("whole.weight").T, weight("whole.bias")
        self.known = weight("known.weight").T, weight("known.bias")
        self.pooled = weight("pooled.weight").T, weight("pooled.bias")
        # For a form whose largest and average are the same.
        self.pooled_once = np.ascontiguousarray(self.pooled[0][:WIDTH] + self.pooled[0][WIDTH:])
        self.leave = weight("leave.weight").T, weight("leave.bias")
        # Slope and offset of each type's logit, which make probabilities of scores.
        self.calibration = weight("calibration")

    def logits(self, text: Encoded) -> Floats:
        """Give [F, 8] scores; :class:`train.network.Network` says what of."""
        spelt = [table.take(text.hashed[:, i], axis=0) for i, table in enumerate(self.embeddings)]
        vectors = self.tables.vectors.take(text.rows, axis=0)
        x = np.concatenate([vectors, *spelt, text.numbers], axis=1) @ self.enter[0]
        x += self.enter[1]
        _norm(x, *self.enter_norm)
        for dilation, (kernel, bias, gain, offset) in zip(
            DILATIONS, self.convolutions, strict=True
        ):
            # The tokens before and after beside each token; empty ones beyond the ends.
            seen = np.zeros((len(x), 3 * WIDTH), np.float32)
            seen[dilation:, :WIDTH] = x[:-dilation]
            seen[:, WIDTH : 2 * WIDTH] = x
            seen[:-dilation, 2 * WIDTH :] = x[dilation:]
            y = seen @ kernel
            y += bias
            np.maximum(y, _NOTHING, out=y)
            x += y
            _norm(x, gain, offset)
        return self._score(text, x)

    def _score(self, text: Encoded, x: Floats) -> Floats:
        spans = self._spans(text, x)
        counts = np.bincount(text.form_at)
        order = np.argsort(text.form_at, kind="stable")
        at = np.cumsum(counts) - counts
        # Most forms stand in one place only: their largest and their average are that place.
        largest = spans.take(order[at], axis=0)
        several = np.flatnonzero(counts > 1)
        grouped = spans.take(order[np.repeat(counts > 1, counts)], axis=0)
        starts = np.cumsum(counts[several]) - counts[several]
        if len(several):
            largest[several] = np.maximum.reduceat(grouped, starts, axis=0)
        hidden = largest @ self.pooled_once
        if len(several):
            average = np.add.reduceat(grouped, starts, axis=0)
            average /= counts[several][:, None].astype(np.float32)
            hidden[several] += (average - largest[several]) @ self.pooled[0][WIDTH:]
        title = x[: text.title].mean(axis=0) if text.title else np.zeros(WIDTH, np.float32)
        whole = np.concatenate([x.mean(axis=0), title])
        hidden += text.form_numbers @ self.known[0]
        hidden += whole @ self.whole[0] + self.whole[1] + self.known[1] + self.pooled[1]
        np.maximum(hidden, _NOTHING, out=hidden)
        scores: Floats = np.add(hidden @ self.leave[0], self.leave[1], dtype=np.float32)
        return scores

    def _spans(self, text: Encoded, x: Floats) -> Floats:
        """Read each span from its ends, the tokens beside them, and the mean of its tokens."""
        first, last, before, after, inside = np.split(x @ self.parts, 5, axis=1)
        # What a span that starts, or that ends, with this token has from its ends.
        opening, closing = first.copy(), last.copy()
        opening[1:] += before[:-1]
        closing[:-1] += after[1:]
        sums = np.zeros((len(x) + 1, WIDTH), np.float32)
        sums[1:] = inside
        # By rows: np.cumsum goes down each column by itself, at twice the time.
        for so_far, row in pairwise(sums):
            row += so_far
        start, end = text.spans[:, 0], text.spans[:, 1]
        length = end - start
        spans: Floats = sums.take(end, axis=0)
        spans -= sums.take(start, axis=0)
        spans /= length[:, None].astype(np.float32)
        spans += opening.take(start, axis=0)
        spans += closing.take(end - 1, axis=0)
        spans += self.length.take(np.minimum(length, LONGEST), axis=0)
        np.maximum(spans, _NOTHING, out=spans)
        return spans

    def probabilities(self, text: Encoded) -> Floats:
        """Give [F, 4]: how likely each form is a method, dataset, metric, task; calibrated."""
        if not text.forms:
            return np.zeros((0, len(_TYPES)), np.float32)
        scores = self.logits(text)[:, : len(_TYPES)] * self.calibration[0] + self.calibration[1]
        shares: Floats = 1 / (1 + np.exp(-np.clip(scores, -30, 30)))
        return shares


def _norm(x: Floats, gain: Floats, offset: Floats) -> None:
    """Normalise each row, in place."""
    x -= x.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", x, x) / np.float32(WIDTH)
    x /= np.sqrt(variance + np.float32(1e-5))[:, None]
    x *= gain
    x += offset


def load_arrays() -> dict[str, npt.NDArray[Any]]:
    """Load the tables and weights that the package comes with."""
    with (resources.files("paperlattice.extract") / "weights" / "ner.npz").open("rb") as file:
        return dict(np.load(file))


@cache
def load_recogniser() -> Recogniser:
    """Make the recogniser that the package comes with, once."""
    return Recogniser(load_arrays())


@Language.factory("paperlattice_ner", default_config={"least": LEAST})
def make_ner(nlp: Language, name: str, least: float) -> EntityRecogniser:
    """Make the component that recognises names with the trained network."""
    return EntityRecogniser(name, least)


class EntityRecogniser(Component):
    """Adds a candidate for each form and type that is likely enough.

    least: the least probability of a candidate; the resolver asks for more.
    """

    def __init__(self, name: str, least: float) -> None:
        self.name, self.least = name, least
        self.recogniser = load_recogniser()
        # Its own tokens, the ones it was trained on, whatever tokenizer the pipeline has.
        self.read_tokens = TokenReader()
        self.libraries = ThreadpoolController().select(user_api="blas").lib_controllers

    def find(self, found: Findings) -> None:
        """Recognise the names of a text."""
        title_end = found.text.find("\n")
        words, spaces, starts = self.read_tokens(found.text)
        for first in range(0, len(words), _PIECE):
            piece = slice(first, first + _PIECE)
            title = bisect_left(starts[piece], title_end)
            found.candidates += self._find(words[piece], spaces[piece], starts[piece], title)

    def _find(
        self, words: Sequence[str], spaces: Sequence[bool], starts: Sequence[int], title: int
    ) -> Iterator[Candidate]:
        text = encode(words, spaces, title, self.recogniser.tables)
        ends = list(map(add, starts, map(len, words)))
        # The products are small: threads wait for each other longer than they work, and how they
        # share a sum would decide its last bits. Several processes are the way to several cores.
        with one_thread(self.libraries):
            shares = self.recogniser.probabilities(text)
        return make_candidates(text, shares, starts, ends, self.name, self.least)


def make_candidates(
    text: Encoded,
    shares: Floats,
    starts: Sequence[int],
    ends: Sequence[int],
    component: str,
    least: float,
) -> Iterator[Candidate]:
    """Yield a candidate, at its first place, for each form and type that is likely enough.

    shares: [F, 4] probabilities. starts, ends: of each token, in code points.
    """
    # Rounded before it is compared: the last bits differ between processors.
    shares = np.round(shares, 3)
    # Of the spans of a form, the last one written stays: the first.
    first_of = np.empty(len(text.forms), np.int64)
    first_of[text.form_at[::-1]] = np.arange(len(text.spans))[::-1]
    forms, kinds = np.nonzero(shares >= least)
    for (start, end), kind, share in zip(
        text.spans[first_of[forms]].tolist(),
        kinds.tolist(),
        shares[forms, kinds].tolist(),
        strict=True,
    ):
        yield Candidate(starts[start], ends[end - 1], _TYPES[kind], round(share, 3), component)


@contextmanager
def one_thread(libraries: Sequence[LibController]) -> Iterator[None]:
    """Keep libraries to one thread each.

    ``ThreadpoolController.limit`` does the same, but asks each library for everything that is
    to be known of it, which costs as much as a tenth of the network.
    """
    before = [(library, library.get_num_threads()) for library in libraries]
    for library, threads in before:
        if threads != 1:
            library.set_num_threads(1)
    try:
        yield
    finally:
        for library, threads in before:
            if threads != 1:
                library.set_num_threads(threads)
