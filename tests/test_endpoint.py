"""The endpoint: the protocol, what it refuses, its limits, and clients that we did not write.

The cases of the protocol follow the tests of https://www.w3.org/TR/sparql11-protocol/ that
apply to a read-only endpoint, written from the specification.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import httpx2 as httpx
import pytest
import rdflib
from playwright.sync_api import Browser
from SPARQLWrapper import JSON, POST, SPARQLWrapper
from starlette.testclient import TestClient

from paperlattice.errors import PaperlatticeError, QueryError
from paperlattice.export.endpoint import serve
from paperlattice.export.endpoint.app import Limits, make_app
from paperlattice.export.endpoint.asker import Request
from paperlattice.export.endpoint.askers import Askers
from paperlattice.export.endpoint.negotiate import negotiate
from paperlattice.export.endpoint.serve import find_base
from paperlattice.export.query_guard import look_at
from paperlattice.export.rdf import RdfOptions, write_rdf
from paperlattice.graph.model import Graph

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs processes that fork")

BASE = "https://w3id.org/paperlattice/"
LINKS = f"{BASE}graph/links"
PAPER = f"{BASE}id/paper/arxiv-2301.00001"
ASK = "ASK { ?p a pl:Paper }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
# Runs for hours, and returns to Python only then.
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o }"
FORM = "application/x-www-form-urlencoded"
RESULTS_JSON = "application/sparql-results+json"


@pytest.fixture(scope="module")
def out(small_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("endpoint")
    write_rdf(small_graph, folder, options=RdfOptions(formats=("ttl",)))
    (folder / "site").mkdir()
    (folder / "site" / "index.html").write_text("<!doctype html><title>The site</title>")
    return folder


@pytest.fixture(scope="module")
def client(out: Path) -> Iterator[TestClient]:
    limits = Limits(timeout=2.0, max_rows=3_000, memory=256 << 20)
    app = make_app(out, base=BASE, limits=limits, hosts=["testserver"])
    with TestClient(app, follow_redirects=False) as client:
        yield client


# How the question comes; what is sent; status.
PROTOCOL = [
    ("GET", {"params": {"query": ASK}}, 200),
    ("POST", {"data": {"query": ASK}}, 200),
    ("POST", {"content": ASK, "headers": {"content-type": "application/sparql-query"}}, 200),
    ("POST", {"content": ASK, "headers": {"content-type": "application/sparql-query; charset=utf-8"}},
     200),
    ("GET", {"params": {"query": ASK, "default-graph-uri": LINKS}}, 200),
    ("GET", {"params": {"query": ASK, "named-graph-uri": LINKS}}, 200),
    ("POST", {"content": ASK, "params": {"default-graph-uri": LINKS},
              "headers": {"content-type": "application/sparql-query"}}, 200),
    # Bad: two questions, none, one that is none, a wrong type, a wrong method.
    ("GET", {"params": [("query", ASK), ("query", ASK)]}, 400),
    ("POST", {"data": {"default-graph-uri": LINKS}}, 400),
    ("POST", {"params": {"query": ASK}, "data": {"query": ASK}}, 400),
    ("GET", {"params": {"query": "ASK {"}}, 400),
    ("GET", {"params": {"query": ""}}, 400),
    ("POST", {"content": ASK, "headers": {"content-type": "text/plain"}}, 415),
    ("POST", {"content": ASK, "headers": {}}, 415),
    ("PUT", {"params": {"query": ASK}}, 405),
    ("DELETE", {"params": {"query": ASK}}, 405),
    ("POST", {"content": b"ASK { ?p a '\xff' }",
              "headers": {"content-type": "application/sparql-query"}}, 413),
    ("POST", {"content": ASK.encode("utf-16"),
              "headers": {"content-type": "application/sparql-query; charset=UTF-16"}}, 413),
    ("POST", {"content": "query=ASK%20%7B%7D", "headers": {}}, 415),
    ("POST", {"content": "#" * 200_001, "headers": {"content-type": "application/sparql-query"}}, 413),
    ("GET", {"params": {"query": ASK}, "headers": {"accept": "image/png"}}, 406),
    # Read-only.
    ("POST", {"data": {"update": "DROP ALL"}}, 403),
    ("GET", {"params": {"update": "DROP ALL"}}, 403),
    ("POST", {"content": "DROP ALL", "headers": {"content-type": "application/sparql-update"}}, 403),
    ("GET", {"params": {"query": "DROP ALL"}}, 400),
    ("GET", {"params": {"query": "LOAD <http://127.0.0.1:9/>"}}, 400),
    ("GET", {"params": {"query": "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"}}, 400),
    ("GET", {"params": {"query": "SELECT * { SERVIC\\u0045 <http://127.0.0.1:9/> { ?s ?p ?o } }"}}, 400),
    ("GET", {"params": {"query": "SELECT * FROM <http://127.0.0.1:9/> { ?s ?p ?o }"}}, 400),
    ("GET", {"params": {"query": "PREFIX e: <http://e.org/> ASK FROM NAMED e:x { ?s ?p ?o }"}}, 400),
    ("GET", {"params": {"query": ASK, "default-graph-uri": "http://127.0.0.1:9/"}}, 400),
    ("GET", {"params": {"query": ASK, "default-graph-uri": "no iri"}}, 400),
]  # fmt: skip


@pytest.mark.parametrize(("method", "sent", "status"), PROTOCOL, ids=range(len(PROTOCOL)))
def test_protocol(method: str, sent: dict[str, object], status: int, client: TestClient) -> None:
    answer = client.request(method, "/sparql", **sent)  # type: ignore[arg-type]
    assert answer.status_code == status, answer.text
    if status == 400:
        assert answer.text.count("\n") == 1
    if status == 200:
        assert answer.headers["content-type"].startswith(RESULTS_JSON)


PAPERS = [f"{BASE}graph/paper/arxiv-{n}" for n in ("2301.00001", "2302.00002")]
TITLES = "SELECT ?t { ?p a pl:Paper ; dct:title ?t }"
IN_GRAPHS = "SELECT ?t { GRAPH ?g { ?p a pl:Paper ; dct:title ?t } }"


@pytest.mark.parametrize("method", ["GET", "POST", "POST directly"])
@pytest.mark.parametrize(
    ("graphs", "sparql", "rows"),
    [
        ([("default-graph-uri", iri) for iri in PAPERS], TITLES, 2),
        ([("default-graph-uri", iri) for iri in PAPERS], IN_GRAPHS, 0),
        ([("named-graph-uri", iri) for iri in PAPERS], IN_GRAPHS, 2),
        ([("named-graph-uri", iri) for iri in PAPERS], TITLES, 0),
        # One of each: the title is in the default graph, the link in the named one.
        ([("default-graph-uri", PAPERS[0]), ("named-graph-uri", LINKS)],
         "SELECT ?t { ?p dct:title ?t ; a pl:Paper . GRAPH ?g { ?l pl:linksPaper ?p } }", 2),
    ],
)  # fmt: skip
def test_several_graphs_can_be_chosen(
    method: str, graphs: list[tuple[str, str]], sparql: str, rows: int, client: TestClient
) -> None:
    direct = {"content-type": "application/sparql-query"}
    if method == "GET":
        answer = client.get("/sparql", params=[*graphs, ("query", sparql)])
    elif method == "POST":
        form = urlencode([*graphs, ("query", sparql)])
        answer = client.post("/sparql", content=form, headers={"content-type": FORM})
    else:
        answer = client.post(f"/sparql?{urlencode(graphs)}", content=sparql, headers=direct)
    assert len(answer.json()["results"]["bindings"]) == rows


@pytest.mark.parametrize(
    ("sparql", "media_type"),
    [
        ("SELECT ?s { ?s ?p ?o } LIMIT 1", RESULTS_JSON),
        ("ASK {}", RESULTS_JSON),
        ("CONSTRUCT { ?s a pl:Paper } WHERE { ?s a pl:Paper }", "text/turtle"),
        (f"DESCRIBE <{PAPER}>", "text/turtle"),
    ],
)
def test_each_form_has_a_type_of_its_own(sparql: str, media_type: str, client: TestClient) -> None:
    for headers in ({"accept": "*/*"}, {"accept": ""}):
        answer = client.get("/sparql", params={"query": sparql}, headers=headers)
        assert answer.headers["content-type"].startswith(media_type)


@pytest.mark.parametrize(
    ("parameters", "sparql", "holds"),
    [
        ({}, "ASK { ?p a pl:Paper . ?l a pl:PaperLink }", True),
        ({"default-graph-uri": LINKS}, "ASK { ?l a pl:PaperLink }", True),
        ({"default-graph-uri": LINKS}, ASK, False),
        ({"named-graph-uri": LINKS}, "ASK { ?l a pl:PaperLink }", False),
        ({"named-graph-uri": LINKS}, "ASK { GRAPH ?g { ?l a pl:PaperLink } }", True),
        ({"named-graph-uri": LINKS}, "ASK { GRAPH ?g { ?p a pl:Paper } }", False),
        ({}, f"ASK FROM <{LINKS}> {{ ?l a pl:PaperLink }}", True),
        ({}, f"ASK FROM <{LINKS}> {{ ?p a pl:Paper }}", False),
        # What the protocol says replaces what the question says.
        ({"default-graph-uri": f"{BASE}graph/paper/arxiv-2301.00001"},
         f"ASK FROM <{LINKS}> {{ ?p a pl:Paper }}", True),
    ],
)  # fmt: skip
def test_graphs_can_be_chosen(
    parameters: dict[str, str], sparql: str, holds: bool, client: TestClient
) -> None:
    answer = client.get("/sparql", params=parameters | {"query": sparql})
    assert answer.json() == {"head": {}, "boolean": holds}


def test_every_type_of_table(client: TestClient) -> None:
    asked = 'SELECT ?t ?none { ?p dct:title ?t FILTER(CONTAINS(?t, "trees")) }'
    title = 'TabZoo, or what "trees" & <nets> do'

    def get(accept: str) -> str:
        answer = client.get("/sparql", params={"query": asked}, headers={"accept": accept})
        assert answer.headers["content-type"].startswith(accept)
        return str(answer.text)

    binding = {"t": {"type": "literal", "value": title, "xml:lang": "en"}}
    assert json.loads(get(RESULTS_JSON))["results"]["bindings"] == [binding]
    xml = ET.fromstring(get("application/sparql-results+xml"))
    [literal] = xml.iter("{http://www.w3.org/2005/sparql-results#}literal")
    assert literal.text == title
    assert list(csv.reader(io.StringIO(get("text/csv"), newline=""))) == [
        ["t", "none"],
        [title, ""],
    ]
    assert get("text/tab-separated-values").splitlines()[1] == (
        '"TabZoo, or what \\"trees\\" & <nets> do"@en\t'
    )


@pytest.mark.parametrize(
    ("accept", "format_"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/ld+json", "json-ld"),
        ("application/rdf+xml", "xml"),
    ],
)
def test_every_type_of_triples(accept: str, format_: str, client: TestClient) -> None:
    asked = "CONSTRUCT { ?p dct:title ?t } WHERE { ?p dct:title ?t ; a pl:Paper }"
    answer = client.get("/sparql", params={"query": asked}, headers={"accept": accept})
    assert answer.headers["content-type"].startswith(accept)
    assert len(rdflib.Graph().parse(data=answer.text, format=format_)) == 4


@pytest.mark.parametrize(
    ("accept", "sparql", "status"),
    [
        ("text/turtle", "SELECT ?s { ?s ?p ?o } LIMIT 1", 406),
        ("text/csv", "CONSTRUCT WHERE { ?s a pl:Paper }", 406),
        ("text/csv, text/turtle", "CONSTRUCT WHERE { ?s a pl:Paper }", 200),
    ],
)
def test_the_form_decides_on_the_type(
    accept: str, sparql: str, status: int, client: TestClient
) -> None:
    answer = client.get("/sparql", params={"query": sparql}, headers={"accept": accept})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("", "text/csv"),
        ("*/*", "text/csv"),
        ("text/*;q=0.2, application/sparql-results+json", RESULTS_JSON),
        ("text/csv;q=0, */*;q=0.1", RESULTS_JSON),
        ("application/json", RESULTS_JSON),
        ("TEXT/CSV", "text/csv"),
        ("text/csv;q=abc", None),
        ("image/*", None),
    ],
)
def test_negotiation(accept: str, wanted: str | None) -> None:
    assert negotiate(accept, ["text/csv", RESULTS_JSON]) == wanted


def test_a_runaway_question_is_stopped(client: TestClient) -> None:
    began = time.monotonic()
    answer = client.get("/sparql", params={"query": RUNAWAY})
    assert answer.status_code == 503
    assert "more than 2 s" in answer.text
    assert time.monotonic() - began < 8
    assert client.get("/sparql", params={"query": ASK}).status_code == 200


def test_a_question_that_takes_all_memory_is_stopped(out: Path) -> None:
    product = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
    asked = f"SELECT (COUNT(*) AS ?n) {{ SELECT DISTINCT * {{ {product} }} }}"
    limits = Limits(timeout=60.0, memory=32 << 20)
    app = make_app(out, base=BASE, limits=limits, hosts=["testserver"])
    with TestClient(app) as client:
        began = time.monotonic()
        assert client.get("/sparql", params={"query": asked}).status_code == 503
        assert time.monotonic() - began < 30
        assert client.get("/sparql", params={"query": ASK}).status_code == 200


@pytest.mark.parametrize(
    "hostile",
    [
        "SELECT * {" + "{" * 50_000 + "}" * 50_000 + "}",
        "SELECT * { FILTER(" + "!" * 150_000 + "true) }",
        "SELECT * { ?s " + "^" * 100_000 + "pl:weight ?o }",
        "SELECT * { ?s ?p ?o " + "FILTER(?o = '" + "\\\\" * 50_000 + "') }",
        "\x00",
        "SELECT ('" + "a" * 190_000 + "' AS ?a) {}",
    ],
    ids=["braces", "not", "inverse", "backslashes", "nul", "long"],
)
def test_hostile_questions_end_only_themselves(hostile: str, client: TestClient) -> None:
    answer = client.post(
        "/sparql", content=hostile, headers={"content-type": "application/sparql-query"}
    )
    assert answer.status_code in (200, 400, 503)
    assert client.get("/sparql", params={"query": ASK}).json()["boolean"] is True


def test_too_many_rows_are_refused(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": "SELECT * { ?s ?p ?o . ?s ?q ?r }"})
    assert (answer.status_code, answer.text) == (
        400,
        "more than 3000 rows: ask for fewer, as with LIMIT 3000\n",
    )


def test_long_questions_make_room_for_each_other(out: Path, client: TestClient) -> None:
    def request(sparql: str) -> Request:
        return Request(sparql, {"table": "text/csv", "triples": ""}, (), (), 60.0, 100, 256 << 20)

    async def load() -> None:
        askers = Askers(out, at_once=3, long_at_once=1)
        await askers.start()
        try:
            running = [asyncio.create_task(askers.ask(request(RUNAWAY))) for _ in range(2)]
            done, still = await asyncio.wait(
                running, timeout=30, return_when=asyncio.FIRST_COMPLETED
            )
            [(reply, body)] = [task.result() for task in done]
            assert (reply.status, len(still)) == (503, 1)
            assert b"too many questions take long" in body
            assert (await askers.ask(request(ASK)))[0].status == 200
            for task in still:
                task.cancel()
        finally:
            askers.close()

    # In the client's loop: this thread may be a browser's, whose loop runs all the time.
    client.portal.call(load)  # type: ignore[union-attr]


def test_others_are_answered_while_questions_run_away(client: TestClient) -> None:
    async def load() -> list[float]:
        transport = httpx.ASGITransport(app=client.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as http:
            slow = [
                asyncio.create_task(http.get("/sparql", params={"query": RUNAWAY}))
                for _ in range(4)
            ]
            await asyncio.sleep(0.2)
            times = []
            for _ in range(5):
                began = time.monotonic()
                answer = await http.get("/sparql", params={"query": COUNT})
                assert answer.status_code == 200
                times.append(time.monotonic() - began)
            for task in slow:
                task.cancel()
            return times

    times = client.portal.call(load)  # type: ignore[union-attr]
    assert sorted(times)[2] < 1.5


def test_resources_for_people_and_for_programs(client: TestClient) -> None:
    path = PAPER.removeprefix(BASE)
    page = client.get(f"/{path}", headers={"accept": "text/html,*/*;q=0.1"})
    assert page.headers["content-type"].startswith("text/html")
    assert "ThriftNet: Small Adapters" in page.text
    assert "script" not in page.headers["content-security-policy"]
    for address, accept in ((f"/{path}", "text/turtle"), (f"/{path}.ttl", "*/*")):
        answer = client.get(address, headers={"accept": accept})
        graph = rdflib.Graph().parse(data=answer.text, format="turtle")
        assert (rdflib.URIRef(PAPER), rdflib.RDF.type, None) in graph
        assert any(graph.subjects(object=rdflib.URIRef(PAPER)))
    links = client.get("/graph/links", headers={"accept": "application/n-triples"})
    assert b"PaperLink" in links.content


def test_an_older_iri_leads_to_the_newer_one(client: TestClient) -> None:
    asked = "SELECT ?old ?new { ?old dct:isReplacedBy ?new FILTER(CONTAINS(STR(?old), 'lora-')) }"
    table = client.get("/sparql", params={"query": asked}, headers={"accept": "text/csv"}).text
    old, new = (f"/{iri.removeprefix(BASE)}" for iri in table.split()[1].split(","))
    page = client.get(old, headers={"accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (301, new)
    assert "isReplacedBy" in client.get(f"{old}.ttl").text
    assert client.get(new, headers={"accept": "text/html"}).status_code == 200


def test_people_are_led_to_the_page_of_the_site(out: Path, client: TestClient) -> None:
    page = out / "site" / "paper" / "arxiv-2302.00002.html"
    page.parent.mkdir()
    page.write_text("<!doctype html><title>A study</title>")
    address = "/id/paper/arxiv-2302.00002"
    answer = client.get(address, headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/paper/arxiv-2302.00002.html")
    assert client.get(answer.headers["location"]).text == page.read_text()
    assert client.get(address, headers={"accept": "text/turtle"}).status_code == 200


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [
        ("/id/paper/none", "text/html", 404),
        ("/id/paper/none", "text/turtle", 404),
        ("/graph/none", "text/turtle", 404),
        ("/id/paper/<script>", "text/html", 404),
        ("/id/paper/%3E%20%3Chttp://x%3E", "text/turtle", 404),
        ("/id/paper/arxiv-2301.00001", "image/png", 406),
        ("/void", "text/turtle", 200),
        ("/ontology", "text/turtle", 200),
        ("/shapes", "", 200),
        ("/graph.ttl", "", 200),
        ("/graph.rdf", "", 404),
        ("/void.ttl", "", 200),
        ("/", "", 200),
        ("/../graph.nq", "", 200),
        ("/%2e%2e/%2e%2e/etc/passwd", "", 404),
        ("/papers.parquet", "", 404),
    ],
)
def test_paths(path: str, accept: str, status: int, client: TestClient) -> None:
    assert client.get(path, headers={"accept": accept}).status_code == status


def test_the_endpoint_describes_itself(client: TestClient) -> None:
    page = client.get("/sparql", headers={"accept": "text/html"})
    assert "<textarea" in page.text
    assert "cq06" in page.text
    assert page.headers["x-content-type-options"] == "nosniff"
    about = client.get("/sparql", headers={"accept": "text/turtle"})
    assert len(rdflib.Graph().parse(data=about.text, format="turtle", publicID=BASE)) > 5


def test_the_page_asks_a_graph_with_reifiers_in_its_words(
    small_graph: Graph, client: TestClient, tmp_path: Path
) -> None:
    write_rdf(small_graph, tmp_path, options=RdfOptions(formats=(), rdf12=True))
    app = make_app(tmp_path, base=BASE, limits=Limits(), hosts=["testserver"])
    html = {"accept": "text/html"}
    assert "rdf:reifies" not in client.get("/sparql", headers=html).text
    with TestClient(app) as other:
        assert "rdf:reifies" in other.get("/sparql", headers=html).text


def test_other_names_for_this_machine_are_refused(out: Path) -> None:
    app = make_app(out, base=BASE, limits=Limits(), hosts=["localhost"])
    with TestClient(app, base_url="http://rebound.example.org") as client:
        assert client.get("/sparql", params={"query": ASK}).status_code == 400


@pytest.mark.parametrize("cors", [True, False])
def test_other_sites_read_answers_only_where_they_may(cors: bool, out: Path) -> None:
    app = make_app(out, base=BASE, limits=Limits(), hosts=["*"], cors=cors)
    with TestClient(app) as client:
        answer = client.get("/sparql", params={"query": ASK}, headers={"origin": "https://e.org"})
        assert ("access-control-allow-origin" in answer.headers) is cors


@pytest.mark.parametrize(
    ("sparql", "asked"),
    [
        ("SELECT ?service ?load { ?s ?p 'SERVICE' } # SERVICE", ("SELECT", ())),
        ("PREFIX service: <http://service/> ASK { ?s service:drop <http://from/> }", ("ASK", ())),
        ('ASK { ?s ?p """a " FROM <http://x/> SERVICE""" }', ("ASK", ())),
        ("ASK { ?s ?p ?o FILTER(?o<?p && ?p>?o) }", ("ASK", ())),
        ("ASK FROM <http://a/> FROM NAMED <http://b/> {}", ("ASK", ("http://a/", "http://b/"))),
        ("PREFIX e: <http://e/> ASK FROM e:x FROM NAMED pl:y {}",
         ("ASK", ("http://e/x", "https://w3id.org/paperlattice/ontology#y"))),
        ("DESCRIBE <http://a/>", ("DESCRIBE", ())),
    ],
)  # fmt: skip
def test_what_a_question_asks_for(sparql: str, asked: tuple[str, tuple[str, ...]]) -> None:
    found = look_at(sparql)
    assert (found.form, found.graphs) == asked


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT * { service <http://a/> {} }",
        "SELECT * { SERVICE SILENT ?any {} }",
        'SELECT * { \'#\' ?p "\\"" SERVICE <http://a/> {} }',
        "ASK {} # '\nSERVICE",
        "INSERT DATA { <http://a/> <http://b/> 1 }",
        "WITH <http://a/> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "PREFIX e: <http://e/> CLEAR ALL",
        "(" * 201,
    ],
)
def test_what_is_refused_before_it_is_asked(sparql: str) -> None:
    with pytest.raises(QueryError):
        look_at(sparql)


def test_base_is_read_from_the_data(small_graph: Graph, tmp_path: Path) -> None:
    base = "http://example.org/lattice/"
    write_rdf(small_graph, tmp_path, options=RdfOptions(base=base))
    assert find_base(tmp_path) == base


def test_nothing_to_serve(tmp_path: Path) -> None:
    with pytest.raises(PaperlatticeError, match=r"no .*graph\.nq"):
        serve(tmp_path)


@pytest.fixture(scope="module")
def address(out: Path) -> Iterator[str]:
    """A server as users start it, on a port of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = (
        "import sys; from pathlib import Path; from paperlattice.export.endpoint import serve;"
        "serve(Path(sys.argv[1]), port=int(sys.argv[2]), timeout=5)"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", program, str(out), str(port)],
        cwd=Path(__file__).parents[1],
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
    )
    try:
        for _ in range(600):  # a busy machine takes its time to start a process
            with socket.socket() as probe:
                if server.poll() is not None or probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


@pytest.mark.parametrize("method", ["GET", POST])
def test_sparqlwrapper_is_answered(method: str, address: str) -> None:
    client = SPARQLWrapper(f"{address}/sparql")
    client.setMethod(method)
    client.setReturnFormat(JSON)
    client.setQuery("SELECT ?t { ?p a pl:Paper ; dct:title ?t } ORDER BY ?t")
    answer = client.queryAndConvert()
    assert isinstance(answer, dict)
    assert len(answer["results"]["bindings"]) == 4


def test_curl_is_answered(address: str) -> None:
    if shutil.which("curl") is None:
        pytest.skip("no curl")
    url = f"{address}/sparql"
    command = ["curl", "-sS", "-H", "Accept: text/csv", "--data-urlencode", f"query={COUNT}", url]
    found = subprocess.run(command, capture_output=True, check=True)
    assert found.stdout.startswith(b"n\r\n")
    assert int(found.stdout.splitlines()[1]) > 1_000


def test_rdflib_asks_it_as_a_remote_store(address: str) -> None:
    graph = rdflib.Graph("SPARQLStore")
    graph.open(f"{address}/sparql")
    found = graph.query("SELECT ?e { ?e a <https://w3id.org/paperlattice/ontology#Dataset> }")
    assert len(found) == 3


@pytest.mark.browser
def test_people_ask_from_a_page(address: str, browser: Browser) -> None:
    page = browser.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{address}/sparql")
    page.select_option("#examples", "cq01")
    page.press("#query", "Control+Enter")
    page.locator("#status", has_text="3 rows").wait_for()
    assert page.locator("#answer td").first.text_content() == "GLUE"
    link = page.locator("#answer a").first.get_attribute("href")
    assert link == "/id/dataset/glue-e5078a3bcf"
    page.fill("#query", "SELECT ('<img src=x onerror=alert(1)>' AS ?x) {}")
    page.click("button")
    page.locator("#status", has_text="1 rows").wait_for()
    assert page.locator("#answer img").count() == 0
    assert problems == []
    page.fill("#query", "SELECT broken")
    page.click("button")
    page.locator("#problem", has_text="expected").wait_for()
    page.close()
