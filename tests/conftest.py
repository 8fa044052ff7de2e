"""Fixtures that many tests share: the corpora, and one small graph that fills every column."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from playwright.sync_api import Browser, Dialog, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from paperlattice.extract.records import EntityType, short_hash
from paperlattice.graph.model import Graph
from paperlattice.graph.schema import SCHEMAS, entity_id

ROOT = Path(__file__).resolve().parents[1]

# A browser that asks the network for nothing of its own accord.
_CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write tests/golden/ anew instead of comparing with it; then read the diff",
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """A function of (file name, text) that asserts that the text is what tests/golden/ holds."""

    def compare(name: str, text: str) -> None:
        path = ROOT / "tests" / "golden" / name
        if request.config.getoption("--update-golden"):
            path.write_text(text, encoding="utf-8", newline="\n")
        assert text == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of corpora and gold annotations; skips where it is absent."""
    folder = Path(os.environ.get("PAPERLATTICE_SHARED", ROOT.parent / "shared"))
    if not (folder / "corpus").is_dir():
        pytest.skip(f"no corpora at {folder}; set PAPERLATTICE_SHARED")
    return folder


@pytest.fixture(scope="session")
def example_corpus() -> Path:
    """The bundled page of papers."""
    return ROOT / "examples" / "daily_papers.txt"


Row = dict[str, Any]

THRIFT, LOW_RANK, TREE, VIT = (
    entity_id(EntityType.METHOD, key, name)
    for key, name in [
        ("thriftnet", "ThriftNet"),
        ("low rank adaptation", "Low-Rank Adaptation"),
        ("boosted tree", "boosted trees"),
        ("vision transformer", "Vision Transformer"),
    ]
)
GLUE, IMAGENET, TABZOO = (
    entity_id(EntityType.DATASET, key, name)
    for key, name in [("glue", "GLUE"), ("imagenet 1k", "ImageNet-1K"), ("tabzoo", "TabZoo")]
)
ACCURACY, LATENCY = (
    entity_id(EntityType.METRIC, key, name)
    for key, name in [("accuracy", "accuracy"), ("latency", "latency")]
)
CLASSIFICATION, TUNING = (
    entity_id(EntityType.TASK, key, name)
    for key, name in [
        ("image classification", "image classification"),
        ("fine tuning", "fine-tuning"),
    ]
)

_ENTITIES: list[tuple[str, str, str, list[str], bool | None]] = [
    # id, key, name, aliases, higher_is_better
    (THRIFT, "thriftnet", "ThriftNet", [], None),
    (LOW_RANK, "low rank adaptation", "Low-Rank Adaptation", ["LoRA", "low-rank adapters"], None),
    (TREE, "boosted tree", "boosted trees", [], None),
    (VIT, "vision transformer", "Vision Transformer", ["ViT"], None),
    (GLUE, "glue", "GLUE", [], None),
    (IMAGENET, "imagenet 1k", "ImageNet-1K", ["ILSVRC 2012"], None),
    (TABZOO, "tabzoo", "TabZoo", [], None),
    (ACCURACY, "accuracy", "accuracy", ["acc."], True),
    (LATENCY, "latency", "latency", [], False),
    (CLASSIFICATION, "image classification", "image classification", [], None),
    (TUNING, "fine tuning", "fine-tuning", [], None),
]

_PAPERS: list[Row] = [
    {
        "id": "arxiv-2301.00001",
        "title": "ThriftNet: Small Adapters for Big Vision Models",
        "abstract": (
            "We introduce ThriftNet, which puts low-rank adapters into a Vision Transformer. "
            "On ImageNet-1K it reaches 84.1% accuracy at a latency of 12 ms. "
            "Fine-tuning takes an hour. Code: https://github.com/example/thriftnet."
        ),
        "authors": ["Ada Example", "Bo Sample"],
        "author_count": 2,
        "organisation_handle": "example-lab",
        "organisation_name": "Example Lab",
        "date": date(2023, 1, 2),
        "date_precision": "day",
        "date_inferred": False,
        "comments": 3,
        "arxiv_id": "2301.00001",
        "doi": "10.48550/arXiv.2301.00001",
        "url": "https://huggingface.co/papers/2301.00001",
        "venue": "Workshop on Thrift",
        "keywords": ["adapters", "vision"],
        "places": [{"path": "a.txt", "line": 12}, {"path": "b.txt", "line": 40}],
    },
    {
        "id": "arxiv-2302.00002",
        "title": "Do Adapters Forget? A Study on GLUE",
        "abstract": (
            "LoRA is compared with full fine-tuning on GLUE. "
            "LoRA scores 88.5% accuracy, ThriftNet gains +1.5 points. "
            "Scripts are at https://github.com/example/forget and on "
            "https://huggingface.co/example/forget-model."
        ),
        "author_count": 5,
        "date": date(2023, 2, 1),
        "date_precision": "month",
        "date_inferred": True,
        "arxiv_id": "2302.00002",
    },
    {
        "id": "doi-10.5555/tab.zoo",
        "title": 'TabZoo, or what "trees" & <nets> do',
        "abstract": (
            "We release TabZoo, tables from forty fields. Boosted trees win: 91.0% accuracy, "
            "between 2~3x faster than ThriftNet. Café naïveté 数据 🧪🌳 precedes TabZoo here."
        ),
        "date": date(2022, 1, 1),
        "date_precision": "year",
        "doi": "10.5555/tab.zoo",
        "url": "https://example.org/tab zoo?a=<b>",
        "keywords": ["tables"],
    },
    {
        "id": "title-0123456789",
        "title": "Notes From a Quiet Laboratory",
        "abstract": "Nothing here is named that another paper names.",
    },
]

# paper, entity, how the text names it, which occurrence, role, confidence, component
_MENTIONS: list[tuple[int, str, str, int, str, float, str]] = [
    (0, THRIFT, "ThriftNet", 0, "proposed", 0.99, "title_name"),
    (0, THRIFT, "ThriftNet", 1, "proposed", 0.97, "introduced_name"),
    (0, LOW_RANK, "low-rank adapters", 0, "used", 0.9, "lexicon"),
    (0, VIT, "Vision Transformer", 0, "used", 0.95, "lexicon"),
    (0, IMAGENET, "ImageNet-1K", 0, "used", 0.96, "lexicon"),
    (0, ACCURACY, "accuracy", 0, "used", 0.9, "lexicon"),
    (0, LATENCY, "latency", 0, "used", 0.8, "lexicon"),
    (0, TUNING, "Fine-tuning", 0, "used", 0.7, "lexicon"),
    (1, GLUE, "GLUE", 0, "used", 0.9, "lexicon"),
    (1, LOW_RANK, "LoRA", 0, "used", 0.9, "lexicon"),
    (1, LOW_RANK, "LoRA", 1, "used", 0.93, "ner"),
    (1, TUNING, "fine-tuning", 0, "used", 0.85, "lexicon"),
    (1, GLUE, "GLUE", 1, "used", 0.92, "lexicon"),
    (1, ACCURACY, "accuracy", 0, "used", 0.9, "lexicon"),
    (1, THRIFT, "ThriftNet", 0, "used", 0.5, "ner"),
    (2, TABZOO, "TabZoo", 0, "proposed", 0.9, "title_name"),
    (2, TABZOO, "TabZoo", 1, "proposed", 0.98, "introduced_name"),
    (2, TREE, "Boosted trees", 0, "used", 0.75, "lexicon"),
    (2, ACCURACY, "accuracy", 0, "used", 0.9, "lexicon"),
    (2, THRIFT, "ThriftNet", 0, "used", 0.6, "ner"),
    (2, TABZOO, "TabZoo", 2, "used", 0.91, "lexicon"),
]

# paper, kind, URL as written
_URLS = [
    (0, "repository", "https://github.com/example/thriftnet"),
    (1, "repository", "https://github.com/example/forget"),
    (1, "model", "https://huggingface.co/example/forget-model"),
]

# paper, as written, number, unit, kind, metric, dataset, method
_RESULTS: list[tuple[int, str, str | None, str, str, str | None, str | None, str | None]] = [
    (0, "84.1", "84.1", "%", "absolute", ACCURACY, IMAGENET, THRIFT),
    (0, "12", "12", "ms", "absolute", LATENCY, IMAGENET, THRIFT),
    (1, "88.5", "88.5", "%", "absolute", ACCURACY, GLUE, LOW_RANK),
    (1, "+1.5", "1.5", "points", "gain", ACCURACY, GLUE, THRIFT),
    (2, "91.0", "91.0", "%", "absolute", ACCURACY, TABZOO, TREE),
    (2, "2~3", None, "x", "ratio", None, None, TREE),
]

# papers, what they share and how much that counts
_LINKS = [
    (0, 1, {THRIFT: 0.75, LOW_RANK: 1.25, TUNING: 1.0, ACCURACY: 0.0625}),
    (0, 2, {THRIFT: 0.5, ACCURACY: 0.0625}),
    (1, 2, {THRIFT: 0.25, ACCURACY: 0.0625}),
]


def _evidence(paper: Row, surface: str, occurrence: int, confidence: float, by: str) -> Row:
    text = f"{paper['title']}\n{paper['abstract']}"
    start = [m.start() for m in re.finditer(re.escape(surface), text)][occurrence]
    sentences = [
        m.span() for m in re.finditer(r"[^\n]+?(?:[.?!](?= )|$|(?=\n))", text, re.MULTILINE)
    ]
    index, span = next((i, s) for i, s in enumerate(sentences) if s[0] <= start < s[1])
    return {
        "start": start,
        "end": start + len(surface),
        "sentence": index,
        "sentence_start": span[0],
        "sentence_end": span[1],
        "confidence": confidence,
        "component": by,
    }


def _rows() -> dict[str, list[Row]]:
    mentions = [
        {"paper": _PAPERS[p]["id"], "entity": entity, "surface": surface, "role": role}
        | _evidence(_PAPERS[p], surface, nth, confidence, by)
        for p, entity, surface, nth, role, confidence, by in _MENTIONS
    ]
    statements = []
    for paper, entity in sorted({(m["paper"], m["entity"]) for m in mentions}):
        own = [m for m in mentions if (m["paper"], m["entity"]) == (paper, entity)]
        statements.append(
            {
                "paper": paper,
                "entity": entity,
                "role": "proposed" if any(m["role"] == "proposed" for m in own) else "used",
                "mentions": len(own),
                "weight": 1.0,
                "confidence": max(m["confidence"] for m in own),
            }
        )
    results = []
    for p, value, number, unit, kind, metric, dataset, method in _RESULTS:
        evidence = _evidence(_PAPERS[p], value, 0, 0.8, "results")
        results.append(
            {
                "id": f"{_PAPERS[p]['id']}-{short_hash(value, unit, str(evidence['start']))}",
                "paper": _PAPERS[p]["id"],
                "value": value,
                "number": number,
                "unit": unit,
                "kind": kind,
                "metric": metric,
                "dataset": dataset,
                "method": method,
            }
            | evidence
        )
    defaults: Row = {
        "authors": [],
        "keywords": [],
        "places": [],
        "date_precision": "day",
        "date_inferred": False,
    }
    return {
        "papers": [defaults | paper for paper in _PAPERS],
        "entities": [
            {
                "id": id_,
                "type": id_.partition("/")[0],
                "key": key,
                "name": name,
                "aliases": aliases,
                "papers": sum(s["entity"] == id_ for s in statements),
                "higher_is_better": higher,
                "first_paper": "doi-10.5555/tab.zoo" if id_ == THRIFT else None,
                "first_date": date(2022, 1, 1) if id_ == THRIFT else None,
                "rise": 2.0 if id_ == THRIFT else None,
            }
            for id_, key, name, aliases, higher in _ENTITIES
        ],
        "mentions": mentions,
        "statements": statements,
        "urls": [
            {"paper": _PAPERS[p]["id"], "kind": kind, "url": url}
            | _evidence(_PAPERS[p], url, 0, 1.0, "urls")
            for p, kind, url in _URLS
        ],
        "results": results,
        "links": [
            {
                "source": _PAPERS[a]["id"],
                "target": _PAPERS[b]["id"],
                "weight": sum(shared.values()),
            }
            for a, b, shared in _LINKS
        ],
        "contributions": [
            {
                "source": _PAPERS[a]["id"],
                "target": _PAPERS[b]["id"],
                "entity": entity,
                "contribution": contribution,
            }
            for a, b, shared in _LINKS
            for entity, contribution in shared.items()
        ],
        **_analysis(best_on_glue=results[2]),
    }


def _analysis(best_on_glue: Row) -> dict[str, list[Row]]:
    """What the graph stage says beyond the papers: a row or two a table."""
    first, second, third = (paper["id"] for paper in _PAPERS[:3])
    return {
        "names": [
            {"entity": LOW_RANK, "name": name, "licence": licence, "source": source, "papers": n}
            for name, licence, source, n in [
                ("Low-Rank Adaptation", "name", "", 0),
                ("LoRA", "acronym", second, 1),
                ("low-rank adapters", "alias", "methods.tsv:7", 1),
            ]
        ],
        "homographs": [
            {"name": "glue", "entity": entity, "reason": "type", "papers": n}
            for entity, n in [(GLUE, 1), (THRIFT, 1)]
        ],
        "broader": [{"entity": VIT, "broader": TREE, "difference": "variant"}],
        "matches": [
            {
                "entity": IMAGENET,
                "scheme": "homepage",
                "identifier": "https://example.org/imagenet?a=1&b=2",
                "url": "https://example.org/imagenet?a=1&b=2",
                "source": "the site itself",
            }
        ],
        "relations": [
            {"source": a, "target": b, "kind": kind, "count": len(papers), "papers": papers}
            for a, b, kind, papers in [
                (LOW_RANK, GLUE, "evaluated-on", [second]),
                (LOW_RANK, ACCURACY, "measured-by", [first, second]),
                (LOW_RANK, THRIFT, "used-with", [first, second]),
            ]
        ],
        "communities": [
            {
                "id": "community-1",
                "label": "ThriftNet, Low-Rank Adaptation",
                "size": 2,
                "entities": [THRIFT, LOW_RANK],
                "modularity": 0.25,
            },
            {
                "id": "community-2",
                "label": "TabZoo",
                "size": 1,
                "entities": [TABZOO],
                "modularity": 0.125,
            },
        ],
        "memberships": [
            {"node": node, "kind": kind, "community": f"community-{n}"}
            for node, kind, n in [
                (first, "paper", 1),
                (second, "paper", 1),
                (third, "paper", 2),
                (THRIFT, "method", 1),
                (LOW_RANK, "method", 1),
                (TABZOO, "dataset", 2),
            ]
        ],
        "centrality": [
            {"node": first, "kind": "paper", "pagerank": 0.25, "links": 2, "bridging": 0.5},
            {"node": THRIFT, "kind": "method", "pagerank": 0.125, "links": 3, "bridging": 0.0},
        ],
        "timeline": [
            {"entity": THRIFT, "year": year, "papers": n, "share": 1.0}
            for year, n in [(2022, 1), (2023, 2)]
        ],
        "leaderboards": [
            {
                "dataset": GLUE,
                "metric": ACCURACY,
                "unit": "%",
                "rank": 1,
                "result": best_on_glue["id"],
            }
        ],
    }


@pytest.fixture(scope="session")
def small_rows() -> dict[str, list[Row]]:
    """The rows of :func:`small_graph`, to be copied and changed by tests of other graphs."""
    return _rows()


@pytest.fixture(scope="session")
def small_graph(small_rows: dict[str, list[Row]]) -> Graph:
    """Four papers (one of them isolated), eleven entities; every column is filled somewhere."""
    return Graph(
        {
            name: pa.Table.from_pylist(rows, schema=SCHEMAS[name])
            for name, rows in small_rows.items()
        }
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium, from the PATH or Playwright's own; skips where there is none."""
    with sync_playwright() as playwright:
        executable = shutil.which("chromium") or shutil.which("chromium-browser")
        try:
            opened = playwright.chromium.launch(executable_path=executable, args=_CHROMIUM)
        except PlaywrightError as error:
            pytest.skip(f"no Chromium; install one or run `playwright install chromium`: {error}")
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that fails its test if anything is logged as an error or asked of a network."""
    page = browser.new_page(viewport={"width": 1200, "height": 800})
    trouble: list[str] = []

    def refuse(dialog: Dialog) -> None:
        trouble.append("a dialog")
        dialog.dismiss()

    page.on("console", lambda m: trouble.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("dialog", refuse)
    page.on("request", lambda r: trouble.append(r.url) if not _own(r.url) else None)
    yield page
    ran = page.evaluate("window.hacked")
    page.close()
    assert not trouble
    assert ran is None


def _own(url: str) -> bool:
    return url.startswith(("file:", "data:", "blob:"))
