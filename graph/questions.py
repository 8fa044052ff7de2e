"""Questions to a graph, each answered by a frame: why is this one entity, what rises, who leads."""

from __future__ import annotations

import pandas as pd

from paperlattice.extract.records import EntityType
from paperlattice.graph.keys import canonical_key
from paperlattice.graph.model import Graph


def why(graph: Graph, name: str) -> pd.DataFrame:
    """Tell which entities a name stands for, and all names of these with what licenses them.

    Returns one row a name of an entity that has a name spelt like this one: columns entity,
    type, called (its preferred name), name, licence, source, papers; by entity, those in most
    papers first. Empty where no entity is called so.
    """
    keys = {canonical_key(entity_type, name) for entity_type in EntityType}
    listed = _with_entities(graph.names)
    spelt = [
        canonical_key(EntityType(kind), other) in keys
        for kind, other in zip(listed["type"], listed["name"], strict=True)
    ]
    entities = graph.entities.set_index("id")
    own = set(listed.loc[spelt, "entity"]) | set(entities.index[entities["key"].isin(keys)])
    rows = listed[listed["entity"].isin(own)].copy()
    rows["called"] = rows["entity"].map(entities["name"])
    rows["all"] = rows["entity"].map(entities["papers"])
    rows["first"] = rows["licence"] != "name"
    rows = rows.sort_values(
        ["all", "entity", "first", "papers", "name"], ascending=[False, True, True, False, True]
    )
    columns = ["entity", "type", "called", "name", "licence", "source", "papers"]
    return rows[columns].reset_index(drop=True)


def _with_entities(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(type=frame["entity"].str.split("/").str[0])


def homographs(graph: Graph) -> pd.DataFrame:
    """List names with several meanings, those that most papers write first.

    Returns one row a meaning: columns name, reason, type, called, entity, papers.
    """
    rows = _with_entities(graph.homographs)
    rows["called"] = rows["entity"].map(graph.entities.set_index("id")["name"])
    rows["all"] = rows.groupby("name")["papers"].transform("sum")
    rows = rows.sort_values(
        ["all", "name", "papers", "entity"], ascending=[False, True, False, True]
    )
    return rows[["name", "reason", "type", "called", "entity", "papers"]].reset_index(drop=True)


def leaderboard(graph: Graph, dataset: str, metric: str) -> pd.DataFrame:
    """List the results on a dataset by a metric, best first, each with its evidence.

    dataset, metric: entity ids. Returns columns unit, rank, value, method, paper, title,
    sentence; empty where there is no board.
    """
    boards = graph.leaderboards
    rows = boards[(boards["dataset"] == dataset) & (boards["metric"] == metric)]
    rows = rows.merge(graph.results, left_on="result", right_on="id", suffixes=("", "_of_result"))
    papers = graph.papers.set_index("id")
    titles = rows["paper"].map(papers["title"])
    texts = titles + "\n" + rows["paper"].map(papers["abstract"])
    return pd.DataFrame(
        {
            "unit": rows["unit"],
            "rank": rows["rank"],
            "value": rows["value"],
            "method": rows["method"].map(graph.entities.set_index("id")["name"]),
            "paper": rows["paper"],
            "title": titles,
            "sentence": [
                text[start:end]
                for text, start, end in zip(
                    texts, rows["sentence_start"], rows["sentence_end"], strict=True
                )
            ],
        }
    )


def rising(graph: Graph, *, fewest: int = 5, most: int = 20) -> pd.DataFrame:
    """List the entities whose share of papers rose most; see :mod:`paperlattice.graph.trends`.

    fewest: papers that an entity must be in. Returns columns type, name, papers, rise,
    first_date, first_paper.
    """
    rows = graph.entities[graph.entities["papers"] >= fewest].dropna(subset=["rise"])
    rows = rows.sort_values(["rise", "papers", "id"], ascending=[False, False, True]).head(most)
    columns = ["type", "name", "papers", "rise", "first_date", "first_paper"]
    return rows[columns].reset_index(drop=True)


def bridges(graph: Graph, *, most: int = 20) -> pd.DataFrame:
    """List the papers that lie between communities, by bridging times PageRank.

    Returns columns paper, title, community, bridging, pagerank, links.
    """
    rows = graph.centrality[graph.centrality["kind"] == "paper"].copy()
    rows["score"] = rows["bridging"] * rows["pagerank"]
    rows = rows.sort_values(["score", "node"], ascending=[False, True]).head(most)
    communities = graph.memberships.set_index("node")["community"]
    return pd.DataFrame(
        {
            "paper": rows["node"],
            "title": rows["node"].map(graph.papers.set_index("id")["title"]),
            "community": rows["node"].map(communities),
            "bridging": rows["bridging"],
            "pagerank": rows["pagerank"],
            "links": rows["links"],
        }
    ).reset_index(drop=True)


def coverage(graph: Graph) -> pd.DataFrame:
    """Count how much of the graph has an identifier elsewhere.

    Returns one row a kind of thing: columns what, all, identified, share; of entities also by
    mentions, for the few that are well known are mentioned most.
    """
    papers, entities = graph.papers, graph.entities
    matched = set(graph.matches["entity"])
    rows = [
        ("papers", len(papers), int((papers["arxiv_id"].notna() | papers["doi"].notna()).sum()))
    ]
    statements = _with_entities(graph.statements)
    for kind in EntityType:
        own = entities.loc[entities["type"] == kind, "id"]
        rows.append((f"{kind}s", len(own), int(own.isin(matched).sum())))
        said = statements.loc[statements["type"] == kind, "entity"]
        rows.append((f"statements of {kind}s", len(said), int(said.isin(matched).sum())))
    frame = pd.DataFrame(rows, columns=["what", "all", "identified"])
    frame["share"] = (frame["identified"] / frame["all"].where(frame["all"] > 0)).round(4)
    return frame
