"""N-Quads, the canonical file: one statement a line, lines sorted by code point; N-Triples."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryFile

from paperlattice.export.files import replacing
from paperlattice.export.rdf.blocks import Block, Blocks
from paperlattice.export.rdf.context import Context
from paperlattice.export.rdf.description import Tally
from paperlattice.export.rdf.stream import Stream
from paperlattice.export.rdf.vocabulary import ontology_blocks

#: Lines that are joined before they are written.
_CHUNK = 20_000


def write_nquads(context: Context, path: Path) -> tuple[Tally, list[Block]]:
    """Write the graph in N-Quads to ``path``.

    Returns what was written, counted, and the description of the data set, for other formats.

    The lines are sorted although nothing is sorted but the lines of one subject: the stream
    comes in the order of the subjects. The description of the data set counts the rest, but
    stands before it, so the rest waits in a temporary file.
    """
    stream, tally = Stream(context), Tally()
    head = context.syntax.base
    with replacing(path) as file, TemporaryFile(dir=path.parent) as data:
        for text in to_nquads(stream.by_subject(), tally):
            data.write(text.encode())
        data.seek(0)
        tally.things = tally.subjects
        ontology = "".join(to_nquads(iter(ontology_blocks(context.syntax)), tally))
        example = next((context.syntax.thing(f"paper/{n}") for n in context.tables.names), None)
        description = stream.description.dataset(tally, example)
        first = "".join(to_nquads(iter(description), tally))
        if ontology < f"<{head}":
            file.write(ontology)
        file.write(first)
        file.flush()
        shutil.copyfileobj(data, file.buffer, 1 << 20)
        if ontology >= f"<{head}":
            file.write(ontology)
    return tally, description


def to_nquads(blocks: Blocks, tally: Tally) -> Iterator[str]:
    """Yield blocks, in the order of their subjects, as sorted lines, many at a time."""
    lines: list[str] = []
    own: list[str] = []
    last = ""
    type_ = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    predicates, classes, subjects = tally.predicates, tally.classes, 0
    predicate_of = itemgetter(0)
    for subject, graph, pairs in blocks:
        if subject != last:
            own.sort()
            lines += own
            own, last = [], subject
            subjects += 1
            if len(lines) > _CHUNK:
                yield "".join(lines)
                lines = []
        own += [f"{subject} {predicate} {object_} {graph} .\n" for predicate, object_ in pairs]
        predicates.update(map(predicate_of, pairs))
        for predicate, object_ in pairs:
            if predicate is not type_ and predicate != type_:  # types come first
                break
            classes[object_] += 1
    own.sort()
    tally.subjects += subjects
    yield "".join(lines + own)


def write_ntriples(nquads: Path, path: Path) -> None:
    """Write the triples of the N-Quads file, which are as sorted and as many."""
    with nquads.open(encoding="utf-8", newline="\n") as quads, replacing(path) as file:
        file.writelines(f"{line[: line.rindex(' <')]} .\n" for line in quads)
