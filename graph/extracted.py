"""Extractions as Arrow columns: what the graph is built from, and what a store keeps.

A million mentions are a gigabyte as Python objects and thirty megabytes as columns, so
extractions are taken up one by one and not kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from paperlattice.extract.records import Evidence, Extraction, Paper
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

    def of(self, ids: pa.Array) -> Extracted:
        """Keep only the papers with these ids."""
        return Extracted(
            self.papers.filter(pc.is_in(self.papers["id"], ids)),
            *(
                t.filter(pc.is_in(t["paper"], ids))
                for t in (self.mentions, self.urls, self.results)
            ),
        )


def concatenate(parts: Sequence[Extracted]) -> Extracted:
    """Join extractions of different papers; sorts them by paper."""
    return Extracted(
        pa.concat_tables([p.papers for p in parts]).sort_by("id"),
        *(
            pa.concat_tables([getattr(p, name) for p in parts]).sort_by(
                [("paper", "ascending"), ("start", "ascending"), ("end", "ascending")]
            )
            for name in ("mentions", "urls", "results")
        ),
    )


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


def tabulate_papers(papers: Iterable[Paper]) -> pa.Table:
    """Make the table of papers, sorted by id.

    Raises ValueError where two papers have one id.
    """
    columns = _Columns(SCHEMAS["papers"])
    for paper in papers:
        columns.add(*_paper_row(paper))
    table = columns.table().sort_by("id")
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
    part = Extracted(tabulate_papers(papers), mentions.table(), urls.table(), results.table())
    return concatenate([part])
