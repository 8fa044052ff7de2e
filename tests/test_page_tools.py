"""What the explorer does with a selection: narrows it, shows it as a table, hands it out."""

import csv
import io
import re
from pathlib import Path

import networkx as nx
import pytest
from lxml import etree
from playwright.sync_api import Page, expect

from paperlattice.export.pages import write_html
from paperlattice.graph.model import Graph

pytestmark = pytest.mark.browser


@pytest.fixture
def explorer(page: Page, small_graph: Graph, tmp_path: Path) -> Page:
    write_html(small_graph, tmp_path)
    page.goto((tmp_path / "site" / "index.html").as_uri())
    page.wait_for_selector("html[data-ready]")
    return page


def names(page: Page) -> list[str]:
    return page.locator("#list .name").all_inner_texts()


def download(page: Page, label: str) -> bytes:
    page.locator("#download summary").click()
    with page.expect_download() as found:
        page.locator("#formats button", has_text=label).click()
    return Path(found.value.path()).read_bytes()


def test_filters_narrow_list_and_map(explorer: Page) -> None:
    explorer.locator("#code").check()
    assert "TabZoo" not in names(explorer)
    assert "GLUE" in names(explorer)
    explorer.locator("#role").select_option("proposed")
    assert "GLUE" not in names(explorer)
    assert "ThriftNet" in names(explorer)
    expect(explorer).to_have_url(re.compile(r"code=1&role=proposed"))


def test_timeline_by_keyboard(explorer: Page) -> None:
    first = explorer.locator(".handle").first
    first.focus()
    first.press("End")
    assert first.get_attribute("aria-valuetext") == "2023-02"
    assert [n for n in names(explorer) if ":" in n or "?" in n] == [
        "Do Adapters Forget? A Study on GLUE"
    ]
    explorer.locator("#timeline .all").click()
    expect(explorer).not_to_have_url(re.compile("dates"))


def test_timeline_by_mouse(explorer: Page) -> None:
    box = explorer.locator(".track").bounding_box()
    assert box is not None
    explorer.mouse.move(box["x"] + 2, box["y"] + 10)
    explorer.mouse.down()
    explorer.mouse.move(box["x"] + box["width"] / 2, box["y"] + 10)
    explorer.mouse.up()
    expect(explorer).to_have_url(re.compile(r"dates=2022-01\.\.2022-0"))


def test_table_sorts_and_links(explorer: Page) -> None:
    explorer.locator("#as-table").click()
    explorer.locator("#table thead button", has_text="Ties").click()
    ties = [int(t) for t in explorer.locator("#table td.number").all_inner_texts()]
    assert ties == sorted(ties, reverse=True)
    assert explorer.locator("th[aria-sort=descending]").inner_text().startswith("Ties")
    explorer.locator("#table a", has_text="GLUE").last.click()
    explorer.wait_for_selector("#details h2")
    expect(explorer).to_have_url(re.compile(r"view=table"))


def test_path_between_two_nodes(explorer: Page) -> None:
    explorer.locator("#search").fill("imagenet")
    explorer.keyboard.press("Enter")
    explorer.locator("#path").click()
    explorer.keyboard.type("tabzoo, or")
    explorer.keyboard.press("Enter")
    explorer.wait_for_selector(".way")
    way = explorer.locator(".way .stop a").all_inner_texts()
    assert way[0] == "ImageNet-1K"
    assert way[-1].startswith("TabZoo, or")
    expect(explorer).to_have_url(re.compile(r"&to=doi-10\.5555/tab\.zoo"))


def test_downloads_hold_the_selection(explorer: Page) -> None:
    explorer.locator("#search").fill("adapters")
    rows = list(csv.reader(io.StringIO(download(explorer, "Table as CSV").decode())))
    assert [row[1] for row in rows[1:]] == names(explorer)
    graph = nx.parse_graphml(download(explorer, "GraphML").decode())
    assert sorted(data["label"] for _, data in graph.nodes(data=True)) == sorted(names(explorer))
    svg = etree.fromstring(download(explorer, "SVG"))
    assert len(svg.findall(".//{*}circle")) == len(rows) - 1
    assert download(explorer, "PNG").startswith(b"\x89PNG")
