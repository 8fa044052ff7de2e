"""Ask the graph in SPARQL 1.1; prefixes of ours are known without being declared.

The engine is Oxigraph; rdflib answers the same questions in the tests. The default graph is
the union of all named graphs, in which no triple is twice.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar
from xml.sax.saxutils import escape, quoteattr

import pyoxigraph as ox

from paperlattice.errors import PaperlatticeError, QueryError
from paperlattice.export.query_guard import look_at
from paperlattice.export.rdf.terms import PREFIXES

_Row = TypeVar("_Row")

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@dataclass(frozen=True, slots=True)
class QueryResult:
    """What a question was answered with.

    columns: names of the variables, in order. rows: a term for each, or None where unbound.
    form: of ASK there is one column ``answer``; of CONSTRUCT and DESCRIBE (``triples``),
        three: subject, predicate, object.
    """

    columns: tuple[str, ...]
    rows: Sequence[tuple[Term | None, ...]]
    form: Literal["select", "ask", "triples"] = "select"

    def values(self) -> list[tuple[str, ...]]:
        """The rows as text: IRIs, lexical forms, and "" where unbound."""
        return [tuple(_plain(term) for term in row) for row in self.rows]

    def to_csv(self) -> str:
        """SPARQL 1.1 CSV: RFC 4180, lines ended by CR LF, a text with a comma quoted."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(self.columns)
        writer.writerows(self.values())
        return text.getvalue()

    def to_json(self) -> str:
        """SPARQL 1.1 JSON; triples as bindings of three variables."""
        if self.form == "ask":
            return json.dumps({"head": {}, "boolean": self.values() == [("true",)]}) + "\n"
        bindings = [
            {name: _json(term) for name, term in zip(self.columns, row, strict=True) if term}
            for row in self.rows
        ]
        answer = {"head": {"vars": list(self.columns)}, "results": {"bindings": bindings}}
        return json.dumps(answer, ensure_ascii=False, indent=1) + "\n"

    def to_tsv(self) -> str:
        """SPARQL 1.1 TSV: terms as in Turtle, tabs and line ends within them as escapes."""
        lines = ["\t".join(f"?{name}" for name in self.columns)]
        lines += ["\t".join("" if term is None else str(term) for term in row) for row in self.rows]
        return "".join(f"{line}\n" for line in lines)

    def to_xml(self) -> str:
        """SPARQL 1.1 XML; characters that XML cannot hold become U+FFFD."""
        head = "".join(f"<variable name={quoteattr(name)}/>" for name in self.columns)
        if self.form == "ask":
            body = f"<head/><boolean>{self.values()[0][0]}</boolean>"
        else:
            results = "".join(f"<result>{self._bindings(row)}</result>\n" for row in self.rows)
            body = f"<head>{head}</head>\n<results>\n{results}</results>"
        return f'<?xml version="1.0"?>\n<sparql xmlns="{_RESULTS}">\n{body}\n</sparql>\n'

    def _bindings(self, row: tuple[Term | None, ...]) -> str:
        return "".join(
            f"<binding name={quoteattr(name)}>{_xml(term)}</binding>"
            for name, term in zip(self.columns, row, strict=True)
            if term is not None
        )

    def to_turtle(self) -> str:
        """Triples as Turtle, with the prefixes that are known here."""
        return self._serialized(ox.RdfFormat.TURTLE, PREFIXES)

    def to_ntriples(self) -> str:
        """Triples as N-Triples."""
        return self._serialized(ox.RdfFormat.N_TRIPLES)

    def to_jsonld(self) -> str:
        """Triples as JSON-LD 1.1."""
        return self._serialized(ox.RdfFormat.JSON_LD)

    def to_rdfxml(self) -> str:
        """Triples as RDF/XML."""
        return self._serialized(ox.RdfFormat.RDF_XML)

    def _serialized(self, format_: ox.RdfFormat, prefixes: dict[str, str] | None = None) -> str:
        if self.form != "triples":
            raise QueryError(f"{format_.name} holds triples, which CONSTRUCT and DESCRIBE give")
        # In an order of ours, because the engine has none, for triples and for prefixes.
        triples = [ox.Triple(s, p, o) for s, p, o in sorted(self.rows, key=str)]  # type: ignore[arg-type]
        try:
            text = (ox.serialize(triples, format=format_, prefixes=prefixes) or b"").decode()
        except (ValueError, OSError) as error:  # triple terms, in formats that have none
            raise QueryError(_one_line(error)) from error
        head = sorted(re.findall(r"^@prefix .*\n", text, re.MULTILINE)) if prefixes else []
        return "".join([*head, text[sum(map(len, head)) :].rstrip("\n"), "\n"])

    def to_table(self) -> str:
        """Columns under each other for people; control characters are shown as escapes."""
        cells = [self.columns, *self.values()]
        shown = [["".join(map(_visible, cell)) for cell in row] for row in cells]
        widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
        lines = ["  ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)) for r in shown]
        lines.insert(1, "  ".join("-" * width for width in widths))
        return "".join(f"{line.rstrip()}\n" for line in lines)


_RESULTS = "http://www.w3.org/2005/sparql-results#"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

#: How an answer is printed, triples in either way. To add a way, name it here.
TRIPLE_FORMATS = {
    "jsonld": QueryResult.to_jsonld,
    "nt": QueryResult.to_ntriples,
    "rdf": QueryResult.to_rdfxml,
    "turtle": QueryResult.to_turtle,
}
RESULT_FORMATS = {
    "csv": QueryResult.to_csv,
    "json": QueryResult.to_json,
    "table": QueryResult.to_table,
    "tsv": QueryResult.to_tsv,
    "xml": QueryResult.to_xml,
} | TRIPLE_FORMATS


def load(out: Path) -> ox.Store:
    """Load ``out/graph.nq`` into memory.

    Raises PaperlatticeError where there is none, or where it is no N-Quads.
    """
    path = out / "graph.nq"
    if not path.is_file():
        raise PaperlatticeError(
            f"no {path}: write it with `paperlattice build … -o {out} --to rdf`"
        )
    store = ox.Store()
    try:
        store.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
    except (SyntaxError, ValueError) as error:
        raise PaperlatticeError(f"{path}: want N-Quads: {_one_line(error)}") from error
    return store


def query(
    out: Path | ox.Store,
    sparql: str,
    *,
    parameters: Mapping[str, Term] | None = None,
    max_rows: int | None = None,
) -> QueryResult:
    """Ask the graph under ``out`` (or one that is loaded already) a question in SPARQL 1.1.

    parameters: variable -> the term that it stands for, never text pasted into the question;
        a question with SELECT has to select it.
    max_rows: more rows than these are an error.

    Raises QueryError for a question that is no SPARQL, or that asks another host (SERVICE).
    """
    asked = look_at(sparql)
    store = out if isinstance(out, ox.Store) else load(out)
    check_graphs(store, asked.graphs)
    bound: Any = {ox.Variable(name): term for name, term in (parameters or {}).items()}
    try:
        found = store.query(
            sparql,
            prefixes=PREFIXES,
            use_default_graph_as_union=not asked.graphs,
            substitutions=bound or None,
        )
        return read_answer(found, max_rows)
    except (SyntaxError, ValueError, OSError, RuntimeError) as error:
        raise QueryError(_one_line(error)) from error


def check_graphs(store: ox.Store, graphs: Iterable[str]) -> None:
    """Raise QueryError for a graph that is not in the store: none is fetched from elsewhere."""
    for iri in graphs:
        try:
            known = store.contains_named_graph(ox.NamedNode(iri))
        except ValueError:
            known = False
        if not known:
            raise QueryError(f"no graph <{iri}> here")


def read_answer(
    found: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, max_rows: int | None = None
) -> QueryResult:
    """Read what the engine found; QueryError where that is more than ``max_rows``."""
    if isinstance(found, ox.QueryBoolean):
        return QueryResult(("answer",), [(ox.Literal(bool(found)),)], "ask")
    if isinstance(found, ox.QueryTriples):
        triples = [(t.subject, t.predicate, t.object) for t in _at_most(found, max_rows)]
        return QueryResult(("subject", "predicate", "object"), triples, "triples")
    names = tuple(variable.value for variable in found.variables)
    rows = [tuple(row[name] for name in names) for row in _at_most(found, max_rows)]
    return QueryResult(names, rows)


def _at_most(rows: Iterable[_Row], most: int | None) -> Iterator[_Row]:
    for count, row in enumerate(rows):
        if count == most:
            raise QueryError(f"more than {most} rows: ask for fewer, as with LIMIT {most}")
        yield row


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _plain(term: Term | None) -> str:
    if term is None:
        return ""
    return str(term) if isinstance(term, ox.Triple) else term.value


def _json(term: Term) -> dict[str, Any]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, ox.Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {"type": "triple", "value": {name: _json(part) for name, part in parts.items()}}
    found = {"type": "literal", "value": term.value}
    if term.language:
        return found | {"xml:lang": term.language}
    if term.datatype.value == PREFIXES["xsd"] + "string":
        return found
    return found | {"datatype": term.datatype.value}


def _xml(term: Term) -> str:
    if isinstance(term, ox.Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        inner = "".join(f"<{name}>{_xml(part)}</{name}>" for name, part in parts.items())
        return f"<triple>{inner}</triple>"
    text = escape(_NOT_XML.sub("\ufffd", term.value), {"\r": "&#13;"})
    if isinstance(term, ox.NamedNode):
        return f"<uri>{text}</uri>"
    if isinstance(term, ox.BlankNode):
        return f"<bnode>{text}</bnode>"
    if term.language:
        return f"<literal xml:lang={quoteattr(term.language)}>{text}</literal>"
    if term.datatype.value == PREFIXES["xsd"] + "string":
        return f"<literal>{text}</literal>"
    return f"<literal datatype={quoteattr(term.datatype.value)}>{text}</literal>"


def _visible(character: str) -> str:
    return character if character.isprintable() else repr(character)[1:-1]
