"""Communities: groups of papers that are linked with each other more than with others.

The method is that of Louvain (V. Blondel et al., Fast unfolding of communities in large
networks, 2008), as scikit-network has it: it maximises modularity (M. Newman, 2006) over the
weighted links. Nodes are taken in their sorted order and none is shuffled, so that the result
is the same on every run. A paper without a link is in no community.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse

from paperlattice.graph.arrays import Floats, Ints, Rows

#: Entities that a community lists as typical, and how many of them are its label.
MOST_TYPICAL = 10
IN_LABEL = 3
DECIMALS = 6


class Communities(NamedTuple):
    """Communities as arrays; the largest is 0, of equally large ones that with the first paper.

    of_paper: by paper, -1 where it is in none. size: papers in each. modularity: the part of
    each in the sum. of_entity: by entity, the community whose papers name it most, or -1.
    typical: by community, entities, the most typical first.
    """

    of_paper: Ints
    size: Ints
    modularity: Floats
    of_entity: Ints
    typical: list[list[int]]


def link_matrix(source: Rows, target: Rows, weight: Floats, nodes: int) -> sparse.csr_matrix:
    """Make the symmetric matrix of undirected edges."""
    rows, columns = np.concatenate([source, target]), np.concatenate([target, source])
    both = (np.concatenate([weight, weight]), (rows, columns))
    return sparse.csr_matrix(both, shape=(nodes, nodes))


def find_communities(
    links: sparse.csr_matrix, paper: Rows, entity: Rows, entities: int
) -> Communities:
    """Find the communities of papers, and what is typical of each.

    links: symmetric, weights at least 0. paper, entity: one statement each.
    """
    of_paper = partition(links)
    count = int(of_paper.max()) + 1 if of_paper.size else 0
    size = np.bincount(of_paper[of_paper >= 0], minlength=count)
    inside = of_paper[paper] >= 0
    named = sparse.csr_matrix(
        (np.ones(int(inside.sum())), (of_paper[paper[inside]], entity[inside])),
        shape=(count, entities),
    )
    named.sum_duplicates()
    return Communities(
        of_paper,
        size,
        _modularity(links, of_paper, count),
        _home(named),
        _typical(named, size, np.bincount(entity, minlength=entities), links.shape[0]),
    )


def partition(links: sparse.csr_matrix) -> Ints:
    """Give the community of each node, the largest first; -1 for a node without a link.

    links: symmetric, weights at least 0.
    """
    from sknetwork.clustering import Louvain  # half a second to import

    papers = links.shape[0]
    of_paper = np.full(papers, -1, dtype=np.int64)
    linked = np.flatnonzero(np.diff(links.indptr))
    if not linked.size:
        return of_paper
    part = links[linked][:, linked].tocsr()
    labels = Louvain(shuffle_nodes=False, random_state=0).fit_predict(part).astype(np.int64)
    _, first, inverse, size = np.unique(
        labels, return_index=True, return_inverse=True, return_counts=True
    )
    rank = np.empty(len(size), dtype=np.int64)
    rank[np.lexsort((first, -size))] = np.arange(len(size))
    of_paper[linked] = rank[inverse]
    return of_paper


def _modularity(links: sparse.csr_matrix, of_paper: Ints, count: int) -> Floats:
    """Each community's links inside, as a share of all, less what chance would put there."""
    total = links.sum()
    if not total:
        return np.zeros(count)
    coordinates = links.tocoo()
    one, other = of_paper[coordinates.row], of_paper[coordinates.col]
    inside = np.bincount(one[one == other], coordinates.data[one == other], minlength=count)
    ends = np.bincount(one, coordinates.data, minlength=count)
    parts: Floats = np.round(inside / total - (ends / total) ** 2, DECIMALS)
    return parts


def _home(named: sparse.csr_matrix) -> Ints:
    """Give each entity the community that names it in most papers, the larger of equals."""
    by_entity = named.tocsc()
    by_entity.sort_indices()
    home = np.full(named.shape[1], -1, dtype=np.int64)
    column = np.repeat(np.arange(named.shape[1]), np.diff(by_entity.indptr))
    order = np.lexsort((by_entity.indices, -by_entity.data, column))
    columns, first = np.unique(column[order], return_index=True)
    home[columns] = by_entity.indices[order][first]
    return home


def _typical(named: sparse.csr_matrix, size: Ints, papers_of: Ints, papers: int) -> list[list[int]]:
    """Rank the entities of each community by how much its papers name them beyond the rest.

    The score is the papers of the community with the entity, times the logarithm of its lift:
    its share of the community over its share of the corpus.
    """
    typical = []
    for community in range(named.shape[0]):
        own = slice(named.indptr[community], named.indptr[community + 1])
        entity, count = named.indices[own], named.data[own]
        lift = (count / size[community]) / (papers_of[entity] / papers)
        # In a corpus of one community every lift is 1, and the commonest are the most typical.
        score = np.round(count * np.log1p(lift), DECIMALS)
        best = np.lexsort((entity, -score))[:MOST_TYPICAL]
        typical.append([int(e) for e in entity[best]])
    return typical
