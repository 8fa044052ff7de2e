"""The house rules that a program can check: packaging, lock files, the README's claims."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from paperlattice.cli import main
from paperlattice.extract.pipeline import COMPONENTS

ROOT = Path(__file__).resolve().parents[1]
TARGETS = (
    *("setup", "demo", "graph", "rdf", "graphml", "html", "query", "serve"),
    *("test", "check", "score", "bench", "build", "clean"),
)


def test_every_make_target_is_described() -> None:
    printed = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    described = {line.split()[0] for line in printed.splitlines()}
    assert not set(TARGETS) - described


@pytest.mark.parametrize("name", ["runtime.txt", "dev.txt"])
def test_lock_files_pin_with_hashes_and_name_no_host(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    assert "://" not in text
    pins = re.findall(r"^[A-Za-z0-9][^\n=]*==\S+.*$", text, re.MULTILINE)
    assert len(pins) > 50
    assert all(pin.endswith("\\") for pin in pins)  # the hashes follow


def test_the_stages_are_links_in_a_checkout() -> None:
    for stage in ("extract", "graph", "export"):
        assert (ROOT / "paperlattice" / stage).resolve() == ROOT / stage


def test_importing_the_package_imports_no_stage() -> None:
    code = (
        "import sys, paperlattice, paperlattice.errors;"
        "print([m for m in sys.modules if m.startswith(('paperlattice.', 'spacy', 'pandas'))])"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert printed.strip() == "['paperlattice.errors']"


def test_components_are_entry_points_for_any_spacy_pipeline() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = project["entry-points"]["spacy_factories"]
    assert set(declared) >= set(COMPONENTS)
    installed = {e.name for e in entry_points(group="spacy_factories")}
    if not installed & set(declared):
        pytest.skip("the package is not installed here; make test installs it")
    assert installed >= set(declared)


def test_the_readme_example_runs(tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    printed = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert "Graph with" in printed


def test_the_readme_answer_is_the_answer(
    example_corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (question,) = re.findall(r"make query Q='(.*?)'\n", readme, re.DOTALL)
    (answer,) = re.findall(r"```\n(dataset .*?)```", readme, re.DOTALL)
    out = str(tmp_path / "out")
    assert main(["build", str(example_corpus), "-o", out, "--to", "rdf"]) == 0
    capsys.readouterr()
    assert main(["query", out, question]) == 0
    assert capsys.readouterr().out == answer


def test_links_in_the_documents_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *ROOT.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)}: {target}"
