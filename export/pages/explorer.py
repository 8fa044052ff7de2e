"""The explorer: the whole graph as one HTML page that opens from a disk, without a network."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Collection, Mapping
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from paperlattice.errors import PaperlatticeError
from paperlattice.export.files import replacing
from paperlattice.export.pages.embed import (
    bundle,
    content_policy,
    deflate,
    embed_json,
    fill,
    read_asset,
    strip_css,
)
from paperlattice.export.pages.payload import GRID, MANY, Point, to_payload, unpack
from paperlattice.graph.model import Graph
from paperlattice.graph.summary import top_entities

_TITLE = "Paper Lattice"
_DETAILS = "details"
_EACH = 16  # blocks a file of details
#: What a file of details does, and all that it may do.
_TELL = 'parent.postMessage(document.getElementById("data").textContent, "*")'
_DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)


def write_html(
    graph: Graph,
    out: Path,
    *,
    title: str = _TITLE,
    start: Mapping[str, Point] | None = None,
    linked: Collection[str] = (),
    questions: bool = False,
) -> None:
    """Write ``site/index.html`` under ``out``, and of a large graph ``site/details/`` beside it.

    title: heading of the page.
    linked: papers that have pages of their own beside it, to link to.
    questions: whether ``sparql.html`` stands beside it.
    start: positions by node id to begin the layout from, in any unit, so that a map stays a map
        while its corpus grows (:func:`read_positions`); by default the layout begins anew.

    Raises OSError where that cannot be written; an older file is then still whole.
    """
    payload = to_payload(graph, start=start, linked=linked)
    details: dict[str, Any] = {"blocks": payload.pop("blocks")}
    files: dict[str, str] = {}
    if graph.tables["papers"].num_rows > MANY:
        details, files = _beside_the_page(details["blocks"])
    site = out / "site"
    for name, text in files.items():
        with replacing(site / name) as file:
            file.write(text)
    with replacing(site / "index.html") as file:
        file.write(_page(graph, payload, details, title=title, linked=linked, questions=questions))
    for old in (site / _DETAILS).glob("*.html"):  # only once nothing refers to them
        if f"{_DETAILS}/{old.name}" not in files:
            old.unlink()


def to_html(
    graph: Graph,
    *,
    title: str = _TITLE,
    start: Mapping[str, Point] | None = None,
    linked: Collection[str] = (),
    questions: bool = False,
) -> str:
    """Make the page, all of it in one; see :func:`write_html`."""
    payload = to_payload(graph, start=start, linked=linked)
    details = {"blocks": payload.pop("blocks")}
    return _page(graph, payload, details, title=title, linked=linked, questions=questions)


def _beside_the_page(blocks: list[str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Say where the page finds its blocks of details, and make the files that hold them.

    Their names tell what is in them: a page never reads the details of another build.
    """
    digest = hashlib.sha256("\n".join(blocks).encode()).hexdigest()[:12]
    prefix = f"{_DETAILS}/{digest}-"
    policy = escape(content_policy([_TELL], []))
    template = read_asset("details.html")
    files = {
        f"{prefix}{number}.html": fill(
            template,
            {
                "policy": policy,
                "data": embed_json(blocks[_EACH * number : _EACH * (number + 1)]),
                "script": _TELL,
            },
        )
        for number in range(-(-len(blocks) // _EACH))
    }
    return {"beside": {"prefix": prefix, "each": _EACH}}, files


def _page(
    graph: Graph,
    payload: dict[str, Any],
    details: dict[str, Any],
    *,
    title: str,
    linked: Collection[str],
    questions: bool,
) -> str:
    script = bundle("explorer")
    style = strip_css(read_asset("explorer.css"))
    frames = {"frame-src": "'self' file:"} if "beside" in details else None
    columns = deflate(json.dumps(payload, ensure_ascii=False, separators=(",", ":")))
    papers = graph.tables["papers"].num_rows
    entities = graph.tables["entities"].num_rows
    summary = (
        f"{papers:,} papers, {entities:,} methods, datasets, metrics and tasks, and how they "
        "hang together"
    )
    if papers > MANY:
        summary += "; what only one paper names is told with that paper"
    return fill(
        read_asset("explorer.html"),
        {
            "policy": escape(content_policy([script], [style], extra=frames)),
            "title": escape(title),
            "style": style,
            "summary": escape(summary),
            "beside": _beside(linked, questions),
            "map_label": escape(
                f"Map of {summary}. Arrow keys move, plus and minus zoom, 0 shows everything; "
                "the list holds the same entries."
            ),
            "table": _table(graph),
            "data": embed_json({"columns": columns, **details}),
            "script": script,
        },
    )


def read_positions(page: Path) -> dict[str, Point]:
    """Read where an explorer that was written earlier has its nodes, by their identifiers.

    Give them to ``write_site`` as ``start``, so that the map stays a map while its corpus grows.
    Papers that share nothing are left out: they stand in rows, and what they come to share
    draws them elsewhere.

    Raises PaperlatticeError for a file that is no such page.
    """
    try:
        found = _DATA.search(page.read_text(encoding="utf-8"))
        packed = json.loads(found[1] if found else "")["columns"]
        data = json.loads(zlib.decompress(base64.b64decode(packed)))
        ids = data["ids"]
        left, top, extent = data["frame"]
        x = left + extent / GRID * unpack(data["x"], "<u2")
        y = top + extent / GRID * unpack(data["y"], "<u2")
        entity = unpack(data["entity"], "<u4")
        paper = np.repeat(np.arange(len(ids)), unpack(data["degree"], "<u2"))
        tied = unpack(data["size"], "<u4")[entity] > 1
        placed = np.union1d(paper[tied], entity[tied]).tolist()
        return {ids[node]: (float(x[node]), float(y[node])) for node in placed}
    except (OSError, ValueError, KeyError, IndexError, TypeError, zlib.error) as error:
        raise PaperlatticeError(f"{page}: no explorer that was written by this program") from error


def _beside(linked: Collection[str], questions: bool) -> str:
    """Links to what stands beside the page."""
    links = ['<a href="browse/paper-1.html">Lists</a>'] if linked else []
    links += ['<a href="sparql.html">Questions</a>'] if questions else []
    return f'<nav aria-label="Other pages">{" ".join(links)}</nav>' if links else ""


def _table(graph: Graph) -> str:
    """What the page says without JavaScript: the entities of most papers, as a table."""
    rows = "".join(
        f"<tr><td>{escape(str(kind))}</td><td>{escape(str(name))}</td><td>{papers}</td></tr>"
        for kind, name, papers in top_entities(graph, most=25)[
            ["type", "name", "papers"]
        ].itertuples(index=False)
    )
    return (
        "<p>The map, the search and the evidence need JavaScript. What most papers name:</p>"
        "<table><thead><tr><th>Type</th><th>Name</th><th>Papers</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )
