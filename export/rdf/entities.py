"""Entities as concepts, each type in a scheme of its own; repositories; organisations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.compute as pc

from paperlattice.export.rdf.blocks import Blocks, Pair
from paperlattice.export.rdf.context import Context
from paperlattice.export.rdf.mint import plain_name
from paperlattice.export.rdf.papers import organisation_name, repository_name
from paperlattice.extract.records import EntityType

_TYPES = {
    "method": ("mls:Algorithm", "pl:Method", "skos:Concept"),
    "dataset": ("mls:Dataset", "pl:Dataset", "schema:Dataset", "skos:Concept"),
    "metric": ("mls:EvaluationMeasure", "pl:Metric", "skos:Concept"),
    "task": ("pl:Task", "skos:Concept"),
}
#: Entities that are decoded at a time.
_BATCH = 5_000

#: Scheme of a match -> what the entity and the matching thing have to do with each other.
_MATCHES = {
    "wikidata": "skos:exactMatch",
    "huggingface": "schema:sameAs",
    "homepage": "schema:url",
}
_RELATIONS = {
    "evaluated-on": "pl:evaluatedOn",
    "measured-by": "pl:measuredBy",
    "used-with": "pl:usedWith",
}


class EntityBlocks:
    """Blocks of what no single paper owns: entities, repositories, organisations."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._graph = context.syntax.graph("entities")
        self._alignments = context.syntax.graph("alignments")
        self._analysis = context.syntax.graph("analysis")
        tables = context.tables.graph.tables
        self._broader = _grouped(tables["broader"].select(["entity", "broader"]))
        self._matches = _grouped(tables["matches"].select(["entity", "scheme", "url"]))
        self._related = _grouped(tables["relations"].select(["source", "kind", "target"]))

    def entities(self, type_: str) -> Blocks:
        """The entities of one type, their matches elsewhere, and what they are used with."""
        for row in _in_order(self._context.tables.graph.tables["entities"], type_):
            subject = self._context.syntax.thing(row["id"])
            yield subject, self._graph, self._concept(row, type_)
            if matches := self._matched(row["id"]):
                yield subject, self._alignments, matches
            if related := self._relations_of(row["id"]):
                yield subject, self._analysis, related

    def _concept(self, row: dict[str, Any], type_: str) -> list[Pair]:
        syntax = self._context.syntax
        term = syntax.term
        pairs = [(syntax.type, term(t)) for t in _TYPES[type_]]
        pairs.append((term("skos:prefLabel"), syntax.english(row["name"])))
        other = sorted(set(row["aliases"]) - {row["name"]})
        pairs += [(term("skos:altLabel"), syntax.english(alias)) for alias in other]
        pairs.append((term("skos:notation"), syntax.text(row["key"])))
        pairs.append((term("skos:inScheme"), syntax.thing(f"scheme/{type_}")))
        pairs.append((term("pl:paperCount"), syntax.integer(row["papers"])))
        if row["higher_is_better"] is not None:
            pairs.append((term("pl:higherIsBetter"), syntax.boolean(row["higher_is_better"])))
        if row["first_paper"] is not None:
            paper = syntax.thing(f"paper/{plain_name(row['first_paper'], 'paper')}")
            pairs.append((term("pl:firstPaper"), paper))
        if row["first_date"] is not None:
            pairs.append((term("pl:firstSeen"), syntax.typed(str(row["first_date"]), "date")))
        broader = sorted({wider for (wider,) in self._broader.get(row["id"], ())})
        pairs += [(term("skos:broader"), syntax.thing(wider)) for wider in broader]
        return pairs

    def _matched(self, entity: str) -> list[Pair]:
        syntax, pairs = self._context.syntax, set()
        for scheme, url in self._matches.get(entity, ()):
            if iri := self._context.address(url):
                predicate = _MATCHES.get(scheme, "rdfs:seeAlso")
                pairs.add((syntax.term(predicate), syntax.iri(iri)))
        return sorted(pairs)

    def _relations_of(self, entity: str) -> list[Pair]:
        syntax = self._context.syntax
        return sorted(
            {
                (syntax.term(_RELATIONS[kind]), syntax.thing(target))
                for kind, target in self._related.get(entity, ())
            }
        )

    def relations(self) -> Blocks:
        """How often two entities are used together in one way."""
        if self._context.options.evidence == "none":
            return
        syntax = self._context.syntax
        term = syntax.term
        columns = ["source", "target", "kind", "count"]
        table = self._context.tables.graph.tables["relations"].select(columns)
        rows = [(relation_name(r["source"], r["target"], r["kind"]), r) for r in table.to_pylist()]
        for name, row in sorted(rows, key=lambda named: f"{named[0]}>"):
            yield (
                syntax.thing(f"relation/{name}"),
                self._analysis,
                [
                    (syntax.type, term("pl:EntityRelation")),
                    (term("pl:relationFrom"), syntax.thing(row["source"])),
                    (term("pl:relationTo"), syntax.thing(row["target"])),
                    (term("pl:relationKind"), term(_RELATIONS[row["kind"]])),
                    (term("pl:paperCount"), syntax.integer(row["count"])),
                ],
            )

    def schemes(self) -> Blocks:
        """One concept scheme for each type of entity."""
        syntax = self._context.syntax
        for type_ in sorted(EntityType):
            yield (
                syntax.thing(f"scheme/{type_}"),
                self._graph,
                [
                    (syntax.type, syntax.term("skos:ConceptScheme")),
                    (syntax.term("rdfs:label"), syntax.english(f"{type_}s named in papers")),
                ],
            )

    def repositories(self) -> Blocks:
        """The repositories that papers name."""
        syntax = self._context.syntax
        urls = self._context.tables.graph.tables["urls"]
        addresses = urls.filter(pc.field("kind") == "repository")["url"].unique().to_pylist()
        iris = {iri for url in addresses if (iri := self._context.address(url))}
        for name, iri in sorted((repository_name(iri), iri) for iri in iris):
            yield (
                syntax.thing(f"repository/{name}"),
                self._graph,
                [
                    (syntax.type, syntax.term("schema:SoftwareSourceCode")),
                    (syntax.term("schema:codeRepository"), syntax.iri(iri)),
                    (syntax.term("pl:host"), syntax.text(urlsplit(iri).netloc)),
                ],
            )

    def organisations(self) -> Blocks:
        """The organisations that posted papers."""
        syntax = self._context.syntax
        table = self._context.tables.papers
        handles, names = (table[f"organisation_{c}"].to_pylist() for c in ("handle", "name"))
        found: dict[str, set[Pair]] = defaultdict(set)
        for handle, name in set(zip(handles, names, strict=True)) - {(None, None)}:
            pairs = found[organisation_name(handle, name)]
            pairs.add((syntax.type, syntax.term("schema:Organization")))
            if name:
                pairs.add((syntax.term("schema:name"), syntax.text(name)))
            if handle:
                pairs.add((syntax.term("schema:identifier"), syntax.text(handle)))
        for organisation in sorted(found):
            subject = syntax.thing(f"organisation/{organisation}")
            yield subject, self._graph, sorted(found[organisation])


def _in_order(table: pa.Table, type_: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of one type in the order of their tokens, in which ">" follows the id."""
    table = table.filter(pc.field("type") == type_)
    tokens = pc.call_function(
        "binary_join_element_wise", [table["id"], pa.scalar(">"), pa.scalar("")]
    )
    order = pc.call_function("array_sort_indices", [tokens.combine_chunks()])
    for first in range(0, len(order), _BATCH):
        yield from table.take(order[first : first + _BATCH]).to_pylist()


def relation_name(source: str, target: str, kind: str) -> str:
    """The name of the relation between two entities: their hashes and what it is."""
    return f"{source[-10:]}_{target[-10:]}_{kind}"


def _grouped(table: pa.Table) -> dict[str, list[tuple[str, ...]]]:
    """The rows by their first column."""
    groups: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    columns = [table[name].to_pylist() for name in table.column_names]
    for first, *others in zip(*columns, strict=True):
        groups[first].append(tuple(others))
    return dict(groups)
