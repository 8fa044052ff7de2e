"""Weights and links on arrays, beside brute force."""

import numpy as np
import pytest

from paperlattice.graph import links
from paperlattice.graph.arrays import Floats, Ints
from paperlattice.graph.links import cap, emphasis, link, weigh


def random_statements(papers: int, entities: int, seed: int) -> tuple[Ints, Ints]:
    generator = np.random.default_rng(seed)
    pairs = np.unique(generator.integers(0, papers * entities, papers * 5))
    return pairs // entities, pairs % entities


def dense(paper: Ints, entity: Ints, weight: Floats, shape: tuple[int, int]) -> Floats:
    matrix = np.zeros(shape)
    matrix[paper, entity] = weight
    product = matrix @ matrix.T
    np.fill_diagonal(product, 0)
    return product


@pytest.mark.parametrize("seed", range(3))
def test_links_are_the_strongest_pairs_of_brute_force(seed: int) -> None:
    shape = (60, 40)
    paper, entity = random_statements(*shape, seed)
    weight = weigh(paper, entity, np.ones(len(paper)), shape)
    found = link(paper, entity, weight, shape, top_k=5, max_df=1.0)
    product = dense(paper, entity, weight, shape)
    assert found.weight == pytest.approx(product[found.source, found.target], abs=1e-5)
    assert (found.source < found.target).all()
    kept = np.zeros(shape[:1] * 2, dtype=bool)
    kept[found.source, found.target] = kept[found.target, found.source] = True
    for row, others in enumerate(product):
        fifth = np.sort(others)[-5]
        assert kept[row][others > fifth + 1e-9].all()


def test_contributions_add_up_and_are_products_of_weights() -> None:
    shape = (50, 30)
    paper, entity = random_statements(*shape, 7)
    weight = weigh(paper, entity, np.ones(len(paper)), shape)
    of = {(int(p), int(e)): w for p, e, w in zip(paper, entity, weight, strict=True)}
    found = link(paper, entity, weight, shape, top_k=4, max_df=1.0)
    sums = np.bincount(found.link, weights=found.contribution)
    assert sums == pytest.approx(found.weight, abs=1e-9)
    for at, shared, contribution in zip(found.link, found.entity, found.contribution, strict=True):
        one, other = int(found.source[at]), int(found.target[at])
        expected = of[one, int(shared)] * of[other, int(shared)]
        assert contribution == pytest.approx(expected, abs=1e-6)


def test_what_too_many_papers_name_links_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "FEWEST_CAPPED", 2)
    paper = np.array([0, 0, 1, 1, 2])
    entity = np.array([0, 1, 0, 1, 0])
    weight = weigh(paper, entity, np.ones(5), (3, 2))
    found = link(paper, entity, weight, (3, 2), top_k=5, max_df=0.5)
    assert (found.source.tolist(), found.target.tolist(), found.entity.tolist()) == ([0], [1], [1])


@pytest.mark.parametrize(
    ("papers", "most"), [(10, 300), (30_000, 300), (50_000, 500), (10**6, 1000)]
)
def test_cap(papers: int, most: int) -> None:
    assert cap(papers, 0.01) == most


def test_many_equal_papers_keep_no_more_than_top_k_each() -> None:
    paper, entity = np.arange(40), np.zeros(40, dtype=np.int64)
    weight = weigh(paper, entity, np.ones(40), (40, 1))
    found = link(paper, entity, weight, (40, 1), top_k=3, max_df=1.0)
    assert 0 < len(found.source) <= 120
    assert (found.source < found.target).all()


def test_weights_are_of_length_one_and_grow_with_rarity() -> None:
    paper, entity = np.array([0, 0, 1, 2]), np.array([0, 1, 0, 0])
    weight = weigh(paper, entity, np.ones(4), (3, 2))
    assert weight[0] ** 2 + weight[1] ** 2 == pytest.approx(1, abs=1e-5)
    assert weight[1] > weight[0]
    assert weight[2:].tolist() == [1, 1]


def test_emphasis() -> None:
    types = np.array(["method", "metric", "task", "dataset", "method", "method", "method"])
    flags = np.zeros(7, dtype=bool)
    proposed, title = flags.copy(), flags.copy()
    proposed[4], title[5] = True, True
    mentions = np.array([1, 1, 1, 1, 1, 1, 3])
    found = emphasis(types, proposed, title, mentions, np.full(7, 0.5))
    assert found.tolist() == pytest.approx([0.5, 0.25, 0.75, 0.5, 0.6, 1.0, 0.5 * (1 + np.log(3))])
