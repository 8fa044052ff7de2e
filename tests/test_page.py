"""The explorer: one page that holds the graph, asks no network and runs no stranger's script."""

import base64
import json
import math
import re
import statistics
import zlib
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from playwright.sync_api import Browser, Page, expect

from bench.synthetic_graph import synthetic_graph
from paperlattice.errors import PaperlatticeError
from paperlattice.export.pages import explorer, read_positions, to_html, write_html
from paperlattice.export.pages.embed import bundle, embed_json, fill
from paperlattice.export.pages.payload import order_edges, order_nodes, to_payload, unpack
from paperlattice.graph.model import Graph

SCRIPTS = Path(__file__).resolve().parents[1] / "export" / "pages" / "js"


def test_same_graph_same_bytes(small_graph: Graph) -> None:
    assert to_html(small_graph) == to_html(Graph(small_graph.tables))


def test_page_names_no_address_to_load(small_graph: Graph) -> None:
    page = re.sub(r'<script type="application/json".*?</script>', "", to_html(small_graph))
    assert not re.findall(r'(?:src|href)="(?!data:|#)', page)
    assert "default-src &#x27;none&#x27;" in page


def test_empty_graph_makes_a_page() -> None:
    assert "0 papers" in to_html(Graph({}))


def test_nodes_stand_by_importance_and_edges_by_rank(small_graph: Graph) -> None:
    nodes = order_nodes(small_graph)
    assert (nodes.size[:-1] >= nodes.size[1:]).all()
    edges = order_edges(small_graph, nodes)
    assert len(edges.paper) == len(small_graph.statements)
    papers = len(set(edges.paper.tolist()))
    assert len(set(edges.paper[:papers].tolist())) == papers  # one of each paper comes first
    alone = nodes.alone[edges.entity]
    assert (alone[1:] >= alone[:-1]).all()


def test_a_grown_corpus_keeps_its_map(tmp_path: Path) -> None:
    whole = synthetic_graph(400)
    papers = set(whole.tables["papers"]["id"].to_pylist()[:-5])
    keep = {
        name: table.filter(pc.is_in(table["paper"], pa.array(sorted(papers))))
        if "paper" in table.column_names
        else table
        for name, table in whole.tables.items()
    }
    keep["papers"] = whole.tables["papers"].slice(0, len(papers))
    for name in ("links", "contributions"):
        keep[name] = keep[name].slice(0, 0)
    write_html(Graph(keep), tmp_path / "before")
    before = read_positions(tmp_path / "before" / "site" / "index.html")
    assert papers <= set(before)
    moved = {}
    for name, start in (("kept", before), ("anew", None)):
        write_html(whole, tmp_path / name, start=start)
        after = read_positions(tmp_path / name / "site" / "index.html")
        steps = [math.dist(before[p], after[p]) for p in sorted(papers)]
        moved[name] = statistics.median(steps) / 65535
    assert moved["kept"] < 0.12
    assert moved["kept"] < moved["anew"] / 2


@pytest.mark.parametrize("text", ["", "<html>", '<script type="application/json" id="data">{}'])
def test_positions_of_another_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "page.html").write_text(text)
    with pytest.raises(PaperlatticeError, match=r"page\.html: no explorer"):
        read_positions(tmp_path / "page.html")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("</script><!--", '"\\u003c/script>\\u003c!--"'),
        ("a\u2028b\u2029", '"a\\u2028b\\u2029"'),
        ("数据 & 'x'", "\"数据 & 'x'\""),
    ],
)
def test_json_cannot_leave_its_block(value: str, text: str) -> None:
    assert embed_json(value) == text
    assert json.loads(embed_json(value)) == value


def test_what_is_filled_in_is_not_filled_again() -> None:
    assert fill("{{a}} {{b}}", {"a": "{{b}}", "b": "x"}) == "{{b}} x"


def test_modules_share_one_scope_without_clashes() -> None:
    names: dict[str, str] = {}
    apart = {"ego.js", "sparqlworker.js"}  # scripts of their own, in no bundle
    for path in sorted(p for p in SCRIPTS.glob("*.js") if p.name not in apart):
        for name in re.findall(
            r"^(?:export )?(?:async )?(?:function\*?|const|let|class) (\w+)",
            path.read_text(encoding="utf-8"),
            re.MULTILINE,
        ):
            assert name not in names, f"{path.name} and {names[name]} both declare {name}"
            names[name] = path.name
    assert "import " not in bundle("explorer")


@pytest.mark.parametrize(
    "word", ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function("]
)
def test_scripts_never_make_markup_or_code_from_text(word: str) -> None:
    for path in SCRIPTS.glob("*.js"):
        assert word not in path.read_text(encoding="utf-8"), path.name


def open_explorer(page: Page, graph: Graph, folder: Path, fragment: str = "") -> None:
    write_html(graph, folder)
    page.goto((folder / "site" / "index.html").as_uri() + fragment)
    page.wait_for_selector("html[data-ready]")


@pytest.mark.browser
def test_search_as_you_type_and_open_with_the_keyboard(
    page: Page, small_graph: Graph, tmp_path: Path
) -> None:
    open_explorer(page, small_graph, tmp_path)
    page.keyboard.press("/")
    page.keyboard.type("ilsvrc")  # an alias
    assert page.locator("#list .row .name").all_inner_texts() == ["ImageNet-1K"]
    page.keyboard.press("Enter")
    assert page.locator("#details h2").inner_text() == "ImageNet-1K"
    expect(page).to_have_url(re.compile(r"node=dataset/imagenet-1k"))
    page.keyboard.press("Escape")
    assert page.locator("#panel").is_hidden()


@pytest.mark.browser
def test_paper_shows_marked_abstract_and_reasons(
    page: Page, small_graph: Graph, tmp_path: Path
) -> None:
    open_explorer(page, small_graph, tmp_path, "#node=arxiv-2301.00001")
    page.wait_for_selector(".abstract")
    marked = page.locator(".abstract .mention").all_inner_texts()
    assert marked[:3] == ["ThriftNet", "low-rank adapters", "Vision Transformer"]
    link = page.locator(".link").first
    assert "Do Adapters Forget?" in link.inner_text()
    assert link.locator(".chips li").first.inner_text().split("\n") == [
        "Low-Rank Adaptation",
        "+1.25",
    ]
    assert page.locator("a.out", has_text="github.com/example/thriftnet").get_attribute("href")


def test_of_many_papers_what_one_names_is_no_node(
    small_graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(order_nodes(small_graph).ids) == 15
    monkeypatch.setattr("paperlattice.export.pages.payload.MANY", 3)
    nodes = order_nodes(small_graph)
    assert sorted(nodes.label[i] for i in nodes.index.values() if nodes.kind[i]) == [
        "Low-Rank Adaptation",
        "ThriftNet",
        "accuracy",
        "fine-tuning",
    ]
    assert len(nodes.apart) == 7
    edges = order_edges(small_graph, nodes)
    assert len(edges.paper) == 10


@pytest.mark.browser
def test_of_many_papers_a_paper_tells_what_it_alone_names(
    page: Page, small_graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("paperlattice.export.pages.payload.MANY", 3)
    monkeypatch.setattr("paperlattice.export.pages.payload._ABSTRACTS", 0)
    open_explorer(page, small_graph, tmp_path, "#node=doi-10.5555/tab.zoo")
    page.wait_for_selector("#details h2")
    alone = page.locator(".statement", has_text="TabZoo")
    assert alone.inner_text() == "TabZooproposedonly here"
    assert page.locator(".result", has_text="91.0").inner_text().replace("\n", " ") == (
        "91.0% accuracy on TabZoo by boosted trees"
    )
    assert page.locator(".result", has_text="91.0").locator("a").all_inner_texts() == ["accuracy"]


@pytest.mark.browser
def test_offsets_behind_an_emoji(page: Page, small_graph: Graph, tmp_path: Path) -> None:
    open_explorer(page, small_graph, tmp_path, "#node=doi-10.5555/tab.zoo")
    page.wait_for_selector(".abstract")
    assert page.locator(".abstract .mention").last.inner_text() == "TabZoo"


@pytest.mark.browser
def test_entity_shows_its_sentence_on_demand(
    page: Page, small_graph: Graph, tmp_path: Path
) -> None:
    open_explorer(page, small_graph, tmp_path)
    page.locator("#list .name", has_text=re.compile("^GLUE$")).click()
    summary = page.locator("#details .statement summary").first
    summary.click()
    page.wait_for_selector(".evidence mark")
    assert "GLUE" in page.locator(".evidence mark").first.inner_text()


@pytest.mark.browser
def test_who_evaluates_on_it_and_gives_code(page: Page, small_graph: Graph, tmp_path: Path) -> None:
    open_explorer(page, small_graph, tmp_path)
    page.locator("#search").fill("ThriftNet")  # the paper goes by its short name, too
    first = page.locator("#list .row .name").first
    expect(first).to_have_text("ThriftNet: Small Adapters for Big Vision Models")
    page.locator("#list .row .name", has_text=re.compile("^ThriftNet$")).click()
    heading = page.locator("#details h3", has_text="paper").nth(1)
    expect(heading).to_have_text("3 papers, 2 with code")
    page.locator("#code").check()
    expect(heading).to_have_text("2 of 3 papers pass the filters, 2 with code")


@pytest.mark.browser
def test_legend_hides_a_type_and_the_address_keeps_it(
    page: Page, small_graph: Graph, tmp_path: Path
) -> None:
    open_explorer(page, small_graph, tmp_path)
    page.locator("#legend button", has_text="Papers").click()
    expect(page).to_have_url(re.compile(r"hide=paper"))
    assert "ThriftNet: Small" not in " ".join(page.locator("#list .name").all_inner_texts())
    page.reload()
    page.wait_for_selector("html[data-ready]")
    pressed = page.locator("#legend button", has_text="Papers").get_attribute("aria-pressed")
    assert pressed == "false"


@pytest.mark.browser
def test_back_and_forward(page: Page, small_graph: Graph, tmp_path: Path) -> None:
    open_explorer(page, small_graph, tmp_path)
    for name in ("GLUE", "latency"):
        page.locator("#list .row .name", has_text=re.compile(f"^{name}$")).click()
        page.wait_for_function(
            "n => document.querySelector('#details h2')?.textContent === n", arg=name
        )
    page.evaluate("history.back()")
    page.wait_for_function("document.querySelector('#details h2')?.textContent === 'GLUE'")
    page.evaluate("history.forward()")
    page.wait_for_function("document.querySelector('#details h2')?.textContent === 'latency'")


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 390, 1400])
def test_nothing_is_wider_than_the_window(
    browser: Browser, small_graph: Graph, tmp_path: Path, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 700})
    open_explorer(page, small_graph, tmp_path, "#node=arxiv-2302.00002")
    page.wait_for_selector(".abstract")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@pytest.mark.browser
def test_linked_papers_say_how_much_is_shared(
    page: Page, small_graph: Graph, tmp_path: Path
) -> None:
    open_explorer(page, small_graph, tmp_path, "#node=arxiv-2302.00002")
    weight = page.locator(".link .weight").first
    expect(weight).to_have_text(re.compile(r"weight 3\.06, 4 shared"))
    page.locator(".orders button", has_text="by number shared").click()
    assert page.locator(".orders button[aria-pressed=true]").inner_text() == "by number shared"
    assert page.evaluate("document.activeElement.textContent") == "by number shared"


@pytest.mark.browser
def test_code_is_a_link_to_the_repository(page: Page, small_graph: Graph, tmp_path: Path) -> None:
    open_explorer(page, small_graph, tmp_path)
    page.locator("#list .row .name", has_text=re.compile("^ThriftNet$")).click()
    link = page.locator(".statement a", has_text=re.compile("^code ↗$")).first
    expect(link).to_have_attribute("href", re.compile("^https://github.com/example/"))
    assert link.get_attribute("rel") == "noopener noreferrer"


@pytest.mark.browser
def test_closing_leads_back_to_where_the_map_was(
    browser: Browser, small_graph: Graph, tmp_path: Path
) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    open_explorer(page, small_graph, tmp_path)
    picture = "document.querySelector('#map .base').toDataURL()"
    before = page.evaluate(picture)
    page.locator("#list .row").nth(3).click()
    page.wait_for_selector("#details h2")
    page.wait_for_timeout(300)
    assert page.evaluate(picture) != before
    page.locator("#close").click()
    page.wait_for_function(f"before => {picture} === before", arg=before)
    context.close()


def test_what_a_title_shows_is_readable_and_offsets_stay(small_graph: Graph) -> None:
    papers = small_graph.tables["papers"].to_pylist()
    papers[0]["title"] = r"\textbf{" + papers[0]["title"] + "}"
    table = small_graph.tables["papers"].from_pylist(papers, small_graph.tables["papers"].schema)
    payload = to_payload(Graph(small_graph.tables | {"papers": table}))
    assert papers[0]["title"][8:-1] in payload["labels"]
    node = payload["ids"].index(papers[0]["id"])
    place = int(unpack(payload["block"], "<u4")[node]) - 1
    details = json.loads(zlib.decompress(base64.b64decode(payload["blocks"][place // 64])))
    assert details[place % 64]["title"] == papers[0]["title"]


@pytest.mark.browser
def test_details_of_a_large_graph_stand_beside_the_page(
    page: Page, small_graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explorer, "MANY", 1)
    stale = tmp_path / "site/details/0123-0.html"
    stale.parent.mkdir(parents=True)
    stale.write_text("of an earlier build", encoding="utf-8")
    errors: list[str] = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    open_explorer(page, small_graph, tmp_path, "#node=doi-10.5555/tab.zoo")
    expect(page.locator(".abstract .mention").last).to_have_text("TabZoo")
    assert not errors
    assert not stale.exists()
    assert page.locator("iframe").count() == 0  # it goes once it has told what it holds
    for file in stale.parent.glob("*.html"):
        file.unlink()
    page.reload()
    expect(page.locator("#details .hint").first).to_contain_text("was not found there")


def test_a_small_page_holds_everything(small_graph: Graph, tmp_path: Path) -> None:
    write_html(small_graph, tmp_path)
    assert [path.name for path in (tmp_path / "site").iterdir()] == ["index.html"]
    assert "frame-src" not in (tmp_path / "site/index.html").read_text(encoding="utf-8")
