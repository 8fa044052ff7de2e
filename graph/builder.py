"""Build the graph: resolve entities, state what each paper does with them, link papers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from paperlattice.extract.records import Extraction, short_hash
from paperlattice.graph import links as linking
from paperlattice.graph.aliases import Alias
from paperlattice.graph.analysis import Arrays, analyse
from paperlattice.graph.arrays import Bools, Floats, Ints, give_back
from paperlattice.graph.entities import make_entities
from paperlattice.graph.extracted import Extracted, tabulate
from paperlattice.graph.model import Graph
from paperlattice.graph.schema import SCHEMAS

#: How many links each paper keeps, by default.
TOP_K = 10
#: The share of the papers that an entity may be in and still make links, by default.
MAX_DF = 0.01


_SEPARATOR = "\x1f"  # in no cleaned text
_NUMBER = re.compile(r"[+\-−±~≈<>≥≤]*(\d{1,3}(?:,\d{3})+|\d+)?(\.\d+)?\Z")


class _Statements(NamedTuple):
    """What a paper says of an entity: rows of papers and entities, one statement each."""

    paper: Ints
    entity: Ints
    weight: Floats
    proposed: Bools
    table: pa.Table


def build(
    extractions: Iterable[Extraction],
    *,
    aliases: Iterable[Alias] = (),
    top_k: int = TOP_K,
    max_df: float = MAX_DF,
) -> Graph:
    """Build the graph of some papers; extractions are read once and may be a generator.

    aliases: the user's own table (:func:`~paperlattice.graph.aliases.read_aliases`); its rows
        win over those that are shipped.
    top_k: how many links each paper keeps; a link that either of its papers keeps stays.
    max_df: the share of the papers that an entity may be in and still make links.

    The graph is the same whatever the order of the papers. Raises ValueError where two papers
    have one id.
    """
    return build_from(tabulate(extractions), aliases=aliases, top_k=top_k, max_df=max_df)


def build_from(
    extracted: Extracted,
    *,
    aliases: Iterable[Alias] = (),
    top_k: int = TOP_K,
    max_df: float = MAX_DF,
) -> Graph:
    """Build the graph of papers whose extraction is at hand as columns; see :func:`build`."""
    papers, mentions = extracted.papers, extracted.mentions
    paper_of: Ints = _index(mentions["paper"], papers["id"])
    entities = make_entities(mentions, paper_of, papers["id"], aliases)
    ids = entities.tables["entities"]["id"]
    statements = _state(
        paper_of, entities.of_mention, mentions, papers["id"], entities.tables["entities"]
    )
    links = linking.link(
        statements.paper,
        statements.entity,
        statements.weight,
        (papers.num_rows, len(ids)),
        top_k=top_k,
        max_df=max_df,
    )
    resolved = mentions.append_column("entity", ids.take(pa.array(entities.of_mention)))
    results = _results(extracted.results, resolved.select(["paper", "type", "name", "entity"]))
    give_back()
    arrays = Arrays(
        statements.paper,
        statements.entity,
        statements.weight,
        statements.proposed,
        links.source,
        links.target,
        links.weight,
    )
    tables = {
        "papers": papers,
        **entities.tables,
        "mentions": resolved,
        "statements": statements.table,
        "urls": extracted.urls,
        "results": results,
        **_link_tables(links, papers["id"], ids),
        **analyse(arrays, papers, entities.tables["entities"], results),
    }
    give_back()
    return Graph(tables)


def _index(values: pa.ChunkedArray, within: pa.Array | pa.ChunkedArray) -> Ints:
    """Give the row of each value in a column that holds them all."""
    rows: Ints = pc.index_in(values, value_set=within).to_numpy().astype(np.int64)
    return rows


def _state(
    paper_of: Ints,
    entity_of: Ints,
    mentions: pa.Table,
    paper_ids: pa.ChunkedArray,
    entities: pa.Table,
) -> _Statements:
    entity_ids = entities["id"]
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
    in_title = np.zeros(len(pairs), dtype=bool)
    in_title[which[pc.equal(mentions["sentence"], 0).to_numpy()]] = True
    types = entities["type"].to_numpy()[entity].astype(str)
    factor = linking.emphasis(types, proposed, in_title, count, confidence)
    weight = linking.weigh(paper, entity, factor, (len(paper_ids), len(entity_ids)))
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
    return _Statements(paper, entity, weight, proposed, table)


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


def _results(found: pa.Table, mentions: pa.Table) -> pa.Table:
    """Let results name entities instead of names; those that their paper means by them."""
    columns = {name: found[name] for name in found.column_names}
    # Where a paper means several entities by one name, the one that it mentions first: the
    # first of equal values in a value set is the one that is found.
    mentions = mentions.filter(pc.is_in(mentions["paper"], value_set=found["paper"]))
    known = _local(mentions["paper"], mentions["type"], mentions["name"])
    for kind in ("metric", "dataset", "method"):
        types = pa.array([kind] * found.num_rows, pa.string())
        rows = pc.index_in(_local(found["paper"], types, found[kind]), value_set=known)
        columns[kind] = mentions["entity"].take(rows)
    keys_of_id = (
        found[name].to_pylist()
        for name in [
            "paper",
            "start",
            "end",
            "value",
            "unit",
            "kind",
            "metric",
            "dataset",
            "method",
        ]
    )
    columns["id"] = pa.array(
        [
            f"{paper}-{short_hash(*(str(part) for part in parts))}"
            for paper, *parts in zip(*keys_of_id, strict=True)
        ],
        pa.string(),
    )
    columns["number"] = pa.array([decimal(v) for v in found["value"].to_pylist()], pa.string())
    return pa.table(columns)


def _local(*columns: pa.Array) -> pa.ChunkedArray:
    return pc.binary_join_element_wise(*columns, _SEPARATOR)


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
