"""Extractions as Arrow columns: what the graph is built from, and what a store keeps.

A million mentions are a gigabyte as Python objects and thirty megabytes as columns, so
extractions are taken up one by one and not kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from paperlattice.extract.records import Evidence, Extraction, Paper, Place
from paperlattice.graph.schema import EVIDENCE, SCHEMAS

_MENTION = pa.schema(
    [
        pa.field("paper", pa.string()),
        *EVIDENCE,
        pa.field("surface", pa.string()),
        pa.field("type", pa.string()),
        pa.field("name", pa.string()),
        pa.field("role", pa.string()),
    ]
)
_URL = pa.schema(
    [
        pa.field("paper", pa.string()),
        *EVIDENCE,
        *(pa.field(n, pa.string()) for n in ("kind", "url")),
    ]
)
_RESULT = pa.schema(
    [
        pa.field("paper", pa.string()),
        *EVIDENCE,
        *(
            pa.field(n, pa.string())
            for n in ("value", "unit", "kind", "metric", "dataset", "method")
        ),
    ]
)


_FOUND = {"mentions": _MENTION, "urls": _URL, "results": _RESULT}
_ORDER = ("start", "end", "type", "name", "kind", "url", "value", "unit", "metric", "dataset")


@dataclass(frozen=True, slots=True)
class Extracted:
    """What was found in a set of papers.

    papers: as in :data:`~paperlattice.graph.schema.SCHEMAS`, one row a paper, sorted by id.
    mentions, urls, results: one row each, by paper, with the evidence columns of the schema;
        names are still those that the papers themselves gave.
    """

    papers: pa.Table
    mentions: pa.Table
    urls: pa.Table
    results: pa.Table


def nest(extracted: Extracted) -> pa.Table:
    """Put what was found in a paper into one row: columns mentions, urls, results.

    Rows are in the order of ``extracted.papers``. :func:`flatten` is the way back.
    """
    columns = {}
    for name, schema in _FOUND.items():
        flat: pa.Table = getattr(extracted, name).combine_chunks()
        rows = pc.index_in(flat["paper"], value_set=extracted.papers["id"]).to_numpy()
        counts = np.bincount(rows, minlength=extracted.papers.num_rows)
        offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
        fields = list(schema)[1:]
        struct = pa.StructArray.from_arrays(
            [_one_chunk(flat[field.name]) for field in fields], fields=fields
        )
        columns[name] = pa.ListArray.from_arrays(pa.array(offsets), struct)
    return pa.table(columns)


def flatten(papers: pa.Table, nested: pa.Table) -> Extracted:
    """Make columns of nested rows, row i of which was found in row i of the papers."""
    flat = {}
    for name, schema in _FOUND.items():
        lists = _one_chunk(nested[name])
        ids = papers["id"].take(pc.list_parent_indices(lists))
        struct = pc.list_flatten(lists)
        flat[name] = pa.table([ids, *struct.flatten()], schema=schema)
    return Extracted(papers, **flat)


def _one_chunk(column: pa.ChunkedArray) -> pa.Array:
    joined = column.combine_chunks()
    return joined.chunk(0) if isinstance(joined, pa.ChunkedArray) else joined


class _Columns:
    """Rows of a table, gathered column by column."""

    def __init__(self, schema: pa.Schema) -> None:
        self.schema = schema
        self.lists: list[list[Any]] = [[] for _ in schema.names]
        self.adders = [column.append for column in self.lists]

    def add(self, *values: object) -> None:
        for add, value in zip(self.adders, values, strict=True):
            add(value)

    def table(self) -> pa.Table:
        arrays = [
            pa.array(column, field.type)
            for column, field in zip(self.lists, self.schema, strict=True)
        ]
        return pa.Table.from_arrays(arrays, schema=self.schema)


def _evidence(e: Evidence) -> tuple[object, ...]:
    return (
        e.start,
        e.end,
        e.sentence,
        e.sentence_start,
        e.sentence_end,
        round(e.confidence, 4),
        e.component,
    )


def _paper_row(paper: Paper) -> tuple[object, ...]:
    handle, organisation = paper.organisation or (None, None)
    return (
        paper.id,
        paper.title,
        paper.abstract,
        paper.authors,
        paper.author_count,
        handle,
        organisation,
        paper.date,
        paper.date_precision,
        paper.date_inferred,
        paper.comments,
        paper.arxiv_id,
        paper.doi,
        paper.url,
        paper.venue,
        paper.keywords,
        [{"path": place.path, "line": place.line} for place in paper.places],
    )


def papers_of(table: pa.Table) -> Iterator[Paper]:
    """Make papers of the rows of a table of papers; the inverse of :func:`tabulate_papers`."""
    for row in table.to_pylist():
        handle, organisation = row.pop("organisation_handle"), row.pop("organisation_name")
        places = tuple(Place(**place) for place in row.pop("places"))
        authors, keywords = tuple(row.pop("authors")), tuple(row.pop("keywords"))
        yield Paper(
            organisation=None if handle is None else (handle, organisation),
            places=places,
            authors=authors,
            keywords=keywords,
            **row,
        )


def paper_rows(papers: Iterable[Paper]) -> pa.Table:
    """Make a row of each paper, with the columns of the table of papers, in the order given."""
    columns = _Columns(SCHEMAS["papers"])
    for paper in papers:
        columns.add(*_paper_row(paper))
    return columns.table()


def tabulate_papers(papers: Iterable[Paper]) -> pa.Table:
    """Make the table of papers, sorted by id.

    Raises ValueError where two papers have one id.
    """
    table = paper_rows(papers).sort_by("id")
    ids = table["id"]
    if pc.count_distinct(ids).as_py() != len(ids):
        counts = pc.value_counts(ids).to_pylist()
        twice = min(row["values"] for row in counts if row["counts"] > 1)
        raise ValueError(f"want one paper an id, found {twice!r} twice")
    return table


def tabulate(extractions: Iterable[Extraction]) -> Extracted:
    """Take up extractions as columns, in order of paper id whatever the order given.

    Raises ValueError where two papers have one id.
    """
    papers: list[Paper] = []
    mentions, urls, results = _Columns(_MENTION), _Columns(_URL), _Columns(_RESULT)
    for extraction in extractions:
        paper = extraction.paper
        text = paper.text
        papers.append(paper)
        for m in extraction.mentions:
            e = m.evidence
            mentions.add(
                paper.id, *_evidence(e), text[e.start : e.end], str(m.type), m.name, str(m.role)
            )
        for u in extraction.urls:
            urls.add(paper.id, *_evidence(u.evidence), u.kind, u.url)
        for r in extraction.results:
            results.add(
                paper.id,
                *_evidence(r.evidence),
                *(r.value, r.unit, r.kind, r.metric, r.dataset, r.method),
            )
    return Extracted(
        tabulate_papers(papers), *(_in_order(c.table()) for c in (mentions, urls, results))
    )


def _in_order(found: pa.Table) -> pa.Table:
    """Sort by paper and place, then by what tells rows apart, whatever order papers came in."""
    columns = ["paper", *(name for name in _ORDER if name in found.column_names)]
    return found.sort_by([(name, "ascending") for name in columns])
