"""Content negotiation: which of the types that we can give is wanted most.

Source: https://www.rfc-editor.org/rfc/rfc9110#name-accept
"""

from __future__ import annotations

from collections.abc import Sequence

#: Names that clients send for types that have a better one.
_SYNONYMS = {
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/xml": "application/sparql-results+xml",
    "application/x-turtle": "text/turtle",
    "text/plain": "application/n-triples",
    "text/ntriples": "application/n-triples",
    "application/xhtml+xml": "text/html",
}


def negotiate(accept: str, offered: Sequence[str]) -> str | None:
    """The offered type that is wanted most, the first of equals; None where none is accepted.

    accept: the header as it came; empty means anything.

    >>> negotiate("text/csv;q=0.5, application/sparql-results+xml", ["text/csv", "text/html"])
    'text/csv'
    >>> negotiate("image/png", ["text/csv"]) is None
    True
    """
    ranges = _ranges(accept)
    weights = [max(_weigh(type_, ranges), _weigh_synonyms(type_, ranges)) for type_ in offered]
    best = max(weights, default=0.0)
    return offered[weights.index(best)] if best > 0 else None


def _ranges(accept: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in accept.split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip().lower() == "q":
                try:
                    weight = min(max(float(value), 0.0), 1.0)
                except ValueError:
                    weight = 0.0
        if name:
            found[name.lower()] = weight
    return found or {"*/*": 1.0}


def _weigh(type_: str, ranges: dict[str, float]) -> float:
    for name in (type_, f"{type_.partition('/')[0]}/*", "*/*"):
        if name in ranges:
            return ranges[name]
    return 0.0


def _weigh_synonyms(type_: str, ranges: dict[str, float]) -> float:
    # A little less, so that the proper name wins where both are sent.
    return max((ranges.get(s, 0.0) - 1e-6 for s, t in _SYNONYMS.items() if t == type_), default=0.0)
