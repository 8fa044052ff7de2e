"""What the mapping makes and the writers take: blocks of one subject in one named graph."""

from __future__ import annotations

from collections.abc import Iterator

#: (predicate, object), both as tokens of a syntax.
Pair = tuple[str, str]
#: (subject, named graph, pairs). Blocks of one subject follow each other.
Block = tuple[str, str, list[Pair]]
Blocks = Iterator[Block]
