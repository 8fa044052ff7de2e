"""Names of a family: what a name says of size, version, split or variant, and what is left.

"LLaMA-2 7B" is LLaMA-2 in one size, LLaMA-2 is LLaMA in one version. Only the name is read;
whether a wider name is an entity of the corpus is for the caller to see.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from paperlattice.extract.records import EntityType
from paperlattice.graph.keys import plain


class Wider(NamedTuple):
    """A wider name, and in what the narrower one differs from it."""

    name: str
    difference: str


_JOINT: Final = r"[-\s_/]+"
_METHOD_SIZES: Final = (
    "tiny|mini|nano|micro|small|medium|base|large|huge|giant|xl|xxl|xs|xxs|lite|light"
)
_METHOD_VARIANTS: Final = (
    "instruct|chat|turbo|pro|plus|max|ultra|flash|preview|thinking|coder|math|vl|vision|omni|"
    "audio|it|zero|uncased|cased|multilingual|distill|next|ssd|hd|video|image|edit"
)
_DATASET_SPLITS: Final = (
    "train|training|val|validation|dev|test|minival|test-dev|testdev|test-clean|test-other|"
    "dev-clean|dev-other|val-seen|val-unseen|test-std"
)
_DATASET_VARIANTS: Final = (
    "verified|lite|pro|mini|hard|full|plus|extended|redux|diamond|multilingual|multimodal|"
    "medium|large|small|tiny|base|live|clean|noisy|sketch|lt|video|m"
)
# Each rule: what to take off the end of a name, for which types, and what that tells.
_RULES: Final[tuple[tuple[frozenset[EntityType], str, re.Pattern[str]], ...]] = tuple(
    (frozenset(types), difference, re.compile(pattern))
    for types, difference, pattern in (
        ({EntityType.METHOD}, "size", rf"(?i){_JOINT}\d+(?:\.\d+)?\s?[bm](?:{_JOINT}a\d+b)?\Z"),
        ({EntityType.METHOD}, "size", rf"(?i){_JOINT}(?:{_METHOD_SIZES})\Z"),
        ({EntityType.METHOD}, "size", r"-[SBLHTMG]\Z|/(?:8|14|16|32)\Z"),
        ({EntityType.METHOD}, "variant", rf"(?i){_JOINT}(?:{_METHOD_VARIANTS})\Z"),
        ({EntityType.METHOD}, "variant", r"(?<=\d)[oV]\Z"),
        ({EntityType.METHOD, EntityType.DATASET}, "version", rf"(?i){_JOINT}?(?<![a-z])v\d+(?:\.\d+)*\Z"),
        ({EntityType.METHOD, EntityType.DATASET}, "version", r"(?<=[A-Za-z]{3})[vV]\d+(?:\.\d+)*\Z"),
        ({EntityType.DATASET}, "split", rf"(?i){_JOINT}(?:{_DATASET_SPLITS})\d*\Z"),
        ({EntityType.DATASET}, "size", rf"(?i){_JOINT}\d+(?:\.\d+)?[kmb]\Z"),
        ({EntityType.DATASET}, "variant", rf"(?i){_JOINT}(?:{_DATASET_VARIANTS})\Z"),
        ({EntityType.DATASET}, "variant", r"-[A-Z]\Z"),
        ({EntityType.METRIC}, "variant", r"(?i)\s?@\s?(?:\d+|k)\Z|-[1-4L]\Z|(?<=[a-z]p)\d{2}\Z"),
        (
            {EntityType.METHOD, EntityType.DATASET},
            "version",
            rf"{_JOINT}\d+(?:\.\d+)*\Z|(?<=[A-Za-z]{{3}})\d+(?:\.\d+)*\Z",
        ),
    )
)  # fmt: skip
# Few names end in what any of the rules takes off; the others are known by a look at the end.
_MAY_END: Final = re.compile(
    r"(?:\d|"
    rf"[-\s_/](?:{_METHOD_SIZES}|{_METHOD_VARIANTS}|{_DATASET_SPLITS}|{_DATASET_VARIANTS}|[a-z]|"
    r"a?\d+(?:\.\d+)?\s?[kmb])|\d[ov]|@\s?k)\Z",
    re.IGNORECASE,
)
_ENDING: Final = 24
_POSSESSIVE: Final = re.compile(r"['’]s?\Z")
_LETTERS = re.compile(r"[^\W\d_]")


def wider_names(entity_type: EntityType, name: str) -> Iterator[Wider]:
    """Yield ever wider names, the nearest first.

    >>> [wider.name for wider in wider_names(EntityType.METHOD, "LLaMA-2 7B")]
    ['LLaMA-2', 'LLaMA']
    >>> list(wider_names(EntityType.DATASET, "ImageNet-1K"))
    [Wider(name='ImageNet', difference='size')]
    >>> list(wider_names(EntityType.METHOD, "T5")), list(wider_names(EntityType.TASK, "part 2"))
    ([], [])
    """
    name = _bare(name)
    if not _may_end(name):
        return
    while True:
        for types, difference, ending in _RULES:
            if entity_type not in types:
                continue
            shorter = ending.sub("", name)
            # RL-PLUS is no variant of RL: so short a name tells nothing of a family.
            fewest = 3 if difference == "variant" and entity_type is not EntityType.METRIC else 2
            if shorter != name and len(_LETTERS.findall(shorter)) >= fewest:
                name = shorter
                yield Wider(name, difference)
                break
        else:
            return


def are_members(entity_type: EntityType, one: str, other: str) -> bool:
    """Whether two names are different members of one family, one perhaps the whole family.

    >>> are_members(EntityType.METHOD, "StyleGAN2", "StyleGAN")
    True
    >>> are_members(EntityType.DATASET, "CIFAR-100-C", "CIFAR-10-C")
    True
    >>> are_members(EntityType.DATASET, "ILSVRC 2012", "ImageNet")
    False
    """
    if not may_be_member(one) and not may_be_member(other):
        return False
    ones = {_folded(one), *(_folded(w.name) for w in wider_names(entity_type, one))}
    others = {_folded(other), *(_folded(w.name) for w in wider_names(entity_type, other))}
    return _folded(one) != _folded(other) and bool(ones & others)


def _bare(name: str) -> str:
    return _POSSESSIVE.sub("", plain(name).strip())


@lru_cache(maxsize=1 << 14)
def may_be_member(name: str) -> bool:
    """Whether a name ends in what may tell it from its family; where not, there is none wider."""
    return _may_end(_bare(name))


def _may_end(name: str) -> bool:
    return _MAY_END.search(name, max(len(name) - _ENDING, 0)) is not None


def _folded(name: str) -> str:
    return re.sub(r"[\W_]+", "", plain(name)).casefold()
