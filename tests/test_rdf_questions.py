"""The questions: each has an answer that was worked out by hand, and two engines that give it."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyoxigraph as ox
import pytest
import rdflib

from paperlattice.errors import PaperlatticeError, UnknownChoiceError
from paperlattice.export.questions import Question, ask, find_paper, questions
from paperlattice.export.rdf import RdfOptions, write_rdf
from paperlattice.export.rdf.terms import PREFIXES
from paperlattice.export.sparql import load, query
from paperlattice.graph.model import Graph
from paperlattice.graph.schema import SCHEMAS

Rows = dict[str, list[dict[str, Any]]]
Cells = tuple[str | int | float, ...]


def _extended(rows: Rows) -> Rows:
    """The small graph with more to ask: shared data sets, a family of tasks, matches."""
    ids = {row["name"]: row["id"] for row in rows["entities"]}
    papers = [row["id"] for row in rows["papers"]]
    statement, result = rows["statements"][0], rows["results"][0]
    of_vit = {"dataset": ids["ImageNet-1K"], "method": ids["Vision Transformer"]}
    more: Rows = {
        "statements": [
            statement | {"paper": paper, "entity": ids[name], "role": "used"}
            for paper, name in [
                (papers[0], "image classification"),
                (papers[1], "ImageNet-1K"),
                (papers[1], "TabZoo"),
            ]
        ],
        "broader": [
            {
                "entity": ids["fine-tuning"],
                "broader": ids["image classification"],
                "difference": "variant",
            }
        ],
        "matches": [
            {"entity": ids[name], "scheme": scheme, "identifier": "x", "url": url, "source": "x"}
            for name, scheme, url in [
                ("ImageNet-1K", "wikidata", "http://www.wikidata.org/entity/Q24901201"),
                ("GLUE", "huggingface", "https://huggingface.co/datasets/nyu-mll/glue"),
            ]
        ],
        "results": [
            result
            | of_vit
            | {"id": f"x-{n}" + "0" * 9, "metric": ids[metric], "number": n, "value": n, "unit": u}
            for metric, n, u in [("accuracy", "8", "%"), ("latency", "9", "ms")]
        ],
    }
    return {table: [*own, *more.get(table, [])] for table, own in rows.items()}


@pytest.fixture(scope="module")
def extended(small_rows: Rows) -> Graph:
    rows = _extended(small_rows)
    return Graph({n: pa.Table.from_pylist(own, schema=SCHEMAS[n]) for n, own in rows.items()})


@pytest.fixture(scope="module")
def out(extended: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("questions")
    write_rdf(extended, folder, options=RdfOptions(formats=("nt",)))
    return folder


@pytest.fixture(scope="module")
def reified(extended: Graph, tmp_path_factory: pytest.TempPathFactory) -> ox.Store:
    """The same graph, stated with reifiers of RDF 1.2."""
    folder = tmp_path_factory.mktemp("reified")
    write_rdf(extended, folder, options=RdfOptions(formats=(), rdf12=True))
    return load(folder)


@pytest.fixture(scope="module")
def store(out: Path) -> ox.Store:
    return load(out)


@pytest.fixture(scope="module")
def graph(out: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(out / "graph.nt")


THRIFT_TITLE = "ThriftNet: Small Adapters for Big Vision Models"
STUDY_TITLE = "Do Adapters Forget? A Study on GLUE"
TABZOO_TITLE = 'TabZoo, or what "trees" & <nets> do'
P0, P1, P2 = "paper/arxiv-2301.00001", "paper/arxiv-2302.00002", "paper/doi-10.5555-tab.zoo"
GITHUB = "https://github.com/example/"
IMAGENET = {"dataset": "ImageNet-1K"}

ANSWERS: list[tuple[str, dict[str, str], list[Cells]]] = [
    ("cq01", {}, [("ImageNet-1K", 2, "dataset/imagenet-1k"), ("TabZoo", 2, "dataset/tabzoo"),
                  ("GLUE", 1, "dataset/glue")]),
    ("cq02", {"task": "image classification", "year": "2023"}, [("2023-01-02", THRIFT_TITLE, P0)]),
    ("cq02", {"task": "image classification", "year": "2022"}, []),
    # Fine-tuning is narrower than classification here, and a second paper addresses it.
    ("cq03", {"task": "image classification"}, [(2,)]),
    ("cq04", IMAGENET, [("accuracy", "metric/accuracy"), ("latency", "metric/latency")]),
    ("cq05", IMAGENET, [("ThriftNet", "method/thriftnet"),
                        ("Vision Transformer", "method/vision-transformer")]),
    ("cq06", IMAGENET | {"metric": "accuracy"},
     [("ThriftNet", 84.1, "percent", P0), ("Vision Transformer", 8, "percent", P0)]),
    # Of latency, less is better; of GLUE, the gain of 1.5 points is no result.
    ("cq06", IMAGENET | {"metric": "latency"},
     [("Vision Transformer", 9, "ms", P0), ("ThriftNet", 12, "ms", P0)]),
    ("cq06", {"dataset": "GLUE", "metric": "acc."}, [("Low-Rank Adaptation", 88.5, "percent", P1)]),
    ("cq07", IMAGENET, [("accuracy", "percent", 84.1, 8, 2), ("latency", "ms", 12, 9, 2)]),
    ("cq08", {"method": "LoRA"}, [(THRIFT_TITLE, f"{GITHUB}thriftnet", P0),
                                  (STUDY_TITLE, f"{GITHUB}forget", P1)]),
    ("cq09", IMAGENET, [(THRIFT_TITLE, "2301.00001", P0)]),
    ("cq09", {"dataset": "TabZoo"}, [(TABZOO_TITLE, "", P2)]),
    ("cq10", {"task": "fine-tuning"}, [("ImageNet-1K", 2, "dataset/imagenet-1k"),
                                       ("GLUE", 1, "dataset/glue"), ("TabZoo", 1, "dataset/tabzoo")]),
    ("cq11", {"task": "fine-tuning"},
     [("Low-Rank Adaptation", 2, "method/low-rank-adaptation"), ("ThriftNet", 2, "method/thriftnet"),
      ("Vision Transformer", 1, "method/vision-transformer")]),
    ("cq12", {"method": "ThriftNet"}, [(2022, 1), (2023, 2)]),
    ("cq13", {}, [(2022, 1, 0), (2023, 2, 2)]),
    ("cq14", {"paper": "2302.00002"},
     [("accuracy", "GLUE", "ThriftNet", "gain", "+1.5", "points", 1.5),
      ("accuracy", "GLUE", "Low-Rank Adaptation", "absolute", "88.5%", "percent", 88.5)]),
    ("cq15", {"paper": "2302.00002", "entity": "LoRA"},
     [("pl:usesMethod", 0.93, "fabio:Abstract", 0, 4, "LoRA"),
      ("pl:usesMethod", 0.93, "fabio:Abstract", 48, 52, "LoRA")]),
    ("cq16", {"paper": THRIFT_TITLE},
     [(STUDY_TITLE, 3.0625, "Low-Rank Adaptation", 1.25, P1), (STUDY_TITLE, 3.0625, "fine-tuning", 1, P1),
      (STUDY_TITLE, 3.0625, "ThriftNet", 0.75, P1), (STUDY_TITLE, 3.0625, "accuracy", 0.0625, P1),
      (TABZOO_TITLE, 0.5625, "ThriftNet", 0.5, P2), (TABZOO_TITLE, 0.5625, "accuracy", 0.0625, P2)]),
    ("cq17", {}, [("GLUE", "ImageNet-1K", 1), ("GLUE", "TabZoo", 1), ("ImageNet-1K", "TabZoo", 1)]),
    ("cq18", {"year": "2023"},
     [("2023-01-02", method, task) for method in ("Low-Rank Adaptation", "ThriftNet", "Vision Transformer")
      for task in ("fine-tuning", "image classification")]),
    ("cq18", {"year": "2022"}, []),
    ("cq19", IMAGENET | {"never": "GLUE"}, [("Vision Transformer",)]),
    ("cq20", {"below": "0.7"}, [(0.5, STUDY_TITLE, "pl:usesMethod", "ThriftNet"),
                                (0.6, TABZOO_TITLE, "pl:usesMethod", "ThriftNet")]),
    ("cq21", {}, [(0,)]),
    ("cq22", {}, [(3, 2)]),
    ("cq23", {}, [(THRIFT_TITLE, 1, P0), (STUDY_TITLE, 1, P1), (TABZOO_TITLE, 1, P2)]),
    ("cq24", {"entity": "GLUE"},
     [("inScheme", "datasets named in papers"), ("paperCount", 1), ("prefLabel", "GLUE"),
      ("sameAs", "https://huggingface.co/datasets/nyu-mll/glue")]),
]  # fmt: skip
_IDS = [f"{name}-{i}" for i, (name, _, _) in enumerate(ANSWERS)]


def _cell(text: str) -> str:
    """A term as the answers above spell it: a short name, or a number without idle zeros."""
    if re.fullmatch(r"-?\d+\.\d+", text):
        return str(Decimal(text).normalize() + 0) if "00001" not in text else text
    text = re.sub(r"^https://w3id.org/paperlattice/id/(.*?)(-[0-9a-f]{10})?$", r"\1", text)
    for prefix in ("pl", "fabio"):
        text = text.replace(PREFIXES[prefix], f"{prefix}:")
    return text


def _cells(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return [tuple(map(_cell, row)) for row in rows]


@pytest.mark.parametrize(("name", "settings", "answer"), ANSWERS, ids=_IDS)
def test_oxigraph_answers(
    name: str, settings: dict[str, str], answer: list[Cells], store: ox.Store
) -> None:
    wanted = [tuple(str(cell) for cell in row) for row in answer]
    assert _cells(ask(store, name, settings).values()) == wanted


# Only Oxigraph: rdflib reads no RDF 1.2.
@pytest.mark.parametrize(("name", "settings", "answer"), ANSWERS, ids=_IDS)
def test_a_graph_with_reifiers_is_asked_in_other_words(
    name: str, settings: dict[str, str], answer: list[Cells], reified: ox.Store
) -> None:
    wanted = [tuple(str(cell) for cell in row) for row in answer]
    assert _cells(ask(reified, name, settings).values()) == wanted
    filled_in = questions()[name].worded(reified=True).filled_in(_with_iris(reified, settings))
    assert _cells(query(reified, filled_in).values()) == wanted


def test_questions_about_statements_have_two_wordings() -> None:
    for question in questions().values():
        about_statements = re.search(r"rdf:(Statement|subject|predicate|object)", question.sparql)
        assert (about_statements is not None) == (question.reified is not None), question.id
        if question.reified:
            heads = [text.partition("WHERE")[0] for text in (question.sparql, question.reified)]
            assert heads[0] == heads[1]


@pytest.mark.parametrize(("name", "settings", "answer"), ANSWERS, ids=_IDS)
def test_rdflib_answers(
    name: str,
    settings: dict[str, str],
    answer: list[Cells],
    graph: rdflib.Graph,
    store: ox.Store,
) -> None:
    settings = _with_iris(store, settings)
    wanted = [tuple(str(cell) for cell in row) for row in answer]
    question = questions()[name]
    found = graph.query(
        question.sparql, initNs=PREFIXES, initBindings=_for_rdflib(question, settings)
    )
    kept = [v for v in found.vars or [] if str(v) not in settings]
    rows: Any = found
    texts = [tuple("" if row[v] is None else str(row[v]) for v in kept) for row in rows]
    assert _cells(texts) == wanted


@pytest.mark.parametrize(("name", "settings", "answer"), ANSWERS, ids=_IDS)
def test_filled_in_it_is_answered_the_same(
    name: str, settings: dict[str, str], answer: list[Cells], store: ox.Store
) -> None:
    wanted = [tuple(str(cell) for cell in row) for row in answer]
    filled_in = questions()[name].filled_in(_with_iris(store, settings))
    assert _cells(query(store, filled_in).values()) == wanted
    assert not any(f"?{parameter}" in filled_in for parameter in settings)


def _with_iris(store: ox.Store, settings: dict[str, str]) -> dict[str, str]:
    return {n: find_paper(store, v) if n == "paper" else v for n, v in settings.items()}


def _for_rdflib(
    question: Question, settings: dict[str, str]
) -> dict[str, rdflib.Literal | rdflib.URIRef]:
    terms: dict[str, rdflib.Literal | rdflib.URIRef] = {}
    for name, term in question.terms(settings).items():
        if isinstance(term, ox.NamedNode):
            terms[name] = rdflib.URIRef(term.value)
            continue
        assert isinstance(term, ox.Literal)
        plain = term.language or term.datatype.value.endswith("#string")
        datatype = None if plain else rdflib.URIRef(term.datatype.value)
        terms[name] = rdflib.Literal(term.value, lang=term.language, datatype=datatype)
    return terms


def test_there_are_24_and_each_is_answered() -> None:
    assert list(questions()) == [f"cq{i:02}" for i in range(1, 25)]
    assert {name for name, _, _ in ANSWERS} == set(questions())


@pytest.mark.parametrize("question", questions().values(), ids=questions())
def test_every_question_tells_what_it_is(question: Question) -> None:
    assert question.title
    assert question.description.endswith(".")
    settings = {
        p.name: f"https://e.org/{p.example}" if p.kind == "paper" else p.example
        for p in question.parameters
    }
    assert set(question.terms(settings)) == set(settings)
    for name in settings:
        assert f"?{name}" in question.sparql.partition("WHERE")[0], "a parameter must be selected"


@pytest.mark.parametrize(
    ("name", "settings", "problem"),
    [
        ("cq99", {}, "no question 'cq99'; there is: cq01, cq02"),
        ("cq04", {}, "cq04: want dataset \\(as in 'ImageNet-1K'\\)"),
        ("cq04", {"datset": "GLUE"}, "no parameter of cq04 'datset'; there is: dataset"),
        (
            "cq16",
            {"paper": "No such title"},
            "no paper with the title or arXiv identifier 'No such",
        ),
        ("cq18", {"year": "last"}, "year: want integer, found 'last'"),
        ("cq20", {"below": "0.5) || true"}, "below: want decimal"),
    ],
)
def test_wrong_settings_are_named(
    name: str, settings: dict[str, str], problem: str, store: ox.Store
) -> None:
    with pytest.raises((PaperlatticeError, UnknownChoiceError), match=problem):
        ask(store, name, settings)


@pytest.mark.parametrize("text", ['"@en } #', "\\", "a\nb", "?d } DROP ALL", "'''", "<http://a>"])
def test_settings_are_terms_whatever_they_hold(text: str, store: ox.Store) -> None:
    assert ask(store, "cq04", {"dataset": text}).rows == []
    filled_in = questions()["cq04"].filled_in({"dataset": text})
    assert query(store, filled_in).rows == []


def test_compact_evidence_answers_the_same(small_graph: Graph, tmp_path: Path) -> None:
    write_rdf(small_graph, tmp_path, options=RdfOptions(evidence="compact"))
    found = ask(tmp_path, "cq15", {"paper": "2301.00001", "entity": "TabZoo"})
    assert found.rows == []
    found = ask(tmp_path, "cq15", {"paper": "2301.00001", "entity": "ThriftNet"})
    assert [row[-1] for row in found.values()] == ["ThriftNet", "ThriftNet"]
