"""The command line: what it prints, what it exits with, and the errors that people meet."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from paperlattice.cli import COMMANDS, main

PAGE = """new

Daily Papers

Mar 3

GateMLP: Gated Mixing for Small Vision Models

We introduce GateMLP, a multilayer perceptron with gated token mixing for image classification. \
It reaches 81.2% top-1 accuracy on ImageNet-1K. Code is at https://github.com/gate-lab/gatemlp.

  • 3 authors
·
Mar 1, 2025

How Far Do Vision MLPs Go?

We compare five multilayer perceptrons and a Vision Transformer for image classification on \
ImageNet-1K and CIFAR-100, by top-1 accuracy and by FLOPs. Our code: \
https://github.com/far-lab/how-far.

  • 2 authors
·
Mar 2 4

A Title Without an Abstract
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "page.txt"
    path.write_text(PAGE, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def out(page: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "out"
    assert main(["build", str(page), "-o", str(folder)]) == 0
    return folder


@pytest.mark.parametrize("command", [c.name for c in COMMANDS])
def test_every_command_explains_itself_with_an_example(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "-h"]) == 0
    printed = capsys.readouterr().out
    assert f"Example: paperlattice {command} " in printed


def test_build_writes_everything_and_says_so(
    page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", str(page), "-o", str(tmp_path / "out")]) == 0
    summary = capsys.readouterr().out
    for word in ("papers", "methods", "datasets", "results", "links", "skipped", "seconds"):
        assert word in summary
    names = {p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("[!.]*")}
    assert names >= {
        "papers.parquet",
        "entities.parquet",
        "mentions.parquet",
        "links.parquet",
        "results.parquet",
        "skipped.jsonl",
        "graph.nq",
        "graph.ttl",
        "graph.graphml",
        "site/index.html",
    }


def test_what_was_skipped_is_listed_with_file_and_line(out: Path, page: Path) -> None:
    lines = (out / "skipped.jsonl").read_text(encoding="utf-8").splitlines()
    (skipped,) = map(json.loads, lines)
    assert (skipped["path"], skipped["line"]) == (
        str(page),
        PAGE.splitlines().index("A Title Without an Abstract") + 1,
    )
    assert skipped["problem"]


def test_papers_that_share_a_dataset_with_their_repositories(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    question = """SELECT ?a ?b ?dataset ?repository WHERE {
        ?p pl:usesDataset ?d ; dct:title ?a ; pl:hasRepository/schema:codeRepository ?repository .
        ?q pl:usesDataset ?d ; dct:title ?b . ?d skos:prefLabel ?dataset FILTER(?p != ?q)
    } ORDER BY ?a"""
    assert main(["query", str(out), question, "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)["results"]["bindings"]
    assert [[row[v]["value"] for v in ("a", "b", "dataset", "repository")] for row in rows] == [
        [
            "GateMLP: Gated Mixing for Small Vision Models",
            "How Far Do Vision MLPs Go?",
            "ImageNet-1K",
            "https://github.com/gate-lab/gatemlp",
        ],
        [
            "How Far Do Vision MLPs Go?",
            "GateMLP: Gated Mixing for Small Vision Models",
            "ImageNet-1K",
            "https://github.com/far-lab/how-far",
        ],
    ]


def test_a_question_from_a_file(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "count.rq"
    file.write_text("SELECT (COUNT(?p) AS ?n) WHERE { ?p a pl:Paper }")
    assert main(["query", str(out), "--file", str(file), "--format", "csv"]) == 0
    assert capsys.readouterr().out.split() == ["n", "2"]


def test_triples_are_turtle(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    construct = "CONSTRUCT { ?p a pl:Paper } WHERE { ?p a pl:Paper }"
    assert main(["query", str(out), construct]) == 0
    assert "> a pl:Paper ." in capsys.readouterr().out


def test_a_ready_question(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", str(out), "--list"]) == 0
    assert capsys.readouterr().out.startswith("cq01")
    assert main(["query", str(out), "cq01", "--format", "csv"]) == 0
    _, first, *_ = capsys.readouterr().out.splitlines()
    assert {"ImageNet-1K", "2"} < set(first.split(","))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["why", "{out}", "imagenet 1k"], "ImageNet-1K"),
        (["why", "{out}", "no such thing"], "nothing"),
        (["homographs", "{out}"], "none"),
        (["leaderboard", "{out}", "ImageNet-1K", "top-1 accuracy"], "81.2"),
        (["rising", "{out}"], ""),
        (["bridges", "{out}", "--format", "csv"], "paper,title"),
        (["coverage", "{out}", "--format", "json"], '"what":"papers"'),
    ],
)
def test_tables(
    arguments: list[str], says: str, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([argument.format(out=out) for argument in arguments]) == 0
    captured = capsys.readouterr()
    assert says in captured.out
    assert captured.err == ""


def test_extract_and_score_agree_on_the_form(
    page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mentions = tmp_path / "mentions.jsonl"
    assert main(["extract", str(page), "-o", str(mentions)]) == 0
    papers = [json.loads(line) for line in mentions.read_text(encoding="utf-8").splitlines()]
    for paper in papers:
        for entity in paper["entities"]:
            entity["required"] = True
    gold = tmp_path / "gold.jsonl"
    gold.write_text("".join(json.dumps(paper) + "\n" for paper in papers), encoding="utf-8")
    capsys.readouterr()
    assert main(["score", str(gold), str(mentions), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows["entities"]["f1"] == rows["repository"]["f1"] == 1.0


def test_stats(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", str(out), "--top", "1"]) == 0
    printed = capsys.readouterr().out
    assert printed.split()[:2] == ["what", "count"]
    assert "ImageNet-1K" in printed


def test_show(out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "around.html"
    assert main(["show", str(out), "ImageNet-1K", "-o", str(page)]) == 0
    assert capsys.readouterr().out.strip() == str(page)
    assert "ImageNet-1K" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["bild"], 2, "bridges, build, coverage, "),
        (["build", "{page}", "--too", "rdf"], 2, "--to"),
        (["build"], 2, "FILES"),
        (["build", "{page}", "--to", "rdf,pdf"], 2, "no format 'pdf'; there is: "),
        (["build", "{page}", "--rdf-formats", "ttl,owl"], 2, "'owl'; there is: "),
        (["build", "{page}", "--pages", "some"], 2, "'some'; there is: "),
        (["build", "{page}", "--aliases", "{page}", "-o", "{tmp}/x"], 1, "page.txt:1: "),
        (["build", "{page}", "--input-format", "doc"], 2, "'doc'; there is: "),
        (["build", "no-such-file.txt", "-o", "{tmp}/x"], 1, "no-such-file.txt"),
        (["build", "{page}", "--strict", "-o", "{tmp}"], 1, "page.txt:23: "),
        (["query", "{out}", "SELECT ?"], 1, "1:9: expected"),
        (["query", "{out}", "SELECT"], 2, "cq01"),
        (["query", "{out}"], 2, "question"),
        (["query", "{out}", "cq99"], 2, "cq01"),
        (["query", "{out}", "cq04"], 1, "want "),
        (["query", "{out}", "cq04", "--set", "x"], 2, "NAME=VALUE"),
        (
            ["query", "{out}", "ASK {{}}", "--format", "svg"],
            2,
            "'table', 'csv', 'tsv', 'json', 'xml'",
        ),
        (["query", "{out}", "ASK {{}}", "--format", "turtle"], 1, "CONSTRUCT"),
        (["query", "{tmp}", "ASK {{}}"], 1, "build"),
        (["show", "{out}", "ImageNet-1K2K"], 2, "ImageNet-1K"),
        (["score", "{page}", "{page}"], 1, "page.txt:1: "),
        (["stats", "{tmp}"], 1, "build"),
    ],
)
def test_an_error_is_one_line_and_a_status(
    arguments: list[str],
    status: int,
    says: str,
    page: Path,
    out: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    places = {"page": page, "out": out, "tmp": tmp_path}
    assert main([argument.format(**places) for argument in arguments]) == status
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert captured.err.startswith("paperlattice: ")
    assert says in captured.err


def test_same_input_same_bytes_whatever_the_hash_seed_and_the_number_of_processes(
    page: Path, tmp_path: Path
) -> None:
    trees = []
    for seed, processes in (("1", "1"), ("2", "2")):
        folder = tmp_path / seed / "out"
        subprocess.run(
            [
                sys.executable,
                "-m",
                "paperlattice",
                "build",
                str(page),
                "-o",
                str(folder),
                "--processes",
                processes,
            ],
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            cwd=Path(__file__).parents[1],
            check=True,
            capture_output=True,
        )
        trees.append(
            {
                p.relative_to(folder).as_posix(): p.read_bytes()
                for p in sorted(folder.rglob("*"))
                if p.is_file()
            }
        )
    assert list(trees[0]) == list(trees[1])
    for name, content in trees[0].items():
        assert content == trees[1][name], name
