"""Ask the graph in SPARQL 1.1; prefixes of ours are known without being declared.

The engine is Oxigraph; rdflib answers the same questions in the tests. The default graph is
the union of all named graphs, in which no triple is twice.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from paperlattice.errors import PaperlatticeError, QueryError
from paperlattice.export.rdf.terms import PREFIXES

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@dataclass(frozen=True, slots=True)
class QueryResult:
    """What a question was answered with.

    columns: names of the variables, in order. rows: a term for each, or None where unbound.
    Of ASK there is one column ``answer``; of CONSTRUCT and DESCRIBE, three: subject,
    predicate, object.
    """

    columns: tuple[str, ...]
    rows: Sequence[tuple[Term | None, ...]]

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
        """SPARQL 1.1 JSON."""
        bindings = [
            {name: _json(term) for name, term in zip(self.columns, row, strict=True) if term}
            for row in self.rows
        ]
        answer = {"head": {"vars": list(self.columns)}, "results": {"bindings": bindings}}
        return json.dumps(answer, ensure_ascii=False, indent=1) + "\n"

    def to_table(self) -> str:
        """Columns under each other for people; control characters are shown as escapes."""
        cells = [self.columns, *self.values()]
        shown = [["".join(map(_visible, cell)) for cell in row] for row in cells]
        widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
        lines = ["  ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)) for r in shown]
        lines.insert(1, "  ".join("-" * width for width in widths))
        return "".join(f"{line.rstrip()}\n" for line in lines)


#: How an answer is printed. To add a way, name it here.
RESULT_FORMATS = {
    "csv": QueryResult.to_csv,
    "json": QueryResult.to_json,
    "table": QueryResult.to_table,
}


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
    out: Path | ox.Store, sparql: str, *, parameters: Mapping[str, Term] | None = None
) -> QueryResult:
    """Ask the graph under ``out`` (or one that is loaded already) a question in SPARQL 1.1.

    parameters: variable -> the term that it stands for, never text pasted into the question;
        a question with SELECT has to select it.

    Raises QueryError for a question that is no SPARQL, or that asks another host (SERVICE).
    """
    store = out if isinstance(out, ox.Store) else load(out)
    bound: Any = {ox.Variable(name): term for name, term in (parameters or {}).items()}
    try:
        found = store.query(
            sparql, prefixes=PREFIXES, use_default_graph_as_union=True, substitutions=bound or None
        )
        if isinstance(found, ox.QueryBoolean):
            return QueryResult(("answer",), [(ox.Literal(bool(found)),)])
        if isinstance(found, ox.QueryTriples):
            triples = [(t.subject, t.predicate, t.object) for t in found]
            return QueryResult(("subject", "predicate", "object"), triples)
        names = tuple(variable.value for variable in found.variables)
        return QueryResult(names, [tuple(row[name] for name in names) for row in found])
    except (SyntaxError, ValueError, OSError, RuntimeError) as error:
        raise QueryError(_one_line(error)) from error


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


def _visible(character: str) -> str:
    return character if character.isprintable() else repr(character)[1:-1]
