"""Speed of the RDF side beside rdflib, in one run: writing, and the 24 questions; its memory.

``python -m bench.rdf [--nodes N] [--questions-nodes N]``. Prints a table and, with ``--json FILE``, saves
the figures. CPU seconds of this process, because a busy machine makes wall time say little.
``--store FOLDER`` measures only what it takes to export the build in that folder.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyoxigraph as ox
import rdflib
from rdflib import Literal, URIRef

from bench.synthetic_graph import synthetic_graph
from paperlattice.export.questions import Question, ask, questions
from paperlattice.export.rdf import RdfOptions, write_rdf
from paperlattice.export.rdf.terms import PREFIXES
from paperlattice.export.sparql import load
from paperlattice.graph.model import Graph
from paperlattice.graph.schema import SCHEMAS
from paperlattice.graph.store import write_tables

#: Most used entity of each type stands for the parameter of the questions on it.
_LABELS = {"task": "task", "dataset": "dataset", "never": "dataset", "metric": "metric",
           "method": "method", "entity": "method"}  # fmt: skip


#: Questions that rdflib answers faster in other words, and is asked in these.
_FOR_RDFLIB = {
    "cq23": """SELECT ?title ?communities ?paper WHERE {
      { SELECT ?paper (COUNT(DISTINCT ?theirs) AS ?communities) WHERE {
          ?own prov:hadMember ?paper . ?paper pl:sharesEntitiesWith ?other .
          ?theirs prov:hadMember ?other FILTER(?own != ?theirs)
        } GROUP BY ?paper }
      ?paper dct:title ?title
    } ORDER BY DESC(?communities) ?paper LIMIT 10""",
}


def bench_graph(nodes: int) -> Graph:
    """A synthetic graph with what the questions ask for: results, families, communities."""
    graph = synthetic_graph(nodes)
    rows = {name: table.to_pylist() for name, table in graph.tables.items()}
    of_paper: dict[str, dict[str, str]] = {}
    for statement in rows["statements"]:
        kind = statement["entity"].partition("/")[0]
        of_paper.setdefault(statement["paper"], {}).setdefault(kind, statement["entity"])
    popular = sorted(rows["entities"], key=lambda e: (-e["papers"], e["id"]))
    first = {t: next(e["id"] for e in popular if e["type"] == t) for t in ("dataset", "metric")}
    for number, result in enumerate(rows["results"]):
        own = of_paper[result["paper"]]
        result["metric"] = own.get("metric", first["metric"])
        result["dataset"] = own.get("dataset", first["dataset"])
        result["method"] = own.get("method")
        result["number"] = result["value"] = f"{50 + number % 500 / 10:.1f}"
    tasks = sorted(e["id"] for e in rows["entities"] if e["type"] == "task")
    rows["broader"] = [
        {"entity": task, "broader": tasks[i // 4], "difference": "variant"}
        for i, task in enumerate(tasks)
        if i // 4 != i
    ]
    size = 50
    rows["communities"] = [
        {"id": f"community-{c}", "label": f"made {c}", "size": size, "entities": [],
         "modularity": 0.1}
        for c in range(len(rows["papers"]) // size + 1)
    ]  # fmt: skip
    rows["memberships"] = [
        {"node": paper["id"], "kind": "paper", "community": f"community-{i // size}"}
        for i, paper in enumerate(rows["papers"])
    ]
    for entity in rows["entities"]:
        if entity["type"] == "metric":
            entity["higher_is_better"] = True
    return Graph({n: pa.Table.from_pylist(r, schema=SCHEMAS[n]) for n, r in rows.items()})


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of the work, and what it returns."""
    began = time.process_time()
    found = work()
    return time.process_time() - began, found


def rdflib_build(path: Path) -> Callable[[], rdflib.Graph]:
    """Return the work of building rdflib's graph from plain Python values, as an exporter would."""
    values = []
    for quad in ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS):
        o = quad.object
        literal = isinstance(o, ox.Literal)
        language = o.language if literal else None
        datatype = o.datatype.value if literal and not language else None
        plain = datatype and datatype.endswith("#string")
        values.append(
            (quad.subject.value, quad.predicate.value, o.value, literal, language,
             None if plain else datatype)
        )  # fmt: skip

    def build() -> rdflib.Graph:
        graph = rdflib.Graph()
        for prefix, namespace in PREFIXES.items():
            graph.bind(prefix, namespace)
        for s, p, o, literal, language, datatype in values:
            term = Literal(o, lang=language, datatype=datatype) if literal else URIRef(o)
            graph.add((URIRef(s), URIRef(p), term))
        return graph

    return build


def writing(nodes: int) -> dict[str, float]:
    """Write N-Quads and Turtle, ours from the tables, rdflib's from Python values."""
    graph = bench_graph(nodes)
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        both, summary = timed(lambda: write_rdf(graph, out))
        nquads, _ = timed(lambda: write_rdf(graph, out, options=RdfOptions(formats=())))
        build, peer = timed(rdflib_build(out / "graph.nq"))
        nt, _ = timed(lambda: peer.serialize(out / "peer.nt", format="nt", encoding="utf-8"))
        turtle, _ = timed(lambda: peer.serialize(out / "peer.ttl", format="turtle"))
        assert len(peer) == summary.quads
    figures["triples"] = summary.quads
    figures["ours nquads"], figures["rdflib build + nt"] = nquads, build + nt
    figures["nquads ratio"] = (build + nt) / nquads
    figures["ours turtle"], figures["rdflib build + turtle"] = both - nquads, build + turtle
    figures["turtle ratio"] = (build + turtle) / (both - nquads)
    return figures


#: Exports the build in a folder; prints quads, CPU seconds, and the most memory it had, in kB.
#: On Linux ru_maxrss counts what the starting process had, too; VmHWM does not.
_EXPORT = """
import re, resource, sys
from pathlib import Path
from paperlattice.export.rdf import RdfOptions, write_rdf
options = RdfOptions(evidence=sys.argv[3], formats=())
quads = write_rdf(Path(sys.argv[1]), Path(sys.argv[2]), options=options).quads
used = resource.getrusage(resource.RUSAGE_SELF)
status = Path("/proc/self/status")
peak = re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1] if status.exists() else used.ru_maxrss
print(quads, used.ru_utime + used.ru_stime, peak)
"""


def exporting(store: Path, evidence: str) -> dict[str, float]:
    """Export a build in a process of its own, read from its files: memory is only the export's."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", _EXPORT, str(store), folder, evidence]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        size = (Path(folder) / "graph.nq").stat().st_size
    quads, seconds, memory = map(float, printed.split())
    return {
        f"{evidence}: quads": quads,
        f"{evidence}: CPU s": seconds,
        f"{evidence}: file, MB": size / 1e6,
        f"{evidence}: peak memory, MB": memory / 1024,
    }


def growing(nodes: int) -> dict[str, float]:
    """Export two made builds, one four times the other; only the memory matters."""
    figures: dict[str, float] = {}
    for size in (nodes, 4 * nodes):
        with tempfile.TemporaryDirectory() as folder:
            write_tables(bench_graph(size), folder)
            found = exporting(Path(folder), "compact")
            figures |= {f"{size} nodes, {name}": value for name, value in found.items()}
    return figures


def asking(nodes: int) -> dict[str, Any]:
    """Ask all questions of Oxigraph and of rdflib's memory store."""
    graph = bench_graph(nodes)
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        summary = write_rdf(graph, out, options=RdfOptions(formats=("nt",)))
        figures["quads"] = summary.quads
        figures["load oxigraph"], store = timed(lambda: load(out))
        figures["load rdflib"], peer = timed(lambda: rdflib.Graph().parse(out / "graph.nt"))
    popular = sorted(graph.tables["entities"].to_pylist(), key=lambda e: (-e["papers"], e["id"]))
    slowest = 0.0
    totals = {"oxigraph": 0.0, "rdflib": 0.0}
    for question in questions().values():
        settings = question_settings(question, popular, graph)
        ours, answer = timed(lambda q=question, s=settings: ask(store, q.id, s))  # type: ignore[misc]
        theirs, other = timed(lambda q=question, s=settings: _ask_rdflib(peer, q, s))  # type: ignore[misc]
        figures[question.id] = {"oxigraph": ours, "rdflib": theirs, "rows": len(answer.rows)}
        print(f"{question.id} {ours:8.3f} {theirs:9.3f} s  {len(answer.rows)} rows", flush=True)
        if len(answer.rows) != other:
            print(f"{question.id}: {len(answer.rows)} rows, rdflib {other}")
        totals["oxigraph"] += ours
        totals["rdflib"] += theirs
        slowest = max(slowest, ours)
    figures |= {"total oxigraph": totals["oxigraph"], "total rdflib": totals["rdflib"]}
    figures |= {"ratio": totals["rdflib"] / totals["oxigraph"], "slowest oxigraph": slowest}
    return figures


def question_settings(
    question: Question, popular: list[dict[str, Any]], graph: Graph
) -> dict[str, str]:
    """Parameters of a question for a made graph: its most used entities, its first paper."""
    settings = {}
    for parameter in question.parameters:
        if parameter.name in _LABELS:
            own = [e["name"] for e in popular if e["type"] == _LABELS[parameter.name]]
            settings[parameter.name] = own[1 if parameter.name == "never" else 0]
        elif parameter.name == "paper":
            first = graph.tables["papers"]["id"][0].as_py()
            settings["paper"] = f"{RdfOptions().base}id/paper/{first}"
        else:
            settings[parameter.name] = {"year": "2023", "below": "0.95"}[parameter.name]
    return settings


def _ask_rdflib(graph: rdflib.Graph, question: Question, settings: dict[str, str]) -> int:
    terms: dict[str, Any] = {}
    for name, term in question.terms(settings).items():
        if isinstance(term, ox.NamedNode):
            terms[name] = URIRef(term.value)
            continue
        assert isinstance(term, ox.Literal)
        plain = term.language or term.datatype.value.endswith("#string")
        datatype = None if plain else URIRef(term.datatype.value)
        terms[name] = Literal(term.value, lang=term.language, datatype=datatype)
    sparql = _FOR_RDFLIB.get(question.id, question.sparql)
    return len(list(graph.query(sparql, initNs=PREFIXES, initBindings=terms)))


def main() -> None:
    """Run what is asked for, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=3_000, help="of the graph that is written")
    parser.add_argument("--questions-nodes", type=int, default=600, help="of the one that is asked")
    parser.add_argument("--json", type=Path, help="where to save the figures")
    parser.add_argument("--store", type=Path, help="measure only the export of this build")
    parser.add_argument("--evidence", default="compact", help="of that export")
    arguments = parser.parse_args()
    figures: dict[str, dict[str, Any]] = {}
    if arguments.store:
        figures["exporting"] = exporting(arguments.store, arguments.evidence)
    else:
        figures["writing"] = writing(arguments.nodes)
        figures["exporting"] = growing(arguments.nodes)
        if arguments.questions_nodes:
            figures["questions"] = asking(arguments.questions_nodes)
    for measured in figures.values():
        for name, value in measured.items():
            if not isinstance(value, dict):
                print(f"{name:38} {value:12.3f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'peak memory of this process, MB':38} {peak:12.0f}")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
