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
        for term in sorted(graph.subjects(RDF.type, kind)):
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
                values = ", ".join(f"`{_short(o)}`" for o in sorted(graph.objects(term, predicate)))
                if values:
                    yield f"- {what}: {values}"
            for predicate, target in sorted(alignments.predicate_objects(term)):
                yield f"- `{_short(predicate)}`: <{target}>"


def _short(term: Node) -> str:
    for prefix, namespace in PREFIXES.items():
        if str(term).startswith(namespace):
            return f"{prefix}:{str(term).removeprefix(namespace)}"
    return str(term)


if __name__ == "__main__":
    Path("docs/ontology.md").write_text(to_page(), encoding="utf-8")
