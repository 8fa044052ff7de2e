"""Links between papers, each with what it rests on; communities of papers; centrality."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from paperlattice.export.rdf.blocks import Blocks
from paperlattice.export.rdf.context import Context
from paperlattice.export.rdf.mint import plain_name
from paperlattice.export.rdf.syntax import decimal_form
from paperlattice.export.rdf.tables import Batch, Ints

_Ranks = np.ndarray[Any, np.dtype[np.int32]]
_Floats = np.ndarray[Any, np.dtype[np.float64]]

#: Links that are decoded at a time.
_BATCH = 10_000


class LinkBlocks:
    """Blocks of the links graph and the analysis graph."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._graph = context.syntax.graph("links")
        self._analysis = context.syntax.graph("analysis")

    def links(self) -> Blocks:
        """Each link once: its two papers, its weight, and what each shared entity adds."""
        context, syntax = self._context, self._context.syntax
        term, names = syntax.term, context.tables.names
        link_type, contribution_type = term("pl:PaperLink"), term("pl:Contribution")
        of, weight_of, measure_of, shared = (
            term(f"pl:{t}") for t in ("linksPaper", "weight", "similarityMeasure", "sharedEntity")
        )
        has, entity_of, adds = (
            term(f"pl:{t}") for t in ("hasContribution", "entity", "contribution")
        )
        measure = syntax.text(context.options.similarity)
        before, after = syntax.part("link")
        paper_before, paper_after = syntax.part("paper")
        things, decimals, graph = syntax.things, syntax.scores, self._graph
        explained = context.options.evidence != "none"
        for one, two, weight, entities, parts in self._rows():
            name = f"{before}{names[one]}_{names[two]}"
            subject = f"{name}{after}"
            pairs = [
                (syntax.type, link_type),
                (of, f"{paper_before}{names[one]}{paper_after}"),
                (of, f"{paper_before}{names[two]}{paper_after}"),
                (weight_of, decimals[weight]),
                (measure_of, measure),
            ]
            pairs += [(shared, things[entity]) for entity in entities]
            if not explained:
                yield subject, graph, pairs
                continue
            why = sorted(
                (f"{name}_{entity[-10:]}{after}", things[entity], decimals[part])
                for entity, part in zip(entities, parts, strict=True)
            )
            pairs += [(has, contribution) for contribution, _, _ in why]
            yield subject, graph, pairs
            for contribution, entity, part in why:
                yield (
                    contribution,
                    graph,
                    [(syntax.type, contribution_type), (entity_of, entity), (adds, part)],
                )

    def neighbours(self, batch: Batch, i: int) -> Blocks:
        """The papers that a paper is linked with; each link is seen from both of its ends."""
        offsets, others = self._adjacency
        paper = batch.first + i
        found = others[offsets[paper] : offsets[paper + 1]].tolist()
        if not found:
            return
        before, after = self._context.syntax.part("paper")
        names = self._context.tables.names
        shares = self._context.syntax.term("pl:sharesEntitiesWith")
        yield (
            f"{before}{batch.names[i]}{after}",
            self._graph,
            [(shares, f"{before}{names[other]}{after}") for other in found],
        )

    def communities(self) -> Blocks:
        """Communities of papers, with the entities that are typical of them."""
        syntax, parts = self._context.syntax, self._context.tables.parts
        term = syntax.term
        papers: dict[str, list[str]] = {}
        for batch in parts.batches("memberships", ["node", "kind", "community"]):
            member = batch.filter(pc.field("kind") == "paper")
            nodes, of = (member[column].to_pylist() for column in ("node", "community"))
            for node, community in zip(nodes, of, strict=True):
                token = syntax.thing(f"paper/{plain_name(node, 'paper')}")
                papers.setdefault(community, []).append(token)
        rows = [
            row
            for batch in parts.batches("communities", ["id", "label", "entities", "modularity"])
            for row in batch.to_pylist()
        ]
        for row in sorted(rows, key=lambda row: f"{row['id']}>"):
            yield (
                syntax.thing(f"community/{plain_name(row['id'], 'community')}"),
                self._analysis,
                [
                    (syntax.type, term("pl:Community")),
                    (syntax.type, term("prov:Collection")),
                    (term("rdfs:label"), syntax.english(row["label"])),
                    (term("pl:modularity"), syntax.decimal(row["modularity"])),
                    *((term("pl:typicalEntity"), syntax.thing(e)) for e in row["entities"]),
                    *((term("prov:hadMember"), p) for p in sorted(papers.get(row["id"], ()))),
                    (term("prov:wasGeneratedBy"), self._context.run),
                ],
            )

    def centrality(self, batch: Batch, i: int) -> Blocks:
        """How central a paper is, and whether it bridges communities."""
        values = self._centrality
        if values is None:
            return
        pagerank, bridging = (column[batch.first + i] for column in values)
        if np.isnan(pagerank):
            return
        syntax = self._context.syntax
        yield (
            syntax.thing(f"paper/{batch.names[i]}"),
            self._analysis,
            [
                # Ranks add up to 1 over all nodes: six decimals would be nought.
                (syntax.term("pl:pageRank"), syntax.decimal(decimal_form(f"{pagerank:.12f}"))),
                (syntax.term("pl:bridging"), syntax.decimal(float(bridging))),
            ],
        )

    @cached_property
    def _centrality(self) -> tuple[_Floats, _Floats] | None:
        tables = self._context.tables
        pagerank, bridging = (np.full(len(tables.names), np.nan) for _ in range(2))
        columns = ["node", "kind", "pagerank", "bridging"]
        for batch in tables.parts.batches("centrality", columns):
            batch = batch.filter(pc.field("kind") == "paper")
            ranks = tables.rank(batch["node"])
            for values, name in ((pagerank, "pagerank"), (bridging, "bridging")):
                values[ranks[ranks >= 0]] = batch[name].to_numpy()[ranks >= 0]
        return None if np.isnan(pagerank).all() else (pagerank, bridging)

    @cached_property
    def _ends(self) -> tuple[_Ranks, _Ranks, _Floats]:
        """First paper, second paper and weight of each link, in the order of the links' IRIs."""
        parts, rank = self._context.tables.parts, self._context.tables.rank
        found: list[tuple[_Ranks, _Ranks, _Floats]] = []
        for batch in parts.batches("links", ["source", "target", "weight"]):
            low, high = _low_and_high(rank(batch["source"]), rank(batch["target"]))
            known = low >= 0
            found.append((low[known], high[known], batch["weight"].to_numpy()[known]))
        one, two, weights = _joined(found, (np.int32, np.int32, np.float64))
        order = np.lexsort((two, one))
        return one[order], two[order], weights[order]

    @cached_property
    def _adjacency(self) -> tuple[Ints, _Ranks]:
        one, two, _ = self._ends
        papers, others = np.concatenate([one, two]), np.concatenate([two, one])
        order = np.lexsort((others, papers))
        offsets = np.searchsorted(papers[order], np.arange(len(self._context.tables.names) + 1))
        return offsets.astype(np.int64), others[order]

    def _why(self) -> tuple[Ints, _Ranks, _Floats]:
        """What links rest on, sorted by link: its number, the entity's, and what that adds."""
        tables = self._context.tables
        found: list[tuple[Ints, _Ranks, _Floats]] = []
        columns = ["source", "target", "entity", "contribution"]
        for batch in tables.parts.batches("contributions", columns):
            low, high = _low_and_high(tables.rank(batch["source"]), tables.rank(batch["target"]))
            keys = low.astype(np.int64) * len(tables.names) + high
            entities = tables.code(batch["entity"]).astype(np.int32)
            found.append((keys, entities, batch["contribution"].to_numpy()))
        keys, entities, parts = _joined(found, (np.int64, np.int32, np.float64))
        if np.any(keys[1:] < keys[:-1]):
            order = np.argsort(keys, kind="stable")
            keys, entities, parts = keys[order], entities[order], parts[order]
        return keys, entities, parts

    def _rows(self) -> Iterator[tuple[int, int, float, list[str], list[float]]]:
        """Yield each link: its papers, weight, and shared entities with what they add."""
        one, two, weights = self._ends
        keys, entities, parts = self._why()
        links = one.astype(np.int64) * len(self._context.tables.names) + two
        starts = np.searchsorted(keys, links, side="left")
        ends = np.searchsorted(keys, links, side="right")
        names = self._context.tables.entities
        for first in range(0, len(links), _BATCH):
            chunk = slice(first, min(first + _BATCH, len(links)))
            begin, end = int(starts[first]), int(ends[chunk.stop - 1])
            shared = names.take(pa.array(entities[begin:end])).to_pylist()
            adds = parts[begin:end].tolist()
            for a, b, weight, low, high in zip(
                one[chunk].tolist(),
                two[chunk].tolist(),
                weights[chunk].tolist(),
                (starts[chunk] - begin).tolist(),
                (ends[chunk] - begin).tolist(),
                strict=True,
            ):
                yield a, b, weight, shared[low:high], adds[low:high]


def _low_and_high(one: Ints, other: Ints) -> tuple[_Ranks, _Ranks]:
    """Two papers of each link in their order; a link with one that is not there begins with -1."""
    return np.minimum(one, other).astype(np.int32), np.maximum(one, other).astype(np.int32)


def _joined(
    parts: Sequence[tuple[np.ndarray[Any, Any], ...]], types: tuple[type, ...]
) -> Iterator[np.ndarray[Any, Any]]:
    """Join the parts of each column, which may be none."""
    for i, type_ in enumerate(types):
        yield np.concatenate([np.empty(0, dtype=type_), *(part[i] for part in parts)])
