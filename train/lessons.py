"""Gold papers as lessons: what each form of a text is, by the gold."""

from __future__ import annotations

from typing import Any

import numpy as np
import spacy

from paperlattice.extract.encoding import Encoded, Tables, encode
from paperlattice.extract.records import EntityType
from paperlattice.extract.scoring import fold_form
from paperlattice.extract.tokenizer import LazyTokenizer
from train.fitting import Lesson

TYPES = list(EntityType)
_tokenize = LazyTokenizer(spacy.blank("en"))


def encode_paper(title: str, abstract: str, tables: Tables) -> Encoded:
    """Encode a title and an abstract as the pipeline would."""
    doc = _tokenize(f"{title}\n{abstract}")
    words = [token.text for token in doc]
    spaces = [bool(token.whitespace_) for token in doc]
    titled = sum(token.idx < len(title) for token in doc)
    return encode(words, spaces, titled, tables)


def words_of(text: str) -> list[str]:
    """Give the tokens of a text, as the network sees them."""
    return [token.text for token in _tokenize(text)]


def token_bounds(title: str, abstract: str) -> tuple[list[int], list[int]]:
    """Give where each token of a paper's text starts and ends."""
    doc = _tokenize(f"{title}\n{abstract}")
    starts = [token.idx for token in doc]
    return starts, [token.idx + len(token.text) for token in doc]


def lesson_of(paper: dict[str, Any], tables: Tables) -> Lesson:
    """Make the lesson of one gold paper.

    A form of an entity that is only optional may be taken for one of any type or not: its
    weights for the required types are 0.
    """
    text = encode_paper(paper["title"], paper["abstract"], tables)
    number_of = {form: i for i, form in enumerate(text.forms)}
    targets = np.zeros((len(text.forms), 2 * len(TYPES)), np.float32)
    for entity in paper["entities"]:
        column = TYPES.index(EntityType(entity["type"])) + (0 if entity["required"] else len(TYPES))
        for name in (entity["name"], *entity["surfaces"]):
            number = number_of.get(fold_form(name))
            if number is not None:
                targets[number, column] = 1
    weights = np.ones_like(targets)
    optional = targets[:, len(TYPES) :].any(axis=1, keepdims=True)
    weights[:, : len(TYPES)] -= optional & (targets[:, : len(TYPES)] == 0)
    return Lesson(text, targets, weights)
