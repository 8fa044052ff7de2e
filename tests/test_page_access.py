"""The pages for everyone: what axe-core finds, and the ways that need no mouse."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from paperlattice.export.ego import find_node, write_ego
from paperlattice.export.pages import write_site
from paperlattice.export.pages.addresses import page_of
from paperlattice.graph.model import Graph

AXE = Path(__file__).resolve().parents[1] / "node_modules" / "axe-core" / "axe.min.js"

pytestmark = pytest.mark.browser

OPENED = {
    "explorer": "site/index.html",
    "paper panel": "site/index.html#node=arxiv-2301.00001",
    "entity panel": "site/index.html#q=glue&node=method/low-rank-adaptation-b7d1f7b723",
    "table": "site/index.html#view=table",
    "path": "site/index.html#node=arxiv-2301.00001&to=doi-10.5555/tab.zoo",
    "paper": f"site/{page_of('arxiv-2301.00001')}",
    "entity": f"site/{page_of('method/low-rank-adaptation-b7d1f7b723')}",
    "list": "site/browse/paper-1.html",
    "neighbourhood": "ego.html",
}


@pytest.fixture(scope="module")
def folder(small_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("access")
    write_site(small_graph, folder)
    write_ego(small_graph, find_node(small_graph, "GLUE"), folder / "ego.html")
    return folder


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", OPENED)
def test_axe_finds_nothing(browser: Browser, folder: Path, name: str, scheme: str) -> None:
    if not AXE.is_file():
        pytest.skip("no axe-core; `npm ci` installs it")
    # The page's policy forbids strangers' scripts, and axe-core is one.
    context = browser.new_context(
        bypass_csp=True,
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": 1300, "height": 800},
    )
    page = context.new_page()
    address, _, fragment = OPENED[name].partition("#")
    page.goto((folder / address).as_uri() + (f"#{fragment}" if fragment else ""))
    if address == "site/index.html":
        page.wait_for_selector("html[data-ready]")
    page.wait_for_timeout(250)
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run()")
    context.close()
    assert [
        (v["id"], v["impact"], [n["html"][:120] for n in v["nodes"][:3]])
        for v in found["violations"]
    ] == []


def open_explorer(page: Page, folder: Path) -> None:
    page.goto((folder / "site/index.html").as_uri())
    page.wait_for_selector("html[data-ready]")


def test_everything_is_reached_by_tab(page: Page, folder: Path) -> None:
    open_explorer(page, folder)
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.className"))
    wanted = {"search", "kind", "role", "code", "list", "map", "as-table", "zoom-in", "home"}
    assert wanted | {"handle"} <= reached


def test_list_by_keyboard_with_what_a_screen_reader_hears(page: Page, folder: Path) -> None:
    open_explorer(page, folder)
    page.keyboard.press("/")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    active = page.locator("#list").get_attribute("aria-activedescendant")
    assert active == "row-1"
    row = page.locator("#row-1")
    assert row.get_attribute("aria-posinset") == "2"
    assert row.get_attribute("aria-setsize") == "15"
    name = row.locator(".name").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_selector("#details h2")
    assert page.locator("#details h2").inner_text() == name
    assert name in page.locator("#live").inner_text()


def test_tab_leads_from_the_list_to_what_was_opened(page: Page, folder: Path) -> None:
    open_explorer(page, folder)
    page.locator("#list").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("#details h2")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#panel') !== null")


def test_links_to_the_list_and_the_map_keep_the_view(page: Page, folder: Path) -> None:
    open_explorer(page, folder)
    page.locator("#list .row").first.click()
    page.wait_for_selector("#details h2")
    address = page.url
    for goal in ("list", "map"):
        page.locator(f".skip[href='#{goal}']").focus()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == goal
        assert page.url == address


def test_map_by_keyboard(page: Page, folder: Path) -> None:
    open_explorer(page, folder)
    page.locator("#map").focus()
    page.keyboard.press("0")  # from here on the focus is visible
    page.wait_for_timeout(600)
    before = page.locator("#map").screenshot()
    page.keyboard.press("+")
    page.wait_for_timeout(600)
    assert page.locator("#map").screenshot() != before
    page.keyboard.press("0")
    page.wait_for_timeout(600)
    assert page.locator("#map").screenshot() == before


def test_without_scripts_there_is_a_table(browser: Browser, folder: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((folder / "site/index.html").as_uri())
    assert "ThriftNet" in page.locator("noscript table").inner_text()
    context.close()


def test_reduced_motion_jumps(browser: Browser, folder: Path) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    open_explorer(page, folder)
    page.locator("#zoom-in").click()
    first = page.locator("#map").screenshot()
    page.wait_for_timeout(500)
    assert page.locator("#map").screenshot() == first
    context.close()
