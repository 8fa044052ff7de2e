"""The neighbourhood page: found by name, hardened, counted."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from paperlattice.errors import UnknownChoiceError
from paperlattice.export.ego import find_node, neighbourhood, to_ego, to_frame, write_ego
from paperlattice.graph.model import Graph


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("ImageNet-1K", "dataset/imagenet-1k-"),
        ("imagenet-1k", "dataset/imagenet-1k-"),
        ("ILSVRC 2012", "dataset/imagenet-1k-"),
        (" LoRA ", "method/low-rank-adaptation-"),
        ("arxiv-2301.00001", "arxiv-2301.00001"),
        ("2301.00001", "arxiv-2301.00001"),
        ("do adapters forget? a study on glue", "arxiv-2302.00002"),
    ],
)
def test_find_node(small_graph: Graph, text: str, start: str) -> None:
    assert find_node(small_graph, text).startswith(start)


@pytest.mark.parametrize("text", ["ImageNet-22K", "adapters forget", "", "\n"])
def test_what_is_not_there_is_an_error_of_one_line_with_near_names(
    small_graph: Graph, text: str
) -> None:
    with pytest.raises(UnknownChoiceError) as caught:
        find_node(small_graph, text)
    assert "\n" not in str(caught.value)
    assert caught.value.known
    if text == "ImageNet-22K":
        assert "ImageNet-1K" in caught.value.known


def test_neighbourhood_of_a_paper_explains_its_links(small_graph: Graph) -> None:
    around = neighbourhood(small_graph, "arxiv-2301.00001")
    assert around.left_out == 0
    by_id = {node.id: node for node in around.nodes}
    assert by_id["arxiv-2302.00002"].hint.startswith("linked with weight 3.06: shares Low-Rank")
    imagenet = find_node(small_graph, "ImageNet-1K")
    assert by_id[imagenet].evidence.startswith("On ImageNet-1K it reaches")


def test_what_is_left_out_is_counted(small_graph: Graph) -> None:
    full = neighbourhood(small_graph, "arxiv-2301.00001")
    few = neighbourhood(small_graph, "arxiv-2301.00001", most=4)
    assert len(few.nodes) == 4
    assert few.left_out == len(full.nodes) - 4
    assert f"{few.left_out} more that are not shown" in to_ego(
        small_graph, "arxiv-2301.00001", most=4
    )


def test_unknown_identifier(small_graph: Graph) -> None:
    with pytest.raises(KeyError):
        neighbourhood(small_graph, "arxiv-0000.00000")


def test_page_loads_nothing_and_is_the_same_every_time(small_graph: Graph) -> None:
    text = to_ego(small_graph, find_node(small_graph, "GLUE"))
    assert text == to_ego(small_graph, find_node(small_graph, "GLUE"))
    assert not re.findall(r'<(?:link|script|img)[^>]+(?:src|href)="(?!data:)', text)
    assert "bootstrap" not in text.lower()


def test_frame_is_sandboxed_and_escaped(small_graph: Graph) -> None:
    frame = to_frame(small_graph, find_node(small_graph, "GLUE"))
    assert frame.startswith('<iframe sandbox="allow-scripts"')
    assert "<script" not in frame


@pytest.mark.browser
@pytest.mark.parametrize("payload", ["", '</script><img src=x onerror="window.hacked=1" href>'])
def test_picture_is_drawn_and_titles_stay_text(
    browser: Browser, small_graph: Graph, tmp_path: Path, payload: str
) -> None:
    import pyarrow as pa

    papers = small_graph.tables["papers"].to_pylist()
    for row in papers:
        row["title"] = payload + row["title"]
    schema = small_graph.tables["papers"].schema
    graph = Graph({**small_graph.tables, "papers": pa.Table.from_pylist(papers, schema=schema)})
    write_ego(graph, find_node(graph, "ThriftNet"), tmp_path / "ego.html")
    page = browser.new_page()
    trouble: list[str] = []
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on(
        "request", lambda r: None if r.url.startswith(("file:", "data:")) else trouble.append(r.url)
    )
    page.goto((tmp_path / "ego.html").as_uri())
    page.wait_for_selector("html[data-ready]")
    box = page.locator("#network canvas").bounding_box()
    assert box is not None
    for step in range(12):  # hover all over the picture: tooltips appear
        page.mouse.move(box["x"] + box["width"] * (step + 1) / 13, box["y"] + box["height"] / 2)
        page.wait_for_timeout(60)
    assert page.locator("img").count() == 0
    assert page.evaluate("window.hacked") is None
    assert payload in page.locator("li.paper b").first.inner_text()
    assert not trouble
    page.close()
