"""Leaderboards: the results that papers report on a dataset by a metric, best first.

Only absolute results with one number count, and only metrics of which it is known whether
higher is better; a number in another unit stands on another board, unless it clearly is the
same measure with its sign left out (:func:`_percentages`). What abstracts report is not always
comparable: the evidence of each row is one step away.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
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
    absolute = [
        (dataset, metric, unit, Decimal(number), result)
        for dataset, metric, unit, kind, number, result in zip(
            *(results[name].to_pylist() for name in columns), strict=True
        )
        if kind == "absolute" and number is not None and metric in better
    ]
    percentages = _percentages((metric, unit, number) for _, metric, unit, number, _ in absolute)
    for dataset, metric, unit, number, result in absolute:
        if not dataset:
            continue
        if not unit and metric in percentages and number > 1:
            unit = "%"
        boards[dataset, metric, unit].append((-number if better[metric] else number, result))
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


def _percentages(numbers: Iterable[tuple[str, str, Decimal]]) -> set[str]:
    """Metrics whose numbers without a unit are percentages that leave out the sign.

    numbers: metric, unit and number of each absolute result, whatever the data set. A metric is
    one when papers give it in percent at least as often as without a unit, and no number
    without a unit is beyond 100. Up to 1 a number may be a share of 1 and stays apart.
    """
    signed: Counter[str] = Counter()
    plain: Counter[str] = Counter()
    beyond: set[str] = set()
    for metric, unit, number in numbers:
        if unit == "%":
            signed[metric] += 1
        elif not unit and number > 1:
            plain[metric] += 1
            if number > 100:
                beyond.add(metric)
    return {metric for metric, count in signed.items() if count >= plain[metric]} - beyond
