"""The graph as linked data: N-Quads, Turtle and what is derived from the same stream.

One mapping (:mod:`~paperlattice.export.rdf.papers`, ``evidence``, ``entities``, ``links``,
``description``) makes *blocks*: a subject, the named graph, and its predicates and objects as
tokens. A writer a format puts blocks into a file. Nothing is held but the tables themselves.
"""

from paperlattice.export.rdf.options import RdfOptions, Source
from paperlattice.export.rdf.write import RdfSummary, check_formats, write_rdf

__all__ = ["RdfOptions", "RdfSummary", "Source", "check_formats", "write_rdf"]
