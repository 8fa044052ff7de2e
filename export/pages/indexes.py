"""Ways into the pages: lists by type, a feed of the newest papers, a map for search engines."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from html import escape
from xml.sax.saxutils import escape as xml

from paperlattice.export.pages.addresses import page_of
from paperlattice.export.pages.articles import Library, page
from paperlattice.export.pages.latex import readable

LONG = 200  # entries a page of a list
NEWEST = 50  # papers in the feed
_SITEMAP = 50_000  # addresses a sitemap may hold


def newest_first(library: Library, papers: Sequence[str]) -> list[str]:
    """Papers by date, the newest first, those without a date last."""
    return sorted(
        papers,
        key=lambda paper: (str(library.papers[paper]["date"] or ""), paper),
        reverse=True,
    )


def lists(library: Library, papers: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield (address, page) of the lists by type, a page every 200 entries."""
    entries = [
        (
            f"../{page_of(p)}",
            readable(library.papers[p]["title"]),
            str(library.papers[p]["date"] or ""),
        )
        for p in newest_first(library, papers)
    ]
    yield from _pages(library, "paper", "Papers", entries)
    for kind, heading in (
        ("method", "Methods"),
        ("dataset", "Datasets"),
        ("metric", "Metrics"),
        ("task", "Tasks"),
    ):
        rows = [e for e in library.entities.values() if e["type"] == kind and e["papers"] > 1]
        rows.sort(key=lambda e: (-e["papers"], e["name"], e["id"]))
        entries = [(f"../{page_of(e['id'])}", e["name"], f"{e['papers']:,} papers") for e in rows]
        yield from _pages(library, kind, heading, entries)


def _pages(
    library: Library, kind: str, heading: str, entries: Sequence[tuple[str, str, str]]
) -> Iterator[tuple[str, str]]:
    count = max(1, -(-len(entries) // LONG))
    for number in range(count):
        part = entries[number * LONG : (number + 1) * LONG]
        items = "".join(
            f'<li><a href="{href}">{escape(name)}</a> <span class="hint">{escape(hint)}</span></li>'
            for href, name, hint in part
        )
        turns = " ".join(
            f'<a href="{kind}-{n + 1}.html">{n + 1}</a>'
            if n != number
            else f'<b aria-current="page">{n + 1}</b>'
            for n in range(count)
        )
        body = [
            f"<h1>{heading}</h1>",
            f"<ul>{items}</ul>",
            f'<nav class="turns" aria-label="Pages of this list">{turns}</nav>'
            if count > 1
            else "",
        ]
        yield f"browse/{kind}-{number + 1}.html", page(library, "", heading, body, depth=1)


def feed(library: Library, papers: Sequence[str], address: str | None) -> str:
    """An Atom feed of the newest papers; its dates are the papers', not the clock's.

    address: of the site, ending in a slash; without one the links are relative.
    """
    chosen = [p for p in newest_first(library, papers) if library.papers[p]["date"]][:NEWEST]
    latest = library.papers[chosen[0]]["date"] if chosen else "1970-01-01"
    base = f' xml:base="{xml(address, {chr(34): "&quot;"})}"' if address else ""
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n',
        f'<feed xmlns="http://www.w3.org/2005/Atom"{base}>\n<title>{xml(library.title)}</title>\n',
        f"<id>{_identifier(address or library.title)}</id>\n",
        f'<updated>{latest}T00:00:00Z</updated>\n<link href="index.html"/>\n',
    ]
    for paper in chosen:
        row = library.papers[paper]
        authors = "".join(f"<author><name>{xml(a)}</name></author>" for a in row["authors"])
        parts.append(
            f"<entry><title>{xml(readable(row['title']))}</title><id>{_identifier(paper)}</id>"
            f'<updated>{row["date"]}T00:00:00Z</updated><link href="{xml(page_of(paper))}"/>'
            f"{authors or '<author><name>unknown</name></author>'}"
            f"<summary>{xml(row['abstract'])}</summary></entry>\n"
        )
    return "".join([*parts, "</feed>\n"])


def _identifier(name: str) -> str:
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}"


def sitemaps(pages: Sequence[str], address: str) -> Iterator[tuple[str, str]]:
    """Yield (address, text) of the sitemap, and of its parts where it needs several.

    pages: addresses within the site; address: of the site, ending in a slash.
    """
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    count = max(1, -(-len(pages) // _SITEMAP))
    for number in range(count):
        urls = "".join(
            f"<url><loc>{xml(address + name)}</loc></url>\n"
            for name in pages[number * _SITEMAP : (number + 1) * _SITEMAP]
        )
        name = "sitemap.xml" if count == 1 else f"sitemap-{number + 1}.xml"
        yield name, f"{head}<urlset {space}>\n{urls}</urlset>\n"
    if count > 1:
        parts = "".join(
            f"<sitemap><loc>{xml(address)}sitemap-{n + 1}.xml</loc></sitemap>\n"
            for n in range(count)
        )
        yield "sitemap.xml", f"{head}<sitemapindex {space}>\n{parts}</sitemapindex>\n"
