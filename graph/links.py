"""Links between papers that share entities, each explained entity by entity.

A paper is a vector over entities, a component being the rarity of the entity, idf =
log(1 + papers / papers with it) (K. Spärck Jones, A statistical interpretation of term
specificity and its application in retrieval, 1972; one is added so that two papers are linked
even where they are all there are), times its emphasis (:func:`emphasis`), scaled to length 1.
The weight of a link is the cosine of two such vectors (G. Salton et al., A vector space model
for automatic indexing, 1975), so it is the sum of what each shared entity contributes.
How it compares with other measures: ``bench/relatedness.py``, figures in docs/graph.md.

An entity in more than ``max_df`` papers makes no links: pairs grow with the square of its
papers, and what so many share says little about any two.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from paperlattice.graph.arrays import Bools, Floats, Rows, distinct, narrow, rounded

#: What a statement counts by the type of its entity, by its role, and in the title.
TYPE_FACTORS = {"method": 1.0, "dataset": 1.0, "metric": 0.5, "task": 1.5}
ROLE_FACTORS = {"proposed": 1.2, "used": 1.0}
TITLE_FACTOR = 2.0
#: Decimals of weights and contributions; contributions add up exactly to the weight.
DECIMALS = 6
#: An entity in no more papers than this always makes links, however small the corpus is; one in
#: more than that never, however large it is.
FEWEST_CAPPED = 300
MOST_LINKING = 1000
#: Pairs explained at once: bounds memory.
_CHUNK = 50_000


class Links(NamedTuple):
    """Links as arrays; papers and entities by index.

    source, target, weight: a link each, source < target, sorted.
    link, entity, contribution: a shared entity each, link an index into source; sorted.
    """

    source: Rows
    target: Rows
    weight: Floats
    link: Rows
    entity: Rows
    contribution: Floats


def emphasis(
    types: npt.NDArray[np.str_],
    proposed: Bools,
    in_title: Bools,
    mentions: Rows,
    confidence: Floats,
) -> Floats:
    """Give what a paper makes of an entity, whatever others do: one statement each.

    The factors of its type, role and title, times 1 + ln(mentions), times confidence.
    """
    by_type = np.select([types == name for name in TYPE_FACTORS], list(TYPE_FACTORS.values()), 1.0)
    by_role = np.where(proposed, ROLE_FACTORS["proposed"], ROLE_FACTORS["used"])
    by_place = np.where(in_title, TITLE_FACTOR, 1.0)
    return np.asarray(by_type * by_role * by_place * (1 + np.log(mentions)) * confidence)


def weigh(paper: Rows, entity: Rows, factor: Floats, shape: tuple[int, int]) -> Floats:
    """Give the weight of each statement: idf times factor, each paper's vector of length 1.

    paper, entity: one statement each, no pair twice. factor: what else matters (:func:`emphasis`).
    shape: how many papers and entities there are. Rounded to :data:`DECIMALS`.
    """
    papers, entities = shape
    df = np.bincount(entity, minlength=entities)
    raw = np.log1p(papers / np.maximum(df, 1))[entity] * factor
    length = np.sqrt(np.bincount(paper, weights=raw * raw, minlength=papers))[paper]
    length[length == 0] = 1.0
    return rounded(raw / length, DECIMALS)


def cap(papers: int, max_df: float) -> int:
    """In how many papers an entity may be and still make links."""
    return max(FEWEST_CAPPED, min(int(max_df * papers), MOST_LINKING))


def link(
    paper: Rows,
    entity: Rows,
    weight: Floats,
    shape: tuple[int, int],
    *,
    top_k: int,
    max_df: float,
) -> Links:
    """Link each paper with the ``top_k`` papers nearest to it; a link that either wants stays.

    paper, entity, weight: one statement each, as :func:`weigh` gives them.
    """
    papers, entities = shape
    df = np.bincount(entity, minlength=entities)
    # An entity in one paper alone links nothing; leaving it out makes the product cheaper.
    linking = (df >= 2) & (df <= cap(papers, max_df))
    kept = linking[entity] & (weight > 0)
    vectors = sparse.csr_matrix((weight[kept], (paper[kept], entity[kept])), shape=shape)
    vectors.sort_indices()
    source, target = _nearest(vectors, top_k)
    return _explain(vectors, source, target)


def _nearest(vectors: sparse.csr_matrix, top_k: int) -> tuple[Rows, Rows]:
    """Give each pair that is among the nearest of either of its papers, once, sorted."""
    papers = vectors.shape[0]
    if papers == 0 or vectors.nnz == 0:
        none = np.zeros(0, dtype=np.int64)
        return none, none
    # One more than asked for: a paper is nearest to itself.
    best = sp_matmul_topn(vectors, vectors.T.tocsr(), top_n=top_k + 1, sort=True).tocsr()
    row = np.repeat(np.arange(papers, dtype=np.int64), np.diff(best.indptr))
    column = best.indices.astype(np.int64)
    other = row != column
    row, column = row[other], column[other]
    # Where more than top_k papers are equal to it, a paper may be missing from its own row.
    first = np.searchsorted(row, row)
    near = np.arange(len(row)) - first < top_k
    low = np.minimum(row[near], column[near])
    high = np.maximum(row[near], column[near])
    pair = distinct(low * papers + high)
    return narrow(pair // papers), narrow(pair % papers)


def _explain(vectors: sparse.csr_matrix, source: Rows, target: Rows) -> Links:
    """Multiply the vectors of each pair, entity by entity."""
    link_parts: list[Rows] = []
    entity_parts: list[Rows] = []
    contribution_parts: list[Floats] = []
    for start in range(0, len(source), _CHUNK):
        chunk = slice(start, start + _CHUNK)
        shared = vectors[source[chunk]].multiply(vectors[target[chunk]]).tocsr()
        shared.sort_indices()
        row = np.repeat(np.arange(shared.shape[0]), np.diff(shared.indptr))
        link_parts.append(narrow(start + row))
        entity_parts.append(narrow(shared.indices))
        contribution_parts.append(rounded(shared.data, DECIMALS))
    if not link_parts:
        none, zero = np.zeros(0, dtype=np.int64), np.zeros(0)
        return Links(none, none, zero, none, none, zero)
    links, entity = np.concatenate(link_parts), np.concatenate(entity_parts)
    contribution = np.concatenate(contribution_parts)
    seen = contribution > 0
    links, entity, contribution = links[seen], entity[seen], contribution[seen]
    weight = rounded(np.bincount(links, weights=contribution, minlength=len(source)), DECIMALS)
    kept = weight > 0
    renumbered = np.cumsum(kept, dtype=np.int32) - 1
    return Links(source[kept], target[kept], weight[kept], renumbered[links], entity, contribution)
