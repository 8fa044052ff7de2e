"""The HTTP interface: what is at which path, and the SPARQL 1.1 Protocol.

``/sparql`` is the endpoint, and for people a page to ask it from; ``/id/…``, ``/graph/…``,
``/void`` and ``/ontology`` are the IRIs of the data, as HTML or RDF; ``/graph.nq`` and the
like are the files; everything else is the static site.

Source: https://www.w3.org/TR/sparql11-protocol/
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from paperlattice.errors import PaperlatticeError
from paperlattice.export.endpoint.asker import TABLES, TRIPLES, Request
from paperlattice.export.endpoint.askers import Askers
from paperlattice.export.endpoint.negotiate import negotiate
from paperlattice.export.endpoint.people import asking_page, resource_page
from paperlattice.export.questions import IS_REIFIED
from paperlattice.export.rdf.description import MEDIA_TYPES
from paperlattice.export.rdf.terms import expand
from paperlattice.export.rdf.vocabulary import ontology_text, shapes_text

#: Bytes of a request's body, at most.
LONGEST = 200_000

#: Endings under which the RDF of a resource can be had, beside the Accept header.
_ENDINGS = {
    ".jsonld": "application/ld+json",
    ".nt": "application/n-triples",
    ".rdf": "application/rdf+xml",
    ".ttl": "text/turtle",
}
_FILES = {f"graph{ending}": type_ for ending, type_ in MEDIA_TYPES.items()} | {
    "context.jsonld": "application/ld+json",
    "graph.graphml": "application/graphml+xml",
    "void.ttl": "text/turtle",
}
#: Names for answers that a form can ask for, where a link cannot send an Accept header.
_FORMATS = {
    "csv": "text/csv",
    "json": "application/sparql-results+json",
    "tsv": "text/tab-separated-values",
    "xml": "application/sparql-results+xml",
} | {ending[1:]: type_ for ending, type_ in _ENDINGS.items()}
_NAME = re.compile(r"[a-z0-9._/-]+")

#: Statements with a resource as their object that are given with it, at most.
_INCOMING = 1_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one question: seconds, rows of the answer, bytes of memory beside the graph."""

    timeout: float = 30.0
    max_rows: int = 100_000
    memory: int = 512 << 20


def make_app(
    out: Path, *, base: str, limits: Limits, hosts: Iterable[str], cors: bool = False
) -> Starlette:
    """Make the ASGI application that serves the graph under ``out``.

    base: what the IRIs of the data start with. hosts: names that requests may come under,
    ``*`` for any; others are refused, so that no page on the web can rebind its name to us.
    cors: let the scripts of other sites read the answers.
    """
    server = _Server(out, base, limits)
    routes: list[BaseRoute] = [
        Route("/sparql", server.sparql, methods=["GET", "POST"]),
        Route("/id/{name:path}", server.resource),
        Route("/graph/{name:path}", server.resource),
        Route("/void", server.resource),
        Route("/ontology", server.vocabulary),
        Route("/shapes", server.vocabulary),
        *(Route(f"/{name}", server.file) for name in _FILES),
    ]
    site = out / "site"
    if site.is_dir():
        routes.append(Mount("/", StaticFiles(directory=site, html=True)))
    else:
        routes.append(Route("/", _to_sparql))
    middleware = [
        Middleware(_Headers),
        Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts)),
    ]
    if cors:
        middleware.append(Middleware(CORSMiddleware, allow_origins=["*"], allow_headers=["*"]))
    return Starlette(
        routes=routes,
        middleware=middleware,
        lifespan=server.lifespan,
        exception_handlers={PaperlatticeError: _refuse, ClientDisconnect: _gone},
    )


class _Server:
    """The endpoints of one graph."""

    def __init__(self, out: Path, base: str, limits: Limits) -> None:
        self._out, self._base, self._limits = out, base, limits
        self._askers = Askers(out)

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        """Load the graph before the first request, let go of it after the last."""
        await self._askers.start()
        try:
            yield
        finally:
            self._askers.close()

    async def sparql(self, http: HttpRequest) -> Response:
        """The endpoint; without a question, a page for people or its own description."""
        fields = parse_qsl(http.url.query, keep_blank_values=True)
        accept = http.headers.get("accept", "")
        if http.method != "POST":
            if not fields:
                return await self._about(accept)
            return await self._protocol(fields, accept)
        body = await _body(http)
        if body is None:
            return _text(413, f"want a question of at most {LONGEST} bytes in UTF-8")
        match http.headers.get("content-type", "").partition(";")[0].strip().lower():
            case "application/x-www-form-urlencoded":
                fields += parse_qsl(body, keep_blank_values=True)
            case "application/sparql-query":
                fields.append(("query", body))
            case "application/sparql-update":
                fields.append(("update", body))
            case _:
                return _text(415, "want application/sparql-query or a form as the body")
        return await self._protocol(fields, accept)

    async def _protocol(self, fields: list[tuple[str, str]], accept: str) -> Response:
        values: dict[str, list[str]] = {}
        for name, value in fields:
            values.setdefault(name, []).append(value)
        if "update" in values:
            return _text(403, "the graph is read-only: no update")
        if len(values.get("query", ())) != 1:
            return _text(400, "want one query, and no more")
        for name in values.get("format", ()):
            if name not in _FORMATS:
                return _text(400, f"no format {name!r}; formats: {', '.join(sorted(_FORMATS))}")
            accept = _FORMATS[name]
        table, triples = (negotiate(accept, list(types)) for types in (TABLES, TRIPLES))
        if table is None and triples is None:
            return _not_acceptable([*TABLES, *TRIPLES])
        request = replace(
            self._request(values["query"][0], table or "", triples or ""),
            default_graphs=tuple(values.get("default-graph-uri", ())),
            named_graphs=tuple(values.get("named-graph-uri", ())),
        )
        return await self._answer(request)

    def _request(self, sparql: str, table: str, triples: str) -> Request:
        bounds = self._limits
        accept = {"table": table, "triples": triples}
        return Request(sparql, accept, (), (), bounds.timeout, bounds.max_rows, bounds.memory)

    async def _answer(self, request: Request) -> Response:
        reply, body = await self._askers.ask(request)
        return Response(body, reply.status, {"vary": "accept"}, reply.media_type)

    async def _about(self, accept: str) -> Response:
        wanted = negotiate(accept, ["text/html", "text/turtle"])
        if wanted == "text/html":
            return asking_page(self._base, reified=await self._holds(IS_REIFIED))
        if wanted is None:
            return _not_acceptable(["text/html", "text/turtle"])
        return Response(_SERVICE.format(base=self._base), media_type="text/turtle")

    async def resource(self, http: HttpRequest) -> Response:
        """What is known of an IRI of the data, for people or for programs."""
        path = http.url.path.lstrip("/")
        accept = http.headers.get("accept", "text/html")
        for ending, type_ in _ENDINGS.items():
            if path.endswith(ending):
                path, accept = path.removesuffix(ending), type_
        wanted = negotiate(accept, ["text/html", *TRIPLES])
        if wanted is None:
            return _not_acceptable(["text/html", *TRIPLES])
        if not _NAME.fullmatch(path):
            return _text(404, "no such resource")
        iri = f"{self._base}{path}"
        if path == "void":
            iri += "#dataset"
        if wanted == "text/html":
            if page := self._site_page(path):
                return RedirectResponse(page, status_code=303)
            return await self._page(iri)
        if path.startswith("graph/"):
            asked = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}"
        else:
            asked = (
                f"CONSTRUCT {{ <{iri}> ?p ?o . ?s ?q <{iri}> }} WHERE {{ {{ <{iri}> ?p ?o }} UNION "
                f"{{ SELECT ?s ?q WHERE {{ ?s ?q <{iri}> }} LIMIT {_INCOMING} }} }}"
            )
        found = await self._answer(self._request(asked, "", wanted))
        if found.status_code == 200 and not await self._is_known(iri):
            return _text(404, f"nothing is said of <{iri}>")
        return found

    def _site_page(self, path: str) -> str | None:
        """The page of the site on a paper or an entity, where it has one."""
        kind, _, name = path.removeprefix("id/").partition("/")
        if not path.startswith("id/") or not name or "/" in name:
            return None
        page = f"paper/{name}.html" if kind == "paper" else f"entity/{kind}/{name}.html"
        return f"/{page}" if (self._out / "site" / page).is_file() else None

    async def _is_known(self, iri: str) -> bool:
        return await self._holds(
            f"ASK {{ {{ <{iri}> ?p ?o }} UNION {{ GRAPH <{iri}> {{ ?s ?p ?o }} }} }}"
        )

    async def _holds(self, asked: str) -> bool:
        _, body = await self._askers.ask(
            self._request(asked, "application/sparql-results+json", "")
        )
        return bool(json.loads(body)["boolean"])

    async def _page(self, iri: str) -> Response:
        if not await self._is_known(iri):
            return _text(404, f"nothing is said of <{iri}>")
        said = (
            f"SELECT ?p ?o ?label WHERE {{ <{iri}> ?p ?o OPTIONAL {{ "
            "?o skos:prefLabel|rdfs:label|dct:title ?label } } ORDER BY ?p ?label ?o LIMIT 1000"
        )
        counted = f"SELECT (COUNT(*) AS ?n) WHERE {{ ?s ?p <{iri}> }}"
        rows, incoming = [], 0
        for asked in (said, counted):
            reply, body = await self._askers.ask(
                self._request(asked, "application/sparql-results+json", "")
            )
            if reply.status != 200:
                return Response(body, reply.status, media_type=reply.media_type)
            bindings = json.loads(body)["results"]["bindings"]
            if asked is said:
                rows = bindings
                if successor := _successor(rows, self._base):
                    return RedirectResponse(successor, status_code=301)
            else:
                incoming = int(bindings[0]["n"]["value"])
        return resource_page(iri, self._base, rows, incoming)

    async def vocabulary(self, http: HttpRequest) -> Response:
        """The ontology and the shapes, as Turtle."""
        if negotiate(http.headers.get("accept", ""), ["text/turtle", "text/html"]) is None:
            return _not_acceptable(["text/turtle"])
        text = shapes_text() if http.url.path == "/shapes" else ontology_text("ontology")
        return Response(text, media_type="text/turtle")

    async def file(self, http: HttpRequest) -> Response:
        """A file that the export wrote."""
        name = http.url.path.lstrip("/")
        path = self._out / name
        if not path.is_file():
            return _text(404, f"no {name} was written")
        return FileResponse(path, media_type=_FILES[name])


class _Headers:
    """Headers for every answer: the texts are hostile, the types are right, no one frames us."""

    _OURS = (
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"x-frame-options", b"DENY"),
    )

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *self._OURS]
            await send(message)

        await self._app(scope, receive, with_headers)


def _successor(rows: Iterable[dict[str, dict[str, str]]], base: str) -> str | None:
    """Where a thing is found now whose IRI was replaced."""
    for row in rows:
        iri = row["o"]["value"]
        if row["p"]["value"] == expand("dct:isReplacedBy") and iri.startswith(base):
            return f"/{iri.removeprefix(base)}"
    return None


async def _body(http: HttpRequest) -> str | None:
    """The body as text; None where it is too long or no UTF-8."""
    read = bytearray()
    async for chunk in http.stream():
        read += chunk
        if len(read) > LONGEST:
            return None
    try:
        return read.decode()
    except UnicodeDecodeError:
        return None


async def _to_sparql(http: HttpRequest) -> Response:
    return RedirectResponse("/sparql", status_code=303)


async def _refuse(http: HttpRequest, error: Exception) -> Response:
    return _text(503, str(error))


async def _gone(http: HttpRequest, error: Exception) -> Response:
    """Answer nobody: the client left before its request was whole."""
    return _text(400, "the request ended early")


def _not_acceptable(types: Iterable[str]) -> Response:
    return _text(406, f"there is: {', '.join(types)}")


def _text(status: int, text: str) -> Response:
    return PlainTextResponse(f"{text}\n", status)


# The endpoint about itself: https://www.w3.org/TR/sparql11-service-description/
_SERVICE = """\
@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
@prefix format: <http://www.w3.org/ns/formats/> .

<{base}sparql> a sd:Service ;
  sd:endpoint </sparql> ;
  sd:supportedLanguage sd:SPARQL11Query ;
  sd:feature sd:UnionDefaultGraph ;
  sd:resultFormat format:SPARQL_Results_JSON , format:SPARQL_Results_XML ,
    format:SPARQL_Results_CSV , format:SPARQL_Results_TSV , format:Turtle , format:N-Triples ,
    format:JSON-LD , format:RDF_XML ;
  sd:defaultDataset <{base}void#dataset> .
"""
