"""Make ``docs/ontology.md`` from the ontology: ``python -m paperlattice.export.rdf.ontology_page``.

Run from the root of a checkout; a test keeps the page equal to the ontology.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import rdflib
from rdflib import RDF, RDFS
from rdflib.term import Node

from paperlattice.export.rdf.terms import ONTOLOGY, PREFIXES
from paperlattice.export.rdf.vocabulary import ontology_text


def to_page() -> str:
    """The page in Markdown: classes, then properties, each by name."""
    return "".join(f"{line}\n" for line in _lines())


def _lines() -> Iterator[str]:
    graph = rdflib.Graph().parse(data=ontology_text("ontology"), format="turtle")
    alignments = rdflib.Graph().parse(data=ontology_text("alignments"), format="turtle")
    yield "# The ontology `pl:`"
    yield ""
    yield f"Made from `export/rdf/ontology/paperlattice.ttl`. The prefix `pl:` is `{ONTOLOGY}`."
    for title, kind in (("Classes", RDFS.Class), ("Properties", RDF.Property)):
        yield ""
        yield f"## {title}"
        for term in sorted(graph.subjects(RDF.type, kind), key=str):
            yield ""
            yield f"### `{_short(term)}`"
            yield ""
            yield f"{graph.value(term, RDFS.comment)}"
            yield ""
            yield f"- Label: {graph.value(term, RDFS.label)}"
            for what, predicate in (
                ("Is a", RDFS.subClassOf),
                ("Is also", RDFS.subPropertyOf),
                ("Of", RDFS.domain),
                ("Value", RDFS.range),
            ):
                found = sorted(_short(o) for o in graph.objects(term, predicate))
                values = ", ".join(f"`{name}`" for name in found)
                if values:
                    yield f"- {what}: {values}"
            matches = [(_short(p), str(o)) for p, o in alignments.predicate_objects(term)]
            yield from (f"- `{match}`: <{target}>" for match, target in sorted(matches))


def _short(term: Node) -> str:
    for prefix, namespace in PREFIXES.items():
        if str(term).startswith(namespace):
            return f"{prefix}:{str(term).removeprefix(namespace)}"
    return str(term)


if __name__ == "__main__":
    Path("docs/ontology.md").write_text(to_page(), encoding="utf-8")
