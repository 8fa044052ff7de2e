"""Identifiers elsewhere of well-known entities, from a table that is shipped.

``gazetteer.tsv`` holds a row an identifier: type, name, scheme, identifier, where the row was
checked. An entity matches where its type and canonical key are those of a row; the table is
small, for a wrong identifier is worse than none. ``paperlattice.graph.questions.coverage`` says
how much of a graph it covers.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

import pyarrow as pa

from paperlattice.extract.records import EntityType
from paperlattice.graph.identity import Identity, Node
from paperlattice.graph.schema import SCHEMAS

#: The web address of an identifier, by scheme.
SCHEMES: Final = {
    "homepage": "{}",
    "huggingface": "https://huggingface.co/datasets/{}",
    "wikidata": "http://www.wikidata.org/entity/{}",
}


class Row(NamedTuple):
    """One row of the gazetteer; url is worked out from scheme and identifier."""

    type: EntityType
    name: str
    scheme: str
    identifier: str
    url: str
    source: str


@cache
def read_gazetteer() -> tuple[Row, ...]:
    """Read the table that is shipped, in order."""
    text = resources.files("paperlattice.graph").joinpath("gazetteer.tsv").read_text("utf-8")
    rows = []
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        kind, name, scheme, identifier, source = line.split("\t")
        url = SCHEMES[scheme].format(identifier)
        rows.append(Row(EntityType(kind), name, scheme, identifier, url, source))
    return tuple(rows)


def match(entities: Iterable[tuple[str, Node]], identity: Identity) -> pa.Table:
    """Make the table of matches of entities, given as id and node."""
    rows: dict[Node, list[Row]] = {}
    for row in read_gazetteer():
        rows.setdefault(identity.entity(row.type, row.name), []).append(row)
    columns: dict[str, list[str]] = {name: [] for name in SCHEMAS["matches"].names}
    for entity, node in entities:
        for row in rows.get(node, ()):
            values = (entity, row.scheme, row.identifier, row.url, row.source)
            for column, value in zip(columns.values(), values, strict=True):
                column.append(value)
    return pa.table(columns, schema=SCHEMAS["matches"])
