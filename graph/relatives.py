"""Names that are near each other and not one: what is narrower, wider or something else.

The lexicon of the extraction finds a name in a text by whatever is close enough to be marked:
"tumor segmentation" under "medical image segmentation". For identity that is not enough. Two
names are different where they are members of one family (:mod:`paperlattice.graph.families`);
where one is the other with more words before it ("few-shot object detection" is a kind of
object detection); and where a row of ``relatives.tsv``, written by hand, says so.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Final

from paperlattice.extract.records import EntityType
from paperlattice.graph.families import Wider, are_members, may_be_member, wider_names
from paperlattice.graph.keys import canonical_key, plain, singular

#: How a kind differs from what it is a kind of.
KIND: Final = "kind"
# Words that add nothing: automatic speech recognition is speech recognition.
_EMPTY: Final = frozenset(
    [
        "automatic",
        "automated",
        "neural",
        "novel",
        "new",
        "general",
        "the",
        "a",
        "an",
        "our",
        "proposed",
        "existing",
        "standard",
        "vanilla",
        "plain",
        "basic",
        "simple",
        "naive",
        "original",
        "traditional",
        "conventional",
        "classical",
        "modern",
        "recent",
        "typical",
        "various",
        "different",
    ]
)
_ARTICLES: Final = frozenset({"the", "a", "an"})
# Of these types a longer name is a kind of the shorter; MS COCO is no kind of COCO.
_COMPOUNDS: Final = frozenset({EntityType.METHOD, EntityType.TASK})


_WORD: Final = re.compile(r"[^\W_]+")


@lru_cache(maxsize=1 << 14)
def _words(name: str) -> tuple[str, ...]:
    words = _WORD.findall(plain(name))
    return tuple(word.lower() for word in [*words[:-1], singular(words[-1])]) if words else ()


def is_kind_of(entity_type: EntityType, narrower: str, wider: str) -> bool:
    """Whether one name is the other with more words before it that tell a kind.

    >>> is_kind_of(EntityType.TASK, "few-shot object detection", "object detection")
    True
    >>> is_kind_of(EntityType.TASK, "automatic speech recognition", "speech recognition")
    False
    """
    if entity_type not in _COMPOUNDS:
        return False
    words, ending = _words(narrower), _words(wider)
    more = words[: len(words) - len(ending)]
    return bool(ending) and bool(more) and words[len(more) :] == ending and not set(more) <= _EMPTY


def are_different(entity_type: EntityType, one: str, other: str) -> bool:
    """Whether two names that the extraction took for one name different things."""
    if are_members(entity_type, one, other):
        return True
    if is_kind_of(entity_type, one, other) or is_kind_of(entity_type, other, one):
        return True
    rows = _read()
    keys = canonical_key(entity_type, one), canonical_key(entity_type, other)
    return (entity_type, *keys) in rows or (entity_type, *keys[::-1]) in rows


def wider_candidates(
    entity_type: EntityType, name: str, key: str, terms: Container[str]
) -> Iterator[Wider]:
    """Yield wider names, the nearest first: of its family, of the table, without first words.

    key: the canonical key of the name. terms: canonical keys without their gaps; a name less its
    first words is left out where it is certainly none of these.
    """
    if may_be_member(name):
        yield from wider_names(entity_type, name)
    yield from _wider_rows().get((entity_type, key), ())
    if entity_type not in _COMPOUNDS:
        return
    words = _words(name)
    if len(words) < 2:
        return
    closed = "".join(words)
    # Mostly the words closed up are the key; but for articles, plurals and other scripts.
    certain = closed.isascii() and singular(words[-1]) == words[-1]
    taken = 0
    for first in range(1, len(words)):
        taken += len(words[first - 1])
        if certain and words[first] not in _ARTICLES and closed[taken:] not in terms:
            continue
        if not set(words[:first]) <= _EMPTY:
            yield Wider(" ".join(words[first:]), KIND)


@cache
def _read() -> Mapping[tuple[EntityType, str, str], str]:
    """Read the table: (type, key of the name, key of the entity) to what it is to it."""
    return {
        (kind, canonical_key(kind, name), canonical_key(kind, entity)): relation
        for kind, name, relation, entity in _rows()
    }


def _rows() -> Iterator[tuple[EntityType, str, str, str]]:
    text = resources.files("paperlattice.graph").joinpath("relatives.tsv").read_text("utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            kind, name, relation, entity = line.split("\t")
            yield EntityType(kind), name, relation, entity


@cache
def _wider_rows() -> Mapping[tuple[EntityType, str], tuple[Wider, ...]]:
    wider: dict[tuple[EntityType, str], tuple[Wider, ...]] = {}
    for kind, name, relation, entity in _rows():
        pair = {"narrower": (name, entity), "wider": (entity, name)}.get(relation)
        if pair is not None:
            key = kind, canonical_key(kind, pair[0])
            wider[key] = (*wider.get(key, ()), Wider(pair[1], KIND))
    return wider
