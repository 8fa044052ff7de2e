"""Evidence: reported numbers, statements with their confidence, and what they rest on.

Offsets in the tables count in title, line feed, abstract; here they count in the one of the
two that the quote stands in, which the target of the annotation names as its source.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from paperlattice.export.rdf.annotations import Annotator, Place, Spot
from paperlattice.export.rdf.blocks import Blocks, Pair
from paperlattice.export.rdf.context import Context
from paperlattice.export.rdf.papers import STATED, is_evaluation, repository_name, result_hash
from paperlattice.export.rdf.syntax import is_decimal
from paperlattice.export.rdf.tables import Batch
from paperlattice.extract.records import short_hash

_OUTSIDE = "place outside of the text"
_UNITS = {"%": "percent", "x": "times"}


class _Statement(NamedTuple):
    name: str
    predicate: str
    object: str
    confidence: float
    spots: list[Spot]


class EvidenceBlocks:
    """Blocks of one paper's evidence, all in the paper's own graph."""

    def __init__(self, context: Context) -> None:
        self._context, syntax = context, context.syntax
        self._kind = context.options.evidence
        self._annotator = Annotator(context)
        self._parts = {
            part: syntax.part(part) for part in ("mention", "paper", "result", "statement")
        }
        self._stated = {
            type_: tuple(syntax.term(curie) for curie in curies) for type_, curies in STATED.items()
        }

    def results(self, batch: Batch, i: int) -> Blocks:
        """Each number that the paper reports."""
        if not batch.rows("results", i):
            return
        graph = self._graph(batch, i)
        spots = {spot.row: spot for spot in self._result_spots(batch, i)}
        rows = {result_hash(batch.results["id"][row]): row for row in batch.rows("results", i)}
        for hash_, row in sorted(rows.items()):
            values = batch.results.row(row)
            subject = self._name("result", f"{batch.names[i]}_{hash_}")
            pairs = self._reported(values)
            if self._kind != "none" and row in spots:
                mention = self._name("mention", f"{batch.names[i]}_{spots[row].name}")
                pairs.append((self._context.syntax.term("prov:wasDerivedFrom"), mention))
            yield subject, graph, pairs

    def _reported(self, row: dict[str, str | None]) -> list[Pair]:
        syntax = self._context.syntax
        number, metric, unit = row["number"], row["metric"], row["unit"]
        if number is not None and not is_decimal(number):
            self._context.dropped["number that is no decimal"] += 1
            number = None
        complete = is_evaluation(str(row["kind"]), metric, number)
        pairs = [(syntax.type, syntax.term("pl:ReportedValue"))]
        if complete:
            pairs += [(syntax.type, syntax.term(t)) for t in ("mls:ModelEvaluation", "pl:Result")]
        if complete and metric and number:
            pairs.append((syntax.term("mls:specifiedBy"), syntax.thing(metric)))
            pairs.append((syntax.term("mls:hasValue"), syntax.decimal(number)))
        elif number:
            pairs.append((syntax.term("pl:amount"), syntax.decimal(number)))
        written = str(row["value"]) + (unit if unit == "%" else "")
        pairs.append((syntax.term("pl:rawValue"), syntax.text(written)))
        pairs.append((syntax.term("pl:resultKind"), syntax.text(str(row["kind"]))))
        if unit:
            pairs.append((syntax.term("pl:unit"), syntax.text(_UNITS.get(unit, unit))))
        for column, predicate in (
            ("metric", "pl:byMetric"),
            ("dataset", "pl:onDataset"),
            ("method", "pl:ofMethod"),
        ):
            if entity := row[column]:
                pairs.append((syntax.term(predicate), syntax.thing(entity)))
        return pairs

    def statements(self, batch: Batch, i: int) -> Blocks:
        """Each statement about the paper, with the mentions that it rests on."""
        if self._kind == "none":
            return
        context, syntax = self._context, self._context.syntax
        graph = self._graph(batch, i)
        paper = self._name("paper", batch.names[i])
        derived, generated = syntax.term("prov:wasDerivedFrom"), syntax.term("prov:wasGeneratedBy")
        confidence, extractor = syntax.term("pl:confidence"), syntax.term("pl:extractor")
        before, after = self._parts["statement"]
        mention_before, mention_after = self._parts["mention"]
        start = f"{mention_before}{batch.names[i]}_"
        for stated in self._supported(batch, i):
            if context.options.rdf12:
                triple = f"<<( {paper} {stated.predicate} {stated.object} )>>"
                pairs = [(syntax.term("rdf:reifies"), triple)]
            else:
                pairs = [
                    (syntax.type, syntax.term("rdf:Statement")),
                    (syntax.term("rdf:subject"), paper),
                    (syntax.term("rdf:predicate"), stated.predicate),
                    (syntax.term("rdf:object"), stated.object),
                ]
            said_by = {spot.columns["component"][spot.row] for spot in stated.spots}
            pairs.append((confidence, syntax.scores[stated.confidence]))
            pairs.append((extractor, syntax.labels["+".join(sorted(said_by))]))
            pairs += [
                (derived, f"{start}{spot.name}{mention_after}") for spot in self._kept(stated.spots)
            ]
            if self._kind == "full":
                pairs.append((generated, context.run))
            yield f"{before}{batch.names[i]}_{stated.name}{after}", graph, pairs

    def mentions(self, batch: Batch, i: int) -> Blocks:
        """Each place in the text that is evidence: annotation, position, quote, target."""
        if self._kind == "none":
            return
        spots = {spot.name: spot for spot in self._result_spots(batch, i)}
        if self._kind == "full":
            for _, _, spot in self._entity_spots(batch, i):
                _put(spots, spot)
            for _, spot in self._address_spots(batch, i):
                _put(spots, spot)
        else:
            for stated in self._supported(batch, i):
                for spot in self._kept(stated.spots):
                    _put(spots, spot)
        annotate, graph = self._annotator.annotate, self._graph(batch, i)
        for name in sorted(spots):
            spot = spots[name]
            yield from annotate(batch.names[i], graph, spot, self._place(batch, i, spot))

    def _place(self, batch: Batch, i: int, spot: Spot) -> Place:
        """Where a spot is, counted in the title or in the abstract."""
        title, row = batch.papers["title"][i], spot.row
        start = spot.columns["start"][row]
        if start < len(title):
            part, text, offset = "title", title, 0
        else:
            part, text, offset = "abstract", batch.papers["abstract"][i], len(title) + 1
        return Place(
            self._name("paper", f"{batch.names[i]}_{part}"),
            text,
            start - offset,
            spot.columns["end"][row] - offset,
            spot.columns["sentence_start"][row] - offset,
            spot.columns["sentence_end"][row] - offset,
        )

    def _kept(self, spots: list[Spot]) -> list[Spot]:
        if self._kind == "full":
            return spots
        best = min(
            spots, key=lambda s: (-s.columns["confidence"][s.row], s.columns["start"][s.row])
        )
        return [best]

    def _supported(self, batch: Batch, i: int) -> list[_Statement]:
        """The statements that have evidence, sorted by name."""
        found: list[_Statement] = []
        spots: dict[str, list[Spot]] = defaultdict(list)
        proposed: dict[str, list[Spot]] = defaultdict(list)
        for entity, role, spot in self._entity_spots(batch, i):
            spots[entity].append(spot)
            if role == "proposed":
                proposed[entity].append(spot)
        columns = batch.statements
        for row in batch.rows("statements", i):
            entity, confidence = columns["entity"][row], columns["confidence"][row]
            uses, introduces = self._stated[entity.partition("/")[0]]
            token, hash_ = self._context.syntax.things[entity], entity[-10:]
            if entity in spots:
                named = _unique(spots[entity])
                found.append(_Statement(f"uses-{hash_}", uses, token, confidence, named))
            else:
                self._context.dropped["evidence of a statement that has no mention"] += 1
            if entity in proposed and columns["role"][row] == "proposed":
                named = _unique(proposed[entity])
                best = max(s.columns["confidence"][s.row] for s in named)
                found.append(_Statement(f"introduces-{hash_}", introduces, token, best, named))
        addresses: dict[tuple[str, str, str], list[Spot]] = defaultdict(list)
        for predicate, spot in self._address_spots(batch, i):
            verb = "repository" if spot.columns["kind"][spot.row] == "repository" else "address"
            addresses[f"{verb}-{spot.name[-10:]}", predicate, spot.body].append(spot)
        for (name, predicate, body), named in addresses.items():
            best = max(s.columns["confidence"][s.row] for s in named)
            found.append(_Statement(name, predicate, body, best, _unique(named)))
        return sorted(found, key=lambda statement: statement.name)

    def _entity_spots(self, batch: Batch, i: int) -> list[tuple[str, str, Spot]]:
        """Entity, role and place of each mention; the most frequent of all loops."""
        columns, things = batch.mentions, self._context.syntax.things
        starts, ends, entities, roles = (columns[c] for c in ("start", "end", "entity", "role"))
        title, whole = _lengths(batch, i)
        found = []
        for row in batch.rows("mentions", i):
            start, end, entity = starts[row], ends[row], entities[row]
            if not (0 <= start < end <= title or title < start < end <= whole):
                self._context.dropped[_OUTSIDE] += 1
                continue
            spot = Spot(f"{start}-{end}-{entity[-10:]}", things[entity], row, columns)
            found.append((entity, roles[row], spot))
        return found

    def _address_spots(self, batch: Batch, i: int) -> list[tuple[str, Spot]]:
        syntax, columns, found = self._context.syntax, batch.urls, []
        for row in batch.rows("urls", i):
            iri = self._context.address(columns["url"][row])
            start, end = columns["start"][row], columns["end"][row]
            if iri is None or not self._fits(batch, i, start, end):
                continue
            if columns["kind"][row] == "repository":
                name = repository_name(iri)
                predicate, body = (
                    syntax.term("pl:hasRepository"),
                    syntax.thing(f"repository/{name}"),
                )
                hash_ = name[-10:]
            else:
                predicate, body = syntax.term("rdfs:seeAlso"), syntax.iri(iri)
                hash_ = short_hash("address", iri)
            found.append((predicate, Spot(f"{start}-{end}-{hash_}", body, row, columns)))
        return found

    def _result_spots(self, batch: Batch, i: int) -> list[Spot]:
        columns = batch.results
        spots = []
        for row in batch.rows("results", i):
            hash_ = result_hash(columns["id"][row])
            start, end = columns["start"][row], columns["end"][row]
            if self._fits(batch, i, start, end):
                body = self._name("result", f"{batch.names[i]}_{hash_}")
                spots.append(Spot(f"{start}-{end}-{hash_}", body, row, columns))
        return spots

    def _fits(self, batch: Batch, i: int, start: int, end: int) -> bool:
        """Whether a place is within the title or within the abstract."""
        title, whole = _lengths(batch, i)
        fits = 0 <= start < end <= title or title < start < end <= whole
        if not fits:
            self._context.dropped[_OUTSIDE] += 1
        return fits

    def _name(self, part: str, name: str) -> str:
        before, after = self._parts[part]
        return f"{before}{name}{after}"

    def _graph(self, batch: Batch, i: int) -> str:
        return self._context.syntax.graph(f"paper/{batch.names[i]}")


def _lengths(batch: Batch, i: int) -> tuple[int, int]:
    """Where the title ends, and where the whole text does."""
    title = len(batch.papers["title"][i])
    return title, title + 1 + len(batch.papers["abstract"][i])


def _put(spots: dict[str, Spot], spot: Spot) -> None:
    """Keep the more confident of two that say the same of the same place."""
    known = spots.get(spot.name)
    if known is None or _confidence(known) < _confidence(spot):
        spots[spot.name] = spot


def _unique(spots: list[Spot]) -> list[Spot]:
    if len(spots) == 1:
        return spots
    by_name: dict[str, Spot] = {}
    for spot in spots:
        _put(by_name, spot)
    return [by_name[name] for name in sorted(by_name)]


def _confidence(spot: Spot) -> float:
    confidence: float = spot.columns["confidence"][spot.row]
    return confidence
