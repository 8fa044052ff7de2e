"""Do links put papers with the same conference keywords nearer together? Precision at 10.

For each paper with keywords, its ten nearest by each measure; a near paper counts where it
shares a keyword that authors gave to both. Peer: TF-IDF cosine of the words of title and
abstract. Run: ``python -m bench.relatedness [--papers N]`` (reads PAPERLATTICE_SHARED).
"""

from __future__ import annotations

import argparse
import os
import re
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from paperlattice.extract.pipeline import extract
from paperlattice.extract.readers import read_corpus
from paperlattice.extract.records import Paper, short_hash
from paperlattice.graph.builder import MAX_DF, build_from
from paperlattice.graph.extracted import Extracted, tabulate
from paperlattice.graph.links import cap, weigh
from paperlattice.graph.model import Graph

K = 10
Floats = npt.NDArray[np.float64]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=3000, help="how many, chosen by hash")
    parser.add_argument("--skip", type=int, default=0, help="leave out as many of these first")
    parser.add_argument("--cache", type=Path, help="folder that keeps the extraction")
    arguments = parser.parse_args()
    shared = Path(os.environ.get("PAPERLATTICE_SHARED", Path(__file__).parents[2] / "shared"))
    corpus = read_corpus([shared / "corpus" / "conference_papers.jsonl.gz"])
    with_keywords = [p for p in corpus.papers if keywords(p)]
    ranked = sorted(with_keywords, key=lambda p: short_hash(p.id))[arguments.skip :]
    sample = ranked[: arguments.papers]
    sample.sort(key=lambda p: p.id)
    graph = build_from(extracted(sample, arguments.cache))
    truth = membership([keywords(p) for p in sample])
    shares = (truth @ truth.T).tocsr()
    print(f"{len(sample)} of {len(with_keywords)} papers with keywords; {graph}")
    chance = (shares.nnz - len(sample)) / len(sample) / (len(sample) - 1)
    print(f"{'measure':44} {'P@10':>7} {'of those found':>15} {'papers with 10':>15}")
    print(f"{'chance':44} {chance:7.4f}")
    for name, vectors in measures(graph, sample):
        started = time.process_time()
        report(name, vectors, shares, started)


def keywords(paper: Paper) -> tuple[str, ...]:
    """Give the keywords of a paper, folded; those of one file stand in one string."""
    parts = re.split(r"[;,]", ";".join(paper.keywords))
    return tuple(sorted({re.sub(r"[\W_]+", " ", k).strip().casefold() for k in parts} - {""}))


def extracted(papers: list[Paper], cache: Path | None) -> Extracted:
    """Extract, or read what an earlier run with as many papers kept."""
    names = ("papers", "mentions", "urls", "results")
    files = [cache / f"{name}-{len(papers)}.parquet" for name in names] if cache else []
    if files and files[0].exists():
        return Extracted(*(pq.read_table(file) for file in files))
    found = tabulate(extract(papers))
    for name, file in zip(names, files, strict=False):
        file.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(getattr(found, name), file)
    return found


def membership(sets: Sequence[tuple[str, ...]]) -> sparse.csr_matrix:
    """Make a 0/1 matrix of rows and what is in them."""
    index: dict[str, int] = {}
    rows, columns = [], []
    for row, members in enumerate(sets):
        for member in members:
            rows.append(row)
            columns.append(index.setdefault(member, len(index)))
    shape = (len(sets), len(index))
    return sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape)


def measures(graph: Graph, papers: list[Paper]) -> Iterable[tuple[str, sparse.csr_matrix]]:
    """Yield each measure as vectors whose dot product it is."""
    statements, entities = graph.statements, graph.entities
    paper = np.searchsorted(graph.papers["id"].to_numpy(str), statements["paper"].to_numpy(str))
    entity = np.searchsorted(entities["id"].to_numpy(str), statements["entity"].to_numpy(str))
    shape = (len(papers), len(entities))
    df = np.bincount(entity, minlength=shape[1])

    def vectors(weight: Floats, most: int = len(papers)) -> sparse.csr_matrix:
        kept = (df[entity] >= 2) & (df[entity] <= most)
        return sparse.csr_matrix((weight[kept], (paper[kept], entity[kept])), shape=shape)

    most = cap(len(papers), MAX_DF)
    weight = statements["weight"].to_numpy(float)
    yield f"links: idf cosine with emphasis, df <= {most}", vectors(weight, most)
    yield "the same, without the cut", vectors(weight)
    yield "idf cosine", vectors(weigh(paper, entity, np.ones(len(paper)), shape))
    yield "idf-weighted overlap", vectors(np.log1p(len(papers) / df[entity]))
    yield "Adamic-Adar: 1 / log df", vectors(1 / np.sqrt(np.log(np.maximum(df, 2)))[entity])
    yield "resource allocation: 1 / df", vectors(1 / np.sqrt(df[entity]))
    yield "shared entities, counted", vectors(np.ones(len(paper)))
    peer = words([p.text for p in papers])
    yield "peer: TF-IDF cosine of the words", peer
    both = sparse.hstack([vectors(weight), peer])
    yield "links and words, added", both.tocsr()


def words(texts: list[str]) -> sparse.csr_matrix:
    """TF-IDF, smoothed and of length 1, of words of two letters and more."""
    index: dict[str, int] = {}
    rows, columns = [], []
    for row, text in enumerate(texts):
        for word in re.findall(r"(?u)\b\w\w+\b", text.lower()):
            rows.append(row)
            columns.append(index.setdefault(word, len(index)))
    shape = (len(texts), len(index))
    counts = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape)
    counts.sum_duplicates()
    df = np.bincount(counts.indices, minlength=len(index))
    counts.data *= (np.log((1 + len(texts)) / (1 + df)) + 1)[counts.indices]
    length = np.sqrt(np.asarray(counts.multiply(counts).sum(axis=1)).ravel())
    return (sparse.diags(1 / length) @ counts).tocsr()


def report(
    name: str, vectors: sparse.csr_matrix, shares: sparse.csr_matrix, started: float
) -> None:
    """Print one row: precision over ten places, an empty place counting as a miss."""
    vectors = vectors.tocsr()
    near = sp_matmul_topn(vectors, vectors.T.tocsr(), top_n=K + 1, sort=True).tocsr()
    hits = found = full = 0
    for row in range(near.shape[0]):
        others = [c for c in near.indices[near.indptr[row] : near.indptr[row + 1]] if c != row][:K]
        own = set(shares.indices[shares.indptr[row] : shares.indptr[row + 1]])
        hits += sum(c in own for c in others)
        found += len(others)
        full += len(others) == K
    rows = near.shape[0]
    print(f"{name:44} {hits / rows / K:7.4f} {hits / max(found, 1):15.4f} {full / rows:15.3f}")


if __name__ == "__main__":
    main()
