"""What a reader is: the shape that every format module has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from paperlattice.extract.records import Paper, Skipped


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user says about the input that the input does not say itself.

    snapshot_date: the day on which a page was saved; years that the page leaves out are
        worked out from it.
    """

    snapshot_date: date | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The day on which a page was saved, as its reader inferred it from the page."""

    date: date


Item = Paper | Skipped | Snapshot


@dataclass(frozen=True, slots=True)
class Reader:
    """One input format.

    sniff: how sure the reader is, 0 to 1, that text which starts with this head (up to 64 Ki
        characters, possibly cut inside a line) is in its format.
    read: yields what stands in the lines (without line ends, the first is line 1) of a file
        whose path, as the user named it, goes into every place. A line that is not UTF-8
        holds lone surrogates (PEP 383). A reader never raises for bad input: it yields a
        :class:`Skipped`.
    """

    sniff: Callable[[str], float]
    read: Callable[[Iterable[str], str, ReadOptions], Iterator[Item]]
