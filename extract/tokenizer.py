"""spaCy's tokens, at a cost in proportion to the text."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc


class LazyTokenizer:
    """spaCy's English tokenizer, with a cache that a corpus fits in and linear on any text.

    A run of thousands of characters without white space, which no language has, would cost
    spaCy's tokenizer quadratic time: it is cut into pieces first.
    """

    _LONG_RUN = re.compile(r"\S{1000,}")

    def __init__(self, nlp: Language) -> None:
        self.vocab = nlp.vocab
        tokenizer: Any = nlp.tokenizer
        self.tokenizer = tokenizer
        # The default of 10,000 is full after some 200 abstracts.
        tokenizer.max_cache_size = 1_000_000

    def __call__(self, text: str) -> Doc:
        """Tokenise a text; ``doc.text`` equals it."""
        if not self._LONG_RUN.search(text):
            doc: Doc = self.tokenizer(text)
            return doc
        pieces = re.findall(r"\s+|\w{1,100}|\W", text)
        return Doc(self.vocab, words=pieces, spaces=[False] * len(pieces))


class TokenReader:
    """spaCy's tokens as plain lists, at a tenth of the cost where texts are tidy.

    spaCy parts a text at white space first and then each piece by itself, so a piece that comes
    again (most do) need not be parted again.
    """

    def __init__(self) -> None:
        self.tokenize = LazyTokenizer(spacy.blank("en"))
        self.part = lru_cache(maxsize=1 << 17)(self._part)

    def __call__(self, text: str) -> tuple[list[str], list[bool], list[int]]:
        """Give the tokens, whether a space follows each, and where each starts."""
        lines = text.split("\n")
        if len(lines) != 2 or any(_UNTIDY.search(line) or not line for line in lines):
            return _read(self.tokenize(text))
        title, spaces, starts = self._tidy(lines[0], 0)
        at = len(lines[0])
        words, more_spaces, more_starts = self._tidy(lines[1], at + 1)
        return (
            [*title, "\n", *words],
            [*spaces, False, *more_spaces],
            [*starts, at, *more_starts],
        )

    def _tidy(self, line: str, at: int) -> tuple[list[str], list[bool], list[int]]:
        words: list[str] = []
        spaces: list[bool] = []
        starts: list[int] = []
        for piece in line.split(" "):
            for word in self.part(piece):
                words.append(word)
                spaces.append(False)
                starts.append(at)
                at += len(word)
            spaces[-1] = True
            at += 1
        spaces[-1] = False
        return words, spaces, starts

    def _part(self, piece: str) -> tuple[str, ...]:
        return tuple(token.text for token in self.tokenize(piece))


# White space other than single spaces between words; runs that LazyTokenizer cuts.
_UNTIDY = re.compile(r"[^\S ]|  |\A | \Z|\S{1000}")


def _read(doc: Doc) -> tuple[list[str], list[bool], list[int]]:
    words = [token.text for token in doc]
    return words, [bool(token.whitespace_) for token in doc], [token.idx for token in doc]
