"""What the explorer knows: the graph as columns, packed for one page.

Nodes stand in order of importance, edges in order of their rank at their paper, so that the
page draws the most telling part by drawing a prefix. Long texts are packed in compressed blocks
that the page opens when a paper is looked at.
"""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from paperlattice.export.pages.embed import deflate
from paperlattice.export.pages.latex import readable
from paperlattice.graph.layout import lay_out, separate
from paperlattice.graph.model import Graph

#: Node kinds in the order of their codes.
KINDS = ("paper", "method", "dataset", "metric", "task")

#: Papers up to which entities that one paper names are nodes; beyond, they are told with it.
MANY = 20_000

_BLOCK = 64  # papers a block of texts: small enough to open at once, large enough to compress
_ABSTRACTS = 1_400_000  # characters of abstracts up to which the page holds them
_FEW = 8  # links of a paper in a page that does not hold abstracts; its own page has all
_BOARD = 50  # rows of a leaderboard
#: Positions are sent as 16-bit fractions of the map, whose corner and extent are its frame.
GRID = 65535

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Point = tuple[float, float]


@dataclass(frozen=True)
class Nodes:
    """All nodes, most important first; arrays and lists are parallel.

    size: of an entity in how many papers it is, of a paper how many entities it names.
    alone: entities of one paper, which stand around it.
    apart: name and type of the entities that are no nodes, since one paper names them and
        there are too many; by identifier.
    """

    ids: list[str]
    kind: npt.NDArray[np.uint8]
    label: list[str]
    size: npt.NDArray[np.int64]
    alone: npt.NDArray[np.bool_]
    index: dict[str, int]
    apart: dict[str, tuple[str, int]]

    def of(self, entity: str | None) -> int | str | None:
        """An entity's node, or its name where it is none."""
        if entity is None:
            return None
        return self.apart[entity][0] if entity in self.apart else self.index[entity]


@dataclass(frozen=True)
class Edges:
    """Statements paper -> entity as node indices; each paper's strongest first, then seconds."""

    paper: npt.NDArray[np.int64]
    entity: npt.NDArray[np.int64]
    weight: Floats
    proposed: npt.NDArray[np.bool_]


def order_nodes(graph: Graph) -> Nodes:
    """Order papers and entities by how much they tell: in how many statements they are."""
    papers, entities = graph.tables["papers"], graph.tables["entities"]
    ids = papers["id"].to_pylist() + entities["id"].to_pylist()
    label = papers["title"].to_pylist() + entities["name"].to_pylist()
    kind = np.array(
        [0] * papers.num_rows + [KINDS.index(t) for t in entities["type"].to_pylist()], np.uint8
    )
    place = {node: i for i, node in enumerate(ids)}
    size = np.zeros(len(ids), np.int64)
    for column in ("paper", "entity"):
        found = [place[node] for node in graph.tables["statements"][column].to_pylist()]
        size += np.bincount(np.array(found, np.int64), minlength=len(ids))
    rank = np.lexsort((np.array(ids, dtype=str) if ids else np.array([]), -size))
    few = papers.num_rows <= MANY
    apart = {
        ids[i]: (label[i], int(kind[i]))
        for i in ([] if few else np.flatnonzero((kind > 0) & (size <= 1)).tolist())
    }
    rank = rank[few | (kind[rank] == 0) | (size[rank] > 1)]
    ids = [ids[i] for i in rank]
    kind, size = kind[rank], size[rank]
    return Nodes(
        ids,
        kind,
        [label[i] for i in rank],
        size,
        (kind > 0) & (size <= 1),
        {node: i for i, node in enumerate(ids)},
        apart,
    )


def order_edges(graph: Graph, nodes: Nodes) -> Edges:
    """Order statements so that any prefix holds the strongest of every paper."""
    table = graph.tables["statements"]
    if nodes.apart:
        table = table.filter(pc.is_in(table["entity"], pa.array(nodes.ids)))
    paper = np.array([nodes.index[p] for p in table["paper"].to_pylist()], np.int64)
    entity = np.array([nodes.index[e] for e in table["entity"].to_pylist()], np.int64)
    weight = table["weight"].to_numpy(zero_copy_only=False).astype(np.float64)
    proposed = np.array([r == "proposed" for r in table["role"].to_pylist()], bool)
    # Entities of one paper tie nothing together: behind all others of their paper.
    inner = np.lexsort((entity, -weight, nodes.alone[entity], paper))
    starts = np.r_[True, np.diff(paper[inner]) != 0] if len(inner) else np.array([], bool)
    turn = np.arange(len(inner)) - np.maximum.accumulate(np.where(starts, np.arange(len(inner)), 0))
    order = inner[np.lexsort((paper[inner], turn, nodes.alone[entity[inner]]))]
    return Edges(paper[order], entity[order], weight[order], proposed[order])


def place_nodes(
    graph: Graph, nodes: Nodes, edges: Edges, *, start: Mapping[str, Point] | None = None
) -> Floats:
    """Positions, shape (nodes, 2): by forces what hangs together, around it what does not.

    Entities of one paper stand around it; papers that share nothing stand in rows beneath.
    """
    count = len(nodes.ids)
    pairs, pull = _pulls(graph, nodes, edges)
    tied = np.unique(pairs)
    dense = np.full(count, -1, np.int64)
    dense[tied] = np.arange(len(tied))
    names = [nodes.ids[i] for i in tied]
    community = _communities(graph, nodes).astype(np.int64)[tied] - 1
    unknown = (np.nan, np.nan)
    before = np.array([start.get(name, unknown) for name in names], np.float64) if start else None
    placed = lay_out(
        len(tied),
        dense[pairs],
        pull,
        names=names,
        groups=np.where(nodes.kind[tied] == 0, community, -1),
        start=before,
    )
    gap = 1.1 / np.sqrt(max(len(tied), 1))
    if before is None or np.isnan(before).any():
        placed = _fetch_strays(placed)
        if len(tied) <= 20_000:
            placed = separate(placed, np.full(len(tied), 0.5 * gap))
    positions = np.zeros((count, 2))
    positions[tied] = placed
    loose = np.flatnonzero((dense < 0) & ~nodes.alone)
    positions[loose] = _rows_beneath(placed, len(loose), gap)
    turn: dict[int, int] = defaultdict(int)
    for paper, entity in zip(edges.paper.tolist(), edges.entity.tolist(), strict=True):
        if nodes.alone[entity]:  # a sunflower around its paper
            turn[paper] += 1
            angle = 2.399963 * turn[paper] + paper
            reach = gap * (0.24 + 0.07 * np.sqrt(turn[paper]))
            positions[entity] = positions[paper] + reach * np.array([np.cos(angle), np.sin(angle)])
    return positions


def _pulls(graph: Graph, nodes: Nodes, edges: Edges) -> tuple[npt.NDArray[np.int64], Floats]:
    """What draws nodes together: pairs, shape (m, 2), and how strongly."""
    shared = ~nodes.alone[edges.entity]
    paper, entity = edges.paper[shared], edges.entity[shared]
    table = graph.tables["links"]
    links = np.column_stack(
        [
            np.array([nodes.index[p] for p in table[c].to_pylist()], np.int64)
            for c in ("source", "target")
        ]
    )
    weight = table["weight"].to_numpy(zero_copy_only=False).astype(np.float64)
    # What everybody shares would pull everything into one heap: the more papers share an
    # entity, the less each of them is pulled; but a paper without a link has nothing else.
    pull = nodes.size[entity] ** -0.7
    total = np.bincount(paper, pull, minlength=len(nodes.ids))
    total[np.unique(links)] = 1.0
    pull = pull * np.maximum(1.0, 1.0 / np.maximum(total, 1e-9))[paper]
    pairs = np.r_[np.column_stack([paper, entity]), links].astype(np.int64)
    return pairs, np.r_[pull, weight / max(float(weight.max(initial=0.0)), 1e-12)]


_RIM = 1.15  # of the distance from the middle within which 99 of 100 nodes stand


def _fetch_strays(placed: Floats) -> Floats:
    """Fetch what drifted off to the rim of the map: two papers that share only with each other.

    Nothing draws them back, and a page that must show them would show all others small.
    """
    if not len(placed):
        return placed
    middle = np.median(placed, axis=0)
    way = placed - middle
    far = np.hypot(way[:, 0], way[:, 1])
    rim = _RIM * float(np.quantile(far, 0.99))
    scale = np.where(far > rim, rim / np.maximum(far, 1e-12), 1.0)
    return np.round(middle + way * scale[:, None], 4)


def _rows_beneath(placed: Floats, count: int, gap: float) -> Floats:
    """A block of points as wide as what is placed, beneath it."""
    left, right, bottom = -1.0, 1.0, 1.0
    if len(placed):
        left, right = placed[:, 0].min(), placed[:, 0].max()
        bottom = placed[:, 1].max()
    step = min(gap, 0.05)
    columns = max(1, int(min((right - left) / step, np.sqrt(8 * max(count, 1)))))
    place = np.arange(count)
    middle = (left + right - step * (min(count, columns) - 1)) / 2
    rows: Floats = np.column_stack(
        [middle + step * (place % columns), bottom + 0.14 + step * (place // columns)]
    ).astype(np.float64)
    return rows


def to_payload(
    graph: Graph, *, start: Mapping[str, Point] | None = None, linked: Collection[str] = ()
) -> dict[str, Any]:
    """Make the value that the page reads; ``js/model.js`` documents it from the other side.

    linked: papers that have pages of their own.
    """
    nodes = order_nodes(graph)
    edges = order_edges(graph, nodes)
    positions = place_nodes(graph, nodes, edges, start=start)
    low = positions.min(axis=0, initial=0.0)
    extent = float((positions.max(axis=0, initial=0.0) - low).max()) or 1.0
    grid = np.round((positions - low) / extent * GRID).astype(np.uint16)
    aliases = zip(
        graph.tables["entities"]["id"].to_pylist(),
        graph.tables["entities"]["aliases"].to_pylist(),
        strict=True,
    )
    blocks, block = _blocks(graph, nodes)
    by_paper = np.argsort(edges.paper, kind="stable")
    paged = np.array([_has_page(nodes, i, linked) for i in range(len(nodes.ids))], np.uint8)
    return {
        "format": 1,
        "kinds": KINDS,
        "ids": nodes.ids,
        "labels": [readable(label) for label in nodes.label],
        "aliases": sorted(
            [nodes.index[node], names] for node, names in aliases if names and node in nodes.index
        ),
        "kind": pack(nodes.kind),
        "size": pack(nodes.size.astype(np.uint32)),
        "day": pack(_days(graph, nodes)),
        "code": pack(_has_code(graph, nodes)),
        "frame": [*(round(float(side), 6) for side in low), round(extent, 6)],
        "x": pack(grid[:, 0]),
        "y": pack(grid[:, 1]),
        "degree": pack(np.bincount(edges.paper, minlength=len(nodes.ids)).astype(np.uint16)),
        "entity": pack(edges.entity[by_paper].astype(np.uint32)),
        "proposed": pack(edges.proposed[by_paper].astype(np.uint8)),
        "communities": graph.tables["communities"]["label"].to_pylist(),
        "community": pack(_communities(graph, nodes)),
        "paged": pack(paged),
        "block": pack(block),
        "blocks": blocks,
    }


def pack(array: Array) -> str:
    """Base64 of the array's bytes, lowest bytes of all numbers first, which compresses better.

    The page knows each column's type.
    """
    plain = np.ascontiguousarray(array.astype(array.dtype.newbyteorder("<")))
    planes = plain.view(np.uint8).reshape(-1, array.dtype.itemsize).T
    return base64.b64encode(planes.tobytes()).decode()


def unpack(text: str, kind: str) -> Array:
    """The array that :func:`pack` was given; kind: its type as numpy writes it, such as "<u4".

    Raises ValueError for a text that is none.
    """
    width = np.dtype(kind).itemsize
    planes = np.frombuffer(base64.b64decode(text, validate=True), np.uint8).reshape(width, -1)
    return np.ascontiguousarray(planes.T).view(kind).ravel()


def _days(graph: Graph, nodes: Nodes) -> npt.NDArray[np.int32]:
    """Date of each paper in days since 1970; -1 where there is none."""
    days = np.full(len(nodes.ids), -1, np.int32)
    table = graph.tables["papers"]
    for paper, day in zip(
        table["id"].to_pylist(), table["date"].cast(pa.int32()).to_pylist(), strict=True
    ):
        if day is not None:
            days[nodes.index[paper]] = day
    return days


def _communities(graph: Graph, nodes: Nodes) -> npt.NDArray[np.uint16]:
    """1 + the row of each node's community; 0 for none."""
    rows = {name: 1 + i for i, name in enumerate(graph.tables["communities"]["id"].to_pylist())}
    member = np.zeros(len(nodes.ids), np.uint16)
    table = graph.tables["memberships"]
    for node, name in zip(table["node"].to_pylist(), table["community"].to_pylist(), strict=True):
        if node in nodes.index and rows.get(name, 0) <= GRID:
            member[nodes.index[node]] = rows.get(name, 0)
    return member


def _has_code(graph: Graph, nodes: Nodes) -> npt.NDArray[np.uint8]:
    """1 for each paper that names a repository."""
    has = np.zeros(len(nodes.ids), np.uint8)
    table = graph.tables["urls"]
    for paper, kind in zip(table["paper"].to_pylist(), table["kind"].to_pylist(), strict=True):
        if kind == "repository":
            has[nodes.index[paper]] = 1
    return has


def _grouped(table: pa.Table, key: str, columns: Sequence[str]) -> dict[str, list[list[Any]]]:
    """Rows of some columns by the value of another, in the table's order."""
    groups: dict[str, list[list[Any]]] = defaultdict(list)
    values = zip(*(table[c].to_pylist() for c in columns), strict=True)
    for group, row in zip(table[key].to_pylist(), values, strict=True):
        groups[group].append(list(row))
    return groups


_ABOUT = (
    "authors", "author_count", "organisation_name", "organisation_handle", "comments", "arxiv_id",
    "doi", "url", "venue", "keywords", "date_precision", "date_inferred",
)  # fmt: skip
_ABOUT_BRIEFLY = ("arxiv_id", "doi", "date_precision")
_SPAN = ("start", "end", "sentence_start", "sentence_end", "confidence", "component")


def _has_page(nodes: Nodes, node: int, linked: Collection[str]) -> bool:
    if nodes.kind[node] == 0:
        return nodes.ids[node] in linked
    return bool(linked) and not nodes.alone[node]


def _blocks(graph: Graph, nodes: Nodes) -> tuple[list[str], npt.NDArray[np.uint32]]:
    """Blocks of details, and for each node 1 + its place among them (0: none)."""
    place = np.zeros(len(nodes.ids), np.uint32)
    blocks: list[str] = []
    for details in (_papers(graph, nodes), _entities(graph, nodes)):
        while part := list(islice(details, _BLOCK)):
            for turn, (node, _) in enumerate(part):
                place[node] = 1 + _BLOCK * len(blocks) + turn
            values = [value for _, value in part]
            blocks.append(deflate(json.dumps(values, ensure_ascii=False, separators=(",", ":"))))
    return blocks, place


def _papers(graph: Graph, nodes: Nodes) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield each paper's node and details, most important first."""
    abstracts = graph.tables["papers"]["abstract"]
    whole = (pc.sum(pc.utf8_length(abstracts)).as_py() or 0) <= _ABSTRACTS
    span = _SPAN if whole else ()
    proofs = graph.tables["mentions"].slice(0, None if whole else 0)
    mentions = _grouped(proofs, "paper", ("entity", "role", *span))
    urls = _grouped(graph.tables["urls"], "paper", ("url", "kind", *span))
    results = _grouped(
        graph.tables["results"],
        "paper",
        ("value", "unit", "kind", "metric", "dataset", "method", *span),
    )
    links = _links(graph, nodes, digits=4 if whole else 3, most=None if whole else _FEW)
    apart = _apart(graph, nodes)
    fields = [*(_ABOUT if whole else _ABOUT_BRIEFLY), *(["abstract"] if whole else [])]
    rows = _grouped(graph.tables["papers"], "id", fields)
    for node in np.flatnonzero(nodes.kind == 0).tolist():
        paper = nodes.ids[node]
        row = dict(zip(fields, rows[paper][0], strict=True))
        title = nodes.label[node]
        details = {
            # Offsets count the title as it was written, which is not always how it is shown.
            "title": title if whole and readable(title) != title else "",
            "abstract": row.pop("abstract", ""),
            "about": {name: value for name, value in row.items() if value and value != "day"},
            "mentions": [[nodes.index[m[0]], *m[1:]] for m in mentions.get(paper, [])],
            "urls": urls.get(paper, []),
            "results": [
                [*r[:3], *(nodes.of(entity) for entity in r[3:6]), *r[6:]]
                for r in results.get(paper, [])
            ],
            "links": links.get(node, []),
            "apart": apart.get(paper, []),
        }
        yield node, {name: value for name, value in details.items() if value}


def _apart(graph: Graph, nodes: Nodes) -> dict[str, list[list[Any]]]:
    """For each paper its entities that are no nodes, strongest first: [kind, name, proposed]."""
    if not nodes.apart:
        return {}
    table = graph.tables["statements"]
    table = table.filter(pc.is_in(table["entity"], pa.array(list(nodes.apart))))
    found = _grouped(table, "paper", ("weight", "entity", "role"))
    return {
        paper: [
            [nodes.apart[entity][1], nodes.apart[entity][0], int(role == "proposed")]
            for _, entity, role in sorted(rows, key=lambda row: (-row[0], row[1]))
        ]
        for paper, rows in found.items()
    }


def _entities(graph: Graph, nodes: Nodes) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the node and details of each entity of which there is more than its name."""
    names = _grouped(graph.tables["names"], "entity", ("name", "licence", "source", "papers"))
    broader = _grouped(graph.tables["broader"], "entity", ("broader", "difference"))
    matches = _grouped(graph.tables["matches"], "entity", ("scheme", "identifier", "url"))
    boards = _boards(graph, nodes)
    for node in np.flatnonzero(nodes.kind > 0).tolist():
        entity = nodes.ids[node]
        own = nodes.label[node]
        details = {
            "names": [
                n for n in names.get(entity, []) if n[0] != own or n[1] in ("alias", "acronym")
            ],
            "broader": [[nodes.of(b), why] for b, why in broader.get(entity, [])],
            "matches": matches.get(entity, []),
            "board": boards.get(entity, [])[:_BOARD],
        }
        if any(details.values()):
            yield node, {name: value for name, value in details.items() if value}


def _boards(graph: Graph, nodes: Nodes) -> dict[str, list[list[Any]]]:
    """Reported results by dataset and by metric: [other, unit, rank, value, method, paper]."""
    results = {row["id"]: row for row in graph.tables["results"].to_pylist()}
    boards: dict[str, list[list[Any]]] = defaultdict(list)
    for row in graph.tables["leaderboards"].to_pylist():
        result = results.get(row["result"])
        if result is None:
            continue
        paper, method = nodes.index[result["paper"]], nodes.of(result["method"])
        rest = [result["unit"], row["rank"], result["value"], method, paper]
        boards[row["dataset"]].append([nodes.of(row["metric"]), *rest])
        boards[row["metric"]].append([nodes.of(row["dataset"]), *rest])
    return boards


def _links(
    graph: Graph, nodes: Nodes, *, digits: int, most: int | None
) -> dict[int, list[list[Any]]]:
    """For each paper its links, strongest first: [paper, weight, [[entity, part], …]].

    digits: decimals of the weights. most: links of a paper; None for all.
    """
    ids = pa.array(nodes.ids, pa.string())

    def column(table: str, name: str) -> npt.NDArray[np.int64]:
        found = pc.index_in(graph.tables[table][name], ids).to_numpy(zero_copy_only=False)
        return np.asarray(found, np.int64)

    def rounded(table: str, name: str) -> Floats:
        values = graph.tables[table][name].to_numpy(zero_copy_only=False)
        return np.asarray(np.round(values.astype(np.float64), digits))

    one, other = column("links", "source"), column("links", "target")
    weight = np.tile(rounded("links", "weight"), 2)
    near, far = np.r_[one, other], np.r_[other, one]
    order = np.lexsort((far, -weight, near))
    starts = np.searchsorted(near[order], near[order])
    shown = order[np.arange(len(order)) - starts < (most or len(order))]
    link = shown % max(len(one), 1)
    reasons = _reasons(
        one * len(ids) + other,
        column("contributions", "source") * len(ids) + column("contributions", "target"),
        column("contributions", "entity"),
        rounded("contributions", "contribution"),
        np.unique(link),
    )
    links: dict[int, list[list[Any]]] = defaultdict(list)
    for paper, linked, strength, number in zip(
        near[shown].tolist(),
        far[shown].tolist(),
        weight[shown].tolist(),
        link.tolist(),
        strict=True,
    ):
        links[paper].append([linked, strength, reasons[number]])
    return links


def _reasons(
    links: npt.NDArray[np.int64],
    pairs: npt.NDArray[np.int64],
    entity: npt.NDArray[np.int64],
    part: Floats,
    wanted: npt.NDArray[np.int64],
) -> dict[int, list[list[Any]]]:
    """What some links rest on, strongest first: [entity, part] by the number of the link.

    links: one number a pair of papers. pairs, entity, part: a contribution each, pairs as links.
    """
    by_pair = wanted[np.argsort(links[wanted])]
    place = np.minimum(np.searchsorted(links[by_pair], pairs), max(len(by_pair) - 1, 0))
    known = links[by_pair][place] == pairs if len(by_pair) else np.zeros(len(pairs), bool)
    place, entity, part = place[known], entity[known], part[known]
    order = np.lexsort((entity, -part, place))
    ends = np.searchsorted(place[order], np.arange(len(by_pair) + 1))
    parts = [list(row) for row in zip(entity[order].tolist(), part[order].tolist(), strict=True)]
    return {
        number: parts[ends[turn] : ends[turn + 1]] for turn, number in enumerate(by_pair.tolist())
    }
