"""The tables of a graph, laid out for the export.

Papers stand in the order of their IRIs, and the rows of the other tables are found by paper or
by entity. What is held for all papers are their names and numbers about their rows; the rows
themselves are read a few papers at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from paperlattice.errors import PaperlatticeError
from paperlattice.export.rdf.mint import plain_name
from paperlattice.graph.model import Graph
from paperlattice.graph.parts import Cursor, Parts, open_parts
from paperlattice.graph.schema import SCHEMAS

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
#: Table of papers' rows -> what is not read of it.
_NOT_READ = {
    "mentions": {"paper", "surface"},
    "statements": {"paper", "mentions", "weight"},
    "urls": {"paper"},
    "results": {"paper"},
}

#: Papers that are decoded at a time; more make nothing faster, only larger.
BATCH = 1_000

#: Batches of a graph that stays decoded for the next pass, at most.
_KEPT = 4

Ints = np.ndarray[Any, np.dtype[np.int64]]


class Columns(dict[str, list[Any]]):
    """The columns of some rows as lists; each is decoded when it is first asked for."""

    def __init__(self, table: pa.Table) -> None:
        super().__init__()
        self._table = table

    def __missing__(self, name: str) -> list[Any]:
        values: list[Any] = self._table[name].to_pylist()
        self[name] = values
        return values

    def row(self, i: int) -> dict[str, Any]:
        """The i-th row: every column with its value."""
        return {name: self[name][i] for name in self._table.column_names}


class Tables:
    """The tables of a graph by paper, in the order of the papers' IRIs.

    source: a graph, or the folder of a build.
    parts: its tables, for those who need all rows of one.
    names: the name of each paper in its IRI, in that order.
    entities: the identifier of each entity, in the order of their table.

    Raises PaperlatticeError for an entity whose identifier is not of the schema's form, because
    it becomes a part of IRIs as it stands; StoreError for a folder without a graph.
    """

    def __init__(self, source: Graph | Path) -> None:
        self.parts: Parts = open_parts(source)
        _check_entities(self.parts)
        self._ids = _column(self.parts, "papers", "id")
        self.entities: pa.Array = _column(self.parts, "entities", "id")
        names = [plain_name(id_, "paper") for id_ in self._ids.to_pylist()]
        # By name and "_": the order of "<…/A_1>" and "<…/A-b_1>" alike. Mostly as it was.
        order = sorted(range(len(names)), key=lambda i: f"{names[i]}_")
        self.names = [names[i] for i in order]
        self._kept: dict[int, Batch] = {}
        #: Which row of the papers each name is of, and the other way round.
        self.order = np.array(order, dtype=np.int64)
        self.places = np.empty_like(self.order)
        self.places[self.order] = np.arange(len(order))

    def rank(self, ids: pa.ChunkedArray) -> Ints:
        """Where each paper stands in :attr:`names`; -1 for one that is not there."""
        rows = find(self._ids, ids)
        ranks = np.full(len(rows), -1, dtype=np.int64)
        ranks[rows >= 0] = self.places[rows[rows >= 0]]
        return ranks

    def code(self, entities: pa.ChunkedArray) -> Ints:
        """Where each entity stands in :attr:`entities`; one that is not there comes to its end."""
        codes = find(self.entities, entities)
        if len(unknown := entities.filter(pa.array(codes < 0)).unique()):
            self.entities = pa.concat_arrays([self.entities, unknown])
            codes = find(self.entities, entities)
        return codes

    @cached_property
    def papers(self) -> Cursor:
        """The papers, in the order of their identifiers."""
        return self.parts.cursor("papers", SCHEMAS["papers"].names)

    @cached_property
    def by_paper(self) -> dict[str, RowsOf]:
        """Tables of papers' rows, which are found by row of the papers."""
        return {
            name: RowsOf(
                self.parts,
                name,
                "paper",
                self._ids,
                [column for column in SCHEMAS[name].names if column not in left_out],
            )
            for name, left_out in _NOT_READ.items()
        }

    def batches(self) -> Iterator[Batch]:
        """All papers, a few at a time."""
        small = len(self.names) <= _KEPT * BATCH
        for first in range(0, len(self.names), BATCH):
            batch = self._kept.get(first)
            if batch is None:
                batch = Batch(self, first, min(first + BATCH, len(self.names)))
                if small:
                    self._kept[first] = batch
            yield batch


class RowsOf:
    """The rows of one table that belong to each owner: to each paper, or to each entity.

    owner: the column that names the owner, by which the table is sorted. ids: all owners.
    columns: what is read of each row.

    Raises PaperlatticeError where the rows of one owner do not follow each other.
    """

    def __init__(
        self, parts: Parts, table: str, owner: str, ids: pa.Array, columns: Sequence[str]
    ) -> None:
        self._cursor = parts.cursor(table, columns)
        self._starts, lasts, self.counts = (np.zeros(len(ids), dtype=np.int64) for _ in range(3))
        before = 0
        for batch in parts.batches(table, [owner]):
            rows = find(ids, batch[owner])
            known = np.flatnonzero(rows >= 0)
            owners, first = np.unique(rows[known], return_index=True)
            new = self.counts[owners] == 0
            self._starts[owners[new]] = before + known[first[new]]
            lasts[rows[known]] = before + known  # of one owner, the last is what stays
            self.counts += np.bincount(rows[known], minlength=len(ids))
            before += len(rows)
        if np.any((lasts - self._starts + 1 != self.counts) & (self.counts > 0)):
            raise PaperlatticeError(f"{table}: want rows sorted by {owner}")

    def read(self, owners: Ints) -> pa.Table:
        """Read the rows of some owners, those of one after those of the other."""
        starts, counts = self._starts[owners], self.counts[owners]
        rows = np.repeat(starts - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
        return take(self._cursor, rows)


class Batch:
    """Some neighbouring papers with all their rows, as lists.

    Each of the tables is read when it is first asked for. ``names[i]`` is the i-th paper's;
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
        return Columns(take(self._tables.papers, self._rows))

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
            counts = self._tables.by_paper[name].counts[self._rows]
            offsets = self._offsets[name] = [0, *np.cumsum(counts).tolist()]
        return range(offsets[i], offsets[i + 1])

    def _table(self, name: str) -> Columns:
        return Columns(self._tables.by_paper[name].read(self._rows))


def find(ids: pa.Array, values: pa.ChunkedArray) -> Ints:
    """Which of the identifiers each value is; -1 for one that is none of them."""
    options = pc.SetLookupOptions(value_set=ids)
    found = pc.fill_null(pc.call_function("index_in", [values], options), -1)
    rows: Ints = found.to_numpy().astype(np.int64)
    return rows


def take(cursor: Cursor, rows: Ints) -> pa.Table:
    """Read some rows in this order; one reading where they are neighbours, as they mostly are."""
    order = np.argsort(rows, kind="stable")
    wanted = rows[order]
    breaks = np.flatnonzero(np.diff(wanted) != 1) + 1
    runs = [run for run in np.split(wanted, breaks) if len(run)]
    found = [cursor.read(int(run[0]), int(run[-1]) + 1) for run in runs] or [cursor.read(0, 0)]
    table = pa.concat_tables(found)
    if bool(np.all(order[1:] > order[:-1])):
        return table
    places = np.empty_like(order)
    places[order] = np.arange(len(order))
    return table.take(pa.array(places))


def _column(parts: Parts, table: str, column: str) -> Any:  # pa.Array
    chunks = [chunk for batch in parts.batches(table, [column]) for chunk in batch[column].chunks]
    type_ = SCHEMAS[table].field(column).type
    return pa.chunked_array(chunks, type_).combine_chunks()


def _check_entities(parts: Parts) -> None:
    for table, columns in _ENTITY_COLUMNS.items():
        for batch in parts.batches(table, columns):
            for column in columns:
                _check_column(f"{table}.{column}", batch[column])


def _check_column(name: str, ids: pa.ChunkedArray) -> None:
    if pa.types.is_list(ids.type):
        ids = pc.list_flatten(ids)
    ids = ids.unique().drop_null()
    good = pc.call_function("match_substring_regex", [ids], pc.MatchSubstringOptions(_ENTITY))
    bad = ids.filter(pc.call_function("invert", [good]))
    if len(bad):
        raise PaperlatticeError(
            f"{name}: want TYPE/NAME-HASH as an entity, found {bad[0].as_py()!r}"
        )
