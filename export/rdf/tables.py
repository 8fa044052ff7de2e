"""The tables of a graph, laid out for the export.

Papers stand in the order of their IRIs, and the rows of the other tables are found by paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from paperlattice.errors import PaperlatticeError
from paperlattice.export.rdf.mint import plain_name
from paperlattice.graph.model import Graph

_ENTITY = re.compile(r"(method|dataset|metric|task)/[a-z0-9-]+-[0-9a-f]{10}")
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
        self.papers = papers if order == sorted(order) else papers.take(order)
        self._kept: dict[int, Batch] = {}
        self._ids = self.papers["id"].combine_chunks()

    def rank(self, ids: pa.ChunkedArray) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Where each paper stands in :attr:`names`; -1 for one that is not there."""
        found = pc.fill_null(
            pc.call_function("index_in", [ids], pc.SetLookupOptions(value_set=self._ids)), -1
        )
        ranks: np.ndarray[Any, np.dtype[np.int64]] = found.to_numpy().astype(np.int64)
        return ranks

    @cached_property
    def _by_paper(self) -> dict[str, tuple[pa.Table, list[int]]]:
        return {
            name: self._arrange(self.graph.tables[name])
            for name in ("mentions", "statements", "urls", "results")
        }

    def _arrange(self, table: pa.Table) -> tuple[pa.Table, list[int]]:
        ranks = self.rank(table["paper"])
        if len(ranks) and (ranks.min() < 0 or bool(np.any(ranks[1:] < ranks[:-1]))):
            order = np.argsort(ranks, kind="stable")
            order = order[ranks[order] >= 0]
            table, ranks = table.take(order), ranks[order]
        return table, np.searchsorted(ranks, np.arange(len(self.names) + 1)).tolist()

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
        self.names = tables.names[first:end]

    def __len__(self) -> int:
        return self.end - self.first

    @cached_property
    def papers(self) -> Columns:
        """The columns of the papers."""
        return _columns(self._tables.papers.slice(self.first, len(self)))

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
        offsets = self._tables._by_paper[name][1]
        start = offsets[self.first]
        return range(
            offsets[self.first + i] - start,
            offsets[self.first + i + 1] - start,
        )

    def _table(self, name: str) -> Columns:
        table, offsets = self._tables._by_paper[name]
        start, end = offsets[self.first], offsets[self.end]
        return _columns(table.slice(start, end - start))


def _columns(table: pa.Table) -> Columns:
    return {name: table[name].to_pylist() for name in table.column_names}


def _check_entities(graph: Graph) -> None:
    for table, columns in _ENTITY_COLUMNS.items():
        for column in columns:
            ids = graph.tables[table][column]
            if pa.types.is_list(ids.type):
                ids = ids.combine_chunks().flatten()
            for entity in ids.unique().to_pylist():
                if entity is not None and not _ENTITY.fullmatch(entity):
                    raise PaperlatticeError(
                        f"{table}.{column}: want TYPE/NAME-HASH as an entity, found {entity!r}"
                    )
