"""How central papers and entities are, computed on arrays.

PageRank (S. Brin and L. Page, 1998) runs over papers and entities together: a link counts by
its weight, a statement by its own. Bridging is the participation coefficient (R. Guimerà and
L. Amaral, Functional cartography of complex metabolic networks, 2005): 1 less the sum of
squares of the shares that each community has in what a node is linked with; 0 where all of it
is in one community, towards 1 where it is spread over many.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from paperlattice.graph.arrays import Floats, Ints, rounded

_DAMPING = 0.85
#: PageRank ends when the ranks change by less than this in all.
TOLERANCE = 1e-9
_MOST_STEPS = 200
DECIMALS = 9


def page_rank(graph: sparse.csr_matrix) -> Floats:
    """Give each node's PageRank; they add up to 1.

    graph: symmetric, weights at least 0. A node without an edge gives its rank to all.
    """
    nodes = graph.shape[0]
    if not nodes:
        return np.zeros(0)
    given = np.asarray(graph.sum(axis=1)).ravel()
    share = np.divide(1.0, given, out=np.zeros(nodes), where=given > 0)
    rank = np.full(nodes, 1.0 / nodes)
    for _ in range(_MOST_STEPS):
        spread = rank[given == 0].sum() / nodes
        following = (1 - _DAMPING) / nodes + _DAMPING * (graph @ (rank * share) + spread)
        change = np.abs(following - rank).sum()
        rank = np.asarray(following)
        if change < TOLERANCE:
            break
    return rounded(rank, DECIMALS)


def bridging(graph: sparse.csr_matrix, community: Ints) -> Floats:
    """Give the participation coefficient of each row.

    graph: what each row is linked with, by column. community: of each column, -1 for none.
    """
    rows = graph.shape[0]
    known = graph.tocoo()
    in_one = community[known.col] >= 0
    count = int(community.max()) + 1 if community.size else 0
    parts = sparse.csr_matrix(
        (known.data[in_one], (known.row[in_one], community[known.col[in_one]])),
        shape=(rows, max(count, 1)),
    )
    parts.sum_duplicates()
    total = np.asarray(parts.sum(axis=1)).ravel()
    squares = np.asarray(parts.multiply(parts).sum(axis=1)).ravel()
    linked = total > 0
    spread = np.zeros(rows)
    spread[linked] = np.maximum(1 - squares[linked] / total[linked] ** 2, 0)
    return rounded(spread, DECIMALS)
