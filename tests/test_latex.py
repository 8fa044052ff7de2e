"""What is left of LaTeX in a text is shown as a reader expects, and offsets stay as they were."""

import json
from pathlib import Path

import pytest

from paperlattice.export.pages.latex import edits, readable

CASES = json.loads((Path(__file__).parent / "latex_cases.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("text", "shown"), CASES)
def test_latex_is_readable(text: str, shown: str) -> None:
    assert readable(text) == shown


@pytest.mark.parametrize("text", [text for text, _ in CASES])
def test_pieces_make_up_the_whole(text: str) -> None:
    made = edits(text)
    for middle in range(len(text) + 1):
        pieces = readable(text, 0, middle, made) + readable(text, middle, len(text), made)
        assert pieces == readable(text)


def test_a_mark_inside_of_a_command_keeps_its_words() -> None:
    text = r"We train \textbf{ZedNet} to 48.4\%."
    start = text.index("ZedNet")
    assert readable(text, start, start + 6) == "ZedNet"
    assert readable(text, 0, start) == "We train "
    assert readable(text, start + 6) == " to 48.4%."
