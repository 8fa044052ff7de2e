"""The ontology: what is written is declared, what is declared is written, and both are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import rdflib
from rdflib import RDF, RDFS, SKOS
from rdflib.term import Node

from paperlattice.export.rdf import RdfOptions, write_rdf
from paperlattice.export.rdf.ontology_page import to_page
from paperlattice.export.rdf.terms import ONTOLOGY, PREFIXES, TERMS
from paperlattice.export.rdf.vocabulary import ontology_text
from paperlattice.graph.model import Graph
from paperlattice.graph.schema import SCHEMAS

Rows = dict[str, list[dict[str, Any]]]

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def ontology() -> rdflib.Graph:
    return rdflib.Graph().parse(data=ontology_text("ontology"), format="turtle")


@pytest.fixture(scope="module")
def data(small_rows: Rows, tmp_path_factory: pytest.TempPathFactory) -> rdflib.Graph:
    """What the export says of papers that introduce all they name, without the ontology."""
    rows = small_rows | {
        table: [row | {"role": "proposed"} for row in small_rows[table]]
        for table in ("mentions", "statements")
    }
    tables = {n: pa.Table.from_pylist(r, schema=SCHEMAS[n]) for n, r in rows.items()}
    out = tmp_path_factory.mktemp("ontology")
    options = RdfOptions(formats=("nt",), config_sha256="0" * 64, licence="https://example.org/l")
    write_rdf(Graph(tables), out, options=options)
    graph = rdflib.Graph().parse(out / "graph.nt")
    for subject in set(graph.subjects()):
        if str(subject).startswith(ONTOLOGY.rstrip("#")):
            graph.remove((subject, None, None))
    return graph


def _declared(ontology: rdflib.Graph) -> set[str]:
    terms = set(ontology.subjects(RDF.type, RDFS.Class)) | set(
        ontology.subjects(RDF.type, RDF.Property)
    )
    return {str(term).removeprefix(ONTOLOGY) for term in terms}


def _written(data: rdflib.Graph) -> set[str]:
    used = set(data.predicates()) | set(data.objects(None, RDF.type))
    return {str(term) for term in used}


def test_declared_is_what_can_be_written(ontology: rdflib.Graph) -> None:
    assert _declared(ontology) == TERMS["pl"]


def test_every_declared_term_is_written(ontology: rdflib.Graph, data: rdflib.Graph) -> None:
    own = {term.removeprefix(ONTOLOGY) for term in _written(data) if term.startswith(ONTOLOGY)}
    assert own == _declared(ontology)


def test_nothing_outside_the_vocabulary_is_written(data: rdflib.Graph) -> None:
    vocabulary = {PREFIXES[prefix] + name for prefix, names in TERMS.items() for name in names}
    assert _written(data) <= vocabulary


def test_every_term_says_what_it_is(ontology: rdflib.Graph) -> None:
    for name in _declared(ontology):
        term = rdflib.URIRef(ONTOLOGY + name)
        for predicate in (RDFS.label, RDFS.comment, RDFS.isDefinedBy):
            assert len(list(ontology.objects(term, predicate))) == 1, (name, predicate)
        if (term, RDF.type, RDF.Property) in ontology:
            assert len(list(ontology.objects(term, RDFS.range))) == 1, name
            assert name[0].islower()
        else:
            assert name[0].isupper()


def test_domains_and_ranges_hold_in_the_data(ontology: rdflib.Graph, data: rdflib.Graph) -> None:
    for property_ in ontology.subjects(RDF.type, RDF.Property):
        for subject, object_ in data.subject_objects(property_):
            for predicate, node in ((RDFS.domain, subject), (RDFS.range, object_)):
                for wanted in ontology.objects(property_, predicate):
                    assert _is_a(wanted, node, data), (property_, node)


def _is_a(wanted: Node, node: Node, data: rdflib.Graph) -> bool:
    if isinstance(node, rdflib.Literal):
        datatype = node.datatype or rdflib.XSD.string
        return wanted == datatype
    return wanted == RDF.Property or (node, RDF.type, wanted) in data


def test_alignments_are_of_our_terms(ontology: rdflib.Graph) -> None:
    alignments = rdflib.Graph().parse(data=ontology_text("alignments"), format="turtle")
    declared = _declared(ontology)
    for subject, predicate, target in alignments:
        assert str(subject).removeprefix(ONTOLOGY) in declared
        assert predicate in (SKOS.closeMatch, SKOS.broadMatch, SKOS.relatedMatch)
        assert not str(target).startswith(ONTOLOGY)
    hosts = {str(target).split("/")[2] for target in alignments.objects()}
    assert hosts == {
        "identifiers.org",
        "linkedpaperswithcode.com",
        "orkg.org",
        "schema.org",
        "w3id.org",
    }


def test_the_page_is_made_from_the_ontology() -> None:
    page = (ROOT / "docs" / "ontology.md").read_text(encoding="utf-8")
    assert page == to_page(), "make it: python -m paperlattice.export.rdf.ontology_page"
