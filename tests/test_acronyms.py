"""Definitions of acronyms."""

from __future__ import annotations

import pytest

from paperlattice.extract.acronyms import find_definitions
from paperlattice.extract.pipeline import extract
from paperlattice.extract.records import Paper


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("We use low-rank adaptation (LoRA).", [("low-rank adaptation", "LoRA")]),
        (
            "a Cascade Group Strip Mixing Module (CGSMM)",
            [("Cascade Group Strip Mixing Module", "CGSMM")],
        ),
        ("Large language models (LLMs) are", [("Large language models", "LLMs")]),
        ("Graph Neural Networks [GNNs]", [("Graph Neural Networks", "GNNs")]),
        ("retrieval-augmented generation (RAG; new)", [("retrieval-augmented generation", "RAG")]),
        ("Mean Average Precision (mAP)", [("Mean Average Precision", "mAP")]),
        ("LoRA (low-rank adaptation) is", [("low-rank adaptation", "LoRA")]),
        ("the proposed Self-Attention (SA) is", [("Self-Attention", "SA")]),
        # near misses
        ("it works (see Table 2)", []),
        ("we win (In 2020)", []),
        ("a large margin (LLM)", []),
        ("a model (FooNet)", []),
        ("(RAG)", []),
        ("of the (OT)", []),
        ("a test. The Big Net (TTBN)", []),
        ("", []),
    ],
)
def test_definitions(text: str, pairs: list[tuple[str, str]]) -> None:
    found = [
        (text[d.long_start : d.long_end], text[d.short_start : d.short_end])
        for d in find_definitions(text)
    ]
    assert found == pairs


@pytest.mark.parametrize(
    ("sentence", "short", "name"),
    [
        # The lexicon knows another long form, and the paper says what it means.
        ("We present live music models (LMMs) that play along.", "LMMs", "live music models"),
        ("We train graded action networks (GAN) on a piano.", "GAN", "graded action networks"),
        # It means what the lexicon knows, in other words, or a kind of it.
        ("Large Multi-Modality Models (LMMs) see.", "LMMs", "multimodal large language model"),
        ("We use supervised finetuning (SFT).", "SFT", "supervised fine-tuning"),
        ("We use convolution neural networks (CNNs).", "CNNs", "convolutional neural network"),
        ("We use deep convolutional neural nets (CNN).", "CNN", "convolutional neural network"),
    ],
)
def test_what_a_paper_defines_wins_over_the_lexicon(sentence: str, short: str, name: str) -> None:
    text = f"{sentence} Later we compare {short} to older work, and {short} is ahead of it."
    (found,) = extract([Paper("title-0000000000", "A Work", text)])
    named = {
        m.name
        for m in found.mentions
        if found.paper.text[m.evidence.start : m.evidence.end] == short
    }
    assert named == {name}
