"""Write the graph as RDF: the canonical N-Quads, and the other formats that were asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from paperlattice.errors import PaperlatticeError, UnknownChoiceError
from paperlattice.export.rdf.blocks import Block
from paperlattice.export.rdf.context import Context
from paperlattice.export.rdf.description import DescriptionBlocks
from paperlattice.export.rdf.jsonld import write_jsonld
from paperlattice.export.rdf.nquads import write_nquads, write_ntriples
from paperlattice.export.rdf.options import RdfOptions
from paperlattice.export.rdf.rdfxml import write_rdfxml
from paperlattice.export.rdf.syntax import NTriples, Turtle
from paperlattice.export.rdf.tables import Tables
from paperlattice.export.rdf.turtle import write_blocks, write_trig, write_turtle
from paperlattice.graph.model import Graph


@dataclass(frozen=True, slots=True)
class RdfSummary:
    """What was written.

    quads: statements in ``graph.nq``, all different. things: IRIs that they are about.
    dropped: reason -> how many times something could not be written in RDF.
    files: what was written, ``graph.nq`` first, ``void.ttl``, which describes the others, last.
    """

    quads: int
    things: int
    dropped: Mapping[str, int]
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class _Job:
    """What a writer of a further format needs."""

    tables: Tables
    options: RdfOptions
    description: list[Block]
    out: Path
    passes: list[Context]

    def context(self, syntax: NTriples) -> Context:
        """A pass of its own, which counts what it drops for itself."""
        self.passes.append(Context(self.tables, syntax, self.options))
        return self.passes[-1]


def _write_trig(job: _Job, path: Path) -> None:
    turtle = Turtle(job.options.base)
    write_trig(job.context(turtle), path, turtle.respell(job.description))


def _write_turtle(job: _Job, path: Path) -> None:
    turtle = Turtle(job.options.base)
    write_turtle(job.context(turtle), path, turtle.respell(job.description))


def _write_ntriples(job: _Job, path: Path) -> None:
    write_ntriples(job.out / "graph.nq", path)


def _write_jsonld(job: _Job, path: Path) -> None:
    write_jsonld(job.context(NTriples(job.options.base)), path, job.description)


def _write_rdfxml(job: _Job, path: Path) -> None:
    write_rdfxml(job.context(NTriples(job.options.base)), path, job.description)


def _write_description(job: _Job, files: Mapping[Path, str | None], path: Path) -> None:
    """Write what ``graph.nq`` says of the data set, and the files that hold it, to ``path``."""
    context = job.context(NTriples(job.options.base))
    about = DescriptionBlocks(context)
    origin = chain(about.run(), about.software(), about.sources())
    turtle = Turtle(job.options.base)
    blocks = turtle.respell([*job.description, *about.distributions(files), *origin])
    write_blocks(context, path, iter(blocks))


#: Format -> its writer; the file is ``graph.<format>``. To add one, name it here.
FORMATS: dict[str, Callable[[_Job, Path], None]] = {
    "jsonld": _write_jsonld,
    "nt": _write_ntriples,
    "rdf": _write_rdfxml,
    "trig": _write_trig,
    "ttl": _write_turtle,
}

_WITHOUT_REIFIERS = {"jsonld", "rdf"}


def check_formats(options: RdfOptions) -> None:
    """Check that the formats can be written.

    Raises UnknownChoiceError for one that is not in :data:`FORMATS`, PaperlatticeError for
    reifiers in a format that has none.
    """
    for name in options.formats:
        if name not in {*FORMATS, "nq"}:
            raise UnknownChoiceError("RDF format", name, [*FORMATS, "nq"])
    old = sorted(_WITHOUT_REIFIERS & set(options.formats)) if options.rdf12 else []
    if old:
        raise PaperlatticeError(f"reifiers of RDF 1.2 cannot be written in {', '.join(old)}")


def write_rdf(graph: Graph | Path, out: Path, *, options: RdfOptions | None = None) -> RdfSummary:
    """Write ``graph.nq``, the canonical file, and ``graph.<format>`` for each further format.

    ``void.ttl`` describes the data set, with the size and the checksum of each of the files.

    graph: a graph, or the folder of a build, whose files are then read a part at a time: what is
        held of a paper, an entity or a link is a name or a few numbers, and no text.

    Raises as :func:`check_formats` and :class:`~paperlattice.export.rdf.tables.Tables`, and
    OSError where a file cannot be written, of which an older one is then still whole.
    """
    options = options or RdfOptions()
    check_formats(options)
    out.mkdir(parents=True, exist_ok=True)
    tables = Tables(graph)
    context = Context(tables, NTriples(options.base), options)
    tally, description, sha256 = write_nquads(context, out / "graph.nq")
    job = _Job(tables, options, description, out, [context])
    written: dict[Path, str | None] = {out / "graph.nq": sha256}
    for name in sorted(set(options.formats) - {"nq"}):
        FORMATS[name](job, out / f"graph.{name}")
        written[out / f"graph.{name}"] = None
    _write_description(job, written, out / "void.ttl")
    # Each pass drops the same again; only what one format cannot hold is counted by it alone.
    dropped: Counter[str] = Counter()
    for one in job.passes:
        dropped |= one.dropped
    files = (*written, out / "void.ttl")
    return RdfSummary(tally.triples, tally.things, dict(sorted(dropped.items())), files)
