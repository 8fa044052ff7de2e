"""Definitions of acronyms."""

from __future__ import annotations

import pytest

from paperlattice.extract.acronyms import find_definitions


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
