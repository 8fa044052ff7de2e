"""What the graph as a whole tells: communities, centrality, relations, trends, leaderboards.

Works on arrays in which papers and entities are numbered in the order of their identifiers,
and gives the tables of the schema.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from paperlattice.graph import centrality, communities, trends
from paperlattice.graph.arrays import Bools, Floats, Ints, Rows
from paperlattice.graph.leaderboards import rank_results
from paperlattice.graph.relations import Named, Reported, relate


class Arrays(NamedTuple):
    """Statements and links by row of papers and entities.

    paper, entity, weight, proposed: one statement each, sorted by paper.
    source, target, link_weight: one link each.
    """

    paper: Rows
    entity: Rows
    weight: Floats
    proposed: Bools
    source: Rows
    target: Rows
    link_weight: Floats


def analyse(
    arrays: Arrays, papers: pa.Table, entities: pa.Table, results: pa.Table
) -> dict[str, pa.Table]:
    """Make the tables of analysis, and ``entities`` with its columns of trends."""
    paper_ids = papers["id"].combine_chunks()
    entity_ids = entities["id"].combine_chunks()
    links = communities.link_matrix(
        arrays.source, arrays.target, arrays.link_weight, len(paper_ids)
    )
    found = communities.find_communities(links, arrays.paper, arrays.entity, len(entity_ids))
    tables = _community_tables(found, paper_ids, entities)
    tables["centrality"] = _centrality(arrays, links, found, paper_ids, entities)
    del links, found
    named = Named(arrays.paper, arrays.entity, arrays.proposed)
    rows = {name: _rows(results[name], entity_ids) for name in ("method", "dataset", "metric")}
    reported = Reported(_rows(results["paper"], paper_ids), **rows)
    return {
        **tables,
        "relations": relate(named, entities["type"], reported, entity_ids, paper_ids),
        "leaderboards": rank_results(results, entities),
        **_trend_tables(arrays, papers, entities),
    }


def _rows(values: pa.ChunkedArray, within: pa.Array) -> Ints:
    rows: Ints = pc.index_in(values, value_set=within).fill_null(-1).to_numpy().astype(np.int64)
    return rows


def _community_tables(
    found: communities.Communities, paper_ids: pa.Array, entities: pa.Table
) -> dict[str, pa.Table]:
    # Of half a million entities a few thousand are typical of any.
    rows = sorted({entity for typical in found.typical for entity in typical})
    some = entities.select(["id", "name"]).take(pa.array(rows, pa.int64()))
    ids = dict(zip(rows, some["id"].to_pylist(), strict=True))
    names = dict(zip(rows, some["name"].to_pylist(), strict=True))
    communities_ = pa.array([f"community-{n + 1}" for n in range(len(found.size))], pa.string())
    labels = [
        ", ".join(names[entity] for entity in typical[: communities.IN_LABEL])
        for typical in found.typical
    ]
    in_one, entity_in_one = found.of_paper >= 0, found.of_entity >= 0
    of_node = np.concatenate([found.of_paper[in_one], found.of_entity[entity_in_one]])
    types = entities["type"].filter(pa.array(entity_in_one))
    return {
        "communities": pa.table(
            {
                "id": communities_,
                "label": pa.array(labels, pa.string()),
                "size": found.size,
                "entities": pa.array(
                    [[ids[entity] for entity in typical] for typical in found.typical],
                    pa.list_(pa.string()),
                ),
                "modularity": found.modularity,
            }
        ),
        "memberships": pa.table(
            {
                "node": pa.chunked_array(
                    [
                        paper_ids.filter(pa.array(in_one)),
                        entities["id"].combine_chunks().filter(pa.array(entity_in_one)),
                    ]
                ),
                "kind": pa.concat_arrays(
                    [pa.array(["paper"] * int(in_one.sum()), pa.string()), *types.chunks]
                ),
                "community": communities_.take(pa.array(of_node)),
            }
        ),
    }


def _centrality(
    arrays: Arrays,
    links: sparse.csr_matrix,
    found: communities.Communities,
    paper_ids: pa.Array,
    entities: pa.Table,
) -> pa.Table:
    papers = len(paper_ids)
    # Papers first, then entities; each edge in both directions.
    everything = communities.link_matrix(
        np.concatenate([arrays.source, arrays.paper]),
        np.concatenate([arrays.target, papers + arrays.entity]),
        np.concatenate([arrays.link_weight, arrays.weight]),
        papers + entities.num_rows,
    )
    pagerank = centrality.page_rank(everything)
    del everything
    naming = sparse.csr_matrix(
        (arrays.weight, (arrays.entity, arrays.paper)), shape=(entities.num_rows, papers)
    )
    return pa.table(
        {
            "node": pa.concat_arrays([paper_ids, entities["id"].combine_chunks()]),
            "kind": pa.concat_arrays(
                [pa.array(["paper"] * papers, pa.string()), entities["type"].combine_chunks()]
            ),
            "pagerank": pagerank,
            "links": np.concatenate([np.diff(links.indptr), np.diff(naming.indptr)]),
            "bridging": np.concatenate(
                [
                    centrality.bridging(links, found.of_paper),
                    centrality.bridging(naming, found.of_paper),
                ]
            ),
        }
    )


def _trend_tables(arrays: Arrays, papers: pa.Table, entities: pa.Table) -> dict[str, pa.Table]:
    dates = papers["date"]
    days = dates.cast(pa.int32()).cast(pa.int64()).fill_null(trends.UNDATED).to_numpy()
    years = pc.year(dates).fill_null(0).to_numpy()
    count = entities.num_rows
    found = trends.find_trends(arrays.paper, arrays.entity, days, count)
    timeline = trends.count_years(arrays.paper, arrays.entity, years, count)
    first = pa.array(found.first, mask=found.first < 0)
    return {
        "entities": entities.append_column("first_paper", papers["id"].take(first))
        .append_column("first_date", dates.take(first))
        .append_column("rise", pa.array(found.rise, from_pandas=True)),
        "timeline": pa.table(
            {
                "entity": entities["id"].take(pa.array(timeline.entity)),
                "year": timeline.year,
                "papers": timeline.papers,
                "share": timeline.share,
            }
        ),
    }
