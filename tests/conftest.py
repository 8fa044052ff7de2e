"""Fixtures that many tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


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
