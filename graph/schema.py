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

#: Columns of whatever rests on a place in a paper.
EVIDENCE = [
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
            pa.field("first_paper", pa.string()),  # earliest dated paper; null where none is dated
            pa.field("first_date", pa.date32()),
            pa.field("rise", pa.float64()),  # see graph/trends.py; null where undated
        ]
    ),
    # One row a place where a paper names an entity.
    "mentions": pa.schema(
        [_text("paper"), _text("entity"), *EVIDENCE, _text("surface"), _text("role")]
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
    "urls": pa.schema([_text("paper"), _text("kind"), _text("url"), *EVIDENCE]),
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
            *EVIDENCE,
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
    # Every name of an entity, and what licenses that it is one of its names.
    "names": pa.schema(
        [
            _text("entity"),
            _text("name"),  # as written in papers, or in the table of aliases
            _text("licence"),  # name, spelling, acronym, paper, alias, user alias
            _text("source"),  # a paper that shows it, or FILE:LINE of the row; "" for spelling
            pa.field("papers", pa.int32(), nullable=False),  # that write it so
        ]
    ),
    # Names with more than one meaning: at least two rows a name, one a meaning.
    "homographs": pa.schema(
        [
            _text("name"),  # canonical key of the name
            _text("entity"),
            _text("reason"),  # type, or long form
            pa.field("papers", pa.int32(), nullable=False),  # that mean this entity by it
        ]
    ),
    # LLaMA-2 7B -> LLaMA-2 -> LLaMA: the nearest wider entity that is in the corpus.
    "broader": pa.schema(
        [
            _text("entity"),
            _text("broader"),
            _text("difference"),
        ]  # size, version, split, variant, kind
    ),
    # The same thing elsewhere, from the gazetteer that is shipped.
    "matches": pa.schema(
        [
            _text("entity"),
            _text("scheme"),  # wikidata, huggingface, homepage, arxiv
            _text("identifier"),  # as the scheme writes it
            _text("url"),
            _text("source"),  # where the row was checked
        ]
    ),
    # Typed edges between entities, with the papers that they rest on.
    "relations": pa.schema(
        [
            _text("source"),  # used-with: source < target
            _text("target"),
            _text("kind"),  # evaluated-on, measured-by, used-with
            pa.field("count", pa.int32(), nullable=False),
            pa.field("papers", pa.list_(pa.string()), nullable=False),  # sorted
        ]
    ),
    # One row a community of papers; entities belong to the community that uses them most.
    "communities": pa.schema(
        [
            _text("id"),  # community-1 is the largest
            _text("label"),  # its most typical entities, by name
            pa.field("size", pa.int32(), nullable=False),  # papers
            pa.field("entities", pa.list_(pa.string()), nullable=False),  # most typical first
            pa.field("modularity", pa.float64(), nullable=False),  # its part of the sum
        ]
    ),
    # To which community a paper or an entity belongs.
    "memberships": pa.schema([_text("node"), _text("kind"), _text("community")]),
    # How central a paper or an entity is.
    "centrality": pa.schema(
        [
            _text("node"),
            _text("kind"),  # paper, or the type of the entity
            pa.field("pagerank", pa.float64(), nullable=False),  # all nodes add up to 1
            pa.field("links", pa.int32(), nullable=False),  # papers: links; entities: papers
            pa.field("bridging", pa.float64(), nullable=False),  # 0 to 1, see graph/centrality.py
        ]
    ),
    # In how many papers of a year an entity is.
    "timeline": pa.schema(
        [
            _text("entity"),
            pa.field("year", pa.int32(), nullable=False),
            pa.field("papers", pa.int32(), nullable=False),
            pa.field("share", pa.float64(), nullable=False),  # of the papers of that year
        ]
    ),
    # Absolute results by dataset, metric and unit, best first (rank 1); unit is "%" also of
    # results that clearly leave out the sign.
    "leaderboards": pa.schema(
        [
            _text("dataset"),
            _text("metric"),
            _text("unit"),
            pa.field("rank", pa.int32(), nullable=False),
            _text("result"),
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
    "names": ("entity", "licence", "name", "source"),
    "homographs": ("name", "entity"),
    "broader": ("entity", "broader"),
    "matches": ("entity", "scheme", "identifier"),
    "relations": ("source", "target", "kind"),
    "communities": ("id",),
    "memberships": ("node",),
    "centrality": ("node",),
    "timeline": ("entity", "year"),
    "leaderboards": ("dataset", "metric", "unit", "rank", "result"),
}


_BETWEEN = re.compile(r"[^a-z0-9]+")


def slug(name: str, *, longest: int = 60) -> str:
    """Make the part of an identifier that is for people: ASCII letters, digits, hyphens.

    >>> slug("C++ & Café (v2)")
    'c-cafe-v2'
    >>> slug("数据")
    'x'
    """
    if not name.isascii():
        name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return _BETWEEN.sub("-", name.lower()).strip("-")[:longest].rstrip("-") or "x"


def entity_id(entity_type: EntityType, key: str, name: str) -> str:
    """Mint the identifier of an entity: its type, a slug for people, a hash for identity.

    The hash is over type and canonical key alone, so "C" and "C++" stay apart.

    >>> entity_id(EntityType.METHOD, "low rank adaptation", "Low-Rank Adaptation")
    'method/low-rank-adaptation-b7d1f7b723'
    """
    return f"{entity_type}/{slug(name)}-{short_hash(entity_type, key)}"
