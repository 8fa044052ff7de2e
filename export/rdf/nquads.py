"""N-Quads, the canonical file: one statement a line, lines sorted by code point; N-Triples."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path

from paperlattice.export.files import replacing
from paperlattice.export.rdf.blocks import Block, Blocks
from paperlattice.export.rdf.context import Context
from paperlattice.export.rdf.description import Tally
from paperlattice.export.rdf.stream import Stream
from paperlattice.export.rdf.syntax import NTriples
from paperlattice.export.rdf.vocabulary import ontology_blocks

#: Lines that are joined before they are written: what fits into the cache of a processor. One
#: character beyond ASCII makes all of a text wider, so texts should not be long.
_CHUNK = 1_000


def write_nquads(context: Context, path: Path) -> tuple[Tally, list[Block], str]:
    """Write the graph in N-Quads to ``path``.

    The lines are sorted although nothing is sorted but the lines of one subject: the stream
    comes in the order of the subjects, and the description of the data set, which counts all
    the rest, stands behind the data (docs/decisions/0041-description-last.md).

    Returns what was written, counted; the description, for other formats; the file's SHA-256.
    """
    stream, tally, digest = Stream(context), Tally(), hashlib.sha256()
    ontology = "".join(to_nquads(iter(ontology_blocks(context.syntax)), tally))
    ontology_subjects = tally.subjects
    with replacing(path) as file:

        def write(text: str) -> None:
            data = text.encode()
            digest.update(data)
            file.buffer.write(data)

        if ontology < f"<{context.syntax.base}":
            write(ontology)
        for text in to_nquads(stream.by_subject(), tally):
            write(text)
        tally.things = tally.subjects - ontology_subjects
        example = next((context.syntax.thing(f"paper/{n}") for n in context.tables.names), None)
        description = stream.description.dataset(tally, example)
        rest = ["".join(to_nquads(iter(description), tally))]
        if ontology >= f"<{context.syntax.base}":
            rest = sorted([ontology, *rest])
        write("".join(rest))
    return tally, description, digest.hexdigest()


def to_nquads(blocks: Blocks, tally: Tally) -> Iterator[str]:
    """Yield blocks, in the order of their subjects, as sorted lines, many at a time."""
    texts: list[str] = []
    predicates: list[str] = []
    classes: list[str] = []
    own: list[tuple[str, list[str]]] = []  # of one subject: graph, and what is said there
    last, type_ = "", NTriples.type
    for subject, graph, pairs in blocks:
        if subject != last:
            if own:
                texts.append(_lines(last, own))
                own = []
            last = subject
            tally.subjects += 1
            if len(predicates) > _CHUNK:
                tally.count(predicates, classes)
                yield "".join(texts)
                texts.clear()
        said = [f"{predicate} {object_}" for predicate, object_ in pairs]
        said.sort()
        own.append((graph, said))
        predicates.extend(map(_predicate, pairs))
        for predicate, object_ in pairs:
            if predicate != type_:  # types come first
                break
            classes.append(object_)
    if own:
        texts.append(_lines(last, own))
    tally.count(predicates, classes)
    yield "".join(texts)


_predicate = itemgetter(0)


def _lines(subject: str, own: list[tuple[str, list[str]]]) -> str:
    """All lines of one subject, sorted; what is said in each graph is sorted already."""
    if len(own) == 1:
        [(graph, said)] = own
        between = f" {graph} .\n{subject} "
        return f"{subject} {between.join(said)} {graph} .\n"
    return "".join(sorted(f"{subject} {one} {graph} .\n" for graph, said in own for one in said))


def write_ntriples(nquads: Path, path: Path) -> None:
    """Write the triples of the N-Quads file, which are as sorted and as many."""
    with nquads.open(encoding="utf-8", newline="\n") as quads, replacing(path) as file:
        file.writelines(f"{line[: line.rindex(' <')]} .\n" for line in quads)
