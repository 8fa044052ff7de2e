"""Our own annotations are read in the order in which folds count them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from train import papers

CORPORA = ("hf_daily_papers", "arxiv_daily", "conference_papers")


def write(folder: Path, titles: dict[int, str]) -> Path:
    rounds = folder / "annotations"
    rounds.mkdir()
    for number, title in titles.items():
        row = {"corpus": "arxiv_daily", "id": "x", "round": number, "title": title}
        (rounds / f"round_{number}.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    (folder / "corpus").mkdir()
    for corpus in CORPORA:
        with gzip.open(folder / "corpus" / f"{corpus}.jsonl.gz", "wt", encoding="utf-8") as file:
            for title in ("Kites", "Owls", "Moles"):
                abstract = f"{title} of the {corpus}."
                file.write(json.dumps({"title": title, "abstract": abstract}) + "\n")
    return rounds


def test_rounds_are_read_by_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = write(tmp_path, {10: "Kites", 2: "Owls", 1: "Moles"})
    monkeypatch.setattr(papers, "ANNOTATIONS", rounds)
    read = papers.read_annotations(tmp_path)
    assert [paper["title"] for paper in read] == ["Moles", "Owls", "Kites"]
    assert read[0]["abstract"] == "Moles of the arxiv_daily."
    assert all(paper["annotated"] for paper in read)


def test_a_paper_without_a_text_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = write(tmp_path, {1: "Newts"})
    monkeypatch.setattr(papers, "ANNOTATIONS", rounds)
    with pytest.raises(ValueError, match="Newts"):
        papers.read_annotations(tmp_path)
