"""The lexicon: its data files are sound, and its names are found where they are meant."""

from __future__ import annotations

from collections import Counter

import pytest

from paperlattice.extract.lexicon import entries, find_known
from paperlattice.extract.records import EntityType
from paperlattice.extract.words import find_words, fold


def names(text: str) -> list[str]:
    return [e.name for hit in find_known(text, list(find_words(text))) for e in hit.entries]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We train ResNets on ImageNet.", ["ResNet", "ImageNet"]),
        ("mean average precision", ["mAP"]),
        ("Self Attention", ["self-attention"]),
        ("the GLUE benchmark", ["GLUE"]),
        ("optimised by Adam", ["Adam"]),
        ("a vision-language model", ["vision-language model"]),
        ("a large vision-language model", ["vision-language model"]),
        # near misses: the same letters as words of English
        ("we glue the parts", []),
        ("a spider sat by adam", []),
        ("it shows that sam ran", []),
        ("", []),
    ],
)
def test_finds(text: str, found: list[str]) -> None:
    assert names(text) == found


def test_homographs_are_both_offered() -> None:
    text = "an MAE of 0.3"
    (hit,) = find_known(text, list(find_words(text)))
    assert {e.type for e in hit.entries} == {EntityType.METHOD, EntityType.METRIC}


def test_rows_are_sound() -> None:
    rows = entries()
    assert len(rows) > 2_500
    twice = [n for n, k in Counter((e.type, e.name) for e in rows).items() if k > 1]
    assert twice == []
    for entry in rows:
        for name in (entry.name, *entry.aliases):
            assert name == name.strip()
            assert fold(name), name
        assert entry.name not in entry.aliases, entry


def test_direction_of_metrics() -> None:
    known = {e.name: e.higher_is_better for e in entries() if e.type is EntityType.METRIC}
    names = ("accuracy", "WER", "perplexity", "FID", "mIoU", "latency")
    better = {name: known[name] for name in names}
    assert better == {
        "accuracy": True,
        "WER": False,
        "perplexity": False,
        "FID": False,
        "mIoU": True,
        "latency": False,
    }
