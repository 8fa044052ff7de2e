"""RDF/XML, for tools that read nothing else; all triples, whatever their graph.

XML 1.0 has no way to write most control characters: they become U+FFFD, and are counted.

Source: https://www.w3.org/TR/rdf-syntax-grammar/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from paperlattice.export.files import replacing
from paperlattice.export.rdf.blocks import Block, Blocks
from paperlattice.export.rdf.context import Context
from paperlattice.export.rdf.stream import Stream
from paperlattice.export.rdf.syntax import read_token
from paperlattice.export.rdf.terms import PREFIXES
from paperlattice.export.rdf.vocabulary import ontology_blocks

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CR = {"\r": "&#13;"}


def write_rdfxml(context: Context, path: Path, description: list[Block]) -> None:
    """Write all triples to ``path``; context, description: in the tokens of N-Triples."""
    blocks = chain(description, Stream(context).by_subject(), ontology_blocks(context.syntax))
    with replacing(path) as file:
        file.writelines(to_rdfxml(blocks, context))


def to_rdfxml(blocks: Blocks | chain[Block], context: Context) -> Iterator[str]:
    """Yield the file piece by piece."""
    names: dict[str, str] = {}
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF'
    for prefix in sorted(PREFIXES):
        yield f"\n  xmlns:{prefix}={quoteattr(PREFIXES[prefix])}"
    yield ">\n"
    for subject, _, pairs in blocks:
        yield f"<rdf:Description rdf:about={quoteattr(subject[1:-1])}>\n"
        for predicate, object_ in pairs:
            if predicate not in names:
                names[predicate] = _qname(predicate[1:-1])
            name, value = names[predicate], read_token(object_)
            if value.kind == "iri":
                yield f"  <{name} rdf:resource={quoteattr(value.text)}/>\n"
                continue
            text, replaced = _NOT_XML.subn("\ufffd", value.text)
            context.dropped["control character that XML cannot hold"] += replaced
            attributes = ""
            if value.language:
                attributes = f' xml:lang="{value.language}"'
            elif value.datatype:
                attributes = f" rdf:datatype={quoteattr(value.datatype)}"
            yield f"  <{name}{attributes}>{escape(text, _CR)}</{name}>\n"
        yield "</rdf:Description>\n"
    yield "</rdf:RDF>\n"


def _qname(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    raise KeyError(f"{iri} is in no known name space")
