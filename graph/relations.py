"""Typed edges between entities, each with the papers that it rests on.

* evaluated-on: method -> dataset, where a paper reports a result of the method on the dataset,
  or proposes the method and names the dataset;
* measured-by: method -> metric and dataset -> metric, likewise;
* used-with: two methods, or two datasets, that at least two papers name together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa

from paperlattice.graph.arrays import Bools, Ints, Rows, distinct, narrow

#: In how many papers two entities must be named together.
FEWEST_TOGETHER = 2
#: Pairs that are counted at once, of a paper each: bounds memory, for there are many millions.
_AT_ONCE = 1 << 21
#: What the code of a pair and its paper must stay below.
_LARGEST_CODE: Final = 1 << 62


class Named(NamedTuple):
    """Which papers name which entities, sorted by paper; a statement each.

    proposed: whether the paper introduces it.
    """

    paper: Rows
    entity: Rows
    proposed: Bools


class Reported(NamedTuple):
    """Results: by row the paper and the entities, -1 where the text does not say."""

    paper: Rows
    method: Rows
    dataset: Rows
    metric: Rows


class _Pairs(NamedTuple):
    """Pairs by row of papers: each source with each target of the same paper.

    What is named comes sorted by paper; ``by_entity`` are the rows of sources sorted by entity.
    """

    source: Named
    target: Named
    by_entity: Rows


class _Related(NamedTuple):
    """Pairs of entities, sorted, each of so many papers; ``paper`` holds those of all pairs."""

    source: Rows
    target: Rows
    size: Rows
    paper: Rows


def relate(
    named: Named, types: pa.Array, reported: Reported, entity_ids: pa.Array, paper_ids: pa.Array
) -> pa.Table:
    """Make the table of relations, in order.

    types: of each entity. Entities and papers are numbered in the order of their ids.
    """
    kinds = np.asarray(types.to_pylist(), dtype=object)
    methods, datasets, metrics = (
        _only(named, (kinds == kind)[named.entity]) for kind in ("method", "dataset", "metric")
    )
    own, own_data = (_only(part, part.proposed) for part in (methods, datasets))
    shape = (len(entity_ids), len(paper_ids))
    found = {
        "evaluated-on": _relate(
            [_pairs(own, datasets)], [_reported(reported, "method", "dataset")], 1, shape
        ),
        "measured-by": _relate(
            [_pairs(own, metrics), _pairs(own_data, metrics)],
            [_reported(reported, "method", "metric"), _reported(reported, "dataset", "metric")],
            1,
            shape,
        ),
        "used-with": _relate(
            [_pairs(part, part) for part in (_shared(methods), _shared(datasets))],
            [],
            FEWEST_TOGETHER,
            shape,
            forward=True,
        ),
    }
    return _table(found, entity_ids, paper_ids)


def _only(named: Named, which: Bools) -> Named:
    return Named(named.paper[which], named.entity[which], named.proposed[which])


def _shared(named: Named) -> Named:
    """Keep what more than one paper names: nothing else can be named together twice."""
    return _only(named, (np.bincount(named.entity) >= FEWEST_TOGETHER)[named.entity])


def _pairs(source: Named, target: Named) -> _Pairs:
    return _Pairs(source, target, np.argsort(source.entity, kind="stable"))


def _reported(reported: Reported, source: str, target: str) -> tuple[Rows, Rows, Rows]:
    one, other = getattr(reported, source), getattr(reported, target)
    said = (one >= 0) & (other >= 0)
    return one[said], other[said], reported.paper[said]


def _relate(
    pairs: Sequence[_Pairs],
    reported: Sequence[tuple[Rows, Rows, Rows]],
    fewest: int,
    shape: tuple[int, int],
    *,
    forward: bool = False,
) -> _Related:
    """Group by pair what has at least so many papers; one block of sources after the other.

    shape: how many entities and papers there are. forward: only of pairs with source < target.
    """
    entities, papers = shape
    sizes = np.zeros(entities, dtype=np.int64)
    for part in pairs:
        first, last = _range(part, slice(None))
        sizes += np.bincount(
            part.source.entity[part.by_entity], weights=last - first, minlength=entities
        ).astype(np.int64)
    blocks = []
    for low, high in _blocks(sizes, max(_LARGEST_CODE // max(entities * papers, 1), 1)):
        parts = [_together(part, low, high) for part in pairs]
        for source, target, paper in reported:
            inside = (source >= low) & (source < high)
            parts.append((source[inside], target[inside], paper[inside]))
        codes: list[Ints] = []
        for source, target, paper in parts:
            if forward:
                kept = source < target
                source, target, paper = source[kept], target[kept], paper[kept]
            codes.append(((source.astype(np.int64) - low) * entities + target) * papers + paper)
        blocks.append(_group(distinct(np.concatenate(codes)), low, fewest, shape))
    return _Related(*(np.concatenate(columns) for columns in zip(*blocks, strict=True)))


def _range(pairs: _Pairs, rows: slice) -> tuple[Ints, Ints]:
    """Give for each row of sources, by entity, from where to where its paper's targets stand."""
    paper = pairs.source.paper[pairs.by_entity[rows]]
    first = np.searchsorted(pairs.target.paper, paper, side="left")
    return first, np.searchsorted(pairs.target.paper, paper, side="right")


def _blocks(sizes: Ints, longest: int) -> Iterator[tuple[int, int]]:
    """Part sources into blocks with at most so many pairs and so long, but for single ones."""
    total = np.concatenate(([0], np.cumsum(sizes)))
    low = 0
    while low < len(sizes) or low == 0:
        high = int(np.searchsorted(total, total[low] + _AT_ONCE, side="right")) - 1
        high = min(max(high, low + 1), low + longest)
        yield low, high
        low = high


def _together(pairs: _Pairs, low: int, high: int) -> tuple[Rows, Rows, Rows]:
    """Pair the sources from low to high with each target of the same paper."""
    ordered = pairs.source.entity[pairs.by_entity]
    rows = slice(*np.searchsorted(ordered, [low, high]).tolist())
    first, last = _range(pairs, rows)
    count = last - first
    source = np.repeat(pairs.by_entity[rows], count)
    column = np.repeat(first - np.cumsum(count) + count, count) + np.arange(len(source))
    return pairs.source.entity[source], pairs.target.entity[column], pairs.source.paper[source]


def _group(codes: Ints, low: int, fewest: int, shape: tuple[int, int]) -> _Related:
    entities, papers = shape
    pair = codes // max(papers, 1)
    starts = np.ones(len(pair), dtype=bool)
    np.not_equal(pair[1:], pair[:-1], out=starts[1:])
    first = np.flatnonzero(starts)
    count = np.diff(np.append(first, len(pair)))
    kept = count >= fewest
    paper = (codes % max(papers, 1))[np.repeat(kept, count)]
    pair = pair[first][kept]
    return _Related(
        narrow(low + pair // entities), narrow(pair % entities), narrow(count[kept]), narrow(paper)
    )


def _table(found: dict[str, _Related], entity_ids: pa.Array, paper_ids: pa.Array) -> pa.Table:
    names = sorted(found)
    parts = [found[name] for name in names]
    kind = np.repeat(np.arange(len(parts), dtype=np.int8), [len(part.source) for part in parts])
    joined = _Related(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
    order = np.lexsort((kind, joined.target, joined.source))
    count = joined.size[order]
    end = np.cumsum(count, dtype=np.int64)
    begins = np.cumsum(joined.size, dtype=np.int64)[order] - count
    papers = joined.paper[np.repeat(begins - end + count, count) + np.arange(count.sum())]
    return pa.table(
        {
            "source": entity_ids.take(pa.array(joined.source[order])),
            "target": entity_ids.take(pa.array(joined.target[order])),
            "kind": pa.array(names, pa.string()).take(pa.array(kind[order])),
            "count": pa.array(count, pa.int32()),
            "papers": pa.ListArray.from_arrays(
                pa.array(np.concatenate(([0], end)).astype(np.int32)),
                paper_ids.take(pa.array(papers)),
            ),
        }
    )
