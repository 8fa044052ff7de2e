"""Questions that the graph is there to answer, with a title, a description and parameters.

Each is a file in ``rdf/questions``: comments ``# title:``, ``# description:`` and
``# parameter: NAME KIND EXAMPLE``, then SPARQL that selects its parameters. To add a question,
add a file. A question about statements has a second wording in ``rdf/questions/rdf12``, for
graphs that state them as reifiers of RDF 1.2.

The questions follow Linked Papers With Code (its example queries and pages), SciQA (A. Auer et
al., The SciQA scientific question answering benchmark, 2023) and MLSea.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import pyoxigraph as ox

from paperlattice.errors import PaperlatticeError, UnknownChoiceError
from paperlattice.export.query_guard import tokens
from paperlattice.export.rdf.syntax import http_iri
from paperlattice.export.rdf.terms import PREFIXES
from paperlattice.export.sparql import QueryResult, Term, load, query

#: Kind of parameter -> datatype of the term; a label is text in English.
_DATATYPES = {"date": "date", "decimal": "decimal", "integer": "integer", "text": "string"}
_FORMS = {
    "date": re.compile(r"\d{4}-\d{2}-\d{2}"),
    "decimal": re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)"),
    "integer": re.compile(r"[+-]?\d+"),
}
_EMPTY_GROUP = re.compile(r"GROUP BY\s*(?=ORDER|\}|$)")
_HEADER = re.compile(r"^# (title|description|parameter): (.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a question asks to be told: a name, a kind (label, paper, date, …) and an example.

    A label is a name of an entity; a paper is named by its title or arXiv identifier.
    """

    name: str
    kind: str
    example: str

    def term(self, text: str) -> Term:
        """The term that the text stands for; PaperlatticeError for text of another kind.

        A paper has to be given by its IRI here; :func:`ask` finds it by its names, too.
        """
        if self.kind == "paper":
            if http_iri(text) != text:
                raise PaperlatticeError(f"{self.name}: want the IRI of a paper, found {text!r}")
            return ox.NamedNode(text)
        if self.kind == "label":
            return ox.Literal(text, language="en")
        form = _FORMS.get(self.kind)
        if form is not None and not form.fullmatch(text):
            raise PaperlatticeError(f"{self.name}: want {self.kind}, found {text!r}")
        return ox.Literal(text, datatype=ox.NamedNode(PREFIXES["xsd"] + _DATATYPES[self.kind]))


@dataclass(frozen=True, slots=True)
class Question:
    """One question; id is ``cq01`` and so on.

    reified: its wording for graphs with reifiers, where that is another.
    """

    id: str
    title: str
    description: str
    parameters: tuple[Parameter, ...]
    sparql: str
    reified: str | None = None

    def worded(self, *, reified: bool) -> Question:
        """The question as such a graph is asked it."""
        return replace(self, sparql=self.reified) if reified and self.reified else self

    def filled_in(self, settings: Mapping[str, str]) -> str:
        """The question as one text, for engines that cannot be given terms.

        Each parameter is replaced by its term, as N-Triples writes it, and no longer selected.
        """
        terms = {f"?{name}": str(term) for name, term in self.terms(settings).items()}
        text, listing = "", False
        for kind, token in tokens(self.sparql):
            if kind == "word":
                # What is listed here is a variable, and cannot be a term.
                listing = token in ("SELECT", "BY") or (listing and token in ("DISTINCT", "AS"))
            if kind == "variable" and token in terms:
                text += "" if listing else terms[token]
            else:
                text += token
        return _EMPTY_GROUP.sub("", text)

    def terms(self, settings: Mapping[str, str]) -> dict[str, Term]:
        """The parameters as terms.

        Raises UnknownChoiceError for a setting that the question does not have, and
        PaperlatticeError for one that is missing or of another kind.
        """
        known = [parameter.name for parameter in self.parameters]
        for name in settings:
            if name not in known:
                raise UnknownChoiceError(f"parameter of {self.id}", name, known)
        missing = [p for p in self.parameters if p.name not in settings]
        if missing:
            wanted = ", ".join(f"{p.name} (as in {p.example!r})" for p in missing)
            raise PaperlatticeError(f"{self.id}: want {wanted}")
        return {p.name: p.term(settings[p.name]) for p in self.parameters}


@cache
def questions() -> Mapping[str, Question]:
    """All questions by id, in order."""
    folder = files("paperlattice.export.rdf") / "questions"
    texts, reified = _texts(folder), _texts(folder / "rdf12")
    return {name: _read(name, texts[name], reified.get(name)) for name in sorted(texts)}


def _texts(folder: Traversable) -> dict[str, str]:
    return {
        file.name.removesuffix(".rq"): file.read_text(encoding="utf-8")
        for file in folder.iterdir()
        if file.name.endswith(".rq")
    }


#: Whether a graph states with reifiers, as ``--rdf12`` writes it.
IS_REIFIED = "ASK { ?statement rdf:reifies ?triple }"


def ask(out: Path | ox.Store, name: str, settings: Mapping[str, str] | None = None) -> QueryResult:
    """Ask the graph under ``out`` one of the questions; the answer is without the parameters.

    settings: parameter -> its value as text; it becomes a term and never a part of the query.

    Raises UnknownChoiceError for a question that there is not, and as ``Question.terms``.
    """
    if name not in questions():
        raise UnknownChoiceError("question", name, questions())
    store = out if isinstance(out, ox.Store) else load(out)
    reified = query(store, IS_REIFIED).values() == [("true",)]
    question = questions()[name].worded(reified=reified)
    given = dict(settings or {})
    for parameter in question.parameters:
        if parameter.kind == "paper" and parameter.name in given:
            given[parameter.name] = find_paper(store, given[parameter.name])
    terms = question.terms(given)
    found = query(store, question.sparql, parameters=terms)
    kept = [i for i, column in enumerate(found.columns) if column not in terms]
    return QueryResult(
        tuple(found.columns[i] for i in kept),
        [tuple(row[i] for i in kept) for row in found.rows],
    )


def find_paper(store: ox.Store, name: str) -> str:
    """The IRI of the paper with that title, arXiv identifier or IRI.

    Raises PaperlatticeError where there is none.
    """
    if http_iri(name) == name:
        return name
    for predicate, term in (
        ("dct:title", ox.Literal(name, language="en")),
        ("fabio:hasArXivId", ox.Literal(name)),
    ):
        asked = f"SELECT ?name ?paper WHERE {{ ?paper {predicate} ?name }} ORDER BY ?paper LIMIT 1"
        for _, paper in query(store, asked, parameters={"name": term}).values():
            return paper
    raise PaperlatticeError(f"no paper with the title or arXiv identifier {name!r}")


def _read(name: str, text: str, reified: str | None) -> Question:
    headers: dict[str, list[str]] = {"title": [], "description": [], "parameter": []}
    for key, value in _HEADER.findall(text):
        headers[key].append(value)
    [title], [description] = headers["title"], headers["description"]
    parameters = tuple(Parameter(*value.split(" ", 2)) for value in headers["parameter"])
    sparql = _HEADER.sub("", text).strip() + "\n"
    return Question(name, title, description, parameters, sparql, reified)
