"""Measure the explorer in headless Chromium, beside stock pyvis and force-graph in the same run.

    python -m bench.pages [--nodes 1000 10000 100000] [--rounds 5] [--no-peers]

Graphs are made by ``bench/synthetic_graph.py``. Times in the browser are wall clock beside
whatever else the machine does; compare pages of one run, not runs. First drawing: from the start
of the navigation to the second frame after the page says that it has drawn, noted in the page;
the median of some rounds, each of which opens an empty page before it: what the machine took for
any page just then. Frames: animation frames a second over three seconds of dragging, then of
turning the wheel. force-graph is measured where ``npm ci`` has installed it; stock pyvis at the
first size, and given up after a minute.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from pyvis.network import Network

from bench.synthetic_graph import synthetic_graph
from paperlattice.export.pages import write_html
from paperlattice.export.pages.payload import order_edges, order_nodes, place_nodes
from paperlattice.graph.model import Graph

FORCE_GRAPH = Path(__file__).parents[1] / "node_modules/force-graph/dist/force-graph.min.js"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update",
         "--js-flags=--expose-gc"]  # fmt: skip
# Noted in the page itself: the way to this process and back would count as drawing.
NOTE_DRAWN = """
  const note = () => {
    if (document.documentElement?.dataset.ready === undefined || window.noted) return;
    window.noted = true;
    requestAnimationFrame(() => requestAnimationFrame(() => { window.drawn = performance.now(); }));
  };
  new MutationObserver(note).observe(document, { subtree: true, attributeFilter: ["data-ready"] });
  document.addEventListener("DOMContentLoaded", note);
"""


def explorer(graph: Graph, folder: Path) -> Path:
    """Ours."""
    write_html(graph, folder)
    return folder / "site" / "index.html"


def stock_pyvis(graph: Graph, folder: Path) -> Path:
    """Pyvis as its documentation shows it, with the library in the page."""
    network = Network(cdn_resources="in_line", neighborhood_highlight=True)
    network.from_nx(graph.networkx())
    text = network.generate_html()
    # Say when the first picture is drawn; nothing else is changed.
    text = text.replace(
        "return network;",
        "network.once('afterDrawing', () => document.documentElement.dataset.ready = '');"
        "return network;",
        1,
    )
    path = folder / "pyvis.html"
    path.write_text(text, encoding="utf-8")
    return path


def force_graph(graph: Graph, folder: Path) -> Path:
    """force-graph with our positions, so that both draw the same picture and neither simulates."""
    nodes = order_nodes(graph)
    edges = order_edges(graph, nodes)
    positions = place_nodes(graph, nodes, edges) * 1000
    data = {
        "nodes": [
            {"id": i, "name": name, "fx": x, "fy": y}
            for i, (name, (x, y)) in enumerate(zip(nodes.label, positions.tolist(), strict=True))
        ],
        "links": [
            {"source": a, "target": b}
            for a, b in zip(edges.paper.tolist(), edges.entity.tolist(), strict=True)
        ],
    }
    path = folder / "force-graph.html"
    path.write_text(
        "<!doctype html><meta charset=utf-8><body style='margin:0'><div id=map></div>"
        f"<script>{FORCE_GRAPH.read_text(encoding='utf-8')}</script>"
        f"<script>const data = {json.dumps(data).replace('<', chr(92) + 'u003c')};"
        "ForceGraph()(document.getElementById('map')).cooldownTicks(0).graphData(data)"
        ".onRenderFramePost(() => { document.documentElement.dataset.ready = ''; })"
        ".zoom(0.35);</script>",
        encoding="utf-8",
    )
    return path


def write_empty(folder: Path) -> Path:
    """Write a page without anything: what the machine takes for any page just then."""
    path = folder / "empty.html"
    path.write_text("<!doctype html><html data-ready><title>empty</title>", encoding="utf-8")
    return path


PAGES: dict[str, Callable[[Graph, Path], Path]] = {
    "explorer": explorer,
    "force-graph": force_graph,
    "pyvis": stock_pyvis,
}


def measure(browser: Browser, name: str, graph: Graph, folder: Path, rounds: int) -> dict[str, Any]:
    """Build one page, open it some times, use it."""
    begin = time.process_time()
    path = PAGES[name](graph, folder)
    found: dict[str, Any] = {
        "page": name,
        "Python CPU s": round(time.process_time() - begin, 2),
        "file MB": round(path.stat().st_size / 1e6, 2),
    }
    requests: list[str] = []
    errors: list[str] = []
    page = None
    try:
        nothing, times = [], []
        for _ in range(rounds):
            if page:
                page.close()
            page = new_page(browser, [], [])
            nothing.append(first_drawing(page, write_empty(folder)))
            page.close()
            page = new_page(browser, requests, errors)
            times.append(first_drawing(page, path))
        found["empty page ms"] = round(statistics.median(nothing))
        found["first drawing ms"] = round(statistics.median(times))
        assert page
        page.wait_for_timeout(500)
        found["pan fps"] = frames(page, drag)
        found["zoom fps"] = frames(page, wheel)
        if name == "explorer":
            found["search ms a key"] = search(page)
            found["highlight ms"] = highlight(page)
        found["heap MB"] = round(heap(page) / 1e6, 1)
    except PlaywrightError as error:
        found["given up"] = str(error).splitlines()[0][:60]
    found["requests"] = sum(not r.startswith(("file:", "data:", "blob:")) for r in requests)
    found["errors"] = len(errors)
    if page:
        page.close()
    return found


def new_page(browser: Browser, requests: list[str], errors: list[str]) -> Page:
    """Make a page that notes its first drawing, what it asks for and what goes wrong."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.add_init_script(NOTE_DRAWN)
    page.on("request", lambda r: requests.append(r.url))
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: errors.append(str(e)))
    return page


def first_drawing(page: Page, path: Path) -> float:
    """Milliseconds from the navigation to the second frame after the drawing."""
    page.goto(path.as_uri(), timeout=60_000)
    page.wait_for_selector("html[data-ready]", timeout=60_000, state="attached")
    return float(page.wait_for_function("() => window.drawn", timeout=60_000).json_value())


def frames(page: Page, move: Callable[[Page, int], None]) -> int:
    """Animation frames a second while the reader moves, for three seconds."""
    page.mouse.move(850, 450)
    page.evaluate(
        "() => { const run = {}; window.run = run; window.ticks = 0; const tick = () => {"
        " if (window.run !== run) return; window.ticks++; requestAnimationFrame(tick); };"
        " tick(); window.since = performance.now(); }"
    )
    begin, step = time.perf_counter(), 0
    if move is drag:
        page.mouse.down()
    while time.perf_counter() - begin < 3:
        move(page, step)
        step += 1
    rate = page.evaluate("() => 1000 * window.ticks / (performance.now() - window.since)")
    if move is drag:
        page.mouse.up()
    page.wait_for_timeout(400)
    return round(rate)


def drag(page: Page, step: int) -> None:
    """One step of a drag to and fro."""
    page.mouse.move(850 + 3 * (step % 60 - 30), 450 + (step % 40 - 20))


def wheel(page: Page, step: int) -> None:
    """One step of the wheel, in and out."""
    page.mouse.wheel(0, -40 if step // 20 % 2 == 0 else 40)


def search(page: Page) -> float:
    """Median time from a key to the list, over the keys of two queries."""
    times = page.evaluate(
        """async () => {
          const input = document.getElementById("search");
          const type = (text) => {
            input.value = text;
            const begin = performance.now();
            input.dispatchEvent(new Event("input"));
            return performance.now() - begin;
          };
          type("x");  // the index is made at the first key
          const times = [];
          for (const word of ["sparsetoken", "meta policy"]) {
            for (let i = 1; i <= word.length; i++) {
              times.push(type(word.slice(0, i)));
              await new Promise(requestAnimationFrame);
            }
          }
          type("");
          return times;
        }"""
    )
    return round(statistics.median(times), 1)


def highlight(page: Page) -> int:
    """Median time from a click in the list to the frame with the neighbourhood lit."""
    times = []
    for place in (0, 3, 6):
        times.append(
            page.evaluate(
                """async (place) => {
                  const row = document.querySelectorAll("#list .row")[place];
                  const map = document.getElementById("map");
                  const begin = performance.now();
                  const box = row.getBoundingClientRect();
                  const where = { bubbles: true, clientX: box.x + 9, clientY: box.y + 9 };
                  row.dispatchEvent(new MouseEvent("click", where));
                  while (!map.classList.contains("dimmed")) {
                    await new Promise(requestAnimationFrame);
                  }
                  await new Promise(requestAnimationFrame);
                  const time = performance.now() - begin;
                  document.getElementById("close").click();
                  await new Promise((done) => setTimeout(done, 400));
                  return time;
                }""",
                place,
            )
        )
    return round(statistics.median(times))


def heap(page: Page) -> int:
    """Bytes of JavaScript objects after a collection."""
    page.evaluate("() => { if (window.gc) { gc(); gc(); } }")
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    metrics = session.send("Performance.getMetrics")["metrics"]
    return int(next(m["value"] for m in metrics if m["name"] == "JSHeapUsedSize"))


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--nodes", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--no-peers", action="store_true")
    choice = parser.parse_args()
    rows: list[dict[str, Any]] = []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as scratch:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        warm = new_page(browser, [], [])  # the first page of a browser waits for its start
        first_drawing(warm, write_empty(Path(scratch)))
        warm.close()
        for nodes in choice.nodes:
            graph = synthetic_graph(nodes)
            size = graph.tables["papers"].num_rows + graph.tables["entities"].num_rows
            names = ["explorer"]
            if not choice.no_peers:
                names += ["force-graph"] if FORCE_GRAPH.is_file() else []
                names += ["pyvis"] if nodes <= 1300 else []
            for name in names:
                row = {"nodes": size, **measure(browser, name, graph, Path(scratch), choice.rounds)}
                rows.append(row)
                print(json.dumps(row), flush=True)
        browser.close()
    print(table(rows))


def table(rows: list[dict[str, Any]]) -> str:
    """Rows as Markdown."""
    heads = list(dict.fromkeys(name for row in rows for name in row))
    lines = [heads, ["---"] * len(heads)]
    lines += [[escape(str(row.get(name, "–"))) for name in heads] for row in rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    main()
