"""Turtle and TriG: for people to read, and smaller; the same triples, grouped by subject."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from paperlattice.export.files import replacing
from paperlattice.export.rdf.blocks import Block, Blocks
from paperlattice.export.rdf.context import Context
from paperlattice.export.rdf.stream import Stream
from paperlattice.export.rdf.syntax import Turtle
from paperlattice.export.rdf.vocabulary import ontology_blocks

#: Blocks that are joined before they are written.
_CHUNK = 2_000


def write_turtle(context: Context, path: Path, description: list[Block]) -> None:
    """Write all triples, whatever their graph, to ``path``.

    context: with the tokens of :class:`~paperlattice.export.rdf.syntax.Turtle`.
    description: of the data set, in the same tokens.
    """
    with replacing(path) as file:
        file.write(_head(context))
        for blocks in (
            Stream(context).by_subject(),
            iter(ontology_blocks(context.syntax)),
            iter(description),
        ):
            file.writelines(to_turtle(blocks))


def write_blocks(context: Context, path: Path, blocks: Blocks) -> None:
    """Write some blocks, which are in the tokens of Turtle, to ``path``."""
    with replacing(path) as file:
        file.write(_head(context))
        file.writelines(to_turtle(blocks))


def write_trig(context: Context, path: Path, description: list[Block]) -> None:
    """Write all quads to ``path``, a named graph after the other."""
    with replacing(path) as file:
        file.write(_head(context))
        for blocks in (
            Stream(context).by_graph(),
            iter(description),
            iter(ontology_blocks(context.syntax)),
        ):
            for graph, own in groupby(blocks, key=itemgetter(1)):
                file.write(f"{graph} {{\n")
                file.writelines(to_turtle(own))
                file.write("}\n")


def to_turtle(blocks: Blocks) -> Iterator[str]:
    """Yield blocks as Turtle, many at a time; pairs of one predicate must be neighbours."""
    parts: list[str] = []
    for subject, _, pairs in blocks:
        last = ""
        before = f"{subject} "
        for predicate, object_ in pairs:
            if predicate == last:
                parts.append(f" , {object_}")
            else:
                parts.append(f"{before}{predicate} {object_}")
                before, last = " ;\n  ", predicate
        parts.append(" .\n")
        if len(parts) > _CHUNK:
            yield "".join(parts)
            parts = []
    yield "".join(parts)


def _head(context: Context) -> str:
    prefixes = Turtle(context.options.base).prefixes()
    return "".join(f"@prefix {p}: <{prefixes[p]}> .\n" for p in sorted(prefixes))
