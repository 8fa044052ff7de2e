"""Which names stand only inside longer ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence


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
