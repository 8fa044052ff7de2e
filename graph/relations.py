"""Typed edges between entities, each with the papers that it rests on.

* evaluated-on: method -> dataset, where a paper reports a result of the method on the dataset,
  or proposes the method and names the dataset;
* measured-by: method -> metric and dataset -> metric, likewise;
* used-with: two methods, or two datasets, that at least two papers name together.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from paperlattice.graph.arrays import Bools

Rows = npt.NDArray[np.integer[Any]]

#: In how many papers two entities must be named together.
FEWEST_TOGETHER = 2


class Named(NamedTuple):
    """Which papers name which entities, sorted by paper; a statement each.

    type: of the entity. proposed: whether the paper introduces it.
    """

    paper: Rows
    entity: Rows
    type: npt.NDArray[np.str_]
    proposed: Bools


class Reported(NamedTuple):
    """Results: by row the paper and the entities, -1 where the text does not say."""

    paper: Rows
    method: Rows
    dataset: Rows
    metric: Rows


def relate(named: Named, reported: Reported, entity_ids: pa.Array, paper_ids: pa.Array) -> pa.Table:
    """Make the table of relations."""
    named = named._replace(paper=_narrow(named.paper), entity=_narrow(named.entity))
    reported = Reported(*map(_narrow, reported))
    methods, datasets, metrics = (
        _only(named, named.type == kind) for kind in ("method", "dataset", "metric")
    )
    own = _only(named, (named.type == "method") & named.proposed)
    own_data = _only(named, (named.type == "dataset") & named.proposed)

    def evaluated() -> _Triples:
        return _join([_reported(reported, "method", "dataset"), _together(own, datasets)])

    def measured() -> _Triples:
        return _join(
            [
                _reported(reported, "method", "metric"),
                _reported(reported, "dataset", "metric"),
                _together(own, metrics),
                _together(own_data, metrics),
            ]
        )

    def used() -> _Triples:
        return _join([_forward(_together(part, part)) for part in (methods, datasets)])

    # One after the other: the pairs of all papers are many millions.
    tables = [
        _table(evaluated(), "evaluated-on", 1, entity_ids, paper_ids),
        _table(measured(), "measured-by", 1, entity_ids, paper_ids),
        _table(used(), "used-with", FEWEST_TOGETHER, entity_ids, paper_ids),
    ]
    return pa.concat_tables(tables)


def _narrow(rows: Rows) -> Rows:
    """Take half the room: no table has as many rows as 32 bits can count."""
    return rows.astype(np.int32)


def _forward(triples: _Triples) -> _Triples:
    """Keep of each pair the one direction, and of an entity with itself none."""
    forward = triples.source < triples.target
    return _Triples(*(column[forward] for column in triples))


class _Triples(NamedTuple):
    source: Rows
    target: Rows
    paper: Rows


def _only(named: Named, which: Bools) -> Named:
    return Named(named.paper[which], named.entity[which], named.type[which], named.proposed[which])


def _join(parts: list[_Triples]) -> _Triples:
    return _Triples(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _reported(reported: Reported, source: str, target: str) -> _Triples:
    one, other = getattr(reported, source), getattr(reported, target)
    said = (one >= 0) & (other >= 0)
    return _Triples(one[said], other[said], reported.paper[said])


def _together(left: Named, right: Named) -> _Triples:
    """Pair each left entity with each right one of the same paper; papers are sorted."""
    first = np.searchsorted(right.paper, left.paper, side="left")
    last = np.searchsorted(right.paper, left.paper, side="right")
    count = last - first
    row = np.repeat(np.arange(len(left.paper)), count)
    start_of_run = np.repeat(np.cumsum(count) - count, count)
    column = np.repeat(first, count) + np.arange(len(row)) - start_of_run
    return _Triples(left.entity[row], right.entity[column], left.paper[row])


def _table(
    triples: _Triples, kind: str, fewest: int, entity_ids: pa.Array, paper_ids: pa.Array
) -> pa.Table:
    """Group by pair; entities and papers are numbered in the order of their ids."""
    order = np.lexsort((triples.paper, triples.target, triples.source))
    source, target, paper = (column[order] for column in triples)
    new = np.ones(len(source), dtype=bool)
    new[1:] = (np.diff(source) != 0) | (np.diff(target) != 0) | (np.diff(paper) != 0)
    source, target, paper = source[new], target[new], paper[new]
    starts = np.ones(len(source), dtype=bool)
    starts[1:] = (np.diff(source) != 0) | (np.diff(target) != 0)
    first = np.flatnonzero(starts)
    count = np.diff(np.append(first, len(source)))
    kept = count >= fewest
    rows = np.repeat(kept, count)
    offsets = np.concatenate(([0], np.cumsum(count[kept]))).astype(np.int32)
    papers = paper_ids.take(pa.array(paper[rows]))
    return pa.table(
        {
            "source": entity_ids.take(pa.array(source[first][kept])),
            "target": entity_ids.take(pa.array(target[first][kept])),
            "kind": pa.array([kind] * int(kept.sum()), pa.string()),
            "count": pa.array(count[kept], pa.int32()),
            "papers": pa.ListArray.from_arrays(pa.array(offsets), papers),
        }
    )
