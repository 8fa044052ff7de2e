"""Sort the words of a corpus into classes that are used alike: ``extract/word_classes.tsv``.

    python train/fit_word_classes.py CORPUS.jsonl.gz… [--out extract/word_classes.tsv]

Words are described by the words at the two places before and behind them (positive pointwise
mutual information, reduced by a truncated singular value decomposition, as in O. Levy and Y.
Goldberg, Neural word embedding as implicit matrix factorization, NIPS 2014) and grouped by
spherical k-means. No text of the corpus is kept: a line of the output is a class and its words.
The seeds are fixed: the same corpus gives the same classes.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.linalg import svds

from paperlattice.extract.urls import find_addresses
from paperlattice.extract.words import find_words

VOCABULARY = 40_000
CONTEXTS = 4_000
LEAST_COUNT = 12
DIMENSIONS = 96
CLASSES = 768
ROUNDS = 20
OFFSETS = (-2, -1, 1, 2)

Ids = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]


def texts(paths: Sequence[Path]) -> Iterator[str]:
    """Yield title and abstract of every paper of some corpora, each paper once."""
    seen: set[str] = set()
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                paper = json.loads(line)
                title = paper["title"].strip()
                if title.lower() not in seen:
                    seen.add(title.lower())
                    yield f"{title}\n{paper['abstract']}"


def words_of(text: str) -> Iterator[str]:
    """Yield the folded words of a text, with a stop where neither space nor hyphen parts two."""
    if "http" in text:
        for address in find_addresses(text):
            blank = " " * (address.blank_end - address.start)
            text = text[: address.start] + blank + text[address.blank_end :]
    for word in find_words(text):
        if not word.joined:
            yield "."
        yield word.folded


def encode(paths: Sequence[Path]) -> tuple[list[str], Ids]:
    """Give the vocabulary, most frequent first, and the corpus as places in it (-1: not in it)."""
    index: dict[str, int] = {}
    counts: Counter[int] = Counter()
    pieces = []
    for text in texts(paths):
        piece = np.fromiter((index.setdefault(w, len(index)) for w in words_of(text)), np.int32)
        counts.update(piece.tolist())
        pieces.append(piece)
    ranked = sorted(counts, key=lambda i: (-counts[i], i))
    ranked = [i for i in ranked[:VOCABULARY] if counts[i] >= LEAST_COUNT]
    place = np.full(len(index), -1, np.int32)
    place[ranked] = np.arange(len(ranked))
    names = list(index)
    return [names[i] for i in ranked], np.concatenate([place[piece] for piece in pieces])


def describe(corpus: Ids, vocabulary: int) -> Floats:
    """Give each word's vector: what stands about it, reduced and of length 1."""
    blocks = []
    for offset in OFFSETS:
        words, beside = (
            (corpus[:-offset], corpus[offset:])
            if offset > 0
            else (corpus[-offset:], corpus[:offset])
        )
        kept = (words >= 0) & (beside >= 0) & (beside < CONTEXTS)
        ones = np.ones(int(kept.sum()), np.float32)
        blocks.append(
            sparse.coo_matrix((ones, (words[kept], beside[kept])), (vocabulary, CONTEXTS)).tocsr()
        )
    counts = sparse.hstack(blocks, format="coo")
    total = counts.sum()
    by_word = np.asarray(counts.sum(axis=1)).ravel()
    by_context = np.asarray(counts.sum(axis=0)).ravel() ** 0.75
    by_context *= total / by_context.sum()
    pmi = np.log(counts.data * total / (by_word[counts.row] * by_context[counts.col]))
    positive = pmi > 0
    matrix = sparse.csr_matrix(
        (pmi[positive], (counts.row[positive], counts.col[positive])), counts.shape
    )
    start = np.random.default_rng(0).standard_normal(min(matrix.shape))
    u, s, _ = svds(matrix.astype(np.float32), k=DIMENSIONS, v0=start.astype(np.float32))
    vectors = (u * np.sqrt(s)).astype(np.float32)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Floats = vectors / np.maximum(norms, 1e-9)
    return unit


def classify(vectors: Floats) -> Ids:
    """Group the vectors by spherical k-means; give each its class."""
    rng = np.random.default_rng(0)
    # The frequent words, which come first, make better seeds than any.
    centres = vectors[rng.choice(min(8_000, len(vectors)), CLASSES, replace=False)]
    classes = np.zeros(len(vectors), np.int32)
    for _ in range(ROUNDS):
        classes = np.argmax(vectors @ centres.T, axis=1).astype(np.int32)
        sums = np.zeros_like(centres)
        np.add.at(sums, classes, vectors)
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(norms > 0, sums / np.maximum(norms, 1e-9), centres)
    return classes


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("corpora", type=Path, nargs="+", help="JSON Lines, gzip: title, abstract")
    parser.add_argument("--out", type=Path, default=Path("extract/word_classes.tsv"))
    args = parser.parse_args()
    vocabulary, corpus = encode(args.corpora)
    classes = classify(describe(corpus, len(vocabulary)))
    members: dict[int, list[str]] = {}
    for word, number in zip(vocabulary, classes.tolist(), strict=True):
        members.setdefault(number, []).append(word)
    rows = [f"{number}\t{' '.join(words)}" for number, words in sorted(members.items())]
    args.out.write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
