"""Questions in SPARQL, and their answers as text."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from paperlattice.errors import PaperlatticeError, QueryError
from paperlattice.export.rdf import write_rdf
from paperlattice.export.sparql import RESULT_FORMATS, QueryResult, load, query
from paperlattice.graph.model import Graph


@pytest.fixture(scope="module")
def store(small_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> ox.Store:
    out = tmp_path_factory.mktemp("sparql")
    write_rdf(small_graph, out)
    return load(out)


def test_the_question_that_the_tool_is_for(store: ox.Store) -> None:
    asked = """SELECT ?title ?name ?repository WHERE {
        ?a pl:usesMethod ?e . ?b pl:usesMethod ?e . ?e skos:prefLabel ?name .
        ?a dct:title ?title ; pl:hasRepository/schema:codeRepository ?repository
        FILTER(?a != ?b) } ORDER BY ?repository ?name"""
    assert query(store, asked).values()[0] == (
        "Do Adapters Forget? A Study on GLUE",
        "Low-Rank Adaptation",
        "https://github.com/example/forget",
    )


def test_parameters_are_terms_not_text(store: ox.Store) -> None:
    asked = "SELECT ?name ?e { ?e skos:prefLabel ?name }"
    found = query(store, asked, parameters={"name": ox.Literal("GLUE", language="en")})
    assert len(found.rows) == 1
    hostile = ox.Literal('"@en } ; DROP ALL ; { "', language="en")
    assert query(store, asked, parameters={"name": hostile}).rows == []


@pytest.mark.parametrize(
    ("sparql", "columns", "values"),
    [
        ("ASK { ?p a pl:Paper }", ("answer",), [("true",)]),
        ("CONSTRUCT { <http://a> pl:weight 1 } {}", ("subject", "predicate", "object"),
         [("http://a", "https://w3id.org/paperlattice/ontology#weight", "1")]),
        ("SELECT ?x ?y { BIND(1 AS ?x) }", ("x", "y"), [("1", "")]),
    ],
)  # fmt: skip
def test_forms(
    sparql: str, columns: tuple[str, ...], values: list[tuple[str, ...]], store: ox.Store
) -> None:
    found = query(store, sparql)
    assert (found.columns, found.values()) == (columns, values)


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT",
        "SELECT ?x { ?x a nowhere:Thing }",
        "DELETE WHERE { ?s ?p ?o }",
        "SELECT ?s { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "",
    ],
)
def test_what_is_no_question_is_one_line(sparql: str, store: ox.Store) -> None:
    with pytest.raises(QueryError) as error:
        query(store, sparql)
    assert "\n" not in str(error.value)


def test_csv_cells_are_whole() -> None:
    hostile = 'a,"b"\r\nc\u2028=1+1'
    found = QueryResult(("x", "y"), [(ox.Literal(hostile), None), (ox.NamedNode("http://a"), None)])
    text = found.to_csv()
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["x", "y"],
        [hostile, ""],
        ["http://a", ""],
    ]
    assert text.startswith('x,y\r\n"a,""b""\r\n')


def test_json_is_the_standard_form(store: ox.Store) -> None:
    found = query(
        store,
        'SELECT ?e ?l ?n ?u { ?e skos:prefLabel ?l ; pl:paperCount ?n FILTER(?l = "GLUE"@en) }',
    )
    answer = json.loads(found.to_json())
    assert answer["head"] == {"vars": ["e", "l", "n", "u"]}
    [binding] = answer["results"]["bindings"]
    assert binding["l"] == {"type": "literal", "value": "GLUE", "xml:lang": "en"}
    assert binding["n"]["datatype"] == "http://www.w3.org/2001/XMLSchema#integer"
    assert "u" not in binding


def test_table_shows_control_characters() -> None:
    shown = QueryResult(("x",), [(ox.Literal("red\x1b[31m\nnext"),)]).to_table()
    assert shown == "x\n-----------------\nred\\x1b[31m\\nnext\n"


def test_a_graph_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PaperlatticeError, match=r"no .*graph\.nq: write it with"):
        query(tmp_path, "ASK {}")
    (tmp_path / "graph.nq").write_text("<a> broken\n")
    with pytest.raises(PaperlatticeError, match="want N-Quads"):
        query(tmp_path, "ASK {}")


@pytest.mark.parametrize(
    ("format_", "of_rdflib"),
    [("turtle", "turtle"), ("nt", "nt"), ("jsonld", "json-ld"), ("rdf", "xml")],
)
def test_triples_are_written_in_every_format(format_: str, of_rdflib: str, store: ox.Store) -> None:
    asked = "CONSTRUCT { ?p dct:title ?t ; a pl:Paper } WHERE { ?p a pl:Paper ; dct:title ?t }"
    found = query(store, asked)
    text = RESULT_FORMATS[format_](found)
    assert text.endswith("\n")
    assert len(rdflib.Graph().parse(data=text, format=of_rdflib)) == 8
    shuffled = QueryResult(found.columns, found.rows[::-1], "triples")
    assert RESULT_FORMATS[format_](shuffled) == text
    with pytest.raises(QueryError, match="CONSTRUCT"):
        RESULT_FORMATS[format_](query(store, "ASK {}"))


def test_a_line_of_text_is_no_prefix() -> None:
    text = ox.Literal("a\n@prefix b: <c> .\n@")
    node = ox.NamedNode("http://e.org/a")
    turtle = QueryResult(("s", "p", "o"), [(node, node, text)], "triples").to_turtle()
    [object_] = rdflib.Graph().parse(data=turtle, format="turtle").objects()
    assert str(object_) == text.value


def test_a_triple_term_is_written_where_the_format_has_them() -> None:
    node = ox.NamedNode("http://e.org/a")
    found = QueryResult(("s", "p", "o"), [(node, node, ox.Triple(node, node, node))], "triples")
    assert "<<( <http://e.org/a> " in found.to_ntriples()
    with pytest.raises(QueryError, match="JSON-LD"):
        found.to_jsonld()
