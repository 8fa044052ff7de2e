"""The ontology: what is written is declared, what is declared is written, and both are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyoxigraph as ox
import pytest
import rdflib
from rdflib import RDF, RDFS, SKOS
from rdflib.term import Node

from paperlattice.export.rdf import RdfOptions, Source, write_rdf
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
def all_said(small_rows: Rows) -> Graph:
    """Papers that introduce all they name, and what is known elsewhere of a data set."""
    introduced = {
        table: [row | {"role": "proposed"} for row in small_rows[table]]
        for table in ("mentions", "statements")
    }
    [match] = small_rows["matches"]
    more = [match | {"scheme": scheme} for scheme in ("wikidata", "huggingface")]
    names = [row | {"licence": "paper"} for row in small_rows["names"]]
    rows = small_rows | introduced | {"matches": [match, *more], "names": names}
    return Graph({n: pa.Table.from_pylist(r, schema=SCHEMAS[n]) for n, r in rows.items()})


@pytest.fixture(scope="module")
def out(all_said: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That graph as triples, and with reifiers in the folder ``rdf12``."""
    out = tmp_path_factory.mktemp("ontology")
    options = RdfOptions(
        formats=("nt",),
        config_sha256="0" * 64,
        licence="https://example.org/l",
        sources=(Source("page.txt", "0" * 64),),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "0")
        write_rdf(all_said, out, options=options)
    write_rdf(all_said, out / "rdf12", options=RdfOptions(formats=(), rdf12=True))
    return out


@pytest.fixture(scope="module")
def data(out: Path) -> rdflib.Graph:
    """What the export says, with the description of the files, without the ontology."""
    graph = rdflib.Graph().parse(out / "graph.nt").parse(out / "void.ttl")
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


VOCABULARY = {PREFIXES[prefix] + name for prefix, names in TERMS.items() for name in names}


def test_nothing_outside_the_vocabulary_is_written(data: rdflib.Graph) -> None:
    assert _written(data) <= VOCABULARY


def test_every_term_of_the_vocabulary_is_written(data: rdflib.Graph, out: Path) -> None:
    """Terms of others, too: as predicates, as what predicates lead to, as types of literals."""
    written = {str(term) for term in {*data.predicates(), *data.objects()}}
    written |= {str(term.datatype) for term in data.objects() if isinstance(term, rdflib.Literal)}
    reified = ox.parse(path=str(out / "rdf12" / "graph.nq"), format=ox.RdfFormat.N_QUADS)
    written |= {quad.predicate.value for quad in reified}
    assert VOCABULARY - written == set()


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
