"""Word vectors from the unlabelled abstracts: skip-gram word2vec by gensim."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from gensim.models import Word2Vec

from paperlattice.extract.encoding import STEP, normal
from paperlattice.extract.tokenizer import LazyTokenizer
from train.papers import read_abstracts


class _Sentences:
    """The abstracts as lists of words, as often as they are asked for; kept in a file."""

    def __init__(self, shared: Path, cache: Path) -> None:
        self.cache = cache
        tokenize = LazyTokenizer(spacy.blank("en"))
        with cache.open("w", encoding="utf-8") as file:
            for title, abstract in read_abstracts(shared):
                doc = tokenize(f"{title}\n{abstract}")
                words = (normal(token.text) for token in doc if not token.is_space)
                file.write(" ".join(words) + "\n")

    def __iter__(self) -> Iterator[list[str]]:
        with self.cache.open(encoding="utf-8") as lines:
            for line in lines:
                yield line.split(" ")


def make_vectors(shared: Path, cache: Path, settings: dict[str, Any]) -> dict[str, np.ndarray]:
    """Train word vectors and give them as :class:`~paperlattice.extract.encoding.Tables` has them.

    One thread, so that the same input gives the same vectors (with PYTHONHASHSEED fixed).
    """
    model = Word2Vec(_Sentences(shared, cache), sg=1, workers=1, **settings)
    vectors = model.wv.vectors / model.wv.vectors.std(axis=0)
    counts = [model.wv.get_vecattr(word, "count") for word in model.wv.index_to_key]
    return {
        "words": np.frombuffer("\n".join(model.wv.index_to_key).encode(), np.uint8),
        "vectors": np.clip(np.round(vectors / STEP), -127, 127).astype(np.int8),
        "counts": np.log(np.array(counts, np.float32)).astype(np.float16),
    }
