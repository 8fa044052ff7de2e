"""The graph asked in the page: the same answers as from the command line."""

import csv
import io
import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from paperlattice.errors import PaperlatticeError
from paperlattice.export.pages import write_site
from paperlattice.export.pages.ask import to_sparql_page
from paperlattice.export.pages.vendor import oxigraph, vendor_oxigraph
from paperlattice.export.questions import ask, questions
from paperlattice.export.rdf import RdfOptions, write_rdf
from paperlattice.graph.model import Graph

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "node_modules" / "oxigraph"


def test_without_the_library_the_page_is_left_out_with_a_reason(
    small_graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("paperlattice.export.pages.site.oxigraph", lambda: None)
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sparql.html").write_text("of an earlier build")
    [reason] = write_site(small_graph, tmp_path)
    assert "WebAssembly is not built in" in reason
    assert not (tmp_path / "site" / "sparql.html").exists()
    assert "sparql.html" not in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({}, "run `npm ci`"),
        ({"package.json": '{"name": "other"}', "web.js": "", "web_bg.wasm": ""}, "another form"),
        ({"package.json": '{"name": "oxigraph"}', "web.js": "x", "web_bg.wasm": ""}, "another"),
    ],
)
def test_another_package_is_refused(tmp_path: Path, files: dict[str, str], problem: str) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(PaperlatticeError, match=problem):
        vendor_oxigraph(tmp_path, tmp_path / "vendor")
    assert oxigraph(tmp_path / "vendor") is None


@pytest.fixture
def sparql_page(page: Page, small_graph: Graph, tmp_path: Path) -> Page:
    if not PACKAGE.is_dir():
        pytest.skip("no oxigraph for the browser; `npm ci` installs it")
    vendor_oxigraph(PACKAGE, tmp_path / "vendor")
    library = oxigraph(tmp_path / "vendor")
    assert library is not None
    text = to_sparql_page(small_graph, library, title="<Tiny>", base=RdfOptions().base)
    assert text is not None
    (tmp_path / "sparql.html").write_text(text, encoding="utf-8")
    page.goto((tmp_path / "sparql.html").as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")
    return page


@pytest.mark.browser
def test_ready_questions_have_the_answers_of_the_command_line(
    sparql_page: Page, small_graph: Graph, tmp_path: Path
) -> None:
    write_rdf(small_graph, tmp_path)
    for question in list(questions().values())[:6]:
        sparql_page.locator("#question").select_option(question.id)
        settings = {p.name: p.example for p in question.parameters}
        expected = ask(tmp_path, question.id, settings)
        sparql_page.locator("#run").click()
        expect(sparql_page.locator("#status")).to_contain_text(
            f"{len(expected.rows)} row{'' if len(expected.rows) == 1 else 's'} in"
        )


@pytest.mark.browser
def test_own_question_its_table_its_csv_and_the_map(sparql_page: Page) -> None:
    sparql_page.locator("#question").select_option("")
    sparql_page.locator("#query").fill(
        "SELECT ?paper ?title WHERE { ?paper dct:title ?title "
        'FILTER(CONTAINS(STR(?paper), "/id/paper/")) } ORDER BY ?title'
    )
    sparql_page.locator("#run").click()
    expect(sparql_page.locator("#answer tbody tr")).to_have_count(4)
    link = sparql_page.locator("#answer a", has_text="arxiv-2302.00002")
    assert link.get_attribute("href") == "index.html#node=arxiv-2302.00002"
    with sparql_page.expect_download() as found:
        sparql_page.locator("#csv").click()
    rows = list(csv.reader(io.StringIO(Path(found.value.path()).read_text(encoding="utf-8"))))
    assert rows[0] == ["paper", "title"]
    assert rows[1][1] == "Do Adapters Forget? A Study on GLUE"


@pytest.mark.browser
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT nonsense", "expected"),
        ("SELECT ?x WHERE { SERVICE <https://example.org/> { ?x ?y ?z } }", ""),
    ],
)
def test_a_wrong_question_is_said_so_and_asks_no_network(
    sparql_page: Page, query: str, said: str
) -> None:
    sparql_page.locator("#question").select_option("")
    sparql_page.locator("#query").fill(query)
    sparql_page.locator("#run").click()
    expect(sparql_page.locator("#status.wrong")).to_contain_text(said)


def test_data_stand_in_a_block_that_ends_where_it_should(small_graph: Graph) -> None:
    library = oxigraph()
    if library is None:
        pytest.skip("oxigraph is not built in")
    text = to_sparql_page(small_graph, library, title="T", base=RdfOptions().base)
    assert text is not None
    block = text.partition('id="data">')[2].partition("</script>")[0]
    assert {"quads", "wasm", "questions"} <= set(json.loads(block))
