"""Positions: what hangs together stands together, the same on every run."""

import numpy as np
import numpy.typing as npt
import pytest

from paperlattice.export.pages.payload import _fetch_strays
from paperlattice.graph.layout import lay_out, separate


def _two_groups() -> npt.NDArray[np.int64]:
    """Two rings of 20 with chords, tied by one edge."""
    ring = [(i, (i + k) % 20) for i in range(20) for k in (1, 3, 7)]
    return np.array([*ring, *((a + 20, b + 20) for a, b in ring), (0, 20)])


def test_groups_stand_apart() -> None:
    edges = _two_groups()
    placed = lay_out(40, edges, np.ones(len(edges)))
    first, second = placed[:20], placed[20:]
    spread = max(np.linalg.norm(g - g.mean(axis=0), axis=1).mean() for g in (first, second))
    assert np.linalg.norm(first.mean(axis=0) - second.mean(axis=0)) > 1.5 * spread


def test_same_input_same_positions() -> None:
    edges = _two_groups()
    weights = np.linspace(0.5, 2, len(edges))
    assert np.array_equal(lay_out(41, edges, weights), lay_out(41, edges, weights))


def test_a_node_is_known_by_its_name_not_its_number() -> None:
    edges = _two_groups()
    names = [f"node {i}" for i in range(40)]
    placed = lay_out(40, edges, np.ones(len(edges)), names=names)
    again = lay_out(40, 39 - edges, np.ones(len(edges)), names=names[::-1])
    assert np.abs(again[::-1] - placed).max() < 0.1
    other = lay_out(40, 39 - edges, np.ones(len(edges)))
    assert np.abs(other[::-1] - placed).max() > 0.5  # numbers for names: another map


def test_where_nothing_is_new_nothing_moves() -> None:
    edges = _two_groups()
    before = lay_out(40, edges, np.ones(len(edges)))
    after = lay_out(40, edges[:-3], np.ones(len(edges) - 3), start=before)
    assert np.array_equal(after, before)


def test_an_old_map_stays_and_new_nodes_join_their_neighbours() -> None:
    edges = _two_groups()
    before = lay_out(40, edges, np.ones(len(edges)))
    grown = np.array([*edges.tolist(), (40, 3), (40, 5)])
    start = np.vstack([before, [[np.nan, np.nan]]])
    after = lay_out(41, grown, np.ones(len(grown)), start=start)
    moved = np.linalg.norm(after[:40] - before, axis=1)
    assert np.median(moved) < 0.1
    home = np.linalg.norm(after[40] - after[:20].mean(axis=0))
    assert home < np.linalg.norm(after[40] - after[20:40].mean(axis=0))


@pytest.mark.parametrize(
    ("count", "edges"),
    [(0, []), (1, []), (2, [(0, 1)]), (5, []), (3, [(1, 1)]), (4, [(0, 1), (0, 1), (2, 3)])],
)
def test_small_and_loose_graphs_have_finite_positions(
    count: int, edges: list[tuple[int, int]]
) -> None:
    placed = lay_out(count, np.array(edges, dtype=np.int64).reshape(-1, 2), np.ones(len(edges)))
    assert placed.shape == (count, 2)
    assert np.isfinite(placed).all()


@pytest.mark.parametrize(
    ("edges", "weights", "problem"),
    [
        ([(0, 5)], [1.0], "node indices below 3"),
        ([(-1, 2)], [1.0], "node indices below 3"),
        ([(0, 1)], [], "one weight an edge"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(
    edges: list[tuple[int, int]], weights: list[float], problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        lay_out(3, np.array(edges), np.array(weights))


def test_separate_leaves_no_overlap_and_far_nodes_alone() -> None:
    placed = separate(
        np.array([[0.0, 0.0], [0.0, 0.0], [0.5, 0.0], [9.0, 9.0]]), np.full(4, 0.5), iterations=200
    )
    for i in range(4):
        for j in range(i):
            assert np.linalg.norm(placed[i] - placed[j]) > 0.99
    assert placed[3] == pytest.approx([9, 9], abs=1e-3)


def test_what_drifts_off_is_fetched_to_the_rim_and_the_rest_stays() -> None:
    angle = np.linspace(0, 2 * np.pi, 300, endpoint=False)
    disc = np.round(np.column_stack([np.cos(angle), np.sin(angle)]), 4)
    placed = np.r_[disc, [[30.0, 40.0], [30.0, 40.1]]]
    fetched = _fetch_strays(placed)
    assert fetched[:300].tolist() == disc.tolist()
    assert (np.linalg.norm(fetched[300:], axis=1) < 1.2).all()
    assert fetched[300] @ [0.6, 0.8] == pytest.approx(np.linalg.norm(fetched[300]), abs=1e-2)
    assert _fetch_strays(np.zeros((0, 2))).shape == (0, 2)
