r"""What a question in SPARQL asks for beside triples: other hosts, other graphs, too much depth.

Oxigraph fetches where a question says SERVICE, ignores FROM where the default graph is the
union of all, and overflows the stack of its parser where brackets are nested deep; so a
question is looked at before it is asked. Only tokens are told apart here; whether the question
is right is for the engine to say.

Source: https://www.w3.org/TR/sparql11-query/#sparqlGrammar (terminals)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from paperlattice.errors import QueryError
from paperlattice.export.rdf.terms import PREFIXES

#: How deep brackets may be nested; the engine's parser takes some thousands.
DEEPEST = 200

_TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\n\r]*)
  | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
  | (?P<string>\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*'{3}
             | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*')
  | (?P<variable>[?$@]\w+)
  | (?P<name>[\w.-]*:(?:[\w.:%-]|\\.)*)
  | (?P<word>\w+)
  | (?P<open>[({[])
  | (?P<close>[)}\]])
  """,
    re.VERBOSE | re.DOTALL,
)
_CODE_POINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U(00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4})")
_UPDATES = {"ADD", "CLEAR", "COPY", "CREATE", "DELETE", "DROP", "INSERT", "LOAD", "MOVE"}
_FORMS = {"ASK", "CONSTRUCT", "DESCRIBE", "SELECT"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks for: its form (SELECT, …), and the IRIs that its FROM names."""

    form: str
    graphs: tuple[str, ...]


def look_at(sparql: str) -> Asked:
    r"""Look at a question before it is asked.

    Raises QueryError where it asks another host (SERVICE), would change the data, or nests
    brackets deeper than :data:`DEEPEST`.

    >>> look_at("SELECT ?service { ?service a <http://from/> } # SERVICE")
    Asked(form='SELECT', graphs=())
    >>> look_at("SELECT * { SERVICE <http://other/> { ?s ?p ?o } }")
    Traceback (most recent call last):
    ...
    paperlattice.errors.QueryError: no SERVICE here: only the graph itself is asked
    """
    # Escapes of code points may stand anywhere, so both readings are looked at.
    asked = [_look_at(text) for text in {sparql, _CODE_POINT.sub(_character, sparql)}]
    graphs = {graph for one in asked for graph in one.graphs}
    return Asked(asked[-1].form, tuple(sorted(graphs)))


def _look_at(sparql: str) -> Asked:
    depth, form, before = 0, "", ["", ""]
    prefixes, graphs = dict(PREFIXES), []
    for kind, token in tokens(sparql):
        if kind in ("iri", "name"):
            if before[1] == "FROM" or before == ["FROM", "NAMED"]:
                graphs.append(_expand(token, prefixes))
            if kind == "iri" and before[0] == "PREFIX":
                prefixes[before[1].removesuffix(":")] = token[1:-1]
        if kind == "open":
            depth += 1
            if depth > DEEPEST:
                raise QueryError(f"brackets are nested deeper than {DEEPEST}")
        elif kind == "close":
            depth -= 1
        elif kind == "word":
            word = token.upper()
            if word == "SERVICE":
                raise QueryError("no SERVICE here: only the graph itself is asked")
            if word in _FORMS and not form:
                form = word
            if word in _UPDATES and not form:
                raise QueryError(f"no {word} here: the graph is read-only")
        if kind not in ("comment", "other"):
            before = [before[1], token.upper() if kind == "word" else token]
    return Asked(form, tuple(graphs))


def _expand(token: str, prefixes: dict[str, str]) -> str:
    if token.startswith("<"):
        return token[1:-1]
    prefix, _, name = token.partition(":")
    return prefixes.get(prefix, f"{prefix}:") + name


def tokens(sparql: str) -> Iterator[tuple[str, str]]:
    """Yield the kind and text of every token, and what is between them as ``other``."""
    end = 0
    for found in _TOKEN.finditer(sparql):
        if end < found.start():
            yield "other", sparql[end : found.start()]
        yield str(found.lastgroup), found[0]
        end = found.end()
    if end < len(sparql):
        yield "other", sparql[end:]


def _character(found: re.Match[str]) -> str:
    return chr(int(found[1] or found[2], 16))
