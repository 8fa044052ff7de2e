"""What linking costs, beside its peers in the same run, as the corpus grows.

Papers name eight entities each, drawn from a Zipf-Mandelbrot distribution as real names are.
Each measurement runs in a process of its own, so that its peak of memory is its own. Run:
``python -m bench.linking [--sizes 1000,10000,100000,1000000]``.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import numpy as np
import numpy.typing as npt
from networkx.algorithms import bipartite
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from paperlattice.graph.links import cap, link, weigh

ROOT = Path(__file__).parents[1]
PER_PAPER = 8
TOP_K = 10
# networkx holds every pair of papers as a dict: beyond this it takes minutes and gigabytes.
MOST_FOR_NETWORKX = 10_000

Ints = npt.NDArray[np.int64]


def statements(papers: int) -> tuple[Ints, Ints, int]:
    """Draw what papers name: paper, entity, number of entities; frequency as 1 / (rank + 20)."""
    generator = np.random.default_rng(0)
    entities = max(500, 2 * papers)
    frequency = 1 / (np.arange(entities) + 20)
    drawn = generator.choice(entities, size=papers * PER_PAPER, p=frequency / frequency.sum())
    paper = np.repeat(np.arange(papers), PER_PAPER)
    pairs = np.unique(paper * entities + drawn)
    return pairs // entities, pairs % entities, entities


def ours(papers: int) -> int:
    """Link and explain, as the graph does."""
    paper, entity, entities = statements(papers)
    started = time.process_time()
    shape = (papers, entities)
    weight = weigh(paper, entity, np.ones(len(paper)), shape)
    found = link(paper, entity, weight, shape, top_k=TOP_K, max_df=0.01)
    report(started, len(found.source))
    return 0


def sparse_dot_topn(papers: int) -> int:
    """Multiply alone: the strongest of each row, neither joined nor explained."""
    paper, entity, entities = statements(papers)
    df = np.bincount(entity, minlength=entities)
    kept = (df[entity] >= 2) & (df[entity] <= cap(papers, 0.01))
    weight = weigh(paper, entity, np.ones(len(paper)), (papers, entities))
    matrix = sparse.csr_matrix(
        (weight[kept], (paper[kept], entity[kept])), shape=(papers, entities)
    )
    started = time.process_time()
    found = sp_matmul_topn(matrix, matrix.T.tocsr(), top_n=TOP_K + 1, sort=True)
    report(started, found.nnz)
    return 0


def networkx(papers: int) -> int:
    """Project the bipartite graph of papers and entities on papers, with the same cut."""
    paper, entity, entities = statements(papers)
    kept = np.bincount(entity, minlength=entities)[entity] <= cap(papers, 0.01)
    graph: nx.Graph[object] = nx.Graph()
    graph.add_nodes_from(range(papers))
    graph.add_edges_from((int(p), f"e{e}") for p, e in zip(paper[kept], entity[kept], strict=True))
    started = time.process_time()
    found = bipartite.weighted_projected_graph(graph, range(papers))
    report(started, found.number_of_edges())
    return 0


def networkx_uncut(papers: int) -> int:
    """The same without the cut, as it is mostly used."""
    paper, entity, _ = statements(papers)
    graph: nx.Graph[object] = nx.Graph()
    graph.add_edges_from((int(p), f"e{e}") for p, e in zip(paper, entity, strict=True))
    started = time.process_time()
    found = bipartite.weighted_projected_graph(graph, range(papers))
    report(started, found.number_of_edges())
    return 0


WAYS: dict[str, Callable[[int], int]] = {
    "ours": ours,
    "sparse_dot_topn": sparse_dot_topn,
    "networkx": networkx,
    "networkx_uncut": networkx_uncut,
}


def report(started: float, links: int) -> None:
    """Print CPU seconds, links and peak memory of this process as JSON."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": time.process_time() - started, "links": links, "mb": peak}))


def main() -> int:
    """Print the table; ``--only WAY SIZE`` measures one cell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,100000,1000000")
    parser.add_argument("--only", nargs=2, metavar=("WAY", "SIZE"))
    arguments = parser.parse_args()
    if arguments.only:
        return WAYS[arguments.only[0]](int(arguments.only[1]))
    print(f"{'papers':>9} {'way':16} {'CPU s':>9} {'links':>9} {'peak MB':>8} {'to ours':>8}")
    for size in map(int, arguments.sizes.split(",")):
        own = 0.0
        for way in WAYS:
            if way.startswith("networkx") and size > MOST_FOR_NETWORKX:
                continue
            command = [sys.executable, "-m", "bench.linking", "--only", way, str(size)]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
            row = json.loads(done.stdout)
            own = own or row["seconds"]
            ratio = row["seconds"] / own
            print(
                f"{size:9} {way:16} {row['seconds']:9.3f} {row['links']:9} {row['mb']:8.0f} "
                f"{ratio:7.2f}x",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
