"""The table of exporters: what ``--to`` chooses from.

To add a format: write ``write_x(graph, out, …)`` in a module of its own, and name it here. A
writer puts files under ``out``, reads nothing but the graph and its options, and returns what it
left out and why, a line each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from paperlattice.errors import UnknownChoiceError
from paperlattice.export.graphml import write_graphml
from paperlattice.export.pages import SiteOptions, write_site
from paperlattice.export.pages.payload import Point
from paperlattice.export.rdf import RdfOptions, write_rdf
from paperlattice.graph.model import Graph


@dataclass(frozen=True, slots=True)
class Options:
    """What a user may choose about the exports; a part for each writer that has choices.

    start: where nodes stood on an earlier map, by identifier; see ``write_site``.
    """

    rdf: RdfOptions = field(default_factory=RdfOptions)
    site: SiteOptions = field(default_factory=SiteOptions)
    start: Mapping[str, Point] | None = None


Writer = Callable[[Graph, Path, Options], list[str]]


def _rdf(graph: Graph, out: Path, options: Options) -> list[str]:
    dropped = write_rdf(graph, out, options=options.rdf).dropped
    return [f"graph.nq: {reason}: {count:,}" for reason, count in dropped.items()]


def _graphml(graph: Graph, out: Path, _: Options) -> list[str]:
    write_graphml(graph, out)
    return []


def _html(graph: Graph, out: Path, options: Options) -> list[str]:
    return write_site(graph, out, options.site, start=options.start)


WRITERS: dict[str, Writer] = {"rdf": _rdf, "graphml": _graphml, "html": _html}


def choose_writers(names: Iterable[str]) -> dict[str, Writer]:
    """Look up writers by name, in the order of the table.

    Raises UnknownChoiceError for a name that is not in it.

    >>> list(choose_writers(["html", "rdf"]))
    ['rdf', 'html']
    """
    wanted = set(names)
    for name in sorted(wanted):
        if name not in WRITERS:
            raise UnknownChoiceError("format", name, WRITERS)
    return {name: writer for name, writer in WRITERS.items() if name in wanted}
