"""A map stays a map while its corpus grows, and nothing else remembers an earlier build."""

from __future__ import annotations

import json
import math
import statistics
from pathlib import Path

import pytest

from paperlattice.cli import main
from paperlattice.export.pages import read_positions, write_html
from paperlattice.graph.model import Graph

DATASETS = ("ImageNet-1K", "CIFAR-100", "GLUE", "SQuAD", "MS-COCO", "LibriSpeech")
METHODS = ("LoRA", "ResNet-50", "BERT", "Vision Transformer", "dropout")


def write_corpus(path: Path, numbers: range) -> str:
    with path.open("w", encoding="utf-8") as file:
        for n in numbers:
            dataset, method = DATASETS[n % 6], METHODS[n % 5]
            other = DATASETS[(n // 6) % 6]
            row = {
                "id": f"made-{n:03}",
                "title": f"Paper {n} on {dataset}",
                "abstract": f"We train {method} on {dataset} and test it on {other}.",
            }
            file.write(json.dumps(row) + "\n")
    return str(path)


def build(out: Path, *arguments: str) -> Path:
    assert main(["build", *arguments, "-o", str(out)]) == 0
    return out / "site" / "index.html"


def contents(out: Path) -> dict[str, bytes]:
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()}


def moved(before: Path, after: Path) -> float:
    """Median way of what both maps have, as a part of the first one's width."""
    old, new = read_positions(before), read_positions(after)
    width = max(x for x, _ in old.values()) - min(x for x, _ in old.values())
    return statistics.median(math.dist(old[node], new[node]) for node in old) / width


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    folder = tmp_path_factory.mktemp("corpus")
    return (
        write_corpus(folder / "old.jsonl", range(60)),
        write_corpus(folder / "more.jsonl", range(60, 66)),
    )


@pytest.fixture(scope="module")
def grown(corpus: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page of the older corpus, and that of the grown one by each choice."""
    folder = tmp_path_factory.mktemp("grown")
    old, more = corpus
    pages = {"old": build(folder / "old", old)}
    for name, choices in {
        "keep": [],
        "fresh": ["--positions", "fresh"],
        "page": ["--positions", str(pages["old"])],
    }.items():
        if name != "page":
            build(folder / name, old, *choices)
        pages[name] = build(folder / name, old, more, *choices)
    pages["nothing"] = build(folder / "nothing", old, more)
    return pages


def test_a_build_into_an_earlier_one_keeps_its_map(grown: dict[str, Path]) -> None:
    assert moved(grown["old"], grown["keep"]) < 0.1
    assert moved(grown["old"], grown["page"]) == moved(grown["old"], grown["keep"])


def test_only_the_map_remembers(grown: dict[str, Path]) -> None:
    kept = contents(grown["keep"].parents[1])
    nothing = contents(grown["nothing"].parents[1])
    differing = {name for name in kept | nothing if kept.get(name) != nothing.get(name)}
    assert differing - {"build.json"} == {"site/index.html"}


def test_a_fresh_map_is_that_of_a_build_from_nothing(grown: dict[str, Path]) -> None:
    assert grown["fresh"].read_bytes() == grown["nothing"].read_bytes()


def test_nothing_new_moves_nothing(corpus: tuple[str, str], tmp_path: Path) -> None:
    page = build(tmp_path / "out", corpus[0])
    before = read_positions(page)
    build(tmp_path / "out", corpus[0], "--title", "Another")
    after = read_positions(page)
    assert max(math.dist(before[node], after[node]) for node in before) < 0.001


def test_a_map_that_cannot_be_read_begins_anew(
    corpus: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = build(tmp_path / "out", *corpus)
    whole = page.read_bytes()
    page.write_text("<html>")
    build(tmp_path / "out", *corpus)
    assert "index.html: no explorer" in capsys.readouterr().err
    assert page.read_bytes() == whole


@pytest.mark.parametrize("choice", ["kept", "nowhere/index.html", __file__])
def test_a_choice_that_is_no_page_is_told_before_the_work(
    corpus: tuple[str, str], tmp_path: Path, choice: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["build", corpus[0], "-o", str(tmp_path / "out"), "--positions", choice]
    assert main(arguments) == 1
    assert "no explorer that was written" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_papers_that_share_nothing_have_no_place_to_keep(
    small_graph: Graph, tmp_path: Path
) -> None:
    write_html(small_graph, tmp_path)
    placed = read_positions(tmp_path / "site" / "index.html")
    assert "arxiv-2301.00001" in placed
    assert "title-0123456789" not in placed
