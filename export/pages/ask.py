"""``sparql.html``: the graph asked in SPARQL, in the page, by oxigraph as WebAssembly."""

from __future__ import annotations

from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from paperlattice.export.pages.embed import (
    bundle,
    content_policy,
    deflate,
    embed_json,
    fill,
    read_asset,
    strip_css,
)
from paperlattice.export.pages.vendor import Oxigraph
from paperlattice.export.questions import questions
from paperlattice.export.rdf import RdfOptions, write_rdf
from paperlattice.export.rdf.mint import plain_name
from paperlattice.export.rdf.terms import PREFIXES
from paperlattice.graph.model import Graph

#: Statements up to which the page is written: browsers load some 60,000 a second.
MOST = 200_000

# WebAssembly is compiled from bytes, in a worker that is made from the page's own text.
_EXTRA = {"worker-src": "blob:"}


def to_sparql_page(graph: Graph, library: Oxigraph, *, title: str, base: str) -> str | None:
    """Make the page; None where the graph has more statements than it can hold.

    base: what every IRI of the data starts with.
    """
    # Each of these rows is at least one statement: a large graph need not be written to know it.
    if sum(graph.tables[name].num_rows for name in ("mentions", "statements", "links")) > MOST:
        return None
    with TemporaryDirectory() as folder:
        options = RdfOptions(base=base, evidence="compact", formats=())
        summary = write_rdf(graph, Path(folder), options=options)
        if summary.quads > MOST:
            return None
        quads = (Path(folder) / "graph.nq").read_text(encoding="utf-8")
    worker = f"{library.glue}\n{read_asset('js/sparqlworker.js')}"
    script = bundle("sparql")
    style = strip_css(read_asset("article.css") + read_asset("sparql.css"))
    papers = graph.tables["papers"]["id"].to_pylist()
    data = {
        "base": f"{base}id/",
        "papers": {plain_name(p, "paper"): p for p in papers if plain_name(p, "paper") != p},
        "prefixes": PREFIXES,
        "questions": [
            {
                "id": question.id,
                "title": question.title,
                "description": question.description,
                "parameters": [[p.name, p.kind, p.example] for p in question.parameters],
                "sparql": question.sparql,
            }
            for question in questions().values()
        ],
        "quads": deflate(quads),
        "wasm": library.wasm,
        "worker": worker,
    }
    policy = content_policy([script], [style], extra=_EXTRA)
    # The worker is a blob with this page's policy: its script is allowed as a blob, its
    # WebAssembly by name.
    policy = policy.replace("script-src ", "script-src 'wasm-unsafe-eval' blob: ", 1)
    return fill(
        read_asset("sparql.html"),
        {
            "policy": escape(policy),
            "title": escape(title),
            "style": style,
            "count": f"{summary.quads:,}",
            "data": embed_json(data),
            "script": script,
        },
    )
