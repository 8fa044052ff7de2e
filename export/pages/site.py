"""The whole site: the explorer, a page for each paper and entity, lists, feed and sitemap."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from paperlattice.errors import PaperlatticeError, UnknownChoiceError
from paperlattice.export.files import replacing
from paperlattice.export.pages.addresses import page_of, safe_url
from paperlattice.export.pages.articles import Library, entity_page, paper_page
from paperlattice.export.pages.ask import MOST, to_sparql_page
from paperlattice.export.pages.embed import read_asset, strip_css
from paperlattice.export.pages.explorer import write_html
from paperlattice.export.pages.indexes import feed, lists, sitemaps
from paperlattice.export.pages.payload import MANY, Point
from paperlattice.export.pages.vendor import oxigraph
from paperlattice.export.rdf import RdfOptions
from paperlattice.graph.model import Graph

_FOLDERS = ("paper", "entity", "browse")
_TOP = re.compile(r"top:([1-9][0-9]*)")


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """Choices of the site.

    title: heading of every page.
    pages: which papers have a page: ``all``, ``none``, or ``top:N`` for the N that most links
        lead to; "" for all papers of a corpus of up to 20,000 and none of a larger one.
    address: where the site will stand on the web, ending in a slash; the sitemap is written
        only where it is known.
    base: what every IRI in ``sparql.html`` starts with; see ``RdfOptions``.

    Raises UnknownChoiceError for other ``pages``, PaperlatticeError for an address that is none.
    """

    title: str = "Paper Lattice"
    pages: str = ""
    address: str | None = None
    base: str = RdfOptions().base

    def __post_init__(self) -> None:
        if self.pages not in ("", "all", "none") and not _TOP.fullmatch(self.pages):
            raise UnknownChoiceError("choice of pages", self.pages, ("all", "none", "top:N"))
        if self.address is not None and not (safe_url(self.address) and self.address.endswith("/")):
            raise PaperlatticeError(
                f"want an http(s) address that ends in a slash, found {self.address!r}"
            )


def write_site(
    graph: Graph,
    out: Path,
    options: SiteOptions | None = None,
    *,
    start: Mapping[str, Point] | None = None,
) -> list[str]:
    """Write ``site/`` under ``out``: ``index.html``, and with pages the rest.

    start: positions by node id to begin the layout from; see ``write_html``.

    Returns what was left out, and why, a line each. Raises OSError where something cannot be
    written.
    """
    options = options or SiteOptions()
    site = out / "site"
    for folder in _FOLDERS:  # pages of papers that are no longer there
        shutil.rmtree(site / folder, ignore_errors=True)
    chosen = choose_papers(graph, options.pages)
    left_out = _write_sparql(graph, site, options)
    write_html(
        graph,
        out,
        title=options.title,
        start=start,
        linked=frozenset(chosen),
        questions=not left_out,
    )
    if not chosen:
        return [*left_out, "site/paper: no paper was asked to have a page of its own"]
    made: set[Path] = set()
    for address, text in site_pages(graph, chosen, options):
        path = site / address
        if path.parent not in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            made.add(path.parent)
        path.write_text(text, encoding="utf-8", newline="\n")
    return left_out


def _write_sparql(graph: Graph, site: Path, options: SiteOptions) -> list[str]:
    """Write ``sparql.html``; return the reason where it is left out."""
    path = site / "sparql.html"
    path.unlink(missing_ok=True)
    library = oxigraph()
    if library is None:
        return ["site/sparql.html: oxigraph's WebAssembly is not built in; see docs/pages.md"]
    text = to_sparql_page(graph, library, title=options.title, base=options.base)
    if text is None:
        return [f"site/sparql.html: more than {MOST:,} statements; use `paperlattice query`"]
    with replacing(path) as file:
        file.write(text)
    return []


def choose_papers(graph: Graph, pages: str) -> list[str]:
    """Choose the papers that have a page; see :class:`SiteOptions`. In order of identifier."""
    papers: list[str] = graph.tables["papers"]["id"].to_pylist()
    if pages == "all" or (pages == "" and len(papers) <= MANY):
        return papers
    top = _TOP.fullmatch(pages)
    if not top:
        return []
    degree = dict.fromkeys(papers, 0)
    for column in ("source", "target"):
        for paper in graph.tables["links"][column].to_pylist():
            degree[paper] += 1
    return sorted(sorted(papers, key=lambda p: (-degree[p], p))[: int(top[1])])


def site_pages(graph: Graph, papers: list[str], options: SiteOptions) -> Iterator[tuple[str, str]]:
    """Yield (address, text) of every file of the site but the explorer."""
    library = Library(graph, options.title)
    library.limit(papers)
    addresses = ["index.html"]
    yield "article.css", strip_css(read_asset("article.css"))
    for paper in papers:
        addresses.append(page_of(paper))
        yield addresses[-1], paper_page(library, paper)
    for entity in library.entities:
        if library.has_page(entity):
            addresses.append(page_of(entity))
            yield addresses[-1], entity_page(library, entity)
    for address, text in lists(library, papers):
        addresses.append(address)
        yield address, text
    yield "feed.xml", feed(library, papers, options.address)
    if options.address:
        yield from sitemaps(addresses, options.address)
