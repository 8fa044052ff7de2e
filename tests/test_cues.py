"""Names that the words about them give away, and names that a text introduces."""

from __future__ import annotations

import pytest

from paperlattice.extract.cues import find_cues
from paperlattice.extract.introduced import find_introduced


@pytest.mark.parametrize(
    ("text", "cues"),
    [
        ("on benchmarks such as Foo-1, BarQA, and Baz", ["dataset Foo-1", "dataset BarQA", "dataset Baz"]),
        ("datasets: Foo and Bar.", ["dataset Foo", "dataset Bar"]),
        ("evaluated on Foo and the BarQA.", ["dataset Foo", "dataset BarQA"]),
        ("the Foo Bar dataset", ["dataset Foo Bar"]),
        ("in terms of mean recall and FID", ["metric mean recall", "metric FID"]),
        ("gets 83.8% top-1 accuracy", ["metric top-1 accuracy"]),
        ("tasks such as image editing and sorting", ["task image editing", "task sorting"]),
        ("the task of code search", ["task code search"]),
        ("baselines such as FooNet and BarNet", ["method FooNet", "method BarNet"]),
        ("with Qwen2.5-VL-7B-Instruct.", ["method Qwen2.5-VL-7B-Instruct", "method Qwen2.5-VL-7B"]),
        ("the Claude 3.5 Sonnet", ["method Claude 3.5 Sonnet"]),
        ("a FooLM-13B", ["method FooLM-13B"]),
        # near misses
        ("on several datasets that are new", []),
        ("we train on it", []),
        ("a swing, a gemini, a clip", []),
        ("", []),
    ],
)  # fmt: skip
def test_cues(text: str, cues: list[str]) -> None:
    assert [f"{c.type} {text[c.start : c.end]}" for c in find_cues(text)] == cues


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("FooNet: Fast Nets\nText.", ["method FooNet"]),
        ("FooBench: A Benchmark of Nets\nText.", ["dataset FooBench"]),
        ("T\nWe propose FooNet, a fast net.", ["method FooNet"]),
        ("T\nThis paper introduces FooQA, a dataset of it.", ["dataset FooQA"]),
        ("T\na fast net, dubbed FooNet, wins.", ["method FooNet"]),
        ("T\na metric called FooScore.", ["metric FooScore"]),
        # near misses
        ("A study: nets are fast\nText.", []),
        ("T\nWe propose a fast net.", []),
        ("T\nWe present results.", []),
        ("", []),
    ],
)
def test_introduced(text: str, names: list[str]) -> None:
    assert [f"{i.type} {text[i.start : i.end]}" for i in find_introduced(text)] == names
