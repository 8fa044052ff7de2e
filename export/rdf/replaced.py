"""IRIs under which a thing stood, or would have stood, in a build that knew less of it.

A paper that was read without its identifiers is named by its title, one without an arXiv
identifier by its DOI; an acronym is an entity of its own until a text or a table says what it
stands for. Once that is known the thing has another IRI, and the older one leads to it
(``dct:isReplacedBy``). All of this follows from what the graph knows now, so a build says the
same whatever was built before it; a paper that left leaves nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from paperlattice.export.rdf.blocks import Blocks
from paperlattice.export.rdf.context import Context
from paperlattice.export.rdf.mint import plain_name
from paperlattice.export.rdf.tables import Batch, Columns
from paperlattice.extract.readers.making import make_id
from paperlattice.extract.records import EntityType
from paperlattice.graph.keys import canonical_key
from paperlattice.graph.schema import entity_id

#: Licences under which all papers mean the entity by the name, not only one of them.
_CORPUS_WIDE = ("acronym", "alias", "user alias")


class ReplacedBlocks:
    """Blocks of things that are found under another IRI."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._graph = context.syntax.graph("entities")
        self._replaced_by = context.syntax.term("dct:isReplacedBy")

    def papers(self) -> Blocks:
        """All other names of papers, in the order of their IRIs, each in its paper's graph."""
        for name in sorted(self._papers, key=lambda name: f"{name}>"):
            yield from self._of_paper(name)

    def of_paper(self, batch: Batch, i: int) -> Blocks:
        """The other names of one paper."""
        for name in _names(batch.papers, i):
            if self._papers.get(name) == batch.first + i:
                yield from self._of_paper(name)

    def _of_paper(self, name: str) -> Blocks:
        syntax, now = self._context.syntax, self._context.tables.names[self._papers[name]]
        pairs = [(self._replaced_by, syntax.thing(f"paper/{now}"))]
        yield syntax.thing(f"paper/{name}"), syntax.graph(f"paper/{now}"), pairs

    @cached_property
    def _papers(self) -> dict[str, int]:
        """Name -> the one paper that it is another name of, by place; never a paper's own."""
        tables = self._context.tables
        found: dict[str, set[int]] = defaultdict(set)
        for row, name in _all_names(tables.parts.batches("papers", _IDENTIFYING)):
            found[name].add(row)
        for name in tables.names:
            found.pop(name, None)
        return {
            name: int(tables.places[row]) for name, (row, *others) in found.items() if not others
        }

    def entities(self, type_: str) -> Blocks:
        """All other identifiers of entities of one type, in the order of their IRIs."""
        syntax = self._context.syntax
        for id_, now in self._entities.get(type_, ()):
            yield syntax.thing(id_), self._graph, [(self._replaced_by, syntax.thing(now))]

    @cached_property
    def _entities(self) -> dict[str, list[tuple[str, str]]]:
        """Type -> identifiers and the one entity that each is another identifier of."""
        tables = self._context.tables
        found: dict[str, set[str]] = defaultdict(set)
        for batch in tables.parts.batches("names", ["entity", "name", "licence"]):
            rows = (batch[name].to_pylist() for name in ("entity", "name", "licence"))
            for entity, name, licence in zip(*rows, strict=True):
                if licence in _CORPUS_WIDE:
                    type_ = EntityType(entity.partition("/")[0])
                    found[entity_id(type_, canonical_key(type_, name), name)].add(entity)
        # What counts is the hash: an entity may have been called by another name of its own.
        live = {id_[-10:] for id_ in tables.entities.to_pylist()}
        by_type: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for id_, (now, *others) in sorted(found.items(), key=lambda item: f"{item[0]}>"):
            if id_[-10:] not in live and not others:
                by_type[id_.partition("/")[0]].append((id_, now))
        return dict(by_type)


#: What a paper's identifier is made of.
_IDENTIFYING = ("title", "arxiv_id", "doi")


def _all_names(batches: Iterator[object]) -> Iterator[tuple[int, str]]:
    before = 0
    for table in batches:
        columns = Columns(table)
        count = len(columns["title"])
        for i in range(count):
            for name in _names(columns, i):
                yield before + i, name
        before += count


def _names(papers: Columns, i: int) -> Iterator[str]:
    """What the paper would be called with less that identifies it."""
    title, arxiv, doi = (papers[column][i] for column in _IDENTIFYING)
    if arxiv or doi:
        yield plain_name(make_id(title, None, None), "paper")
    if arxiv and doi:
        yield plain_name(make_id(title, None, doi), "paper")
