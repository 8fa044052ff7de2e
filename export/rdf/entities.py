"""Entities as concepts, each type in a scheme of its own; repositories; organisations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from paperlattice.export.rdf.blocks import Blocks, Pair
from paperlattice.export.rdf.context import Context
from paperlattice.export.rdf.mint import plain_name
from paperlattice.export.rdf.papers import organisation_name, repository_name
from paperlattice.export.rdf.tables import Ints, RowsOf
from paperlattice.extract.records import EntityType

_TYPES = {
    "method": ("mls:Algorithm", "pl:Method", "skos:Concept"),
    "dataset": ("mls:Dataset", "pl:Dataset", "schema:Dataset", "skos:Concept"),
    "metric": ("mls:EvaluationMeasure", "pl:Metric", "skos:Concept"),
    "task": ("pl:Task", "skos:Concept"),
}
#: Entities, and relations of two, that are decoded at a time.
_BATCH = 5_000

#: What is read of each entity.
_COLUMNS = (
    "id", "type", "key", "name", "aliases", "papers", "higher_is_better", "first_paper",
    "first_date",
)  # fmt: skip
#: Table of entities' rows -> what is read of it, its owner first.
_OWN = {
    "broader": ("entity", "broader"),
    "matches": ("entity", "scheme", "url"),
    "names": ("entity", "name", "licence"),
    "relations": ("source", "kind", "target"),
}

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

    def entities(self, type_: str) -> Blocks:
        """The entities of one type, their matches elsewhere, and what they are used with."""
        for row in _in_order(self._rows(type_)):
            subject = self._context.syntax.thing(row["id"])
            yield subject, self._graph, self._concept(row, type_)
            if matches := self._matched(row["matches"]):
                yield subject, self._alignments, matches
            if related := self._relations_of(row["relations"]):
                yield subject, self._analysis, related

    def _rows(self, type_: str) -> Iterator[dict[str, Any]]:
        """Yield the entities of one type as they stand in their table, with their own rows."""
        tables, before = self._context.tables, 0
        for batch in tables.parts.batches("entities", _COLUMNS):
            own = np.flatnonzero(pc.equal(batch["type"], type_).to_numpy()) + before
            for first in range(0, len(own), _BATCH):
                some = own[first : first + _BATCH]
                rows = batch.take(pa.array(some - before)).to_pylist()
                for name, rows_of in self._own.items():
                    for row, grouped in zip(rows, _grouped(rows_of, some), strict=True):
                        row[name] = grouped
                yield from rows
            before += batch.num_rows

    @cached_property
    def _own(self) -> dict[str, RowsOf]:
        tables = self._context.tables
        return {
            name: RowsOf(tables.parts, name, owner, tables.entities, others)
            for name, (owner, *others) in _OWN.items()
        }

    def _concept(self, row: dict[str, Any], type_: str) -> list[Pair]:
        syntax = self._context.syntax
        term = syntax.term
        pairs = [(syntax.type, term(t)) for t in _TYPES[type_]]
        pairs.append((term("skos:prefLabel"), syntax.english(row["name"])))
        other = set(row["aliases"]) - {row["name"]}
        hidden = other & _of_single_papers(row["names"])
        pairs += [(term("skos:altLabel"), syntax.english(name)) for name in sorted(other - hidden)]
        pairs += [(term("skos:hiddenLabel"), syntax.english(name)) for name in sorted(hidden)]
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
        broader = sorted({wider for (wider,) in row["broader"]})
        pairs += [(term("skos:broader"), syntax.thing(wider)) for wider in broader]
        return pairs

    def _matched(self, rows: list[tuple[str, ...]]) -> list[Pair]:
        syntax, pairs = self._context.syntax, set()
        for scheme, url in rows:
            if iri := self._context.address(url):
                predicate = _MATCHES.get(scheme, "rdfs:seeAlso")
                pairs.add((syntax.term(predicate), syntax.iri(iri)))
        return sorted(pairs)

    def _relations_of(self, rows: list[tuple[str, ...]]) -> list[Pair]:
        syntax = self._context.syntax
        return sorted(
            {(syntax.term(_RELATIONS[kind]), syntax.thing(target)) for kind, target in rows}
        )

    def relations(self) -> Blocks:
        """How often two entities are used together in one way."""
        if self._context.options.evidence == "none":
            return
        syntax = self._context.syntax
        term = syntax.term
        for source, target, kind, count in self._sorted_relations():
            name = relation_name(source, target, kind)
            yield (
                syntax.thing(f"relation/{name}"),
                self._analysis,
                [
                    (syntax.type, term("pl:EntityRelation")),
                    (term("pl:relationFrom"), syntax.thing(source)),
                    (term("pl:relationTo"), syntax.thing(target)),
                    (term("pl:relationKind"), term(_RELATIONS[kind])),
                    (term("pl:paperCount"), syntax.integer(count)),
                ],
            )

    def _sorted_relations(self) -> Iterator[tuple[str, str, str, int]]:
        """Yield the relations by name: a few numbers are held of each, not its words."""
        tables, kinds = self._context.tables, sorted(_RELATIONS)
        columns = ["source", "target", "kind", "count"]
        parts: list[list[np.ndarray[Any, np.dtype[np.int32]]]] = [[], [], [], []]
        for batch in tables.parts.batches("relations", columns):
            found = [tables.code(batch["source"]), tables.code(batch["target"])]
            found.append(np.array([kinds.index(kind) for kind in batch["kind"].to_pylist()]))
            found.append(batch["count"].to_numpy())
            for part, values in zip(parts, found, strict=True):
                part.append(values.astype(np.int32))
        if not parts[0]:
            return
        source, target, kind, count = (np.concatenate(part) for part in parts)
        hashes = _hashes(tables.entities)
        order = np.lexsort((kind, hashes[target], hashes[source]))
        for first in range(0, len(order), _BATCH):
            some = order[first : first + _BATCH]
            yield from zip(
                tables.entities.take(pa.array(source[some])).to_pylist(),
                tables.entities.take(pa.array(target[some])).to_pylist(),
                [kinds[k] for k in kind[some].tolist()],
                count[some].tolist(),
                strict=True,
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
        addresses: set[str] = set()
        for batch in self._context.tables.parts.batches("urls", ["kind", "url"]):
            addresses |= set(batch.filter(pc.field("kind") == "repository")["url"].to_pylist())
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
        columns = ("organisation_handle", "organisation_name")
        posted: set[tuple[str | None, str | None]] = set()
        for batch in self._context.tables.parts.batches("papers", columns):
            posted |= set(zip(*(batch[column].to_pylist() for column in columns), strict=True))
        found: dict[str, set[Pair]] = defaultdict(set)
        for handle, name in posted - {(None, None)}:
            pairs = found[organisation_name(handle, name)]
            pairs.add((syntax.type, syntax.term("schema:Organization")))
            if name:
                pairs.add((syntax.term("schema:name"), syntax.text(name)))
            if handle:
                pairs.add((syntax.term("schema:identifier"), syntax.text(handle)))
        for organisation in sorted(found):
            subject = syntax.thing(f"organisation/{organisation}")
            yield subject, self._graph, sorted(found[organisation])


def _in_order(rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield rows that are sorted by id in the order of their tokens, in which ">" follows the id.

    Only an id that others begin with stands elsewhere: "a>" is behind "a-1>", before "ab>".
    """
    held: list[dict[str, Any]] = []
    for row in rows:
        id_ = row["id"]
        while held and not (id_.startswith(held[-1]["id"]) and id_[len(held[-1]["id"])] < ">"):
            yield held.pop()
        held.append(row)
    yield from reversed(held)


def relation_name(source: str, target: str, kind: str) -> str:
    """The name of the relation between two entities: their hashes and what it is."""
    return f"{source[-10:]}_{target[-10:]}_{kind}"


def _of_single_papers(names: list[tuple[str, ...]]) -> set[str]:
    """Names that only single papers use for the entity: to search by, not what it is called."""
    licences: dict[str, set[str]] = defaultdict(set)
    for name, licence in names:
        licences[name].add(licence)
    return {name for name, own in licences.items() if own == {"paper"}}


def _hashes(entities: pa.Array) -> Ints:
    """The hash that each identifier ends in, as a number."""
    ends = pc.utf8_slice_codeunits(entities, -10).to_pylist()
    return np.array([int(end, 16) for end in ends], dtype=np.int64)


def _grouped(rows_of: RowsOf, entities: Ints) -> list[list[tuple[str, ...]]]:
    """The rows of each of the entities."""
    table = rows_of.read(entities)
    rows = list(zip(*(table[name].to_pylist() for name in table.column_names), strict=True))
    ends = np.cumsum(rows_of.counts[entities]).tolist()
    return [rows[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)]
