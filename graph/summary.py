"""What is in a graph, in numbers: tables for ``paperlattice stats`` and the closing summary."""

from __future__ import annotations

import pandas as pd

from paperlattice.extract.records import EntityType
from paperlattice.graph.model import Graph


def counts(graph: Graph) -> pd.DataFrame:
    """Count what the graph holds: columns ``what`` and ``count``, in reading order."""
    by_type = graph.entities["type"].value_counts()
    kinds = graph.urls["kind"].value_counts()
    rows = {
        "papers": len(graph.papers),
        **{f"{name}s": int(by_type.get(name, 0)) for name in EntityType},
        "mentions": len(graph.mentions),
        "results": len(graph.results),
        "repositories": int(kinds.get("repository", 0)),
        "other addresses": len(graph.urls) - int(kinds.get("repository", 0)),
        "links": len(graph.links),
        "papers without a link": _unlinked(graph),
    }
    return pd.DataFrame({"what": list(rows), "count": list(rows.values())})


def _unlinked(graph: Graph) -> int:
    linked = set(graph.links["source"]) | set(graph.links["target"])
    return len(graph.papers) - len(linked)


def top_entities(graph: Graph, *, most: int = 10) -> pd.DataFrame:
    """List each type's entities that most papers name: columns type, name, papers, proposed in.

    most: rows a type. Ties are in the order of the name.
    """
    proposed = graph.statements.loc[graph.statements["role"] == "proposed", "entity"].value_counts()
    frame = graph.entities[["type", "name", "papers", "id"]].copy()
    frame["proposed in"] = frame["id"].map(proposed).fillna(0).astype(int)
    frame = frame.sort_values(["type", "papers", "name"], ascending=[True, False, True])
    top = frame.groupby("type", sort=True).head(most)
    return top[["type", "name", "papers", "proposed in"]].reset_index(drop=True)
