"""Hostile input: every payload in every field that a stranger writes, in a real browser.

Nothing may run, be asked of a network, or be logged as an error, on any page of the site; and
the payload must be there to be read, as text.
"""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from playwright.sync_api import Page

from paperlattice.export.ego import write_ego
from paperlattice.export.pages import write_site
from paperlattice.export.pages.addresses import page_of
from paperlattice.graph.model import Graph

PAYLOADS = {
    "closed script": "</script><script>window.hacked=1</script>",
    "image": '<img src=x onerror="window.hacked=1">',
    "href and image": '<a href="javascript:window.hacked=1">href</a><img src=x onerror=hacked=1>',
    "svg": "<svg/onload=window.hacked=1>",
    "attribute": '" onmouseover="window.hacked=1" autofocus onfocus="window.hacked=1',
    "comment": "<!--<script>--><iframe srcdoc='<script>parent.hacked=1</script>'>",
    "style": "</style><style>body{display:none}</style></title><base href=//evil.test/>",
    "template": "{{data}} {{ 7*7 }} ${window.hacked=1} {% raw %}",
    "address": "javascript:window.hacked=1//https://evil.test/",
    "separators": "\u2028window.hacked=1\u2029\\u003c/script>\\",
}
FIELDS = {
    "title": ("papers", "title"),
    "abstract": ("papers", "abstract"),
    "organisation": ("papers", "organisation_name"),
    "venue": ("papers", "venue"),
    "address of a paper": ("papers", "url"),
    "doi": ("papers", "doi"),
    "arXiv identifier": ("papers", "arxiv_id"),
    "name": ("entities", "name"),
    "address in a text": ("urls", "url"),
    "value": ("results", "value"),
    "unit": ("results", "unit"),
    "other name": ("names", "name"),
    "licence": ("names", "source"),
    "community": ("communities", "label"),
    "match": ("matches", "url"),
    "component": ("mentions", "component"),
}

pytestmark = pytest.mark.browser


def spoiled(graph: Graph, payload: str) -> Graph:
    """The graph with the payload behind every value of every field."""
    tables: dict[str, Any] = dict(graph.tables)
    for table, column in FIELDS.values():
        rows = tables[table].to_pylist()
        for row in rows:
            # An address that is nothing but the payload is the worse one.
            kept = "" if column == "url" and table != "urls" else row[column] or ""
            row[column] = f"{kept}{payload}"
            if table == "papers":
                row["authors"] = [payload]
            if table == "entities":
                row["aliases"] = [payload]
        tables[table] = pa.Table.from_pylist(rows, schema=tables[table].schema)
    return Graph(tables)


# Ten payloads in sixteen fields at once: 160 cases.
@pytest.mark.parametrize("name", PAYLOADS)
def test_nothing_runs_and_everything_is_read(
    page: Page, small_graph: Graph, tmp_path: Path, name: str
) -> None:
    graph = spoiled(small_graph, PAYLOADS[name])
    write_site(graph, tmp_path)
    site = tmp_path / "site"
    title = graph.tables["papers"]["title"][0].as_py()
    entity = next(e["id"] for e in graph.tables["entities"].to_pylist() if e["papers"] > 1)
    page.goto((site / "index.html").as_uri())
    page.wait_for_selector("html[data-ready]")
    for node in ("arxiv-2301.00001", entity):
        page.evaluate("hash => { location.hash = hash; }", f"#node={node}")
        page.wait_for_function(
            "t => document.querySelector('#details h2')?.textContent === t",
            arg=title
            if node.startswith("arxiv")
            else f"{_name(small_graph, node)}{PAYLOADS[name]}",
        )
        page.evaluate("document.querySelectorAll('#details details').forEach(d => d.open = true)")
        page.wait_for_selector("#details .evidence")
        _harmless(page)
    page.evaluate("location.hash = '#view=table'")
    page.wait_for_selector("#table tbody tr")
    _harmless(page)
    for address in (page_of("arxiv-2301.00001"), page_of(entity), "browse/paper-1.html"):
        page.goto((site / address).as_uri())
        _harmless(page)
    page.goto((site / page_of("arxiv-2301.00001")).as_uri())
    assert page.locator("h1").evaluate("e => e.textContent") == title


@pytest.mark.parametrize("name", PAYLOADS)
def test_nothing_runs_in_a_neighbourhood(
    page: Page, small_graph: Graph, tmp_path: Path, name: str
) -> None:
    write_ego(spoiled(small_graph, PAYLOADS[name]), "arxiv-2301.00001", tmp_path / "ego.html")
    page.goto((tmp_path / "ego.html").as_uri())
    page.wait_for_selector("html[data-ready]")
    box = page.locator("#network canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(150)
    assert page.locator("img, iframe, base").count() == 0


def _name(graph: Graph, entity: str) -> str:
    return str(graph.entities.set_index("id").at[entity, "name"])


def _harmless(page: Page) -> None:
    made = "img, iframe, base, [onload], [onerror], [onmouseover], [onfocus], [autofocus]"
    assert page.locator(made).count() == 0
    assert page.evaluate("window.hacked") is None
    protocols = page.evaluate("[...document.links].map(a => a.protocol)")
    assert set(protocols) <= {"file:", "https:", "http:"}
