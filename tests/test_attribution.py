"""What a number belongs to: choices, lists that run alongside, and mentions that follow suit."""

from __future__ import annotations

import pytest

from paperlattice.extract.attribution import Choice, Sentence, _between, choices, read_paper
from paperlattice.extract.candidates import Findings
from paperlattice.extract.pipeline import build_pipeline, extract
from paperlattice.extract.records import EntityType, Evidence, Mention, Paper, Role
from paperlattice.extract.results import contexts, sentence_of_numbers, settle

METRIC, DATASET = EntityType.METRIC, EntityType.DATASET


@pytest.fixture(scope="module")
def read() -> object:
    """Run everything before the results over a text."""
    nlp = build_pipeline(model=False)

    def run(abstract: str) -> Findings:
        found = Findings(f"A Title\n{abstract}", f"A Title\n{abstract}")
        for name, component in nlp.pipeline:
            if name != "paperlattice_results":
                component.find(found)  # type: ignore[attr-defined]
        return found

    return run


def sentences(found: Findings) -> list[Sentence]:
    paper = read_paper(found)
    return [sentence_of_numbers(paper, context) for context in contexts(found)]


@pytest.mark.parametrize(
    ("abstract", "name", "offered"),
    [
        ("It raises average accuracy by 3%.", "average accuracy", True),
        ("It raises average accuracy by 3%.", "accuracy", True),
        ("It lowers gradient norms by 4%.", "gradient norm", True),
        ("It reaches a word error rate (WER) of 8%.", "WER", True),
        ("It reaches a word error rate (WER) of 8%.", "word error rate", True),
        ("It brings a model size reduction of 4x.", "model size", True),
        ("Accuracy matters. It is 3% better.", "accuracy", True),
        # a unit may be a measure, and "faster" tells of one
        ("It runs at 25 FPS.", "FPS", True),
        ("It brings 3x faster inference than before.", "inference speed", True),
        ("It is 3x faster than before.", "speed", True),
        ("It is 3x larger than before.", "speed", False),
        # none is always a choice
        ("It is 3% better.", "", True),
        # a verb and a small word are no measures
        ("It raises accuracy by 3%.", "raises", False),
        ("It raises accuracy by 3%.", "by", False),
    ],
)
def test_choices(read: object, abstract: str, name: str, offered: bool) -> None:
    found = read(abstract)  # type: ignore[operator]
    (sentence,) = sentences(found)
    made = choices(sentence, sentence.numbers[0], METRIC, None)
    assert (name.lower() in {choice.name.lower() for choice in made}) == offered
    for choice in made:
        assert choice.place == (-1, -1) or 0 <= choice.start < choice.end <= len(found.text)


@pytest.mark.parametrize(
    ("abstract", "signs"),
    [
        ("Speed rises by up to 3% here.", "by"),
        ("Speed rises by nearly about 3% here.", "by"),
        ("Speed rises from 2% to 3% here.", "from # to"),
        ("Speed, while memory shrinks, rises to 3% here.", ", while w V , w to"),
    ],
)
def test_hedges_say_nothing(read: object, abstract: str, signs: str) -> None:
    (sentence,) = sentences(read(abstract))  # type: ignore[operator]
    last = sentence.numbers[-1]
    low = abstract.index("rises") + len("A Title\nrises") if "while" not in abstract else 13
    got = " ".join(_between(sentence, low, last.start))
    assert got == signs


def results(abstract: str) -> list[tuple[str, str | None, str | None]]:
    (extraction,) = extract([Paper("title-0000000000", "FooNet: Fast Classification", abstract)])
    named = {(m.type, m.name) for m in extraction.mentions}
    for result in extraction.results:
        # what a number is said to be of is mentioned somewhere
        assert result.metric is None or (METRIC, result.metric) in named
        assert result.dataset is None or (DATASET, result.dataset) in named
    return [(r.value, r.metric, r.dataset) for r in extraction.results]


@pytest.mark.parametrize(
    ("abstract", "wanted"),
    [
        (
            "We propose FooNet. It improves mIoU by 2.4% and 3.1% on Cityscapes and ADE20K.",
            [("2.4", "mIoU", "Cityscapes"), ("3.1", "mIoU", "ADE20K")],
        ),
        (
            "FooNet cuts memory usage by 40% and improves throughput by up to 2x.",
            [("40", "memory usage", None), ("2", "throughput", None)],
        ),
        (
            "We propose FooNet. It improves PSNR from 30.1 dB to 32.5 dB.",
            [("30.1", "PSNR", None), ("32.5", "PSNR", None)],
        ),
        # no measure is named, and none is made up
        ("FooNet outperforms GPT-4 by 12.5%.", [("12.5", None, None)]),
    ],
)
def test_results_belong(abstract: str, wanted: list[tuple[str, str | None, str | None]]) -> None:
    assert results(abstract) == wanted


def _mention(text: str, quote: str, name: str) -> Mention:
    start = text.index(quote)
    evidence = Evidence(start, start + len(quote), 0, 0, len(text), 0.9, "test")
    return Mention(evidence, METRIC, name, Role.USED)


@pytest.mark.parametrize(
    ("mentioned", "chosen", "names"),
    [
        (["accuracy"], "accuracy", {"accuracy"}),
        (["average accuracy"], "accuracy", {"accuracy"}),  # goes by the chosen name
        (["accuracy"], "average accuracy", {"average accuracy"}),  # the longer takes the place
        ([], "accuracy", {"accuracy"}),
        (["recall"], "accuracy", {"accuracy", "recall"}),
    ],
)
def test_settle(mentioned: list[str], chosen: str, names: set[str]) -> None:
    text = "The average accuracy and the recall rise."
    found = Findings(text, text, sentences=[(0, len(text))])
    found.mentions = tuple(sorted(_mention(text, name, name) for name in mentioned))
    start = text.index(chosen)
    choice = Choice(chosen, start, start + len(chosen), [])
    settled = settle(found, [(METRIC, (choice, 0.8))], "paperlattice_results")
    assert {m.name for m in found.mentions} == names
    assert set(settled.values()) >= {chosen}
