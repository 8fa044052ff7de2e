"""The tables of a graph as Parquet files in a directory, and the way there."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from paperlattice.errors import PaperlatticeError
from paperlattice.graph.model import Graph
from paperlattice.graph.schema import SCHEMAS


class StoreError(PaperlatticeError):
    """A directory that holds no graph, or one that cannot be read or written now."""


def write_tables(graph: Graph, out: Path | str) -> list[Path]:
    """Write ``out/<table>.parquet`` for each table; equal graphs make equal bytes.

    Each file is written under another name and renamed, so that none is ever half there.
    """
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    return [write_table(table, out / f"{name}.parquet") for name, table in graph.tables.items()]


def write_table(table: pa.Table, path: Path) -> Path:
    """Write one table as a Parquet file, whole or not at all."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        # Row groups of a fixed length: the bytes must not depend on how the table was chunked.
        pq.write_table(
            table.combine_chunks(), temporary, compression="zstd", row_group_size=1 << 17
        )
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def read_graph(out: Path | str) -> Graph:
    """Read the graph that a build left in a directory.

    Raises StoreError where the directory holds none, or one of another version.
    """
    out = Path(out)
    tables: dict[str, pa.Table] = {}
    for name, schema in SCHEMAS.items():
        path = out / f"{name}.parquet"
        try:
            table = pq.read_table(path)
        except FileNotFoundError:
            raise StoreError(f"{out}: want the graph of a build, found no {path.name}") from None
        except (pa.ArrowInvalid, OSError) as error:
            raise StoreError(f"{path}: want a Parquet table, found: {error}") from error
        if table.schema.names != schema.names:
            raise StoreError(f"{path}: want the columns of this version; build again")
        tables[name] = table
    return Graph(tables)
