"""Whatever stands in titles, abstracts, names and addresses: it is written as it is, or counted."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paperlattice.errors import PaperlatticeError
from paperlattice.export.rdf import RdfOptions, RdfSummary, write_rdf
from paperlattice.export.rdf.syntax import NTriples, escape, http_iri, read_token
from paperlattice.export.sparql import query
from paperlattice.graph.model import Graph
from paperlattice.graph.schema import SCHEMAS

Rows = dict[str, list[dict[str, Any]]]
FORMATS = ("jsonld", "nt", "rdf", "trig", "ttl")

PAYLOADS = [
    '"',
    "\\",
    '\\"',
    "ends in a backslash\\",
    "\n\r\t\b\f",
    "\x01\x0b\x1f\x7f\x85",
    "</script><img src=x onerror=alert(1)>",
    "]]>&amp;<!--",
    "\u2028\u2029\u200e\u202e\ufeff",
    '"@en . <http://evil> <http://evil> <http://evil> .',
    "\\u0022 \\U00000022 %22",
    "'''\"\"\"",
    "\ufffe\uffff\U0001ffff",
    "=1+1\t@SUM(A1)",
    "数据 🧪 e\u0301",
]


def _poisoned(rows: Rows, payload: str) -> Graph:
    """The small graph with the payload in every free text."""
    first = dict(rows["papers"][0])
    for column in ("title", "abstract", "organisation_handle", "organisation_name", "venue"):
        first[column] = f"{payload}{first[column]}{payload}"
    first |= {"authors": [payload], "keywords": [payload], "places": [{"path": payload, "line": 1}]}
    first |= {
        "arxiv_id": payload,
        "doi": f"10.1234/{payload}",
        "url": f"https://example.org/{payload}",
    }
    changed = rows | {
        "papers": [first, *rows["papers"][1:]],
        "entities": [
            row | {"name": row["name"] + payload, "aliases": [payload], "key": row["key"] + payload}
            for row in rows["entities"]
        ],
        "urls": [row | {"url": f"https://github.com/{payload}"} for row in rows["urls"]],
        "mentions": [row | {"component": payload} for row in rows["mentions"]],
        "results": [row | {"value": payload, "unit": payload, "kind": payload} for row in rows["results"]],
        "communities": [row | {"label": payload} for row in rows["communities"]],
        "matches": [row | {"url": f"https://example.org/#{payload}"} for row in rows["matches"]],
    }  # fmt: skip
    return Graph(
        {name: pa.Table.from_pylist(own, schema=SCHEMAS[name]) for name, own in changed.items()}
    )


@pytest.mark.parametrize("payload", [*PAYLOADS, "".join(PAYLOADS)])
def test_oxigraph_reads_what_was_written(payload: str, small_rows: Rows, tmp_path: Path) -> None:
    summary = write_rdf(
        _poisoned(small_rows, payload), tmp_path, options=RdfOptions(formats=FORMATS)
    )
    for name in ("jsonld", "nq", "nt", "rdf", "trig", "ttl"):
        quads = ox.parse(path=str(tmp_path / f"graph.{name}"))
        assert len({str(q.triple) for q in quads}) == summary.quads, name
    found = query(tmp_path, "SELECT ?v { ?p schema:keywords ?v ; dct:creator/schema:name ?v }")
    assert found.values() == [(payload,)]
    asked = "SELECT ?v { ?c a pl:Community ; rdfs:label ?v }"
    assert {row[0] for row in query(tmp_path, asked).values()} == {payload}


# Slow readers get all payloads at once, and one that would swallow what follows it.
AT_ONCE = ["".join(PAYLOADS), "ends in a backslash\\"]


@pytest.mark.parametrize("payload", AT_ONCE)
def test_rdflib_counts_the_same(payload: str, small_rows: Rows, tmp_path: Path) -> None:
    summary = write_rdf(
        _poisoned(small_rows, payload), tmp_path, options=RdfOptions(formats=FORMATS)
    )
    for name, format_ in [("nq", "nquads"), ("nt", "nt"), ("ttl", "turtle"), ("rdf", "xml")]:
        dataset = rdflib.Dataset()
        dataset.parse(tmp_path / f"graph.{name}", format=format_)
        assert len({q[:3] for q in dataset.quads()}) == summary.quads, name


@pytest.mark.parametrize("payload", AT_ONCE)
@pytest.mark.parametrize(("program", "syntax"), [("rapper", "nquads"), ("serdi", "nquads"),
                                                 ("rapper", "turtle"), ("serdi", "turtle")])  # fmt: skip
def test_programs_in_c_count_the_same(
    payload: str, program: str, syntax: str, small_rows: Rows, tmp_path: Path
) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"no {program}; Debian: apt-get install raptor2-utils serdi")
    summary = write_rdf(_poisoned(small_rows, payload), tmp_path)
    path = tmp_path / ("graph.nq" if syntax == "nquads" else "graph.ttl")
    quiet = ["-q"] if program == "rapper" else []
    arguments = [program, *quiet, "-o", "ntriples", "-i", syntax, str(path)]
    found = subprocess.run(arguments, capture_output=True, check=True)
    assert len(found.stdout.splitlines()) == summary.quads


def test_what_cannot_be_written_is_counted(small_rows: Rows, tmp_path: Path) -> None:
    rows = dict(small_rows)
    rows["urls"] = [row | {"url": "javascript:alert(1)"} for row in rows["urls"]]
    rows["results"] = [row | {"number": "9.9e3"} for row in rows["results"]]
    rows["mentions"] = [row | {"start": 9_000, "end": 9_001} for row in rows["mentions"]]
    tables = {n: pa.Table.from_pylist(own, schema=SCHEMAS[n]) for n, own in rows.items()}
    summary: RdfSummary = write_rdf(Graph(tables), tmp_path)
    assert {reason for reason, n in summary.dropped.items() if n} == {
        "address that is no http IRI",
        "evidence of a statement that has no mention",
        "number that is no decimal",
        "place outside of the text",
    }
    assert b"javascript:" not in (tmp_path / "graph.nq").read_bytes().replace(b'"javascript', b"")


def test_an_entity_of_another_form_is_refused(small_rows: Rows, tmp_path: Path) -> None:
    rows = dict(small_rows)
    rows["statements"] = [row | {"entity": "method/x> <y"} for row in rows["statements"]]
    tables = {n: pa.Table.from_pylist(own, schema=SCHEMAS[n]) for n, own in rows.items()}
    with pytest.raises(PaperlatticeError, match=r"statements\.entity: want TYPE/NAME-HASH"):
        write_rdf(Graph(tables), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("address", "iri"),
    [
        ("https://github.com/a/b", "https://github.com/a/b"),
        ("https://github.com/a b", "https://github.com/a%20b"),
        ("https://e.org/<x>\"{}|\\^`", "https://e.org/%3Cx%3E%22%7B%7D%7C%5C%5E%60"),
        ("https://e.org/%zz%20", "https://e.org/%25zz%20"),
        ("https://e.org/[1]", "https://e.org/%5B1%5D"),
        ("https://e.org/a#b#c", "https://e.org/a#b%23c"),
        ("https://e.org/é\x00\n", "https://e.org/%C3%A9%00%0A"),
        ("https://e.org:8080?q", "https://e.org:8080?q"),
        ("ftp://e.org/", None),
        ("javascript:alert(1)", None),
        ("https:///path", None),
        ("https://user@e.org/", None),  # a name before the host hides where it leads
        ("https://e.org:99x/", None),
        ("//e.org/", None),
        ("", None),
    ],
)  # fmt: skip
def test_addresses(address: str, iri: str | None) -> None:
    assert http_iri(address) == iri
    if iri is not None:
        assert ox.NamedNode(iri).value == iri


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "\x00"])
def test_what_no_reader_takes_becomes_the_replacement_character(text: str) -> None:
    assert "\ufffd" in escape(text)
    escape(text).encode()


_TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))


@given(text=_TEXTS)
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_back_by_two_readers(text: str) -> None:
    line = f"<http://a> <http://b> {NTriples('http://e.org/').text(text)} ."
    [quad] = ox.parse(line, format=ox.RdfFormat.N_TRIPLES)
    assert isinstance(quad.object, ox.Literal)
    assert quad.object.value == text
    [value] = rdflib.Graph().parse(data=line, format="nt").objects()
    assert str(value) == text
    assert read_token(NTriples("http://e.org/").english(text)).text == text


@given(rest=st.text())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_address_is_an_iri_or_none(rest: str) -> None:
    for iri in _iris(f"https://example.org/{rest}", f"https://{rest}", rest):
        assert ox.NamedNode(iri).value == iri
        assert not set(iri) & set('<>"{}|^`\\ \n')


def _iris(*addresses: str) -> Iterator[str]:
    for address in addresses:
        if (iri := http_iri(address)) is not None:
            yield iri
