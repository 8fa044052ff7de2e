import pytest
import spacy

from paperlattice.extract.scoring import fold_form
from paperlattice.extract.spans import find_spans, fold_token, form_of


def spans_of(text: str) -> list[str]:
    doc = spacy.blank("en")(text)
    words = [token.text for token in doc]
    spaces = [bool(token.whitespace_) for token in doc]
    return [doc[start:end].text for start, end in find_spans(words, spaces)]


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("We train a graph attention network.", "graph attention network", True),
        ("We train a graph attention network.", "attention network", True),
        ("We train a graph attention network.", "a graph", False),  # an article does not begin
        ("The area under the curve rose.", "area under the curve", False),  # "under" parts
        ("The rate of return rose.", "rate of return", True),
        ("The rate of return rose.", "rate of", False),  # a preposition does not end
        ("few-shot learning", "few-shot learning", True),
        ("few people learn", "few people", False),  # the quantifier
        ("ResNet, VGG", "ResNet, VGG", False),  # a comma parts
        ("C++ and Q*", "C++", True),
        ("see https://example.org/x now", "see https://example.org/x", False),
        ("one two three", "two three", False),
        ("a b c d e f g h i", "b c d e f g h i", False),  # eight words are too many
    ],
)
def test_candidates(text: str, name: str, found: bool) -> None:
    assert (name in spans_of(text)) is found


@pytest.mark.parametrize(
    "text",
    [
        "Image-Text Models",
        "CIFAR-100",
        "the F1 scores",
        "bias loss",
        "state-of-the-art systems",
        "C++",
        "$k$-means",
        "analysis",
        "GPT-4's answers",
        "top-1 accuracy",
    ],
)
def test_forms_are_equal_where_names_are(text: str) -> None:
    doc = spacy.blank("en")(text)
    folded = [fold_token(token.text) for token in doc]
    spaces = [bool(token.whitespace_) for token in doc]
    assert form_of(folded, spaces, 0, len(doc)) == fold_form(text)


def test_no_words_no_spans() -> None:
    assert find_spans([], []).shape == (0, 2)
    assert form_of(["", ""], [True, True], 0, 2) == ""
