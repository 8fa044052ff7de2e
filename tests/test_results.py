"""Numbers with units, and the results that they are."""

from __future__ import annotations

import pytest

from paperlattice.extract.attribution import read_paper
from paperlattice.extract.candidates import Findings
from paperlattice.extract.numbers import find_numbers
from paperlattice.extract.pipeline import extract
from paperlattice.extract.records import Paper
from paperlattice.extract.results import contexts, kind_of, kinds_of, sentence_of_numbers
from paperlattice.extract.sentences import find_sentences


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("reaches 83.8% accuracy", [("83.8", "%")]),
        (r"gains +2.44\% on it", [("+2.44", "%")]),
        (r"a +14.0$%$ gain", [("+14.0", "%")]),
        ("is 10~20X faster", [("10~20", "x")]),
        ("cuts 27% ~ 62% of it", [("27~62", "%")]),
        ("needs sim2times less", [("2", "x")]),
        ("a 1.2times-2.4times speedup", [("1.2-2.4", "x")]),
        (r"a 2.5$\times$ speedup", [("2.5", "x")]),
        ("a ten-fold increase", [("ten", "x")]),
        ("two orders of magnitude", [("two", "orders of magnitude")]),
        ("by 5.38 percentage points", [("5.38", "percentage points")]),
        ("by 3.2 points", [("3.2", "points")]),
        ("at 25fps and 200 ms", [("25", "FPS"), ("200", "ms")]),
        ("a 9.93 dB gain", [("9.93", "dB")]),
        ("61.06 percent of cases", [("61.06", "%")]),
        ("an F1 of 0.583", [("0.583", "")]),
        ("1,024 tokens", [("1,024", "")]),
        ("errors of 4.1%/5.2%/6.3%", [("4.1", "%"), ("5.2", "%"), ("6.3", "%")]),
        ("85/54 ms", [("85", ""), ("54", "ms")]),
        ("solves 118/120 of them", [("118/120", "")]),
        ("by 5 to 10 points", [("5 to 10", "points")]),
        ("from 5 to 10 points", [("5", ""), ("10", "points")]),
        ("within two points", [("two", "points")]),
        ("400kB of data", [("400", "kB")]),
        (
            r"from 9.7\% to 12.0\% and 2.9\% to 3.1\%",
            [(v, "%") for v in ["9.7", "12.0", "2.9", "3.1"]],
        ),
        ("accurate to 5.7 x 10^-6", [("5.7 x 10^-6", "")]),
        (r"a rate of $4.2 \times 10^{-3}$", [(r"4.2 \times 10^{-3}", "")]),
        ("2 x 1024 cells", [("2", "x"), ("1024", "")]),
        ("92.00% sim 97.5% of it", [("92.00sim97.5", "%")]),
        # near misses: parts of names, and years
        ("GPT-4 and ResNet-50 in 3D", []),
        ("top-1, pass@1, R@5, L2", []),
        ("since 2019 and in 1998", []),
        ("a 7B-parameter model", []),
        ("v1.5 of it", []),
        ("the season 2012/2013", []),
        ("two models", []),
        ("", []),
    ],
)
def test_numbers(text: str, numbers: list[tuple[str, str]]) -> None:
    assert [(n.value, n.unit) for n in find_numbers(text)] == numbers


def test_numbers_quote_their_text() -> None:
    text = r"From 71.2\% to 83.8%, 3-5x, and sim2times."
    for number in find_numbers(text):
        quote = text[number.start : number.end]
        assert quote.startswith(number.value.split("-")[0])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("an accuracy of <83.8%> here", "absolute"),
        ("reaches <71.0%> on it", "absolute"),
        ("outperforms it by <2.3%> here", "gain"),
        ("by up to <31%> more", "gain"),
        ("an improvement of <4.2%> here", "gain"),
        ("uses <80%> less memory", "gain"),
        ("runs <3x> faster", "ratio"),
        ("gains <+2.4> here", "gain"),
    ],
)
def test_kind(text: str, kind: str) -> None:
    start = text.index("<")
    end = text.index(">") - 1
    plain = text.replace("<", "").replace(">", "")
    (number,) = find_numbers(plain)
    assert (number.start, number.end) == (start, end)
    assert kind_of(plain, 0, number) == kind


def results(abstract: str) -> list[tuple[str, str, str | None, str | None]]:
    paper = Paper("title-0000000000", "FooNet: Fast Image Classification", abstract)
    (extraction,) = extract([paper])
    return [(r.value, r.unit, r.metric, r.dataset) for r in extraction.results]


@pytest.mark.parametrize(
    ("abstract", "wanted"),
    [
        (
            "We propose FooNet. FooNet achieves 83.8% top-1 accuracy on ImageNet.",
            [("83.8", "%", "top-1 accuracy", "ImageNet")],
        ),
        (
            "We propose FooNet. It improves mIoU by 2.4% on Cityscapes and by 3.1% on ADE20K.",
            [("2.4", "%", "mIoU", "Cityscapes"), ("3.1", "%", "mIoU", "ADE20K")],
        ),
        # the set-up is no result
        ("We train FooNet on 23 tasks with 8 GPUs.", []),
        ("We propose FooNet, which has no numbers.", []),
    ],
)
def test_results(abstract: str, wanted: list[tuple[str, str, str | None, str | None]]) -> None:
    assert results(abstract) == wanted


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        # of a list, all are gains where one is
        ("It improves accuracy by 2.1% on CIFAR-10 and 3.4% on CIFAR-100.", ["gain", "gain"]),
        ("It raises accuracy by 2.1% and 3.4%.", ["gain", "gain"]),
        # near misses: two clauses, another unit, a level
        ("It improves accuracy by 2.1%. It reaches 83.4%.", ["gain", "absolute"]),
        ("It improves accuracy by 2.1% with an accuracy of 83.4%.", ["gain", "absolute"]),
        ("It reaches an accuracy of 71.2% and 83.4%.", ["absolute", "absolute"]),
    ],
)
def test_a_list_is_of_one_kind(sentence: str, kinds: list[str]) -> None:
    text = f"FooNet\n{sentence}"
    found = Findings(text, text, sentences=list(find_sentences(text)))
    paper = read_paper(found)
    sentences = [sentence_of_numbers(paper, context) for context in contexts(found)]
    made = [kind for one in sentences for kind in kinds_of(one).values()]
    assert made == kinds


@pytest.mark.parametrize(
    ("sentence", "method"),
    [
        ("FooNet reaches 83.8% top-1 accuracy on ImageNet.", "FooNet"),
        ("Compared with ResNet-50, top-1 accuracy on ImageNet grows by 2.3%.", "FooNet"),
        ("Top-1 accuracy on ImageNet is 2.3% higher.", "FooNet"),
        # near miss: another's number
        ("ResNet-50 reaches 76.1% top-1 accuracy on ImageNet.", "ResNet-50"),
    ],
)
def test_whose_number_it_is(sentence: str, method: str) -> None:
    paper = Paper(
        "title-0000000000",
        "FooNet: Fast Image Classification",
        f"We propose FooNet, a network for image classification. {sentence}",
    )
    (extraction,) = extract([paper])
    assert [result.method for result in extraction.results] == [method]
