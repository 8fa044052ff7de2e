"""The pipeline as a whole: same findings however it is run, valid evidence, any text."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import spacy

from paperlattice.extract.candidates import findings
from paperlattice.extract.pipeline import COMPONENTS, PIPELINE_VERSION, build_pipeline, extract
from paperlattice.extract.records import Paper

PAPERS = [
    Paper(
        f"title-{number:010d}",
        f"Net{number}: Faster Image Classification",
        f"We propose Net{number}, a residual network (ResNet) for image classification. "
        f"On ImageNet it reaches an accuracy of 8{number % 10}.5%. "
        f"Code: https://github.com/lab/net{number}.git.",
    )
    for number in range(150)
]


def test_components_stand_in_the_pipeline_in_order() -> None:
    assert build_pipeline().pipe_names == list(COMPONENTS)


def test_finds_in_order_and_alike_for_any_number_of_processes() -> None:
    alone = list(extract(PAPERS))
    assert [e.paper for e in alone] == PAPERS
    assert {m.name for m in alone[7].mentions} >= {"Net7", "ImageNet", "image classification"}
    assert alone[7].urls[0].url == "https://github.com/lab/net7"
    assert list(extract(PAPERS, processes=2)) == alone


def test_reads_only_a_little_ahead() -> None:
    read = 0

    def papers() -> Iterator[Paper]:
        nonlocal read
        for paper in PAPERS * 10:
            read += 1
            yield paper

    stream = extract(papers(), processes=2)
    next(stream)
    assert read <= 6 * 32


def test_refuses_no_process() -> None:
    with pytest.raises(ValueError, match="want at least 1 process, found 0"):
        next(extract(PAPERS, processes=0))


def test_version_is_short_and_stable() -> None:
    assert len(PIPELINE_VERSION) == 16
    assert int(PIPELINE_VERSION, 16) >= 0


def test_finds_the_same_on_a_doc_as_on_a_text() -> None:
    nlp = build_pipeline()
    for paper in PAPERS[:5]:
        found = findings(nlp(paper.text))
        (extraction,) = extract([paper])
        assert (found.mentions, found.urls, found.results) == (
            extraction.mentions,
            extraction.urls,
            extraction.results,
        )


def test_a_component_fits_into_any_pipeline() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("paperlattice_sentences")
    nlp.add_pipe("paperlattice_urls")
    assert [u.url for u in findings(nlp("T\nCode: github.com/a/b.")).urls] == [
        "https://github.com/a/b"
    ]


@pytest.mark.parametrize("model", [True, False])
def test_one_name_with_and_without_empty_words_is_one_entity(model: bool) -> None:
    paper = Paper(
        "title-1",
        "GridWave: A Skull-Aware Framework for Ultrasound Simulation",
        "We introduce GridWave, a network for ultrasound simulation. GridWave models outperform "
        "the standard U-Net model and U-Net. It meets three demands: (C1) Cost. U-Net is slow. "
        "(C2) Size. (C3) Initialization. We also test GridWave on the Pile.",
    )
    (found,) = extract([paper], model=model)
    names = {m.name for m in found.mentions}
    assert {"GridWave", "U-Net"} <= names
    assert not {n for n in names if n.endswith("models") or "standard" in n}
    assert not {n for n in names if n.startswith("A ")}
    assert not names & {"C1", "C2", "C3"}
    places = [m.evidence for m in found.mentions if m.name == "U-Net"]
    assert {"U-Net", "U-Net model"} <= {paper.text[e.start : e.end] for e in places}
