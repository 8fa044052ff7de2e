"""When entities came up, and whether they rise.

The dated papers are parted at their median date into an earlier and a later half. The rise of
an entity is log2 of the ratio of its shares of the two, each count one higher so that a name
in three papers is not infinitely on the rise: 1 is twice the share, -1 half of it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from paperlattice.graph.arrays import Floats, Ints, Rows, rounded

DECIMALS = 4
#: The day of a paper without a date.
UNDATED = -(1 << 62)


class Trends(NamedTuple):
    """By entity: first, the row of its earliest dated paper, or -1; rise, NaN where undated."""

    first: Ints
    rise: Floats


class Timeline(NamedTuple):
    """Papers of an entity in a year: a row each, sorted; share is of that year's papers."""

    entity: Rows
    year: Ints
    papers: Ints
    share: Floats


def find_trends(paper: Rows, entity: Rows, day: Ints, entities: int) -> Trends:
    """Find the first paper and the rise of each entity.

    paper, entity: a statement each. day: of each paper, days since 1970, or UNDATED.
    """
    dated = day[paper] > UNDATED
    paper, entity = paper[dated], entity[dated]
    first = np.full(entities, -1, dtype=np.int64)
    order = np.lexsort((paper, day[paper], entity))
    present, position = np.unique(entity[order], return_index=True)
    first[present] = paper[order][position]
    rise = np.full(entities, np.nan)
    days = np.sort(day[day > UNDATED])
    if days.size:
        later = day > days[(days.size - 1) // 2]
        in_later = np.bincount(entity[later[paper]], minlength=entities)
        in_earlier = np.bincount(entity, minlength=entities) - in_later
        # Undated papers have the lowest of days, and so are not later than any.
        all_later = int(later.sum())
        all_earlier = int(days.size) - all_later
        ratio = (in_later + 1) / (all_later + 2) * (all_earlier + 2) / (in_earlier + 1)
        rise[present] = np.round(np.log2(ratio), DECIMALS)[present]
    return Trends(first, rise)


def count_years(paper: Rows, entity: Rows, year: Ints, entities: int) -> Timeline:
    """Count the papers of each entity by year.

    paper, entity: a statement each. year: of each paper, 0 for none.
    """
    dated = year[paper] > 0
    years, all_papers = np.unique(year[year > 0], return_counts=True)
    width = max(len(years), 1)
    pairs = np.sort(
        entity[dated].astype(np.int64) * width + np.searchsorted(years, year[paper[dated]])
    )
    first = np.flatnonzero(np.diff(pairs, prepend=-1))
    papers = np.diff(first, append=len(pairs))
    named, of_year = pairs[first] // width, pairs[first] % width
    share = papers / all_papers[of_year] if years.size else papers * 0.0
    return Timeline(named, years[of_year] if years.size else of_year, papers, rounded(share, 6))
