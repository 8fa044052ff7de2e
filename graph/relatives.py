"""Names that are near each other and not one: what is narrower, wider or something else.

The lexicon of the extraction finds a name in a text by whatever is close enough to be marked:
"tumor segmentation" under "medical image segmentation". For identity that is not enough. Two
names are different where they are members of one family (:mod:`paperlattice.graph.families`);
where one is the other with more words before it ("few-shot object detection" is a kind of
object detection); and where a row of ``relatives.tsv``, written by hand, says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Final

from paperlattice.extract.records import EntityType
from paperlattice.graph.families import Wider, are_members, wider_names
from paperlattice.graph.keys import canonical_key, plain, singular

#: How a kind differs from what it is a kind of.
KIND: Final = "kind"
# Words that add nothing: automatic speech recognition is speech recognition.
_EMPTY: Final = frozenset({"automatic", "automated", "neural", "novel", "general", "the"})
# Of these types a longer name is a kind of the shorter; MS COCO is no kind of COCO.
_COMPOUNDS: Final = frozenset({EntityType.METHOD, EntityType.TASK})


def _words(name: str) -> list[str]:
    words = re.findall(r"[^\W_]+", plain(name))
    return [word.lower() for word in [*words[:-1], singular(words[-1])]] if words else []


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


def wider_candidates(entity_type: EntityType, name: str) -> Iterator[Wider]:
    """Yield wider names, the nearest first: of its family, of the table, without first words."""
    yield from wider_names(entity_type, name)
    yield from _wider_rows().get((entity_type, canonical_key(entity_type, name)), ())
    if entity_type in _COMPOUNDS:
        words = _words(name)
        for first in range(1, len(words)):
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
