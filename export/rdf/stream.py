"""The whole mapping as one stream of blocks, in either of two orders.

By subject: the order of the canonical file; blocks of one subject are neighbours, and subjects
follow each other as their IRIs do, so that no sort of the whole is needed. By graph: the order
of TriG and JSON-LD; what belongs to one paper is together.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import chain

from paperlattice.export.rdf.blocks import Blocks
from paperlattice.export.rdf.context import Context
from paperlattice.export.rdf.description import DescriptionBlocks
from paperlattice.export.rdf.entities import EntityBlocks
from paperlattice.export.rdf.evidence import EvidenceBlocks
from paperlattice.export.rdf.links import LinkBlocks
from paperlattice.export.rdf.papers import PaperBlocks
from paperlattice.export.rdf.replaced import ReplacedBlocks
from paperlattice.export.rdf.tables import Batch
from paperlattice.export.rdf.terms import PARTS
from paperlattice.extract.records import EntityType

_OfPaper = Callable[[Batch, int], Blocks]
_OfAll = Callable[[], Blocks]

_ENTITIES = tuple(type_.value for type_ in sorted(EntityType))
#: Named graph -> the parts that it holds blocks of, beside the papers' own graphs.
_GRAPHS: dict[str, tuple[str, ...]] = {
    "alignments": _ENTITIES,
    "analysis": (*_ENTITIES, "community", "relation"),
    "dataset": ("run", "software", "source"),
    "entities": (*_ENTITIES, "organisation", "repository", "scheme"),
    "links": ("link",),
}


class Stream:
    """The blocks of one graph in one syntax, without the description of the data set.

    That description counts what this stream holds, so it comes after it:
    :meth:`DescriptionBlocks.dataset`.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self.description = DescriptionBlocks(context)
        papers, evidence, links = PaperBlocks(context), EvidenceBlocks(context), LinkBlocks(context)
        entities = EntityBlocks(context)
        self._entities, self._replaced = entities, ReplacedBlocks(context)
        # What a paper's own graph holds, by part.
        self._own: dict[str, _OfPaper] = {
            "author": papers.authors,
            "mention": evidence.mentions,
            "paper": papers.paper,
            "result": evidence.results,
            "statement": evidence.statements,
        }
        # What other graphs say about a paper.
        self._of_common_graphs: dict[str, tuple[_OfPaper, ...]] = {
            "analysis": (links.centrality,),
            "links": (links.neighbours,),
        }
        # What no paper owns.
        self._common: dict[str, _OfAll] = {
            "community": links.communities,
            "link": links.links,
            "organisation": entities.organisations,
            "relation": entities.relations,
            "repository": entities.repositories,
            "run": self.description.run,
            "scheme": entities.schemes,
            "software": self.description.software,
            "source": self.description.sources,
        } | {type_.value: partial(self._entities_of, type_.value) for type_ in EntityType}

    def by_subject(self) -> Blocks:
        """Every block, in the order of the subjects' IRIs."""
        for part in PARTS:
            if part in self._common:
                yield from self._common[part]()
            else:
                yield from self._of_papers(part)

    def by_graph(self) -> Blocks:
        """Every block, those of one graph together; papers first."""
        for batch in self._context.tables.batches():
            for i in range(len(batch)):
                yield from chain.from_iterable(make(batch, i) for make in self._own.values())
                yield from self._replaced.of_paper(batch, i)
        for name, parts in _GRAPHS.items():
            graph = self._context.syntax.graph(name)
            for part in parts:
                yield from (block for block in self._common[part]() if block[1] == graph)
            for about_paper in self._of_common_graphs.get(name, ()):
                yield from self._each_paper(about_paper)

    def _of_papers(self, part: str) -> Blocks:
        if part != "paper":
            return self._each_paper(self._own[part])
        return _merged(self._each_paper(self._paper), self._replaced.papers())

    def _entities_of(self, type_: str) -> Blocks:
        return _merged(self._entities.entities(type_), self._replaced.entities(type_))

    def _paper(self, batch: Batch, i: int) -> Blocks:
        record, *texts = self._own["paper"](batch, i)
        yield record
        for functions in self._of_common_graphs.values():
            for about_paper in functions:
                yield from about_paper(batch, i)
        yield from texts

    def _each_paper(self, make: _OfPaper) -> Blocks:
        for batch in self._context.tables.batches():
            for i in range(len(batch)):
                yield from make(batch, i)


def _merged(one: Blocks, other: Blocks) -> Blocks:
    """Merge blocks that come in the order of their subjects; no subject is in both."""
    waiting = next(other, None)
    for block in one:
        while waiting is not None and waiting[0] < block[0]:
            yield waiting
            waiting = next(other, None)
        yield block
    if waiting is not None:
        yield waiting
        yield from other
