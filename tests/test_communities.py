"""Communities and centrality on graphs whose answer is plain, and beside networkx."""

import networkx as nx
import numpy as np
import pytest
from scipy import sparse

from paperlattice.graph.centrality import bridging, page_rank
from paperlattice.graph.communities import find_communities, link_matrix


def matrix(*edges: tuple[int, int, float], nodes: int) -> sparse.csr_matrix:
    source, target, weight = (np.array(column) for column in zip(*edges, strict=True))
    return link_matrix(source, target, weight, nodes)


@pytest.fixture
def two_triangles() -> sparse.csr_matrix:
    """Papers 3-4-5-6 and 0-1-2 linked among themselves, 2-3 weakly, 7 not at all."""
    big = [(a, b, 1.0) for a in range(3, 7) for b in range(a + 1, 7)]
    return matrix((0, 1, 1.0), (0, 2, 1.0), (1, 2, 1.0), (2, 3, 0.1), *big, nodes=8)


def test_communities_are_numbered_by_size_and_leave_out_the_isolated(
    two_triangles: sparse.csr_matrix,
) -> None:
    paper = np.array([0, 1, 2, 3, 3, 4, 5, 6, 7])
    entity = np.array([0, 0, 0, 0, 1, 1, 1, 1, 2])
    found = find_communities(two_triangles, paper, entity, 3)
    assert found.of_paper.tolist() == [1, 1, 1, 0, 0, 0, 0, -1]
    assert found.size.tolist() == [4, 3]
    assert found.of_entity.tolist() == [1, 0, -1]
    assert [typical[0] for typical in found.typical] == [1, 0]


def test_modularity_is_that_of_networkx(two_triangles: sparse.csr_matrix) -> None:
    nothing = np.zeros(0, dtype=np.int64)
    found = find_communities(two_triangles, nothing, nothing, 0)
    graph = nx.from_scipy_sparse_array(two_triangles)
    parts = [set(np.flatnonzero(found.of_paper == n).tolist()) for n in (-1, 0, 1)]
    assert found.modularity.sum() == pytest.approx(nx.community.modularity(graph, parts))


def test_no_links_make_no_communities() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    for papers in (0, 3):
        empty = sparse.csr_matrix((papers, papers))
        found = find_communities(empty, nothing, nothing, 2)
        assert found.size.tolist() == []
        assert found.of_entity.tolist() == [-1, -1]
        assert page_rank(empty).sum() == pytest.approx(1.0 if papers else 0.0)


def test_page_rank_is_that_of_networkx() -> None:
    graph = nx.gnm_random_graph(60, 150, seed=4)
    generator = np.random.default_rng(4)
    for _, _, data in graph.edges(data=True):
        data["weight"] = float(generator.uniform(0.1, 2))
    graph.add_node(60)  # isolated
    expected = nx.pagerank(graph, tol=1e-12, max_iter=500)
    ranks = page_rank(sparse.csr_matrix(nx.to_scipy_sparse_array(graph)))
    assert ranks == pytest.approx([expected[node] for node in range(61)], abs=1e-7)


@pytest.mark.parametrize(
    ("weights", "community", "expected"),
    [
        ([1, 1, 0, 0], [0, 0, 1, 1], 0.0),  # all in one
        ([1, 0, 1, 0], [0, 0, 1, 1], 0.5),  # half and half
        ([1, 1, 1, 1], [0, 1, 2, 3], 0.75),
        ([3, 0, 1, 0], [0, 0, 1, 1], 1 - (9 + 1) / 16),
        ([1, 1, 0, 0], [0, -1, 1, 1], 0.0),  # what is in no community does not count
        ([0, 0, 0, 0], [0, 0, 1, 1], 0.0),
    ],
)
def test_bridging(weights: list[float], community: list[int], expected: float) -> None:
    graph = sparse.csr_matrix(np.array([weights], dtype=float))
    assert bridging(graph, np.array(community)).tolist() == pytest.approx([expected])
