"""Links between papers, each with what it rests on; communities of papers; centrality."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from paperlattice.export.rdf.blocks import Blocks
from paperlattice.export.rdf.context import Context
from paperlattice.export.rdf.mint import plain_name
from paperlattice.export.rdf.syntax import decimal_form
from paperlattice.export.rdf.tables import Batch

_Ints = np.ndarray[Any, np.dtype[np.int64]]

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
        syntax, tables = self._context.syntax, self._context.tables.graph.tables
        term = syntax.term
        member = tables["memberships"].filter(pc.field("kind") == "paper")
        papers: dict[str, list[str]] = {}
        nodes, of = (member[column].to_pylist() for column in ("node", "community"))
        for node, community in zip(nodes, of, strict=True):
            token = syntax.thing(f"paper/{plain_name(node, 'paper')}")
            papers.setdefault(community, []).append(token)
        for row in sorted(tables["communities"].to_pylist(), key=lambda row: f"{row['id']}>"):
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
    def _centrality(self) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]] | None:
        table = self._context.tables.graph.tables["centrality"]
        table = table.filter(pc.field("kind") == "paper")
        if not table.num_rows:
            return None
        ranks = self._context.tables.rank(table["node"])
        columns = []
        for name in ("pagerank", "bridging"):
            values = np.full(len(self._context.tables.names), np.nan)
            values[ranks[ranks >= 0]] = table[name].to_numpy()[ranks >= 0]
            columns.append(values)
        return columns[0], columns[1]

    @cached_property
    def _ends(self) -> tuple[_Ints, _Ints, _Ints]:
        """First paper, second paper and row of each link, in the order of the links' IRIs."""
        table, rank = self._context.tables.graph.tables["links"], self._context.tables.rank
        source, target = rank(table["source"]), rank(table["target"])
        one, two = np.minimum(source, target), np.maximum(source, target)
        known = np.flatnonzero(one >= 0)
        order = known[np.lexsort((two[known], one[known]))]
        return one[order], two[order], order

    @cached_property
    def _adjacency(self) -> tuple[_Ints, _Ints]:
        one, two, _ = self._ends
        papers, others = np.concatenate([one, two]), np.concatenate([two, one])
        order = np.lexsort((others, papers))
        offsets = np.searchsorted(papers[order], np.arange(len(self._context.tables.names) + 1))
        return offsets.astype(np.int64), others[order]

    def _rows(self) -> Iterator[tuple[int, int, float, list[str], list[float]]]:
        """Yield each link: its papers, weight, and shared entities with what they add."""
        one, two, rows = self._ends
        tables, rank = self._context.tables.graph.tables, self._context.tables.rank
        why = tables["contributions"]
        papers = len(self._context.tables.names)
        low, high = rank(why["source"]), rank(why["target"])
        keys = np.minimum(low, high) * papers + np.maximum(low, high)
        order = np.argsort(keys, kind="stable")
        links = one * papers + two
        starts = np.searchsorted(keys, links, side="left", sorter=order)
        ends = np.searchsorted(keys, links, side="right", sorter=order)
        weights = tables["links"]["weight"].to_numpy()[rows].tolist()
        for first in range(0, len(rows), _BATCH):
            chunk = slice(first, min(first + _BATCH, len(rows)))
            taken = pa.array(order[starts[first] : ends[chunk.stop - 1]])
            entities = why["entity"].take(taken).to_pylist()
            parts = why["contribution"].take(taken).to_pylist()
            begin = int(starts[first])
            for a, b, weight, start, end in zip(
                one[chunk].tolist(),
                two[chunk].tolist(),
                weights[chunk],
                (starts[chunk] - begin).tolist(),
                (ends[chunk] - begin).tolist(),
                strict=True,
            ):
                yield a, b, weight, entities[start:end], parts[start:end]
