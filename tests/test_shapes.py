"""The shapes: every export keeps to them, and each of them is there for a reason."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pyshacl
import pytest
import rdflib
from rdflib import RDF, SH

from paperlattice.export.rdf import RdfOptions, write_rdf
from paperlattice.export.rdf.options import Evidence
from paperlattice.export.rdf.terms import PREFIXES
from paperlattice.export.rdf.vocabulary import shapes_text
from paperlattice.graph.model import Graph

SHAPES = "https://w3id.org/paperlattice/shapes#"


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    return rdflib.Graph().parse(data=shapes_text(), format="turtle")


@pytest.fixture(scope="module")
def data(small_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    out = tmp_path_factory.mktemp("shapes")
    write_rdf(small_graph, out, options=RdfOptions(formats=("nt",)))
    return (out / "graph.nt").read_bytes()


def _broken(data: rdflib.Graph, shapes: rdflib.Graph) -> set[str]:
    """The names of the shapes that the data breaks."""
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes)
    assert isinstance(report, rdflib.Graph)
    found = set()
    for source in report.objects(None, SH.sourceShape):
        node = next(shapes.subjects(SH.property, source), source)
        found.add(str(node).removeprefix(SHAPES))
    return found


@pytest.mark.parametrize("evidence", get_args(Evidence))
def test_every_export_conforms(
    evidence: Evidence, small_graph: Graph, shapes: rdflib.Graph, tmp_path: Path
) -> None:
    write_rdf(small_graph, tmp_path, options=RdfOptions(evidence=evidence))
    assert _broken(rdflib.Graph().parse(tmp_path / "graph.ttl"), shapes) == set()


# Shape, and an update after which the data breaks it.
FAULTS = [
    ("Paper", "DELETE { ?p dct:title ?t } WHERE { ?p a pl:Paper ; dct:title ?t }"),
    ("Text", "DELETE { ?x pl:textSha256 ?h } WHERE { ?x a pl:Title ; pl:textSha256 ?h }"),
    ("Person", "DELETE { ?x schema:position ?n } WHERE { ?x a schema:Person ; schema:position ?n }"),
    ("Entity", 'INSERT { ?x skos:prefLabel "a second"@en } WHERE { ?x a pl:Task }'),
    ("Metric", 'INSERT { ?x pl:higherIsBetter "yes" } WHERE { ?x a pl:Metric }'),
    ("Repository", "DELETE { ?x schema:codeRepository ?u } WHERE { ?x schema:codeRepository ?u }"),
    ("ReportedValue", 'INSERT { ?x pl:resultKind "guess" } WHERE { ?x pl:resultKind "gain" }'),
    ("Result", 'INSERT { ?x mls:hasValue "93.2%" } WHERE { ?x mls:hasValue ?v }'),
    ("Statement", "DELETE { ?x prov:wasDerivedFrom ?m } WHERE { ?x rdf:object ?o ; prov:wasDerivedFrom ?m }"),
    ("Mention", "DELETE { ?x oa:hasBody ?b } WHERE { ?x a oa:Annotation ; oa:hasBody ?b }"),
    ("Target", "DELETE { ?x oa:hasSource ?s } WHERE { ?x oa:hasSource ?s }"),
    ("Position", "DELETE { ?x oa:end ?e } INSERT { ?x oa:end ?s } WHERE { ?x oa:end ?e ; oa:start ?s }"),
    ("Quote", 'DELETE { ?x oa:exact ?e } INSERT { ?x oa:exact "" } WHERE { ?x oa:exact ?e }'),
    ("Link", "INSERT { ?x pl:linksPaper ?p } WHERE { ?x a pl:PaperLink . ?p a pl:Paper }"),
    ("Contribution", "DELETE { ?x pl:contribution ?c } WHERE { ?x pl:contribution ?c }"),
    ("EntityRelation", "INSERT { ?x pl:relationKind pl:weight } WHERE { ?x a pl:EntityRelation }"),
    ("Community", "DELETE { ?x prov:hadMember ?p } WHERE { ?x prov:hadMember ?p }"),
    ("Run", "DELETE { ?x prov:wasAssociatedWith ?s } WHERE { ?x prov:wasAssociatedWith ?s }"),
    ("Source", 'INSERT { ?x schema:sha256 "short" } WHERE { ?x a prov:Entity }'),
    ("Replaced", "INSERT { ?x a pl:Paper } WHERE { ?x dct:isReplacedBy ?p }"),
    ("Dataset", "DELETE { ?x void:triples ?n } WHERE { ?x a void:Dataset ; void:triples ?n }"),
]  # fmt: skip


@pytest.mark.parametrize(("shape", "fault"), FAULTS, ids=[shape for shape, _ in FAULTS])
def test_a_fault_is_found(shape: str, fault: str, data: bytes, shapes: rdflib.Graph) -> None:
    graph = rdflib.Graph().parse(data=data, format="nt")
    graph.update(fault, initNs=PREFIXES)
    assert shape in _broken(graph, shapes)


def test_every_shape_has_a_fault(shapes: rdflib.Graph) -> None:
    named = {str(s).removeprefix(SHAPES) for s in shapes.subjects(RDF.type, SH.NodeShape)}
    assert named == {shape for shape, _ in FAULTS}
