"""The tables of a graph, laid out for the export.

Papers stand in the order of their IRIs, and the rows of the other tables are found by paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from paperlattice.errors import PaperlatticeError
from paperlattice.export.rdf.mint import plain_name
from paperlattice.graph.model import Graph

_ENTITY = r"\A(method|dataset|metric|task)/[a-z0-9-]+-[0-9a-f]{10}\z"
#: Table -> its columns that hold entities.
_ENTITY_COLUMNS = {
    "entities": ("id",),
    "mentions": ("entity",),
    "statements": ("entity",),
    "results": ("metric", "dataset", "method"),
    "contributions": ("entity",),
    "broader": ("entity", "broader"),
    "matches": ("entity",),
    "relations": ("source", "target"),
    "communities": ("entities",),
}

#: Papers that are decoded at a time; more make nothing faster, only larger.
BATCH = 1_000

#: Batches that stay decoded for the next pass; a small graph is decoded once.
_KEPT = 4

Columns = dict[str, list[Any]]
_Ints = np.ndarray[Any, np.dtype[np.int64]]


class Tables:
    """The tables of a graph by paper, in the order of the papers' IRIs.

    names: the name of each paper in its IRI, in that order.

    Raises PaperlatticeError for an entity whose identifier is not of the schema's form, because
    it becomes a part of IRIs as it stands.
    """

    def __init__(self, graph: Graph) -> None:
        _check_entities(graph)
        papers = graph.tables["papers"]
        names = [plain_name(id_, "paper") for id_ in papers["id"].to_pylist()]
        # By name and "_": the order of "<…/A_1>" and "<…/A-b_1>" alike. Mostly as it was.
        order = sorted(range(len(names)), key=lambda i: f"{names[i]}_")
        self.graph = graph
        self.names = [names[i] for i in order]
        self.papers = papers
        self._kept: dict[int, Batch] = {}
        self._ids = papers["id"].combine_chunks()
        #: Which row of the papers each name is of, and the other way round.
        self.order = np.array(order, dtype=np.int64)
        self._places = np.empty_like(self.order)
        self._places[self.order] = np.arange(len(order))

    def rank(self, ids: pa.ChunkedArray) -> _Ints:
        """Where each paper stands in :attr:`names`; -1 for one that is not there."""
        rows = self._row(ids)
        ranks = np.full(len(rows), -1, dtype=np.int64)
        ranks[rows >= 0] = self._places[rows[rows >= 0]]
        return ranks

    def _row(self, ids: pa.ChunkedArray) -> _Ints:
        options = pc.SetLookupOptions(value_set=self._ids)
        found = pc.fill_null(pc.call_function("index_in", [ids], options), -1)
        rows: _Ints = found.to_numpy().astype(np.int64)
        return rows

    @cached_property
    def by_paper(self) -> dict[str, tuple[pa.Table, _Ints]]:
        """Tables of papers' rows, and where the rows of each row of the papers begin and end."""
        return {
            name: self._arrange(self.graph.tables[name])
            for name in ("mentions", "statements", "urls", "results")
        }

    def _arrange(self, table: pa.Table) -> tuple[pa.Table, _Ints]:
        rows = self._row(table["paper"])
        # Tables are sorted by the papers' identifiers, as the papers are: mostly nothing to do.
        if len(rows) and (rows.min() < 0 or bool(np.any(rows[1:] < rows[:-1]))):
            order = np.argsort(rows, kind="stable")
            order = order[rows[order] >= 0]
            table, rows = table.take(order), rows[order]
        ends = np.searchsorted(rows, np.arange(self.papers.num_rows + 1))
        return table, ends.astype(np.int64)

    def batches(self) -> Iterator[Batch]:
        """All papers, a few at a time."""
        for first in range(0, len(self.names), BATCH):
            if first not in self._kept:
                if len(self._kept) == _KEPT:
                    self._kept.clear()
                self._kept[first] = Batch(self, first, min(first + BATCH, len(self.names)))
            yield self._kept[first]


class Batch:
    """Some neighbouring papers with all their rows, as lists.

    Each of the tables is decoded when it is first asked for. ``names[i]`` is the i-th paper's;
    ``papers[column][i]`` is its value, and its rows of another table are ``rows(table, i)``.
    """

    def __init__(self, tables: Tables, first: int, end: int) -> None:
        self._tables, self.first, self.end = tables, first, end
        self._rows = tables.order[first:end]
        self._offsets: dict[str, list[int]] = {}
        self.names = tables.names[first:end]

    def __len__(self) -> int:
        return self.end - self.first

    @cached_property
    def papers(self) -> Columns:
        """The columns of the papers."""
        return _columns(_taken(self._tables.papers, self._rows))

    @cached_property
    def mentions(self) -> Columns:
        """The columns of their mentions, a paper's after the other's."""
        return self._table("mentions")

    @cached_property
    def statements(self) -> Columns:
        """The columns of their statements."""
        return self._table("statements")

    @cached_property
    def urls(self) -> Columns:
        """The columns of their web addresses."""
        return self._table("urls")

    @cached_property
    def results(self) -> Columns:
        """The columns of their results."""
        return self._table("results")

    def rows(self, name: str, i: int) -> range:
        """Which rows of a table are the i-th paper's."""
        offsets = self._offsets.get(name)
        if offsets is None:
            ends = self._tables.by_paper[name][1]
            counts = ends[self._rows + 1] - ends[self._rows]
            offsets = self._offsets[name] = [0, *np.cumsum(counts).tolist()]
        return range(offsets[i], offsets[i + 1])

    def _table(self, name: str) -> Columns:
        table, ends = self._tables.by_paper[name]
        rows = [np.arange(int(ends[row]), int(ends[row + 1])) for row in self._rows.tolist()]
        return _columns(_taken(table, np.concatenate(rows) if rows else self._rows))


def _taken(table: pa.Table, rows: _Ints) -> pa.Table:
    """Some rows of a table; a view where they are neighbours, as they mostly are."""
    if len(rows) == 0 or bool(np.all(rows[1:] == rows[:-1] + 1)):
        return table.slice(int(rows[0]) if len(rows) else 0, len(rows))
    return table.take(pa.array(rows))


def _columns(table: pa.Table) -> Columns:
    return {name: table[name].to_pylist() for name in table.column_names}


def _check_entities(graph: Graph) -> None:
    for table, columns in _ENTITY_COLUMNS.items():
        for column in columns:
            ids = graph.tables[table][column]
            if pa.types.is_list(ids.type):
                ids = ids.combine_chunks().flatten()
            ids = ids.unique().drop_null()
            good = pc.call_function(
                "match_substring_regex", [ids], pc.MatchSubstringOptions(_ENTITY)
            )
            bad = ids.filter(pc.call_function("invert", [good]))
            if len(bad):
                raise PaperlatticeError(
                    f"{table}.{column}: want TYPE/NAME-HASH as an entity, found {bad[0].as_py()!r}"
                )
