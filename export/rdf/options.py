"""What a user may choose about the RDF export."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from paperlattice.errors import PaperlatticeError, UnknownChoiceError
from paperlattice.export.rdf.syntax import http_iri
from paperlattice.export.rdf.terms import ONTOLOGY

Evidence = Literal["full", "compact", "none"]

_BASE = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~%!$&'()*+,;=:@-]+)*/")


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """A file that the graph was made from; path as the user named it, sha256 in hex."""

    path: str
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class RdfOptions:
    """Choices of the RDF export.

    base: what every IRI of the data starts with; an http(s) IRI that ends in a slash.
    evidence: ``full`` (every mention with position and quote), ``compact`` (the most
        confident mention of each statement, position only) or ``none``.
    formats: which files to write beside the canonical ``graph.nq``; see ``write.FORMATS``.
    rdf12: write statements as RDF 1.2 reifiers, which rdflib and older stores cannot read.
    title, licence: of the dataset; licence is an IRI, and left out where it is None, because
        abstracts belong to their authors.
    sources: the files that were read, each version that papers are from; where empty, the
        places of the papers are named.
    config_sha256: of the configuration that the graph was built with.
    similarity: the name of the measure behind the weights of links.

    Raises UnknownChoiceError for another kind of evidence, PaperlatticeError for a base or a
    licence that is no such IRI.
    """

    base: str = "https://w3id.org/paperlattice/"
    evidence: Evidence = "full"
    formats: tuple[str, ...] = ("ttl",)
    rdf12: bool = False
    title: str = "Paper Lattice"
    licence: str | None = None
    sources: tuple[Source, ...] = ()
    config_sha256: str | None = None
    similarity: str = "idf-cosine"

    def __post_init__(self) -> None:
        if self.evidence not in get_args(Evidence):
            raise UnknownChoiceError("kind of evidence", self.evidence, get_args(Evidence))
        if self.licence is not None and http_iri(self.licence) != self.licence:
            raise PaperlatticeError(f"want an http(s) IRI as licence, found {self.licence!r}")
        if not _BASE.fullmatch(self.base):
            raise PaperlatticeError(
                f"want an http(s) IRI that ends in a slash as base, found {self.base!r}"
            )
        if self.base.startswith(ONTOLOGY.rstrip("#")):
            raise PaperlatticeError(f"want a base outside of the ontology, found {self.base!r}")
