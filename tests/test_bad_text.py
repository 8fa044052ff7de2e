"""Text that is not what it should be: evidence stays valid, and time stays linear."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperlattice.extract.candidates import findings
from paperlattice.extract.pipeline import build_pipeline, extract
from paperlattice.extract.records import Extraction, Paper

ABSTRACT = (
    "We propose FooNet, a graph neural network (GNN) for node classification. On Cora, FooNet "
    "improves accuracy by 2.4%. Code: https://github.com/lab/foonet."
)


def run(abstract: str, title: str = "FooNet: Fast Node Classification") -> Extraction:
    (extraction,) = extract([Paper("title-0000000000", title, abstract)])
    return extraction


def check(extraction: Extraction) -> None:
    text = extraction.paper.text
    evidence = [m.evidence for m in extraction.mentions]
    evidence += [u.evidence for u in extraction.urls]
    evidence += [r.evidence for r in extraction.results]
    for e in evidence:
        assert 0 <= e.sentence_start <= e.start < e.end <= e.sentence_end <= len(text)
        assert text[e.start : e.end].strip() == text[e.start : e.end] != ""
    starts = [m.evidence.start for m in extraction.mentions]
    assert starts == sorted(starts)


@pytest.mark.parametrize(
    "abstract",
    [
        "",
        " ",
        ".",
        "\n\n\n",
        "\x00\x01\x02",
        "本文提出一种新的图神经网络方法，在多个数据集上取得了最好的结果。",
        "Мы предлагаем новый метод обучения нейронных сетей без учителя.",
        "نقترح طريقة جديدة لتعلم الشبكات العصبية",
        r"We use $\mathcal{L}_{\text{reg}}$ and \textbf{FooNet} with $\alpha = 0.5\%$.",
        "FooNet &amp; BarNet &lt;b&gt;win&lt;/b&gt; by 3% on CIFAR-10.",
        "<script>alert(1)</script> <img src=x onerror=alert(1)>",
        "((((((((((((((((((((",
        "https://",
        "http://http://http://",
        "%%%%%% 5% %%",
        "\u202eFooNet\u202c \u200fCora\u200e",
        "e\u0301 FooNe\u0301t",
        "\U0001f680" * 50,
        "A" * 5000,
    ],
)
def test_anything_goes(abstract: str) -> None:
    check(run(abstract))
    check(run(abstract, title=abstract))
    check(run(ABSTRACT + " " + abstract))


@pytest.mark.parametrize("sign", ["\U0001f680", "\u200f", "é", "数", "\U0001d4d5", "\u202e"])
def test_offsets_count_code_points(sign: str) -> None:
    plain, shifted = run(ABSTRACT), run(f"{sign} {ABSTRACT}")
    names = {(m.name, m.evidence.start + 2) for m in plain.mentions if m.evidence.sentence > 0}
    assert {("Cora", plain.paper.text.index("Cora") + 2)} <= names
    assert names <= {(m.name, m.evidence.start) for m in shifted.mentions}
    check(shifted)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=20),
            st.sampled_from(
                ["FooNet", "ImageNet", "accuracy of 83.8%", "(GNN)", "graph neural network", ". We",
                 "https://github.com/a/b", r"\href{", "}", "propose", "$", "5x", ":", "\n"]
            ),
        ),
        max_size=40,
    )
)  # fmt: skip
def test_evidence_is_always_valid(pieces: list[str]) -> None:
    check(run(" ".join(pieces)))


MEGABYTE = 1_000_000


@pytest.mark.parametrize(
    "unit",
    [
        "a", "A", "a ", "Ab ", "-", "a-", "(", ")", "()", "(A", "https://a.b/", "a.com/", "1", "1,",
        "1.", "1%", "1-", "~", "$", "\\", "{", "{}", ". ", ".", "@", "a@", "a/b ", "we propose A ",
        "A (B) ", "\n", " ", "数", "https://github.com/a/b{", "code at ", "up to 3% on A ",
    ],
)  # fmt: skip
def test_time_is_linear(unit: str) -> None:
    text = unit * (MEGABYTE // 20 // len(unit))
    begin = time.process_time()
    check(run(text, title="T"))
    # A pattern that backtracks, or anything quadratic, takes minutes here.
    assert time.process_time() - begin < 20


def test_a_megabyte() -> None:
    text = (ABSTRACT + " ") * (MEGABYTE // len(ABSTRACT))
    extraction = run(text)
    check(extraction)
    assert {u.url for u in extraction.urls} == {"https://github.com/lab/foonet"}
    assert {m.name for m in extraction.mentions} >= {"FooNet", "Cora"}


def test_spacy_tokens_of_a_long_run() -> None:
    nlp = build_pipeline()
    text = f"FooNet {'x' * 30_000} {'(' * 30_000} on Cora"
    doc = nlp(text)
    assert doc.text == text
    assert findings(doc).words[0].folded == "foonet"
