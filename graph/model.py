"""The graph as users hold it: tables, pandas frames, and a networkx graph."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from html import escape

import networkx as nx
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from paperlattice.graph.schema import SCHEMAS, SORTED_BY


def in_order(name: str, table: pa.Table) -> pa.Table:
    """Sort a table of the graph, unless it is in order: a copy of a large one is as large."""
    columns = SORTED_BY[name]
    before, after = table.slice(0, max(len(table) - 1, 0)), table.slice(1)
    follows: pa.ChunkedArray | None = None
    for column in reversed(columns):
        one, other = before[column], after[column]
        if follows is None:
            follows = pc.less_equal(one, other)
        else:
            follows = pc.or_(pc.less(one, other), pc.and_(pc.equal(one, other), follows))
    if follows is None or pc.all(follows, min_count=0).as_py():
        return table
    return table.sort_by([(column, "ascending") for column in columns])


#: Entities that a notebook shows.
_SHOWN = 15


class Graph:
    """A knowledge graph of papers; read-only once made.

    tables: one Arrow table for each name in :data:`~paperlattice.graph.schema.SCHEMAS`, which
        documents every column. A missing table is empty, a missing column null where it may
        be; rows are sorted here.

    Raises ValueError for a table that the schema does not know.
    """

    def __init__(self, tables: Mapping[str, pa.Table]) -> None:
        unknown = sorted(set(tables) - set(SCHEMAS))
        if unknown:
            raise ValueError(f"no table {unknown[0]!r}; tables: {', '.join(SCHEMAS)}")
        self.tables: dict[str, pa.Table] = {}
        for name, schema in SCHEMAS.items():
            table = tables[name] if name in tables else schema.empty_table()
            for field in schema:
                if field.nullable and field.name not in table.column_names:
                    table = table.append_column(field, pa.nulls(len(table), field.type))
            self.tables[name] = in_order(name, table.select(schema.names).cast(schema))

    @cached_property
    def papers(self) -> pd.DataFrame:
        """One row a paper."""
        return self._frame("papers")

    @cached_property
    def entities(self) -> pd.DataFrame:
        """One row an entity, with its other names and in how many papers it is."""
        return self._frame("entities")

    @cached_property
    def mentions(self) -> pd.DataFrame:
        """One row a place where a paper names an entity."""
        return self._frame("mentions")

    @cached_property
    def statements(self) -> pd.DataFrame:
        """One row a typed edge from a paper to an entity."""
        return self._frame("statements")

    @cached_property
    def urls(self) -> pd.DataFrame:
        """One row a web address in a paper."""
        return self._frame("urls")

    @cached_property
    def results(self) -> pd.DataFrame:
        """One row a reported number."""
        return self._frame("results")

    @cached_property
    def links(self) -> pd.DataFrame:
        """One row a link between two papers."""
        return self._frame("links")

    @cached_property
    def contributions(self) -> pd.DataFrame:
        """One row an entity that a linked pair of papers shares, with its part of the weight."""
        return self._frame("contributions")

    @cached_property
    def names(self) -> pd.DataFrame:
        """One row a name of an entity, with what licenses it."""
        return self._frame("names")

    @cached_property
    def homographs(self) -> pd.DataFrame:
        """One row a meaning of a name that has several."""
        return self._frame("homographs")

    @cached_property
    def broader(self) -> pd.DataFrame:
        """One row an entity and the nearest of its family that is wider."""
        return self._frame("broader")

    @cached_property
    def matches(self) -> pd.DataFrame:
        """One row an identifier elsewhere of an entity."""
        return self._frame("matches")

    @cached_property
    def relations(self) -> pd.DataFrame:
        """One row a typed edge between two entities, with its papers."""
        return self._frame("relations")

    @cached_property
    def communities(self) -> pd.DataFrame:
        """One row a community of papers."""
        return self._frame("communities")

    @cached_property
    def memberships(self) -> pd.DataFrame:
        """One row a paper or entity, with its community."""
        return self._frame("memberships")

    @cached_property
    def centrality(self) -> pd.DataFrame:
        """One row a paper or entity, with how central it is."""
        return self._frame("centrality")

    @cached_property
    def timeline(self) -> pd.DataFrame:
        """One row an entity and a year."""
        return self._frame("timeline")

    @cached_property
    def leaderboards(self) -> pd.DataFrame:
        """One row a place in a ranking of results."""
        return self._frame("leaderboards")

    def _frame(self, name: str) -> pd.DataFrame:
        frame: pd.DataFrame = self.tables[name].to_pandas()
        return frame

    def __repr__(self) -> str:
        counts = ", ".join(f"{t.num_rows} {name}" for name, t in self.tables.items())
        return f"<Graph: {counts}>"

    def _repr_html_(self) -> str:
        """Show counts and the most frequent entities, where a notebook shows a value."""
        counts = "".join(
            f"<tr><th>{name}</th><td>{table.num_rows:,}</td></tr>"
            for name, table in self.tables.items()
        )
        order = [("papers", "descending"), ("id", "ascending")]
        top = self.tables["entities"].sort_by(order).slice(0, _SHOWN)
        rows = "".join(
            f"<tr><td>{escape(row['name'])}</td><td>{escape(row['type'])}</td>"
            f"<td>{row['papers']:,}</td></tr>"
            for row in top.select(["name", "type", "papers"]).to_pylist()
        )
        return (
            f"<div><strong>Graph</strong><table><tbody>{counts}</tbody></table>"
            "<table><thead><tr><th>entity</th><th>type</th><th>papers</th></tr></thead>"
            f"<tbody>{rows}</tbody></table></div>"
        )

    def networkx(self) -> nx.Graph[str]:
        """Make the networkx graph: nodes are papers and entities, edges statements and links.

        Node attributes: ``kind`` ("paper" or the entity type) and ``label``; papers also
        ``date`` (ISO text, where known), entities ``papers``. Edge attributes: ``kind``
        ("uses", "proposes" or "link") and ``weight``; statements also ``confidence``.
        Nodes and edges are added in sorted order, which some networkx algorithms depend on.
        """
        graph: nx.Graph[str] = nx.Graph()
        for row in self.tables["papers"].select(["id", "title", "date"]).to_pylist():
            dated = {"date": row["date"].isoformat()} if row["date"] else {}
            graph.add_node(row["id"], kind="paper", label=row["title"], **dated)
        for row in self.tables["entities"].select(["id", "type", "name", "papers"]).to_pylist():
            graph.add_node(row["id"], kind=row["type"], label=row["name"], papers=row["papers"])
        for row in self.tables["statements"].to_pylist():
            kind = "proposes" if row["role"] == "proposed" else "uses"
            graph.add_edge(
                row["paper"],
                row["entity"],
                kind=kind,
                weight=row["weight"],
                confidence=row["confidence"],
            )
        for row in self.tables["links"].to_pylist():
            graph.add_edge(row["source"], row["target"], kind="link", weight=row["weight"])
        return graph
