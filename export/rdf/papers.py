"""Papers as scholarly records: the paper, its abstract and title, authors, organisations."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import Any

from paperlattice.export.rdf.blocks import Blocks, Pair
from paperlattice.export.rdf.context import Context
from paperlattice.export.rdf.mint import hashed_name
from paperlattice.export.rdf.syntax import http_iri, is_decimal
from paperlattice.export.rdf.tables import Batch
from paperlattice.extract.records import short_hash

#: Type of entity -> the statement about every paper that names it, and the stronger one
#: about a paper that introduces it.
STATED = {
    "method": ("pl:usesMethod", "pl:introducesMethod"),
    "dataset": ("pl:usesDataset", "pl:introducesDataset"),
    "metric": ("pl:usesMetric", "pl:introducesMetric"),
    "task": ("pl:addressesTask", "pl:introducesTask"),
}

_ARXIV = re.compile(r"(\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{7})(v\d+)?")
_HASH = re.compile(r"[0-9a-f]{10}")
_DOI = re.compile(r"10\.\d{4,9}/\S+")


@lru_cache(10_000)
def repository_name(iri: str) -> str:
    """The name of the repository at a normalised address."""
    return hashed_name(iri, "repository")


@lru_cache(10_000)
def organisation_name(handle: str | None, name: str | None) -> str:
    """The name, in its IRI, of the organisation with a handle, else of that name."""
    return hashed_name(handle or name or "", "organisation")


class PaperBlocks:
    """Blocks of one paper's record, all in the paper's own graph."""

    def __init__(self, context: Context) -> None:
        self._context = context
        syntax = context.syntax
        self._part = {
            part: syntax.part(part) for part in ("author", "organisation", "paper", "result")
        }
        self._stated = {
            type_: tuple(syntax.term(curie) for curie in curies) for type_, curies in STATED.items()
        }
        self._types = [
            (syntax.type, syntax.term(t))
            for t in ("fabio:Preprint", "pl:Paper", "schema:ScholarlyArticle")
        ]

    def authors(self, batch: Batch, i: int) -> Blocks:
        """Each author: a person of this paper, because equal names may be two people."""
        syntax, graph = self._context.syntax, self._graph(batch, i)
        people = batch.papers["authors"][i]
        for position, name in enumerate(people, 1):
            yield (
                self._name("author", f"{batch.names[i]}_{position:04}"),
                graph,
                [
                    (syntax.type, syntax.term("schema:Person")),
                    (syntax.term("schema:name"), syntax.text(name)),
                    (syntax.term("schema:position"), syntax.integer(position)),
                ],
            )

    def paper(self, batch: Batch, i: int) -> Blocks:
        """The paper with all that is stated of it, its abstract, and its title as a text."""
        syntax, graph, name = self._context.syntax, self._graph(batch, i), batch.names[i]
        row = batch.papers.row(i)
        subject, abstract, title = (
            self._name("paper", name + suffix) for suffix in ("", "_abstract", "_title")
        )
        has_part = syntax.term("dct:hasPart")
        yield (
            subject,
            graph,
            [
                *self._types,
                (syntax.term("dct:title"), syntax.english(row["title"])),
                *self._dates(row),
                *self._identifiers(row),
                *self._people(row, name),
                *self._circumstances(row),
                (has_part, abstract),
                (has_part, title),
                *self._statements(batch, i),
                *self._addresses(batch, i),
                *self._results(batch, i),
            ],
        )
        for part, type_, text in (
            (abstract, "fabio:Abstract", row["abstract"]),
            (title, "pl:Title", row["title"]),
        ):
            yield (
                part,
                graph,
                [
                    (syntax.type, syntax.term(type_)),
                    (syntax.term("rdf:value"), syntax.english(text)),
                    (syntax.term("pl:textSha256"), syntax.text(_sha256(text))),
                    (syntax.term("pl:offsetUnit"), syntax.text("unicode-code-point")),
                ],
            )

    def _name(self, part: str, name: str) -> str:
        before, after = self._part[part]
        return f"{before}{name}{after}"

    def _graph(self, batch: Batch, i: int) -> str:
        return self._context.syntax.graph(f"paper/{batch.names[i]}")

    def _dates(self, row: dict[str, Any]) -> list[Pair]:
        syntax, date = self._context.syntax, row["date"]
        if date is None:
            return []
        pairs = [(syntax.term("dct:issued"), syntax.typed(str(date), "date"))]
        if row["date_precision"] != "day":
            precision = syntax.text(row["date_precision"])
            pairs.append((syntax.term("pl:datePrecision"), precision))
        if row["date_inferred"]:
            pairs.append((syntax.term("pl:dateInferred"), syntax.boolean(True)))
        return pairs

    def _identifiers(self, row: dict[str, Any]) -> list[Pair]:
        context, syntax = self._context, self._context.syntax
        arxiv, doi, url = (row[c] for c in ("arxiv_id", "doi", "url"))
        pairs, dois = [], set()
        same = syntax.term("schema:sameAs")
        if arxiv and _ARXIV.fullmatch(arxiv):
            pairs.append((syntax.term("fabio:hasArXivId"), syntax.text(arxiv)))
            pairs.append((same, syntax.iri(f"https://arxiv.org/abs/{arxiv}")))
            dois.add(f"10.48550/arXiv.{re.sub(r'v[0-9]+$', '', arxiv)}")
        elif arxiv:
            context.dropped["arXiv identifier of another form"] += 1
        if doi and _DOI.fullmatch(doi):
            # A DOI has no case: two spellings of one are one.
            dois = {d for d in dois if d.lower() != doi.lower()} | {doi}
        elif doi:
            context.dropped["DOI of another form"] += 1
        for value in sorted(dois):
            pairs.append((syntax.term("dct:identifier"), syntax.text(f"doi:{value}")))
            if iri := http_iri(f"https://doi.org/{value}"):
                pairs.append((same, syntax.iri(iri)))
        if doi in dois:
            pairs.append((syntax.term("prism:doi"), syntax.text(doi)))
        if url and (iri := context.address(url)):
            pairs.append((syntax.term("schema:url"), syntax.iri(iri)))
        return pairs

    def _people(self, row: dict[str, Any], name: str) -> list[Pair]:
        syntax, authors = self._context.syntax, row["authors"]
        creator = syntax.term("dct:creator")
        pairs = [
            (creator, self._name("author", f"{name}_{position:04}"))
            for position in range(1, len(authors) + 1)
        ]
        if row["author_count"] is not None:
            pairs.append((syntax.term("pl:authorCount"), syntax.integer(row["author_count"])))
        handle, called = row["organisation_handle"], row["organisation_name"]
        if handle or called:
            organisation = organisation_name(handle, called)
            pairs.append(
                (
                    syntax.term("schema:sourceOrganization"),
                    self._name("organisation", organisation),
                )
            )
        return pairs

    def _circumstances(self, row: dict[str, Any]) -> list[Pair]:
        context, syntax = self._context, self._context.syntax
        keywords, places = row["keywords"], row["places"]
        pairs = []
        if row["comments"] is not None:
            pairs.append((syntax.term("pl:commentCount"), syntax.integer(row["comments"])))
        if row["venue"]:
            pairs.append((syntax.term("prism:publicationName"), syntax.text(row["venue"])))
        keyword = syntax.term("schema:keywords")
        pairs += [(keyword, syntax.text(word)) for word in sorted(set(keywords))]
        for path in sorted({place["path"] for place in places}):
            source = syntax.thing(f"source/{context.source(path)}")
            pairs.append((syntax.term("dct:source"), source))
        for place in sorted({f"{place['path']}:{place['line']}" for place in places}):
            pairs.append((syntax.term("pl:sourcePlace"), syntax.text(place)))
        return pairs

    def _statements(self, batch: Batch, i: int) -> list[Pair]:
        syntax, statements = self._context.syntax, batch.statements
        entities, roles = statements["entity"], statements["role"]
        uses: set[Pair] = set()
        introduces: set[Pair] = set()
        for row in batch.rows("statements", i):
            entity = entities[row]
            used, introduced = self._stated[entity.partition("/")[0]]
            token = syntax.things[entity]
            uses.add((used, token))
            if roles[row] == "proposed":
                introduces.add((introduced, token))
        return sorted(uses) + sorted(introduces)

    def _addresses(self, batch: Batch, i: int) -> list[Pair]:
        context, syntax, urls = self._context, self._context.syntax, batch.urls
        pairs = set()
        for row in batch.rows("urls", i):
            iri = context.address(urls["url"][row])
            if iri is None:
                continue
            if urls["kind"][row] == "repository":
                repository = syntax.thing(f"repository/{repository_name(iri)}")
                pairs.add((syntax.term("pl:hasRepository"), repository))
            else:
                pairs.add((syntax.term("rdfs:seeAlso"), syntax.iri(iri)))
        return sorted(pairs)

    def _results(self, batch: Batch, i: int) -> list[Pair]:
        syntax, results = self._context.syntax, batch.results
        reported: set[Pair] = set()
        complete: set[Pair] = set()
        for row in batch.rows("results", i):
            token = self._name("result", f"{batch.names[i]}_{result_hash(results['id'][row])}")
            reported.add((syntax.term("pl:reportsValue"), token))
            if is_evaluation(results["kind"][row], results["metric"][row], results["number"][row]):
                complete.add((syntax.term("pl:reportsResult"), token))
        return sorted(reported) + sorted(complete)


def result_hash(identifier: str) -> str:
    """The ten hex digits that the identifier of a result ends in, or ten made from it."""
    tail = identifier[-10:]
    return tail if _HASH.fullmatch(tail) else short_hash("result", identifier)


def is_evaluation(kind: str, metric: str | None, number: str | None) -> bool:
    """Whether a reported number is the value of a metric, not a difference or a range."""
    return kind == "absolute" and metric is not None and number is not None and is_decimal(number)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
