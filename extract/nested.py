"""Which names belong to others: those inside longer ones, and those with an empty word more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from paperlattice.extract.words import fold

# Words that say what sort of thing a name stands for, and nothing of which one it is: beside
# "Strip-MLP", "Strip-MLP models" is no second method. Of what readers marked, "X model" beside
# "X" was another entity in 2 of 63 cases, "X agent" in 9 of 15, so that "agent" is no such word.
_SORTS = {
    "method": "model method framework algorithm architecture baseline mechanism technique strategy "
    "backbone approach module family variant series checkpoint",
    "dataset": "dataset benchmark corpus suite",
    "metric": "score metric value",
    "task": "task problem",
}
_EMPTY = {
    "method": "pretrained pre trained standard vanilla plain traditional conventional original "
    "existing simple basic naive proposed",
    "dataset": "",
    "metric": "overall",
    "task": "standard existing challenging",
}
_LAST = {kind: frozenset(fold(words)) for kind, words in _SORTS.items()}
_FIRST = {kind: frozenset(fold(words)) for kind, words in _EMPTY.items()}


def find_bare(
    names: Sequence[Iterable[tuple[str, ...]]], kinds: Sequence[str], own: Sequence[bool]
) -> dict[int, int]:
    """Give for each name that is another one with empty words about it that other one.

    names: of each name, its forms as folded words. kinds: the type of each; only names of one
    type are compared. own: whether a name is known to be one by itself, and is left alone.

    >>> find_bare([[("unet",)], [("standard", "unet", "model")]], ["method"] * 2, [False] * 2)
    {1: 0}
    """
    by_form: dict[tuple[str, tuple[str, ...]], int] = {}
    for number, forms in enumerate(names):
        for form in forms:
            by_form.setdefault((kinds[number], form), number)
    bare: dict[int, int] = {}
    for number, forms in enumerate(names):
        if own[number]:
            continue
        found = {_barer(form, kinds[number], by_form) for form in forms}
        if len(found) == 1 and (other := found.pop()) not in (None, number):
            bare[number] = other
    return {number: _outermost(bare, number) for number in sorted(bare)}


def _barer(
    form: tuple[str, ...], kind: str, by_form: Mapping[tuple[str, tuple[str, ...]], int]
) -> int | None:
    """Give the name that is left when empty words go, last ones first."""
    while len(form) > 1:
        if form[-1] in _LAST[kind]:
            form = form[:-1]
        elif form[0] in _FIRST[kind]:
            form = form[1:]
        else:
            return None
        if (kind, form) in by_form:
            return by_form[kind, form]
    return None


def find_hosts(
    places: Sequence[Sequence[tuple[int, int]]], kinds: Sequence[tuple[str, float]]
) -> dict[int, int]:
    """Give for each name that stands only inside others of its type the one it belongs to.

    places: of each name, the ranges ``[first, last)`` of words where it stands. kinds: of each
    name, its type and confidence. Of several others, the one that holds most of its places, then
    the surer, then the earlier, is its host; a host is never itself inside another.

    >>> find_hosts([[(0, 3)], [(1, 3)], [(5, 6)]], [("a", 0.9), ("a", 0.5), ("a", 0.5)])
    {1: 0}
    """
    # Outer ranges before the inner ones that start with them: what holds a range is then among
    # those that are still open when it starts.
    ordered = sorted(
        (first, -last, number) for number, at in enumerate(places) for first, last in at
    )
    held: dict[int, Counter[int]] = {}
    inside: Counter[int] = Counter()
    open_ranges: list[tuple[int, int]] = []
    for first, negative, number in ordered:
        last = -negative
        open_ranges = [(end, other) for end, other in open_ranges if end > first]
        outer = {
            other
            for end, other in open_ranges
            if end >= last and other != number and kinds[other][0] == kinds[number][0]
        }
        if outer:
            inside[number] += 1
            held.setdefault(number, Counter()).update(outer)
        open_ranges.append((last, number))
    longest = [max((last - first for first, last in at), default=0) for at in places]
    hosts = {}
    for number, others in held.items():
        # Only a longer name holds another, so that no two are inside each other.
        longer = [other for other in others if longest[other] > longest[number]]
        if longer and inside[number] == len(places[number]):
            hosts[number] = max(longer, key=lambda o: (others[o], kinds[o][1], -o))
    return {number: _outermost(hosts, number) for number in sorted(hosts)}


def _outermost(hosts: dict[int, int], number: int) -> int:
    while number in hosts:
        number = hosts[number]
    return number
