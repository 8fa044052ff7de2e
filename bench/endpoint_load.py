"""Load of the endpoint: many clients at once, some of them slow or hostile.

``python -m bench.endpoint_load [--seconds 60] [--clients 32] [--hostile 8]``. Prints how long the
others waited for their answers, and fails where one got none.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from itertools import cycle
from pathlib import Path

import httpx2 as httpx
import numpy as np

from bench.rdf import bench_graph, question_settings
from paperlattice.export.questions import questions
from paperlattice.export.rdf import RdfOptions, write_rdf

_PRODUCT = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
HOSTILE = (
    f"SELECT (COUNT(*) AS ?n) {{ {_PRODUCT} }}",  # time
    f"SELECT DISTINCT * {{ {_PRODUCT} }} ORDER BY ?i",  # memory
    "SELECT * { ?s ?p ?o }",  # rows
    "SELECT (COUNT(*) AS ?n) { ?a (!pl:none)+ ?b }",  # paths
    "SELECT * {" + "{" * 50_000 + "}" * 50_000 + "}",  # the parser's stack
    "SELECT * { FILTER(" + "!" * 150_000 + "true) }",
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT (REGEX('" + "a" * 40 + "', '(a+)+$') AS ?x) {}",
)


async def ask_well(
    http: httpx.AsyncClient, asked: list[str], stop: float, think: float, seed: int
) -> tuple[list[float], Counter[int]]:
    """Ask the questions that the graph is there for; waits in seconds, and statuses."""
    chance, waits, statuses = random.Random(seed), list[float](), Counter[int]()
    while time.monotonic() < stop:
        began = time.monotonic()
        answer = await http.post("/sparql", data={"query": chance.choice(asked)})
        waits.append(time.monotonic() - began)
        statuses[answer.status_code] += 1
        await asyncio.sleep(chance.uniform(0, 2 * think))
    return waits, statuses


async def ask_badly(http: httpx.AsyncClient, stop: float, first: int) -> Counter[int]:
    """Ask what no endpoint wants to be asked, one thing after the other."""
    statuses: Counter[int] = Counter()
    for query in cycle(HOSTILE[first % len(HOSTILE) :] + HOSTILE[: first % len(HOSTILE)]):
        if time.monotonic() >= stop:
            return statuses
        try:
            answer = await http.post("/sparql", data={"query": query})
            statuses[answer.status_code] += 1
        except httpx.TransportError:
            statuses[0] += 1
    return statuses


async def dawdle(port: int, stop: float) -> None:
    """Hold connections open that never finish their request."""
    while time.monotonic() < stop:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nq")
        await asyncio.sleep(5)
        writer.close()


async def load(port: int, asked: list[str], arguments: argparse.Namespace) -> None:
    """Run all clients, then print what they saw."""
    stop = time.monotonic() + arguments.seconds
    limits = httpx.Limits(max_connections=arguments.clients + 8)
    address = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=limits) as http:
        good = arguments.clients - arguments.hostile
        tasks = [ask_well(http, asked, stop, arguments.think, i) for i in range(good)]
        hostile = [ask_badly(http, stop, i) for i in range(arguments.hostile)]
        holding = [asyncio.create_task(dawdle(port, stop)) for _ in range(4)]
        done, refused = await asyncio.gather(asyncio.gather(*tasks), asyncio.gather(*hostile))
        for task in holding:
            task.cancel()
    waits = np.array([wait for own, _ in done for wait in own])
    statuses = sum((own for _, own in done), Counter[int]())
    print(f"{len(waits)} answers to {good} clients, statuses {dict(statuses)}")
    print(f"hostile: statuses {dict(sum(refused, Counter[int]()))}")
    for name, value in (
        ("median", np.median(waits)),
        ("95 %", np.quantile(waits, 0.95)),
        ("99 %", np.quantile(waits, 0.99)),
        ("longest", waits.max()),
    ):
        print(f"{name:8} {value:7.3f} s")
    if set(statuses) != {200}:
        sys.exit("some questions were not answered")


def main() -> None:
    """Write a graph, serve it, load it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--hostile", type=int, default=8, help="how many of the clients")
    parser.add_argument("--think", type=float, default=0.5, help="mean pause of a client, seconds")
    parser.add_argument("--nodes", type=int, default=1_500, help="of the graph that is served")
    arguments = parser.parse_args()
    graph = bench_graph(arguments.nodes)
    popular = sorted(graph.tables["entities"].to_pylist(), key=lambda e: (-e["papers"], e["id"]))
    asked = [q.filled_in(question_settings(q, popular, graph)) for q in questions().values()]
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        summary = write_rdf(graph, Path(folder), options=RdfOptions(formats=()))
        print(f"{summary.quads} quads")
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        program = (
            "import sys; from pathlib import Path; from paperlattice.export.endpoint import serve;"
            "serve(Path(sys.argv[1]), port=int(sys.argv[2]), timeout=10)"
        )
        server = subprocess.Popen([sys.executable, "-c", program, folder, str(port)])
        try:
            while True:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.2)
            asyncio.run(load(port, asked, arguments))
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
