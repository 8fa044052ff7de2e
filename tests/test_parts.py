"""Tables a part at a time: the same rows from memory and from files, in any order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from paperlattice.graph.model import Graph
from paperlattice.graph.parts import open_parts
from paperlattice.graph.publish import StoreError
from paperlattice.graph.schema import SCHEMAS
from paperlattice.graph.store import write_tables

COLUMNS = ["paper", "surface", "start"]


@pytest.fixture
def folder(small_graph: Graph, tmp_path: Path) -> Path:
    """The small graph's tables, mentions in row groups of four."""
    write_tables(small_graph, tmp_path)
    table = small_graph.tables["mentions"]
    pq.write_table(table, tmp_path / "mentions.parquet", row_group_size=4)
    return tmp_path


@pytest.mark.parametrize("table", SCHEMAS)
def test_batches_are_the_table(table: str, folder: Path, small_graph: Graph) -> None:
    wanted = small_graph.tables[table]
    for source in (small_graph, folder):
        parts = open_parts(source)
        assert parts.count(table) == wanted.num_rows
        batches = list(parts.batches(table, SCHEMAS[table].names))
        assert pa.concat_tables([SCHEMAS[table].empty_table(), *batches]).equals(wanted)


def test_a_cursor_reads_any_rows(folder: Path, small_graph: Graph) -> None:
    whole = small_graph.tables["mentions"].select(COLUMNS)
    chance = np.random.default_rng(0)
    for source in (small_graph, folder):
        cursor = open_parts(source).cursor("mentions", COLUMNS)
        assert cursor.read(0, 0).equals(whole.schema.empty_table())
        forwards = [(0, 3), (3, 5), (5, 5), (5, 14), (15, whole.num_rows)]
        anywhere = np.sort(chance.integers(0, whole.num_rows + 1, (50, 2)), axis=1).tolist()
        for start, stop in [*forwards, *anywhere]:
            assert cursor.read(start, stop).equals(whole.slice(start, stop - start)), (start, stop)


def test_columns_come_in_the_order_asked_for(folder: Path) -> None:
    [batch] = open_parts(folder).batches("entities", ["name", "id"])
    assert batch.column_names == ["name", "id"]


def test_what_is_no_build_is_told(folder: Path, tmp_path: Path) -> None:
    (folder / "links.parquet").write_bytes(b"no table")
    with pytest.raises(StoreError, match=r"links\.parquet: want a Parquet table"):
        open_parts(folder)
    pq.write_table(pa.table({"x": [1]}), folder / "links.parquet")
    with pytest.raises(StoreError, match="want the columns of this version"):
        open_parts(folder)
    with pytest.raises(StoreError, match=r"found no papers\.parquet"):
        open_parts(tmp_path / "nowhere")
