"""The tables of a graph a part at a time, for those who walk through them once.

Parts of a :class:`~paperlattice.graph.model.Graph` are views of it; those of a build are read
from its files when they are asked for, so that memory does not grow with the corpus.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from paperlattice.graph.model import Graph
from paperlattice.graph.publish import StoreError, read_manifest
from paperlattice.graph.schema import SCHEMAS

#: Rows that are read at a time; those of papers have whole abstracts in them.
_ROWS = 1 << 16
_ROWS_OF_PAPERS = 1 << 11

#: Bytes of a file that are read at a time, where otherwise a whole column would be.
_BUFFER = 1 << 20


class Cursor(Protocol):
    """A place in one table."""

    def read(self, start: int, stop: int) -> pa.Table:
        """Read the rows ``[start, stop)``; cheap where they follow those read before."""
        ...


class Parts(Protocol):
    """The tables of a graph, as :data:`~paperlattice.graph.schema.SCHEMAS` documents them."""

    def count(self, table: str) -> int:
        """How many rows a table has."""
        ...

    def batches(self, table: str, columns: Sequence[str]) -> Iterator[pa.Table]:
        """Yield all rows of a table in order, many at a time, with these columns."""
        ...

    def cursor(self, table: str, columns: Sequence[str]) -> Cursor:
        """Make a cursor of one table, which reads these columns."""
        ...


def open_parts(source: Graph | Path | str) -> Parts:
    """Open a graph that is in memory, or the one that a build left in a folder.

    Raises StoreError where the folder holds none, or one of another version.
    """
    return _OfGraph(source) if isinstance(source, Graph) else _open_folder(Path(source))


class _OfGraph:
    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def count(self, table: str) -> int:
        return int(self._graph.tables[table].num_rows)

    def batches(self, table: str, columns: Sequence[str]) -> Iterator[pa.Table]:
        rows = self._graph.tables[table].select(columns)
        for start in range(0, rows.num_rows, _ROWS):
            yield rows.slice(start, _ROWS)

    def cursor(self, table: str, columns: Sequence[str]) -> Cursor:
        return _View(self._graph.tables[table].select(columns))


class _View:
    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def read(self, start: int, stop: int) -> pa.Table:
        return self._table.slice(start, stop - start)


class _OfFolder:
    """Open files, which stay what they are when a later build takes their place."""

    def __init__(self, folder: Path) -> None:
        self._files: dict[str, pq.ParquetFile] = {}
        for name, schema in SCHEMAS.items():
            path = folder / f"{name}.parquet"
            try:
                file = pq.ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False)
            except FileNotFoundError:
                raise StoreError(
                    f"{folder}: want the graph of a build, found no {path.name}"
                ) from None
            except (pa.ArrowInvalid, OSError) as error:
                raise StoreError(f"{path}: want a Parquet table, found: {error}") from error
            if file.schema_arrow.names != schema.names:
                raise StoreError(f"{path}: want the columns of this version; build again")
            self._files[name] = file

    def count(self, table: str) -> int:
        return int(self._files[table].metadata.num_rows)

    def batches(self, table: str, columns: Sequence[str]) -> Iterator[pa.Table]:
        return _read(self._files[table], table, columns)

    def cursor(self, table: str, columns: Sequence[str]) -> Cursor:
        return _Reader(self._files[table], table, columns)


class _Reader:
    """Reads a file forwards; to go back, it begins again at the row group."""

    def __init__(self, file: pq.ParquetFile, table: str, columns: Sequence[str]) -> None:
        self._file, self._name, self._columns = file, table, columns
        self._schema = _schema(table, columns)
        sizes = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
        self._begins = [0, *accumulate(sizes)][:-1]
        self._held = self._schema.empty_table()
        self._at = sum(sizes)  # row of the first that is held: none yet
        self._rest: Iterator[pa.Table] = iter(())

    def read(self, start: int, stop: int) -> pa.Table:
        if start >= stop:
            return self._schema.empty_table()
        self._go_to(start)
        found = []
        while True:
            own = self._held.slice(start - self._at, stop - start)
            found.append(own)
            start += own.num_rows
            if start == stop:
                return pa.concat_tables(found)
            self._next()

    def _go_to(self, row: int) -> None:
        group = max(i for i, begin in enumerate(self._begins) if begin <= row)
        if row < self._at or self._begins[group] > self._at + self._held.num_rows:
            groups = range(group, len(self._begins))
            self._rest = _read(self._file, self._name, self._columns, groups)
            self._at, self._held = self._begins[group], self._schema.empty_table()
        while row >= self._at + self._held.num_rows:
            self._next()

    def _next(self) -> None:
        self._at += self._held.num_rows
        self._held = next(self._rest)


def _read(
    file: pq.ParquetFile, table: str, columns: Sequence[str], groups: range | None = None
) -> Iterator[pa.Table]:
    size = _ROWS_OF_PAPERS if table == "papers" else _ROWS
    schema = _schema(table, columns)
    for batch in file.iter_batches(size, row_groups=groups, columns=list(columns)):
        yield pa.Table.from_batches([batch]).select(list(columns)).cast(schema)


def _schema(table: str, columns: Sequence[str]) -> pa.Schema:
    return pa.schema([SCHEMAS[table].field(name) for name in columns])


def _open_folder(folder: Path) -> Parts:
    # A build that is published while we open its files exchanges the folder: then once more.
    while True:
        before = _state(folder)
        try:
            parts = _OfFolder(folder)
        except StoreError:
            if _state(folder) == before:
                raise
            continue
        if _state(folder) == before:
            return parts


def _state(folder: Path) -> object:
    return read_manifest(folder), folder.stat().st_ino if folder.exists() else None
