"""Pages for people: one to ask from, and one for each resource. Scripts only on the first."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from functools import cache
from html import escape
from importlib.resources import files

from starlette.responses import HTMLResponse

from paperlattice.export.questions import questions
from paperlattice.export.rdf.terms import PREFIXES


@cache
def asking_page(base: str, *, reified: bool) -> HTMLResponse:
    """The page to ask from: a text field, the questions that come along, a table.

    base: what the IRIs start with that this server answers for. reified: whether its graph
    states with reifiers.
    """
    script, style = _asset("ask.js"), _asset("page.css")
    data = [
        {
            "id": question.id,
            "title": question.title,
            "sparql": f"# {question.description}\n"
            + question.worded(reified=reified).filled_in(
                {
                    p.name: f"{base}id/paper/arxiv-{p.example}" if p.kind == "paper" else p.example
                    for p in question.parameters
                }
            ),
        }
        for question in questions().values()
    ]
    page = (
        _asset("ask.html")
        .replace("{{style}}", style)
        .replace("{{script}}", script)
        .replace("{{prefixes}}", escape(" ".join(f"{prefix}:" for prefix in sorted(PREFIXES))))
        .replace("{{data}}", json.dumps({"base": base, "questions": data}).replace("<", "\\u003c"))
    )
    policy = (
        f"default-src 'none'; connect-src 'self'; script-src '{_hash(script)}'; "
        f"style-src '{_hash(style)}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return HTMLResponse(page, headers={"content-security-policy": policy})


def resource_page(
    iri: str, base: str, outgoing: Iterable[dict[str, dict[str, str]]], incoming: int
) -> HTMLResponse:
    """What is said of one resource, as a table.

    outgoing: rows of ?p ?o and ?label as in SPARQL JSON. incoming: how many say something
    with it as the object.
    """
    rows = "".join(
        f"<tr><th scope=row>{escape(_short(row['p']['value']))}</th>"
        f"<td>{_value(row['o'], row.get('label'), base)}</td></tr>\n"
        for row in outgoing
    )
    local = escape(_local(iri, base))
    style = _asset("page.css")
    formats = " ".join(f'<a href="{local}.{s}">{s}</a>' for s in ("ttl", "nt", "jsonld", "rdf"))
    page = (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(iri)}</title>"
        f'<meta name=viewport content="width=device-width"><style>{style}</style>'
        f"<main><h1>{escape(iri)}</h1><p>As RDF: {formats}. Named by {incoming} other statements. "
        f'<a href="/">Site</a> <a href="/sparql">Ask</a></p>'
        f"<table><tbody>{rows}</tbody></table></main></html>"
    )
    policy = f"default-src 'none'; style-src '{_hash(style)}'; base-uri 'none'"
    return HTMLResponse(page, headers={"content-security-policy": policy})


def _value(term: dict[str, str], label: dict[str, str] | None, base: str) -> str:
    text = term["value"]
    if term["type"] != "uri":
        return escape(text)
    shown = label["value"] if label else _short(text)
    address = _local(text, base) if text.startswith(base) else text
    if not address.startswith(("/", "http://", "https://")):
        return escape(text)
    return f'<a href="{escape(address)}">{escape(shown)}</a>'


def _local(iri: str, base: str) -> str:
    """The path under which this server answers for an IRI of the data."""
    return f"/{iri.removeprefix(base)}" if iri.startswith(base) else iri


def _short(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


@cache
def _asset(name: str) -> str:
    return (files("paperlattice.export.endpoint") / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
