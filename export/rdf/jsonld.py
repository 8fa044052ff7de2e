"""JSON-LD 1.1, with a context in which identifiers are short and values are plain strings.

A named graph an object, a subject an object in it. The context stands in the file, because
readers do not fetch, and beside it as ``context.jsonld`` for those who frame or extend it.

Source: https://www.w3.org/TR/json-ld11/
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from paperlattice.export.files import replacing
from paperlattice.export.rdf.blocks import Block, Blocks, Pair
from paperlattice.export.rdf.context import Context
from paperlattice.export.rdf.stream import Stream
from paperlattice.export.rdf.syntax import NTriples, Value, read_token
from paperlattice.export.rdf.terms import PARTS, PREFIXES
from paperlattice.export.rdf.vocabulary import ontology_blocks

#: What the values of a predicate are, where they always are it: then they are plain strings.
_COERCED = {
    "@id": """
        dct:creator dct:hasPart dct:source mls:specifiedBy oa:hasBody oa:hasSelector oa:hasSource
        oa:hasTarget oa:motivatedBy pl:addressesTask pl:byMetric pl:entity pl:evaluatedOn
        pl:firstPaper pl:hasContribution pl:hasRepository pl:introducesDataset
        pl:introducesMethod pl:introducesMetric pl:introducesTask pl:linksPaper pl:measuredBy
        pl:ofMethod pl:onDataset pl:relationFrom pl:relationKind pl:relationTo pl:reportsResult
        pl:reportsValue pl:sharedEntity pl:sharesEntitiesWith pl:typicalEntity pl:usedWith
        pl:usesDataset pl:usesMethod pl:usesMetric prov:hadMember prov:used
        prov:wasAssociatedWith prov:wasDerivedFrom prov:wasGeneratedBy rdf:object rdf:predicate
        rdf:subject rdfs:seeAlso schema:codeRepository schema:sameAs schema:sourceOrganization
        schema:url skos:broader skos:exactMatch skos:inScheme
        """,
    "xsd:decimal": """
        mls:hasValue pl:amount pl:bridging pl:confidence pl:contribution pl:modularity
        pl:pageRank pl:weight
        """,
    "xsd:date": "dct:issued dct:modified pl:firstSeen",
    "xsd:integer": """
        pl:authorCount pl:commentCount pl:paperCount pl:sentenceIndex schema:position
        void:entities void:triples
        """,
    "xsd:nonNegativeInteger": "oa:end oa:start",
}
_ENGLISH = (
    "dct:title rdf:value rdfs:comment rdfs:label skos:altLabel skos:hiddenLabel skos:prefLabel"
)


def write_jsonld(context: Context, path: Path, description: list[Block]) -> None:
    """Write all quads to ``path``, and the context to ``context.jsonld`` beside it.

    context, description: in the tokens of N-Triples.
    """
    shared = {"@context": jsonld_context(context.syntax.base)}
    with replacing(path.with_name("context.jsonld")) as file:
        file.write(json.dumps(shared, indent=1, ensure_ascii=False) + "\n")
    blocks = chain(
        Stream(context).by_graph(), description, _by_graph(ontology_blocks(context.syntax))
    )
    with replacing(path) as file:
        file.writelines(to_jsonld(blocks, context.syntax.base))


def jsonld_context(base: str) -> dict[str, Any]:
    """The context: prefixes, and the types of values."""
    context: dict[str, Any] = {
        prefix: {"@id": namespace, "@prefix": True} for prefix, namespace in PREFIXES.items()
    }
    context |= {part: {"@id": f"{base}id/{part}/", "@prefix": True} for part in PARTS}
    for type_, names in _COERCED.items():
        context |= {name: {"@id": name, "@type": type_} for name in names.split()}
    context |= {name: {"@id": name, "@language": "en"} for name in _ENGLISH.split()}
    return dict(sorted(context.items()))


def to_jsonld(blocks: Blocks | chain[Block], base: str) -> Iterator[str]:
    """Yield the file piece by piece; blocks of one graph must be neighbours."""
    shorten = _Shorten(base)
    head = json.dumps(jsonld_context(base), ensure_ascii=False)
    yield f'{{"@context": {head},\n"@graph": ['
    before = "\n"
    for graph, own in groupby(blocks, key=itemgetter(1)):
        yield f'{before}{{"@id": {json.dumps(graph[1:-1])}, "@graph": ['
        inner = "\n "
        for subject, _, pairs in own:
            node = {"@id": shorten.iri(subject[1:-1])} | _properties(pairs, shorten)
            yield inner + json.dumps(node, ensure_ascii=False)
            inner = ",\n "
        yield "]}"
        before = ",\n"
    yield "]}\n"


class _Shorten:
    """Terms as the context lets them be written."""

    def __init__(self, base: str) -> None:
        self._things, self._known = f"{base}id/", dict[str, str]()
        self._types = {n: type_ for type_, names in _COERCED.items() for n in names.split()}
        self._english = set(_ENGLISH.split())

    def iri(self, iri: str) -> str:
        """An IRI as prefix and name where that is shorter."""
        if iri.startswith(self._things):
            part, slash, name = iri.removeprefix(self._things).partition("/")
            return f"{part}:{name}" if slash and part in PARTS else iri
        if iri not in self._known:
            if len(self._known) > 50_000:  # a cache, not a list of all addresses
                self._known.clear()
            self._known[iri] = self._term(iri)
        return self._known[iri]

    def value(self, predicate: str, value: Value) -> str | dict[str, str]:
        """A value: a plain string where the context knows the rest."""
        type_ = self._types.get(predicate)
        if value.kind == "iri":
            iri = self.iri(value.text)
            return iri if type_ == "@id" else {"@id": iri}
        if value.language:
            if value.language == "en" and predicate in self._english:
                return value.text
            return {"@value": value.text, "@language": value.language}
        if value.datatype:
            datatype = self.iri(value.datatype)
            return value.text if datatype == type_ else {"@value": value.text, "@type": datatype}
        # A plain string where the context would make it something else has to say so.
        coerced = type_ or predicate in self._english
        return {"@value": value.text} if coerced else value.text

    def _term(self, iri: str) -> str:
        for prefix, namespace in PREFIXES.items():
            name = iri.removeprefix(namespace)
            if name != iri and name and not name.startswith("//"):
                return f"{prefix}:{name}"
        return iri


def _properties(pairs: list[Pair], shorten: _Shorten) -> dict[str, Any]:
    found: dict[str, list[Any]] = {}
    for predicate, object_ in pairs:
        name = shorten.iri(predicate[1:-1])
        value = read_token(object_)
        if predicate == NTriples.type:
            found.setdefault("@type", []).append(shorten.iri(value.text))
        else:
            found.setdefault(name, []).append(shorten.value(name, value))
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _by_graph(blocks: list[Block]) -> list[Block]:
    return sorted(blocks, key=itemgetter(1, 0))
