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
from paperlattice.graph.arrays import Bools, Floats, Ints, Rows, give_back, narrow
from paperlattice.graph.entities import make_entities
from paperlattice.graph.extracted import Extracted, tabulate
from paperlattice.graph.model import Graph, in_order
from paperlattice.graph.schema import SCHEMAS

#: How many links each paper keeps, by default.
TOP_K = 10
#: The share of the papers that an entity may be in and still make links, by default.
MAX_DF = 0.01


_SEPARATOR = "\x1f"  # in no cleaned text
_NUMBER = re.compile(r"[+\-−±~≈<>≥≤]*(\d{1,3}(?:,\d{3})+|\d+)?(\.\d+)?\Z")


class _Statements(NamedTuple):
    """What a paper says of an entity: rows of papers and entities, one statement each."""

    paper: Rows
    entity: Rows
    weight: Floats
    proposed: Bools
    mentions: Rows
    confidence: Floats


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
    entities, of_mention = _resolve(extracted, paper_of, aliases)
    ids = entities["entities"]["id"]
    statements = _state(paper_of, of_mention, mentions, len(papers), entities["entities"])
    del paper_of
    links = linking.link(
        statements.paper,
        statements.entity,
        statements.weight,
        (papers.num_rows, len(ids)),
        top_k=top_k,
        max_df=max_df,
    )
    results = _results(extracted.results, mentions, of_mention, ids)
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
    analysed = analyse(arrays, papers, entities["entities"], results)
    del arrays
    give_back()
    # What names papers and entities by their ids is large: it is made last, from the smallest on,
    # and put in order at once, before there is more of it.
    tables = {"papers": papers, "urls": extracted.urls, "results": results, **entities, **analysed}
    del entities, analysed
    for name in sorted(tables):
        tables[name] = in_order(name, tables[name])
    tables["statements"] = _statement_table(statements, papers["id"], ids)
    del statements
    tables |= _link_tables(links, papers["id"], ids)
    del links
    resolved = mentions.drop_columns(["type", "name"])
    tables["mentions"] = resolved.append_column("entity", ids.take(pa.array(of_mention)))
    del of_mention, resolved
    give_back()
    return Graph(tables)


def _resolve(
    extracted: Extracted, paper_of: Ints, aliases: Iterable[Alias]
) -> tuple[dict[str, pa.Table], Rows]:
    """Give the tables of entities, and for each mention the row of its own."""
    found = make_entities(extracted.mentions, paper_of, extracted.papers["id"], aliases)
    return found.tables, narrow(found.of_mention)


def _index(values: pa.ChunkedArray, within: pa.Array | pa.ChunkedArray) -> Ints:
    """Give the row of each value in a column that holds them all."""
    rows: Ints = pc.index_in(values, value_set=within).to_numpy().astype(np.int64)
    return rows


def _state(
    paper_of: Ints, entity_of: Rows, mentions: pa.Table, papers: int, entities: pa.Table
) -> _Statements:
    width = max(entities.num_rows, 1)
    pairs, which, count = np.unique(
        paper_of * width + entity_of, return_inverse=True, return_counts=True
    )
    paper, entity = pairs // width, pairs % width
    del pairs
    proposed = np.zeros(len(paper), dtype=bool)
    proposed[which[pc.equal(mentions["role"], "proposed").to_numpy()]] = True
    # The mention that is surest: mentions of one name in one text are no independent witnesses.
    confidence = np.zeros(len(paper))
    np.maximum.at(confidence, which, mentions["confidence"].to_numpy())
    in_title = np.zeros(len(paper), dtype=bool)
    in_title[which[pc.equal(mentions["sentence"], 0).to_numpy()]] = True
    types = entities["type"].to_numpy()[entity].astype(str)
    factor = linking.emphasis(types, proposed, in_title, count, confidence)
    weight = linking.weigh(paper, entity, factor, (papers, entities.num_rows))
    return _Statements(narrow(paper), narrow(entity), weight, proposed, narrow(count), confidence)


def _statement_table(
    statements: _Statements, paper_ids: pa.ChunkedArray, entity_ids: pa.ChunkedArray
) -> pa.Table:
    return pa.table(
        {
            "paper": paper_ids.take(pa.array(statements.paper)),
            "entity": entity_ids.take(pa.array(statements.entity)),
            "role": pa.array(["used", "proposed"]).take(
                pa.array(statements.proposed.astype(np.int8))
            ),
            "mentions": statements.mentions,
            "weight": statements.weight,
            "confidence": statements.confidence,
        },
        schema=SCHEMAS["statements"],
    )


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


def _results(
    found: pa.Table, mentions: pa.Table, entity_of: Rows, entity_ids: pa.ChunkedArray
) -> pa.Table:
    """Let results name entities instead of names; those that their paper means by them."""
    columns = {name: found[name] for name in found.column_names}
    # Where a paper means several entities by one name, the one that it mentions first: the
    # first of equal values in a value set is the one that is found.
    reporting = pc.is_in(mentions["paper"], value_set=found["paper"])
    mentions = mentions.select(["paper", "type", "name"]).filter(reporting)
    entity = entity_ids.take(pa.array(entity_of[reporting.to_numpy()]))
    known = _local(mentions["paper"], mentions["type"], mentions["name"])
    for kind in ("metric", "dataset", "method"):
        types = pa.array([kind] * found.num_rows, pa.string())
        rows = pc.index_in(_local(found["paper"], types, found[kind]), value_set=known)
        columns[kind] = entity.take(rows)
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
