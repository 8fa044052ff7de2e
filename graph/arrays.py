"""Types of arrays that this stage works on, and ways around what makes large ones dear."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[np.int64]
#: Rows of a table: it has fewer than 32 bits can count.
Rows = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def distinct(values: Ints) -> Ints:
    """Give the distinct values in order.

    numpy's ``unique`` puts integers into a hash table first, which for a million of them takes
    twenty times as long as to sort them.

    >>> distinct(np.array([3, 1, 3])).tolist()
    [1, 3]
    """
    ordered = np.sort(values)
    new = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    return ordered[new]


def narrow(rows: Rows) -> Rows:
    """Take half the room for rows of a table, of which there are millions."""
    return rows.astype(np.int32)


def rounded(values: npt.ArrayLike, decimals: int) -> Floats:
    """Round to so many decimals, where they are written; type checkers lose numpy's own."""
    return np.asarray(np.round(np.asarray(values), decimals), dtype=np.float64)


@contextmanager
def frugal() -> Iterator[None]:
    """Let Arrow take its memory from the system, so that :func:`give_back` can give it back.

    The allocator that Arrow prefers is quicker by little, and keeps hundreds of megabytes.
    """
    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)


@contextmanager
def collector_off() -> Iterator[None]:
    """Switch the collector of cycles off while millions of small records are made.

    They hold no cycles, and it would go through all of them again and again.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def give_back() -> None:
    """Give the system back what Arrow and the C library have freed and keep for later.

    Each keeps its own, and where large columns are made of millions of records and dropped that
    grows to as much as what is in use. Elsewhere than in glibc only Arrow's is given back.
    """
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
