"""Build the graph: resolve entities, state what each paper does with them, link papers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from paperlattice.extract.records import EntityType, Extraction, short_hash
from paperlattice.graph import links as linking
from paperlattice.graph.extracted import Extracted, tabulate
from paperlattice.graph.keys import canonical_key
from paperlattice.graph.model import Graph
from paperlattice.graph.schema import SCHEMAS, entity_id

#: How many links each paper keeps, by default.
TOP_K = 10
#: The share of the papers that an entity may be in and still make links, by default.
MAX_DF = 0.01

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_SEPARATOR = "\x1f"  # in no cleaned text
_NUMBER = re.compile(r"[+\-−±~≈<>≥≤]*(\d{1,3}(?:,\d{3})+|\d+)?(\.\d+)?\Z")


class _Entities(NamedTuple):
    """The entities of a corpus, and how to find them by what papers call them.

    table: as in the schema. forms: each "type, separator, name" of a paper; entity: its row.
    """

    table: pa.Table
    names: pa.Table
    forms: pa.Array
    entity: Ints


class _Statements(NamedTuple):
    """What a paper says of an entity: rows of papers and entities, one statement each."""

    paper: Ints
    entity: Ints
    weight: Floats
    table: pa.Table


def build(
    extractions: Iterable[Extraction], *, top_k: int = TOP_K, max_df: float = MAX_DF
) -> Graph:
    """Build the graph of some papers; extractions are read once and may be a generator.

    top_k: how many links each paper keeps; a link that either of its papers keeps stays.
    max_df: the share of the papers that an entity may be in and still make links.

    The graph is the same whatever the order of the papers. Raises ValueError where two papers
    have one id.
    """
    return build_from(tabulate(extractions), top_k=top_k, max_df=max_df)


def build_from(extracted: Extracted, *, top_k: int = TOP_K, max_df: float = MAX_DF) -> Graph:
    """Build the graph of papers whose extraction is at hand as columns; see :func:`build`."""
    papers, mentions = extracted.papers, extracted.mentions
    forms = _join(mentions["type"], mentions["name"])
    paper_of = _index(mentions["paper"], papers["id"])
    entities = _resolve(forms, paper_of)
    ids = entities.table["id"]
    entity_of = entities.entity[_index(forms, entities.forms)]
    statements = _state(paper_of, entity_of, mentions, papers["id"], ids)
    links = linking.link(
        statements.paper,
        statements.entity,
        statements.weight,
        (papers.num_rows, len(ids)),
        top_k=top_k,
        max_df=max_df,
    )
    return Graph(
        {
            "papers": papers,
            "entities": entities.table,
            "names": entities.names,
            "mentions": mentions.append_column("entity", ids.take(pa.array(entity_of))),
            "statements": statements.table,
            "urls": extracted.urls,
            "results": _results(extracted.results, entities),
            **_link_tables(links, papers["id"], ids),
        }
    )


def _join(types: pa.ChunkedArray, names: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.binary_join_element_wise(types, names, _SEPARATOR)


def _index(values: pa.ChunkedArray, within: pa.Array | pa.ChunkedArray) -> Ints:
    """Give the row of each value in a column that holds them all."""
    rows: Ints = pc.index_in(values, value_set=within).to_numpy().astype(np.int64)
    return rows


def _resolve(forms: pa.ChunkedArray, paper_of: Ints) -> _Entities:
    distinct = pc.unique(forms).sort()
    codes = _index(forms, distinct)
    pairs = np.unique(paper_of * len(distinct) + codes) if len(distinct) else codes
    papers_of_form = np.bincount(pairs % max(len(distinct), 1), minlength=len(distinct))

    split = [form.split(_SEPARATOR, 1) for form in distinct.to_pylist()]
    nodes = [(EntityType(kind), canonical_key(EntityType(kind), name)) for kind, name in split]
    of_node: dict[tuple[EntityType, str], list[int]] = {}
    for form, node in enumerate(nodes):
        of_node.setdefault(node, []).append(form)

    rows = []
    for node, its_forms in of_node.items():
        # The name that most papers use; of several, the first in the alphabet.
        label = split[max(its_forms, key=lambda f: (papers_of_form[f], -f))][1]
        rows.append((entity_id(*node, label), node, label, its_forms))
    rows.sort()
    entity = np.zeros(len(distinct), dtype=np.int64)
    for row, (_, _, _, its_forms) in enumerate(rows):
        entity[its_forms] = row
    papers = np.zeros(len(rows), dtype=np.int64)
    if len(distinct):
        of_paper = np.unique(pairs // len(distinct) * len(rows) + entity[pairs % len(distinct)])
        papers = np.bincount(of_paper % len(rows), minlength=len(rows))
    table = pa.table(
        {
            "id": [row[0] for row in rows],
            "type": [str(row[1][0]) for row in rows],
            "key": [row[1][1] for row in rows],
            "name": [row[2] for row in rows],
            "aliases": [sorted({split[form][1] for form in row[3]} - {row[2]}) for row in rows],
            "papers": papers,
        }
    )
    names = pa.table(
        {
            "entity": [row[0] for row in rows for _ in row[3]],
            "name": [split[form][1] for row in rows for form in row[3]],
            "licence": ["spelling" for row in rows for _ in row[3]],
            "source": ["" for row in rows for _ in row[3]],
            "papers": [papers_of_form[form] for row in rows for form in row[3]],
        },
        schema=SCHEMAS["names"],
    )
    return _Entities(table, names, distinct, entity)


def _state(
    paper_of: Ints,
    entity_of: Ints,
    mentions: pa.Table,
    paper_ids: pa.ChunkedArray,
    entity_ids: pa.ChunkedArray,
) -> _Statements:
    width = max(len(entity_ids), 1)
    pairs, which, count = np.unique(
        paper_of * width + entity_of, return_inverse=True, return_counts=True
    )
    paper, entity = pairs // width, pairs % width
    proposed = np.zeros(len(pairs), dtype=bool)
    proposed[which[pc.equal(mentions["role"], "proposed").to_numpy()]] = True
    # The mention that is surest: mentions of one name in one text are no independent witnesses.
    confidence = np.zeros(len(pairs))
    np.maximum.at(confidence, which, mentions["confidence"].to_numpy())
    weight = linking.weigh(paper, entity, np.ones(len(pairs)), (len(paper_ids), len(entity_ids)))
    table = pa.table(
        {
            "paper": paper_ids.take(pa.array(paper)),
            "entity": entity_ids.take(pa.array(entity)),
            "role": np.where(proposed, "proposed", "used"),
            "mentions": count,
            "weight": weight,
            "confidence": confidence,
        },
        schema=SCHEMAS["statements"],
    )
    return _Statements(paper, entity, weight, table)


def decimal(value: str) -> str | None:
    """Give the xsd:decimal lexical form of a number as papers write it, None for a range.

    >>> [decimal(v) for v in ("+2.44", "1,234", "10~20", "-.5", "−3", "93.2%")]
    ['2.44', '1234', None, '-0.5', '-3', None]
    """
    match = _NUMBER.match(value.strip())
    if not match or not (match.group(1) or match.group(2)):
        return None
    whole = (match.group(1) or "0").replace(",", "")
    sign = "-" if value.strip()[0] in "-−" else ""
    return f"{sign}{whole}{match.group(2) or ''}"


def _results(found: pa.Table, entities: _Entities) -> pa.Table:
    ids = entities.table["id"]
    columns = {name: found[name] for name in found.column_names}
    for kind in ("metric", "dataset", "method"):
        forms = _join(pa.array([kind] * found.num_rows, pa.string()), found[kind])
        rows = pc.index_in(forms, value_set=entities.forms)
        columns[kind] = ids.take(pc.take(pa.array(entities.entity), rows))
    keys = zip(
        *(found[name].to_pylist() for name in ("paper", "start", "end", "value", "unit", "kind")),
        *(found[name].to_pylist() for name in ("metric", "dataset", "method")),
        strict=True,
    )
    columns["id"] = pa.array(
        [f"{key[0]}-{short_hash(*(str(part) for part in key[1:]))}" for key in keys], pa.string()
    )
    columns["number"] = pa.array([decimal(v) for v in found["value"].to_pylist()], pa.string())
    return pa.table(columns)


def _link_tables(
    links: linking.Links, paper_ids: pa.ChunkedArray, entity_ids: pa.ChunkedArray
) -> dict[str, pa.Table]:
    source = paper_ids.take(pa.array(links.source))
    target = paper_ids.take(pa.array(links.target))
    of = pa.array(links.link)
    return {
        "links": pa.table({"source": source, "target": target, "weight": links.weight}),
        "contributions": pa.table(
            {
                "source": source.take(of),
                "target": target.take(of),
                "entity": entity_ids.take(pa.array(links.entity)),
                "contribution": links.contribution,
            }
        ),
    }
