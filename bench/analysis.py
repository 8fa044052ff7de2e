"""What communities and PageRank cost on arrays, beside networkx in the same run.

A graph has a tenth as many communities as the square root of its nodes, four edges of five
inside them, and weights as links have. Run: ``python -m bench.analysis [--nodes 3000,30000]``.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import TypeVar

import networkx as nx
import numpy as np
from scipy import sparse

from paperlattice.graph.centrality import TOLERANCE, page_rank
from paperlattice.graph.communities import link_matrix, partition

EDGES_PER_NODE = 10 / 3

Given = TypeVar("Given")
Result = TypeVar("Result")


def make_graph(nodes: int) -> sparse.csr_matrix:
    """Draw a graph with planted communities."""
    generator = np.random.default_rng(0)
    communities = max(3, int(np.sqrt(nodes) / 10))
    edges = int(nodes * EDGES_PER_NODE)
    source = generator.integers(0, nodes, edges)
    # Nodes n, n + c, n + 2c ... are one community.
    inside = generator.integers(0, nodes // communities, edges) * communities + source % communities
    outside = generator.integers(0, nodes, edges)
    target = np.where(generator.random(edges) < 0.8, inside, outside) % nodes
    pairs = np.unique(np.minimum(source, target) * nodes + np.maximum(source, target))
    source, target = pairs // nodes, pairs % nodes
    apart = source != target
    weight = generator.uniform(0.05, 1, int(apart.sum()))
    return link_matrix(source[apart], target[apart], weight, nodes)


def measure(work: Callable[[Given], Result], given: Given) -> tuple[float, Result]:
    """Give the CPU seconds of a piece of work, and what it gave."""
    started = time.process_time()
    result = work(given)
    return time.process_time() - started, result


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", default="3000,30000,300000")
    arguments = parser.parse_args()
    page_rank(make_graph(100))  # import what is imported late
    partition(make_graph(100))
    print(f"{'nodes':>8} {'edges':>9} {'what':12} {'ours s':>8} {'networkx s':>11} {'ratio':>8}")
    for nodes in map(int, arguments.nodes.split(",")):
        matrix = make_graph(nodes)
        peer = nx.from_scipy_sparse_array(matrix)
        edges = peer.number_of_edges()
        ours, found = measure(partition, matrix)
        theirs, parts = measure(louvain, peer)
        row(nodes, edges, "communities", ours, theirs)
        own = [set(np.flatnonzero(found == n).tolist()) for n in range(-1, int(found.max()) + 1)]
        print(
            f"{'':18} modularity: ours {nx.community.modularity(peer, own):.4f}, "
            f"networkx {nx.community.modularity(peer, parts):.4f}"
        )
        ours, ranks = measure(page_rank, matrix)
        theirs, expected = measure(nx_page_rank, peer)
        row(nodes, edges, "PageRank", ours, theirs)
        difference = np.abs(ranks - np.array([expected[n] for n in range(nodes)]))
        print(f"{'':18} largest difference of a rank: {difference.max():.1e}")


def louvain(graph: nx.Graph[int]) -> list[set[int]]:
    """Find communities as networkx does."""
    parts: list[set[int]] = nx.community.louvain_communities(graph, seed=0)
    return parts


def nx_page_rank(graph: nx.Graph[int]) -> dict[int, float]:
    """Rank as networkx does, to the same sum of changes as ours."""
    ranks: dict[int, float] = nx.pagerank(graph, tol=TOLERANCE / len(graph), max_iter=500)
    return ranks


def row(nodes: int, edges: int, what: str, ours: float, theirs: float) -> None:
    """Print one row."""
    print(
        f"{nodes:8} {edges:9} {what:12} {ours:8.3f} {theirs:11.3f} {theirs / ours:7.1f}x",
        flush=True,
    )


if __name__ == "__main__":
    main()
