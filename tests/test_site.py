"""Pages to link to: every link leads somewhere, every statement to its sentence, no scripts."""

import json
import re
import subprocess
from html import unescape
from pathlib import Path
from shutil import which
from typing import Any
from urllib.parse import unquote

import pytest
from lxml import etree, html
from playwright.sync_api import Page

from paperlattice.errors import PaperlatticeError, UnknownChoiceError
from paperlattice.export.pages import SiteOptions, write_site
from paperlattice.export.pages.addresses import page_of, safe_url
from paperlattice.export.pages.site import choose_papers
from paperlattice.graph.model import Graph

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def site(small_graph: Graph, tmp_path: Path) -> Path:
    write_site(small_graph, tmp_path, SiteOptions(title="Tiny <Library>"))
    return tmp_path / "site"


def select(tree: Any, path: str) -> Any:
    """What an XPath finds: a list, which lxml's types do not promise."""
    return tree.xpath(path, namespaces={"a": "http://www.w3.org/2005/Atom"})


def pages(site: Path) -> list[Path]:
    return sorted(path for path in site.rglob("*.html") if path.parent != site)


def test_every_link_leads_to_a_page_and_a_place_in_it(site: Path) -> None:
    assert len(pages(site)) >= 4 + 4 + 5
    for path in pages(site):
        for href in select(html.parse(path), "//a/@href"):
            if href.startswith("http"):
                continue
            address, _, anchor = unquote(href).partition("#")
            target = (path.parent / address).resolve() if address else path
            assert target.is_file(), f"{path.name} links to {href}"
            if anchor and not anchor.startswith("node="):
                assert select(html.parse(target), f"//*[@id='{anchor}']"), f"{path.name}: {href}"


def test_a_statement_leads_to_the_sentence_that_proves_it(site: Path) -> None:
    page = html.parse(site / page_of("arxiv-2301.00001"))
    entry = next(li for li in select(page, "//li") if "ImageNet-1K" in li.text_content())
    anchor = select(entry, ".//a[@class='proof']/@href")[0][1:]
    sentence = select(page, f"//*[@id='{anchor}']")[0].text_content()
    assert "On ImageNet-1K it reaches 84.1% accuracy" in sentence


def test_pages_read_without_scripts_and_allow_none(site: Path) -> None:
    for path in pages(site):
        page = html.parse(path)
        assert {s.get("type") for s in select(page, "//script")} <= {"application/ld+json"}
        policy = select(page, "//meta[@http-equiv]/@content")[0]
        assert policy.startswith("default-src 'none'")
        assert "script-src" not in policy


def test_structured_data(site: Path) -> None:
    page = html.parse(site / page_of("arxiv-2301.00001"))
    data = json.loads(select(page, "//script/text()")[0])
    assert data["@type"] == "ScholarlyArticle"
    assert data["datePublished"] == "2023-01-02"
    assert "https://doi.org/10.48550/arXiv.2301.00001" in data["sameAs"]
    month = html.parse(site / page_of("arxiv-2302.00002"))
    assert json.loads(select(month, "//script/text()")[0])["datePublished"] == "2023-02"


def test_feed_holds_dated_papers_newest_first(site: Path) -> None:
    feed = etree.parse(site / "feed.xml")
    titles = select(feed, "//a:entry/a:title/text()")
    assert titles[0].startswith("Do Adapters Forget?")
    assert len(titles) == 3
    for link in select(feed, "//a:entry/a:link/@href"):
        assert (site / unquote(link)).is_file()


@pytest.mark.parametrize(
    ("pages", "count"), [("", 4), ("all", 4), ("none", 0), ("top:2", 2), ("top:99", 4)]
)
def test_choice_of_pages(small_graph: Graph, tmp_path: Path, pages: str, count: int) -> None:
    assert len(choose_papers(small_graph, pages)) == count
    write_site(small_graph, tmp_path)
    write_site(small_graph, tmp_path, SiteOptions(pages=pages))
    assert len(list((tmp_path / "site").glob("paper/*"))) == count
    for path in (tmp_path / "site").rglob("*.html"):
        if path.parent.name == "site":
            continue
        for href in select(html.parse(path), "//a/@href"):
            if not href.startswith(("http", "#")):
                assert (path.parent / unquote(href).partition("#")[0]).is_file(), href


@pytest.mark.parametrize("pages", ["some", "top:0", "top:-1", "top:", "ALL"])
def test_other_choices_are_refused(pages: str) -> None:
    with pytest.raises(UnknownChoiceError, match="top:N"):
        SiteOptions(pages=pages)


@pytest.mark.parametrize("address", ["ftp://example.org/", "https://example.org", "javascript:/"])
def test_addresses_that_are_none_are_refused(address: str) -> None:
    with pytest.raises(PaperlatticeError, match="ends in a slash"):
        SiteOptions(address=address)


def test_sitemap_where_the_address_is_known(small_graph: Graph, tmp_path: Path) -> None:
    write_site(small_graph, tmp_path, SiteOptions(address="https://example.org/lattice/"))
    locations = select(etree.parse(tmp_path / "site" / "sitemap.xml"), "//*[local-name()='loc']")
    for location in locations:
        address = unescape(location.text).removeprefix("https://example.org/lattice/")
        assert (tmp_path / "site" / address).is_file()
    assert len(locations) == 1 + len(pages(tmp_path / "site"))


def test_same_graph_same_files(small_graph: Graph, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_site(small_graph, tmp_path / name)
    files = [sorted(p for p in (tmp_path / n).rglob("*") if p.is_file()) for n in ("a", "b")]
    assert [p.name for p in files[0]] == [p.name for p in files[1]]
    for one, other in zip(*files, strict=True):
        assert one.read_bytes() == other.read_bytes()


NODES = [
    "arxiv-2301.00001",
    "doi-10.5555/tab.zoo",
    "method/lora-0123456789",
    "title-../../etc/passwd",
    "doi-10.1/(a)!*'~é<>\"",
    "venue/x",
]


def test_addresses_are_distinct_and_stay_in_their_folder() -> None:
    found = [page_of(node) for node in NODES]
    assert len(set(found)) == len(NODES)
    for address in found:
        assert re.fullmatch(r"(paper|entity/[a-z]+)/[A-Za-z0-9._~-]+\.html", address)
        assert "/../" not in address
    assert len(page_of("doi-" + "/" * 500)) < 200
    assert page_of("doi-" + "/" * 500) != page_of("doi-" + "/" * 501)


def test_scripts_name_pages_in_the_same_way() -> None:
    node = which("node")
    if node is None:
        pytest.skip("no node to run the script's pageOf")
    code = (
        "import { pageOf } from './export/pages/js/model.js';"
        f"console.log(JSON.stringify({json.dumps(NODES)}.map(pageOf)));"
    )
    run = subprocess.run(
        [node, "--input-type=module", "-e", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(run.stdout) == [page_of(name) for name in NODES]


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://example.org/a?b=<c>", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("https://user@example.org", False),
        ("//example.org", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_only_addresses_of_the_web_are_links(address: str, good: bool) -> None:
    assert (safe_url(address) is not None) == good


@pytest.mark.browser
def test_pages_open_with_their_style(page: Page, site: Path) -> None:
    page.goto((site / page_of("arxiv-2301.00001")).as_uri())
    assert page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") == "736px"
    page.locator("nav a", has_text="Map").click()
    page.wait_for_selector("html[data-ready]")
    assert page.locator("#details h2").inner_text().startswith("ThriftNet: Small")
    page.locator(".own a").click()
    page.wait_for_selector("p.abstract")
    assert "ThriftNet" in page.locator("h1").inner_text()
