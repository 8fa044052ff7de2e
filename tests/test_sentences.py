r"""Sentence boundaries, and the words that names are compared by."""

from __future__ import annotations

import pytest

from paperlattice.extract.sentences import find_sentences, sentence_of
from paperlattice.extract.words import find_words, fold


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("T\nOne. Two! Three?", ["T", "One.", "Two!", "Three?"]),
        ("A title. With a stop\nOne.", ["A title. With a stop", "One."]),
        ("T\nIt is 3.5 times, v1.2. It is.", ["T", "It is 3.5 times, v1.2.", "It is."]),
        ("T\nBy Li et al. (2020) it is.", ["T", "By Li et al. (2020) it is."]),
        ("T\nWe, e.g. Bob, ran Fig. 2 vs. Tab. 3.", ["T", "We, e.g. Bob, ran Fig. 2 vs. Tab. 3."]),
        ("T\nBy J. Smith. He is.", ["T", "By J. Smith.", "He is."]),
        ("T\nAt https://a.b/c.d now. Yes.", ["T", "At https://a.b/c.d now.", "Yes."]),
        ('T\nIt "ends." (It does.) Yes.', ["T", 'It "ends."', "(It does.)", "Yes."]),
        ("T\nall is fine. 🚀 It is.", ["T", "all is fine.", "🚀 It is."]),
        ("One line. No title.", ["One line.", "No title."]),
        ("T\n", ["T"]),
        ("", []),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert [text[start:end] for start, end in find_sentences(text)] == sentences


def test_sentence_of_an_offset() -> None:
    ranges = [(0, 5), (6, 10), (12, 20)]
    assert [sentence_of(ranges, at) for at in (0, 4, 6, 11, 12, 30)] == [0, 0, 1, 1, 2, 2]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Self-attention layers", "self attention layer", True),
        ("k-Nearest Neighbours", "K nearest neighbour", True),
        ("GANs", "GAN", True),
        ("ViTs", "ViT", True),
        ("analyses", "analysis", False),
        ("loss", "los", False),
        ("bias", "bia", False),
        ("VITS", "ViT", False),
        ("C++", "C", False),
        ("A*", "A", False),
        ("GPT-3.5", "GPT-3", False),
        ("studies", "study", True),
    ],
)
def test_fold(one: str, other: str, same: bool) -> None:
    assert (fold(one) == fold(other)) is same


def test_words_quote_their_text() -> None:
    text = "Graph-based CNNs, v1.5 and C++ (pass@1)."
    assert [text[w.start : w.end] for w in find_words(text)] == [
        "Graph", "based", "CNNs", "v1.5", "and", "C++", "pass@1",
    ]  # fmt: skip
