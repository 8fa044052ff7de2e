"""The tables that a graph is made of, column by column, and how identifiers are made.

The schemas are the contract between this stage and the exporters, and what ``out/*.parquet``
holds. Rows are sorted by the columns named in :data:`SORTED_BY`, so that equal graphs are
equal bytes.
"""

from __future__ import annotations

import re
import unicodedata

import pyarrow as pa

from paperlattice.extract.records import EntityType, short_hash

_PLACE = pa.struct([("path", pa.string()), ("line", pa.int32())])

_EVIDENCE = [
    pa.field("start", pa.int32(), nullable=False),  # in title + "\n" + abstract, code points
    pa.field("end", pa.int32(), nullable=False),
    pa.field("sentence", pa.int32(), nullable=False),  # index; the title is 0
    pa.field("sentence_start", pa.int32(), nullable=False),
    pa.field("sentence_end", pa.int32(), nullable=False),
    pa.field("confidence", pa.float64(), nullable=False),  # probability, 4 decimals
    pa.field("component", pa.string(), nullable=False),
]


def _text(name: str) -> pa.Field:
    return pa.field(name, pa.string(), nullable=False)


SCHEMAS: dict[str, pa.Schema] = {
    # One row a paper.
    "papers": pa.schema(
        [
            _text("id"),  # arxiv-2106.09685, doi-…, title-…
            _text("title"),
            _text("abstract"),
            pa.field("authors", pa.list_(pa.string()), nullable=False),
            pa.field("author_count", pa.int32()),
            pa.field("organisation_handle", pa.string()),
            pa.field("organisation_name", pa.string()),
            pa.field("date", pa.date32()),
            _text("date_precision"),  # day, month, year
            pa.field("date_inferred", pa.bool_(), nullable=False),
            pa.field("comments", pa.int32()),
            pa.field("arxiv_id", pa.string()),
            pa.field("doi", pa.string()),
            pa.field("url", pa.string()),
            pa.field("venue", pa.string()),
            pa.field("keywords", pa.list_(pa.string()), nullable=False),
            pa.field("places", pa.list_(_PLACE), nullable=False),
        ]
    ),
    # One row an entity: (type, key) is its identity.
    "entities": pa.schema(
        [
            _text("id"),  # method/low-rank-adaptation-3f2a91c0d1
            _text("type"),
            _text("key"),  # canonical key
            _text("name"),  # preferred label
            pa.field("aliases", pa.list_(pa.string()), nullable=False),  # other labels, sorted
            pa.field("papers", pa.int32(), nullable=False),  # in how many papers
            pa.field("higher_is_better", pa.bool_()),  # of metrics, where known
        ]
    ),
    # One row a place where a paper names an entity.
    "mentions": pa.schema(
        [_text("paper"), _text("entity"), *_EVIDENCE, _text("surface"), _text("role")]
    ),
    # One row a typed edge paper -> entity: the statement that all its mentions support.
    "statements": pa.schema(
        [
            _text("paper"),
            _text("entity"),
            _text("role"),  # proposed if any mention says so
            pa.field("mentions", pa.int32(), nullable=False),
            pa.field("weight", pa.float64(), nullable=False),  # see graph/links.py
            pa.field("confidence", pa.float64(), nullable=False),
        ]
    ),
    # One row a web address in a paper.
    "urls": pa.schema([_text("paper"), _text("kind"), _text("url"), *_EVIDENCE]),
    # One row a reported number.
    "results": pa.schema(
        [
            _text("id"),  # paper id, "-", 10 hex digits
            _text("paper"),
            _text("value"),  # as written
            pa.field("number", pa.string()),  # xsd:decimal lexical form; null for a range
            _text("unit"),
            _text("kind"),  # absolute, gain, ratio
            pa.field("metric", pa.string()),  # entity ids
            pa.field("dataset", pa.string()),
            pa.field("method", pa.string()),
            *_EVIDENCE,
        ]
    ),
    # One row a link between two papers; source < target.
    "links": pa.schema(
        [_text("source"), _text("target"), pa.field("weight", pa.float64(), nullable=False)]
    ),
    # Why: one row an entity that a linked pair shares; contributions add up to the weight.
    "contributions": pa.schema(
        [
            _text("source"),
            _text("target"),
            _text("entity"),
            pa.field("contribution", pa.float64(), nullable=False),
        ]
    ),
}

SORTED_BY: dict[str, tuple[str, ...]] = {
    "papers": ("id",),
    "entities": ("id",),
    "mentions": ("paper", "start", "end", "entity"),
    "statements": ("paper", "entity"),
    "urls": ("paper", "start", "url"),
    "results": ("paper", "start", "id"),
    "links": ("source", "target"),
    "contributions": ("source", "target", "entity"),
}


def slug(name: str, *, longest: int = 60) -> str:
    """Make the part of an identifier that is for people: ASCII letters, digits, hyphens.

    >>> slug("C++ & Café (v2)")
    'c-cafe-v2'
    >>> slug("数据")
    'x'
    """
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_name).strip("-")[:longest].rstrip("-") or "x"


def entity_id(entity_type: EntityType, key: str, name: str) -> str:
    """Mint the identifier of an entity: its type, a slug for people, a hash for identity.

    The hash is over type and canonical key alone, so "C" and "C++" stay apart.

    >>> entity_id(EntityType.METHOD, "low rank adaptation", "Low-Rank Adaptation")
    'method/low-rank-adaptation-b7d1f7b723'
    """
    return f"{entity_type}/{slug(name)}-{short_hash(entity_type, key)}"
