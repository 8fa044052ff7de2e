"""The data set about itself: where it came from (PROV-O), what is in it (VoID, DCAT).

The files are described beside them, in ``void.ttl``: none can hold its own checksum
(docs/decisions/0041-description-last.md).
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from paperlattice import __version__
from paperlattice.errors import PaperlatticeError
from paperlattice.export.rdf.blocks import Block, Blocks, Pair
from paperlattice.export.rdf.context import Context
from paperlattice.export.rdf.terms import PREFIXES

#: Vocabularies that the data set uses, as VoID lists them.
_VOCABULARIES = ("dct", "fabio", "mls", "oa", "pl", "prov", "schema", "skos")

#: Predicates that lead to the same thing elsewhere: each is a linkset of its own.
LINKING = ("schema:sameAs", "skos:closeMatch", "skos:exactMatch")


#: Ending of a file -> its media type, as IANA registers it.
MEDIA_TYPES = {
    ".jsonld": "application/ld+json",
    ".nq": "application/n-quads",
    ".nt": "application/n-triples",
    ".rdf": "application/rdf+xml",
    ".trig": "application/trig",
    ".ttl": "text/turtle",
}
_IANA = "https://www.iana.org/assignments/media-types/"


@dataclass
class Tally:
    """What was written, in tokens of N-Triples; what VoID reports is read off here."""

    subjects: int = 0
    things: int = 0  # subjects within the data's own name space
    predicates: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)

    def count(self, predicates: list[str], classes: list[str]) -> None:
        """Count the predicates of some triples and the classes of some things; empty the lists."""
        self.predicates.update(predicates)
        self.classes.update(classes)
        predicates.clear()
        classes.clear()

    @property
    def triples(self) -> int:
        """How many triples there are; no triple is in two graphs."""
        return self.predicates.total()


class DescriptionBlocks:
    """Blocks of the graph ``dataset``: run, software, sources, and the data set itself."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._graph = context.syntax.graph("dataset")

    def run(self) -> Blocks:
        """The run that made the graph; with a time only where SOURCE_DATE_EPOCH gives one."""
        context, syntax = self._context, self._context.syntax
        pairs = [
            (syntax.type, syntax.term("prov:Activity")),
            (syntax.term("prov:wasAssociatedWith"), self._software_name()),
        ]
        pairs += [
            (syntax.term("prov:used"), syntax.thing(f"source/{context.source(path)}"))
            for path in self._checksums()
        ]
        if sha256 := context.options.config_sha256:
            pairs.append((syntax.term("pl:configSha256"), syntax.text(sha256)))
        yield context.run, self._graph, pairs

    def software(self) -> Blocks:
        """This program."""
        syntax = self._context.syntax
        yield (
            self._software_name(),
            self._graph,
            [
                (syntax.type, syntax.term("prov:SoftwareAgent")),
                (syntax.type, syntax.term("schema:SoftwareApplication")),
                (syntax.term("schema:name"), syntax.text("paperlattice")),
                (syntax.term("schema:softwareVersion"), syntax.text(__version__)),
            ],
        )

    def sources(self) -> Blocks:
        """The files that were read, with the checksums of their versions where they are known."""
        syntax = self._context.syntax
        named = [(self._context.source(path), path) for path in self._checksums()]
        for name, path in sorted(named, key=lambda pair: f"{pair[0]}>"):
            pairs = [
                (syntax.type, syntax.term("prov:Entity")),
                (syntax.term("rdfs:label"), syntax.text(path)),
            ]
            pairs += [
                (syntax.term("schema:sha256"), syntax.text(sha256))
                for sha256 in self._checksums()[path]
            ]
            yield syntax.thing(f"source/{name}"), self._graph, pairs

    def _checksums(self) -> dict[str, list[str]]:
        """List the checksums of each file; several where papers stay from earlier versions."""
        checksums: dict[str, list[str]] = {}
        for source in self._context.sources:
            own = checksums.setdefault(source.path, [])
            own += [source.sha256] if source.sha256 else []
        return checksums

    def dataset(self, tally: Tally, example: str | None) -> list[Block]:
        """The VoID and DCAT description, with itself counted in.

        tally: of all that is written beside this. example: token of one paper.
        """
        blocks: list[Block] = []
        before: Tally | None = None
        while True:
            total = self._with(tally, blocks)
            if total == before:
                return blocks
            blocks, before = self._described(total, example), total

    def _with(self, tally: Tally, blocks: list[Block]) -> Tally:
        total = Tally(tally.subjects, tally.things, tally.predicates.copy(), tally.classes.copy())
        type_ = self._context.syntax.type
        for _, _, pairs in blocks:
            total.subjects += 1
            total.predicates.update(predicate for predicate, _ in pairs)
            total.classes.update(object_ for predicate, object_ in pairs if predicate == type_)
        return total

    def _described(self, total: Tally, example: str | None) -> list[Block]:
        context, syntax = self._context, self._context.syntax
        term, base = syntax.term, syntax.base
        dataset = syntax.iri(f"{base}void#dataset")
        pairs: list[Pair] = [
            (syntax.type, term("dcat:Dataset")),
            (syntax.type, term("void:Dataset")),
            (term("dct:title"), syntax.english(context.options.title)),
            (term("void:uriSpace"), syntax.text(f"{base}id/")),
            (term("void:triples"), syntax.integer(total.triples)),
            (term("void:entities"), syntax.integer(total.things)),
            (term("void:distinctSubjects"), syntax.integer(total.subjects)),
            (term("void:classes"), syntax.integer(len(total.classes))),
            (term("void:properties"), syntax.integer(len(total.predicates))),
            (term("prov:wasGeneratedBy"), context.run),
        ]
        if context.options.licence:
            pairs.append((term("dct:license"), syntax.iri(context.options.licence)))
        if modified := _source_date():
            pairs.append((term("dct:modified"), syntax.typed(modified, "date")))
        if example:
            pairs.append((term("void:exampleResource"), example))
        vocabularies = (PREFIXES[prefix].rstrip("#") for prefix in _VOCABULARIES)
        pairs += [(term("void:vocabulary"), syntax.iri(iri)) for iri in vocabularies]
        blocks: list[Block] = []
        for kind, counts in (("class", total.classes), ("property", total.predicates)):
            count = "void:entities" if kind == "class" else "void:triples"
            for token in sorted(counts):
                part = syntax.iri(f"{base}void#{kind}-{_short(token)}")
                pairs.append((term(f"void:{kind}Partition"), part))
                own = [
                    (term(f"void:{kind}"), token),
                    (term(count), syntax.integer(counts[token])),
                ]
                blocks.append((part, self._graph, own))
        for curie in LINKING:
            if count_ := total.predicates[term(curie)]:
                linkset = syntax.iri(f"{base}void#linkset-{curie.replace(':', '-')}")
                pairs.append((term("void:subset"), linkset))
                own = [
                    (syntax.type, term("void:Linkset")),
                    (term("void:subjectsTarget"), dataset),
                    (term("void:linkPredicate"), term(curie)),
                    (term("void:triples"), syntax.integer(count_)),
                ]
                blocks.append((linkset, self._graph, own))
        return sorted([(dataset, self._graph, pairs), *blocks], key=lambda block: block[0])

    def distributions(self, files: Mapping[Path, str | None]) -> list[Block]:
        """The files that hold the data set: media type, size and checksum of each.

        files: the SHA-256 of each, None where it has to be read from the file.
        """
        syntax, base = self._context.syntax, self._context.syntax.base
        term, pairs, blocks = syntax.term, list[Pair](), list[Block]()
        for path, sha256 in files.items():
            name = f"{base}void#distribution-{path.name}"
            file, checksum = syntax.iri(f"{base}{path.name}"), syntax.iri(f"{name}-sha256")
            pairs.append((term("dcat:distribution"), syntax.iri(name)))
            described = [
                (syntax.type, term("dcat:Distribution")),
                (term("dct:title"), syntax.english(path.name)),
                (term("dcat:downloadURL"), file),
                (term("dcat:mediaType"), syntax.iri(_IANA + MEDIA_TYPES[path.suffix])),
                (
                    term("dcat:byteSize"),
                    syntax.typed(str(path.stat().st_size), "nonNegativeInteger"),
                ),
                (term("spdx:checksum"), checksum),
            ]
            summed = [
                (syntax.type, term("spdx:Checksum")),
                (term("spdx:algorithm"), term("spdx:checksumAlgorithm_sha256")),
                (term("spdx:checksumValue"), syntax.typed(sha256 or _sha256(path), "hexBinary")),
            ]
            blocks.append((syntax.iri(name), self._graph, described))
            blocks.append((checksum, self._graph, summed))
        dumps = [(term("void:dataDump"), syntax.iri(f"{base}{path.name}")) for path in files]
        return [(syntax.iri(f"{base}void#dataset"), self._graph, pairs + dumps), *blocks]

    def _software_name(self) -> str:
        return self._context.syntax.thing(f"software/{__version__}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _short(token: str) -> str:
    """A name for a term: its prefix and local name, joined by a hyphen."""
    iri = token.strip("<>")
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}-{iri.removeprefix(namespace)}"
    raise KeyError(f"{iri} is in no known name space")


def _source_date() -> str | None:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch and not epoch.isdecimal():
        raise PaperlatticeError(f"want seconds as SOURCE_DATE_EPOCH, found {epoch!r}")
    return datetime.fromtimestamp(int(epoch), UTC).date().isoformat() if epoch else None
