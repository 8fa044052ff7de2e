"""Leaderboards: the results that papers report on a dataset by a metric, best first.

Only absolute results with one number count, and only metrics of which it is known whether
higher is better; a number in another unit stands on another board. What abstracts report is
not always comparable: the evidence of each row is one step away.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import pyarrow as pa

from paperlattice.graph.schema import SCHEMAS


def rank_results(results: pa.Table, entities: pa.Table) -> pa.Table:
    """Make the table of leaderboards; equal numbers share the better rank.

    results, entities: as in the schema.
    """
    known = entities.filter(entities["higher_is_better"].is_valid())
    columns_of = (known[name].to_pylist() for name in ("id", "higher_is_better"))
    better = dict(zip(*columns_of, strict=True))
    boards: dict[tuple[str, str, str], list[tuple[Decimal, str]]] = defaultdict(list)
    columns = ("dataset", "metric", "unit", "kind", "number", "id")
    for dataset, metric, unit, kind, number, result in zip(
        *(results[name].to_pylist() for name in columns), strict=True
    ):
        if kind == "absolute" and number is not None and dataset and metric in better:
            score = Decimal(number)
            boards[dataset, metric, unit].append((-score if better[metric] else score, result))
    rows = []
    for (dataset, metric, unit), scores in sorted(boards.items()):
        rank, last = 0, None
        for place, (score, result) in enumerate(sorted(set(scores)), start=1):
            if score != last:
                rank, last = place, score
            rows.append(
                {"dataset": dataset, "metric": metric, "unit": unit, "rank": rank, "result": result}
            )
    return pa.Table.from_pylist(rows, schema=SCHEMAS["leaderboards"])
