"""What all parts of the mapping share during one pass over the graph."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from paperlattice import __version__
from paperlattice.export.rdf.mint import hashed_name
from paperlattice.export.rdf.options import RdfOptions, Source
from paperlattice.export.rdf.syntax import NTriples, http_iri
from paperlattice.export.rdf.tables import Tables
from paperlattice.extract.records import short_hash


@dataclass
class Context:
    """One pass: the tables, the spelling, the user's choices, and what had to be dropped.

    dropped: reason -> how many times something could not be written.
    """

    tables: Tables
    syntax: NTriples
    options: RdfOptions
    dropped: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._addresses: dict[str, str | None] = {}
        self.sources = _sources(self)
        parts = [__version__, self.options.config_sha256 or ""]
        parts += [f"{s.path} {s.sha256}" for s in self.sources]
        self.run = self.syntax.thing(f"run/{short_hash('run', *parts)}")

    def address(self, url: str) -> str | None:
        """The IRI of an address, or None, counted, for one that cannot be an IRI."""
        if url not in self._addresses:
            if len(self._addresses) > 100_000:  # a cache, not a list of all addresses
                self._addresses.clear()
            self._addresses[url] = http_iri(url)
        iri = self._addresses[url]
        if iri is None:
            self.dropped["address that is no http IRI"] += 1
        return iri

    def source(self, path: str) -> str:
        """The name of a source by its path."""
        return hashed_name(path, "source")


def _sources(context: Context) -> tuple[Source, ...]:
    if context.options.sources:
        return tuple(sorted(set(context.options.sources)))
    paths: set[str] = set()
    for batch in context.tables.parts.batches("papers", ["places"]):
        for places in batch["places"].chunks:
            paths |= set(places.flatten().field("path").unique().to_pylist())
    return tuple(Source(path) for path in sorted(paths))
