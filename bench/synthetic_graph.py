"""Graphs of any size that look like the real ones: topics, common and rare entities, evidence.

Everything is made up from word lists and a seeded generator; no corpus is read.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from paperlattice.extract.records import EntityType, short_hash
from paperlattice.graph.model import Graph
from paperlattice.graph.schema import SCHEMAS, entity_id

_FIRST = (
    "Sparse",
    "Dense",
    "Deep",
    "Latent",
    "Fast",
    "Joint",
    "Robust",
    "Cross",
    "Hyper",
    "Neural",
    "Meta",
    "Graph",
    "Masked",
)
_SECOND = (
    "Token",
    "Patch",
    "Motion",
    "Speech",
    "Policy",
    "Scene",
    "Query",
    "Cache",
    "Prompt",
    "Reward",
    "Layout",
    "Voxel",
)
_THIRD = (
    "Mixer",
    "Former",
    "Net",
    "Bench",
    "Flow",
    "Tuner",
    "Ranker",
    "Diffuser",
    "Coder",
    "Planner",
    "Pruner",
    "Set",
)
_VERB = (
    "improves",
    "reduces",
    "replaces",
    "speeds",
    "up",
    "analyses",
    "measures",
    "aligns",
    "compresses",
)
_TYPES = (EntityType.METHOD, EntityType.DATASET, EntityType.TASK, EntityType.METRIC)
_SHARE = (0.6, 0.2, 0.12, 0.08)


def synthetic_graph(nodes: int, *, seed: int = 0) -> Graph:
    """Make a graph of about ``nodes`` papers and entities; the same for the same arguments.

    A third of the nodes are papers. Half of the entities are named by one paper only; the
    others are common in a topic, a few everywhere, as in real corpora.
    """
    rng = np.random.default_rng(seed)
    paper_count = max(nodes // 3, 2)
    entity_count = max(nodes - paper_count, 4)
    topics = max(2, int(np.sqrt(paper_count) / 3))
    types = rng.choice(4, entity_count, p=_SHARE)
    names = [
        f"{_FIRST[i % 13]}{_SECOND[i // 13 % 12]}{_THIRD[i // 156 % 12]}"
        + (f"-{i // 1872}" if i >= 1872 else "")
        for i in range(entity_count)
    ]
    ids = [
        entity_id(_TYPES[kind], name.lower(), name) for kind, name in zip(types, names, strict=True)
    ]
    shared = entity_count // 2
    by_topic = np.array_split(rng.permutation(shared), topics)
    own = iter(rng.permutation(np.arange(shared, entity_count)))

    papers, mentions, statements, urls, results = [], [], [], [], []
    holders: dict[int, list[int]] = defaultdict(list)
    for index in range(paper_count):
        paper = f"arxiv-2{index // 10000:03d}.{index % 10000:05d}"
        topic = by_topic[index % topics]
        pick = {int(topic[int(len(topic) * u**3)]) for u in rng.random(5)}
        pick |= {int(shared * u**6) for u in rng.random(2)}
        new = [int(e) for e, _ in zip(own, range(1 + index % 2), strict=False)]
        chosen = sorted(pick) + new
        title = f"{names[chosen[-1]]}: {_VERB[index % 8]} {names[chosen[0]]} at low cost"
        abstract, spans = _abstract(names, chosen, set(new), index)
        text_start = len(title) + 1
        day = date(2020, 1, 1) + timedelta(days=int(2000 * (index / paper_count) ** 0.7))
        papers.append(
            {
                "id": paper,
                "title": title,
                "abstract": abstract,
                "authors": [f"Ada L. {index}"],
                "date": day,
                "date_precision": "day",
                "date_inferred": False,
                "arxiv_id": paper[6:],
                "keywords": [],
                "places": [{"path": "made", "line": index}],
            }
        )
        for number, (entity, start, end, low, high) in enumerate(spans):
            role = "proposed" if entity in new else "used"
            evidence = {
                "start": text_start + start, "end": text_start + end, "sentence": number + 1,
                "sentence_start": text_start + low, "sentence_end": text_start + high,
                "confidence": 0.9, "component": "synthetic",
            }  # fmt: skip
            mentions.append(
                {
                    "paper": paper,
                    "entity": ids[entity],
                    **evidence,
                    "surface": names[entity],
                    "role": role,
                }
            )
            statements.append(
                {
                    "paper": paper,
                    "entity": ids[entity],
                    "role": role,
                    "mentions": 1,
                    "weight": 1.0,
                    "confidence": 0.9,
                }
            )
            holders[entity].append(index)
        if index % 3 == 0:
            last = spans[-1]
            evidence = {
                "start": text_start + last[1], "end": text_start + last[2],
                "sentence": len(spans), "sentence_start": text_start + last[3],
                "sentence_end": text_start + last[4], "confidence": 0.8,
                "component": "synthetic",
            }  # fmt: skip
            urls.append(
                {
                    "paper": paper,
                    "kind": "repository",
                    "url": f"https://github.com/made/{paper[6:]}",
                    **evidence,
                }
            )
            results.append(
                {
                    "id": f"{paper}-{short_hash(paper)}",
                    "paper": paper,
                    "value": "83.8",
                    "number": "83.8",
                    "unit": "%",
                    "kind": "absolute",
                    **evidence,
                }
            )
    counts = {entity: len(found) for entity, found in holders.items()}
    entities = [
        {
            "id": ids[e],
            "type": str(_TYPES[types[e]]),
            "key": names[e].lower(),
            "name": names[e],
            "aliases": [names[e].upper()] if e % 5 == 0 else [],
            "papers": counts.get(e, 0),
        }
        for e in range(entity_count)
        if e in counts
    ]
    links, contributions = _links(papers, ids, holders)
    rows = {
        "papers": papers, "entities": entities, "mentions": mentions, "statements": statements,
        "urls": urls, "results": results, "links": links, "contributions": contributions,
    }  # fmt: skip
    return Graph({name: pa.Table.from_pylist(rows[name], schema=SCHEMAS[name]) for name in rows})


def _abstract(
    names: list[str], chosen: list[int], new: set[int], index: int
) -> tuple[str, list[tuple[int, int, int, int, int]]]:
    """One sentence an entity; spans are (entity, start, end, sentence start, sentence end)."""
    text, spans = "", []
    for turn, entity in enumerate(chosen):
        low = len(text)
        lead = "We propose " if entity in new else ("We train with ", "We test on ")[turn % 2]
        sentence = f"{lead}{names[entity]}, which {_VERB[(index + turn) % 8]} what came before it."
        start = low + len(lead)
        text += sentence + " "
        spans.append((entity, start, start + len(names[entity]), low, low + len(sentence)))
    return text.rstrip(), spans


def _links(
    papers: list[dict[str, object]], ids: list[str], holders: dict[int, list[int]]
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Link each paper to the next papers that share an entity; rare entities count more."""
    shared: dict[tuple[int, int], list[tuple[int, float]]] = defaultdict(list)
    for entity, found in sorted(holders.items()):
        weight = round(1.0 / np.log2(1 + len(found)), 4)
        for position, paper in enumerate(found):
            for other in found[position + 1 : position + 4]:
                shared[paper, other].append((entity, weight))
    links, contributions = [], []
    for (first, second), why in sorted(shared.items()):
        pair = {"source": papers[first]["id"], "target": papers[second]["id"]}
        links.append({**pair, "weight": sum(weight for _, weight in why)})
        contributions += [{**pair, "entity": ids[e], "contribution": w} for e, w in why]
    return links, contributions
