"""Extractions in the form of the gold files: entities with surfaces, links, results."""

from __future__ import annotations

from typing import Any

from paperlattice.extract.records import Extraction, Role


def to_gold(extraction: Extraction) -> dict[str, Any]:
    r"""Make the JSON object of one paper: the gold's form, plus offsets and confidence.

    ``entities``: one for each (type, name), with ``surfaces`` (longest first), ``role``
    (proposed if any mention says so), ``confidence`` (of the surest mention) and ``mentions``:
    ``[start, end, sentence, confidence, component]`` each, offsets in code points into
    ``title + "\n" + abstract``.
    """
    paper, text = extraction.paper, extraction.paper.text
    entities: dict[tuple[str, str], dict[str, Any]] = {}
    for mention in extraction.mentions:
        e = mention.evidence
        entity = entities.setdefault(
            (mention.type.value, mention.name),
            {
                "type": mention.type.value,
                "name": mention.name,
                "surfaces": [],
                "role": Role.USED.value,
                "confidence": 0.0,
                "mentions": [],
            },
        )
        surface = text[e.start : e.end]
        if surface not in entity["surfaces"]:
            entity["surfaces"].append(surface)
        if mention.role is Role.PROPOSED:
            entity["role"] = Role.PROPOSED.value
        entity["confidence"] = max(entity["confidence"], e.confidence)
        entity["mentions"].append([e.start, e.end, e.sentence, e.confidence, e.component])
    for entity in entities.values():
        entity["surfaces"].sort(key=lambda s: (-len(s), s))
    links = {
        (url.kind, url.url): {
            "kind": url.kind,
            "url": url.url,
            "surface": text[url.evidence.start : url.evidence.end],
            "start": url.evidence.start,
            "end": url.evidence.end,
        }
        for url in reversed(extraction.urls)
    }
    results = [
        {
            "method": result.method,
            "dataset": result.dataset,
            "metric": result.metric,
            "value": result.value,
            "unit": result.unit,
            "kind": result.kind,
            "quote": text[result.evidence.start : result.evidence.end],
            "start": result.evidence.start,
            "end": result.evidence.end,
            "confidence": result.evidence.confidence,
        }
        for result in extraction.results
    ]
    return {
        "id": paper.id,
        "title": paper.title,
        "entities": list(entities.values()),
        "links": sorted(links.values(), key=lambda link: (link["start"], link["url"])),
        "results": results,
    }
