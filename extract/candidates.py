"""What the components of the pipeline leave on a Doc for each other: candidates and findings.

A component that proposes entities appends :class:`Candidate` tuples to
``findings(doc).candidates`` and changes nothing else; ``paperlattice_resolver`` weighs them
all. To add a voter, such as a trained model: write a factory whose component appends its
candidates, put it into :data:`paperlattice.extract.pipeline.COMPONENTS` before the resolver,
and give its measured precision as the confidence.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import NamedTuple

from spacy.tokens import Doc

from paperlattice.extract.records import EntityType, Mention, Result, Role, UrlMention

#: Key in ``Doc.user_data`` under which the findings stand.
FINDINGS = "paperlattice"


#: The folded words of a name: how names are compared within a text.
Form = tuple[str, ...]


class Candidate(NamedTuple):
    """One span that a component believes to name an entity.

    start, end: ``doc.text[start:end]``, in code points.
    confidence: probability, as measured, that a careful reader agrees on span and type.
    component: the name of the component that says it.
    name: the name the field uses, where the component knows one.
    role: where the component can tell; None leaves it open.
    pattern: which of the component's rules said so, for components of rules.
    """

    start: int
    end: int
    type: EntityType
    confidence: float
    component: str
    name: str | None = None
    role: Role | None = None
    pattern: str = ""


class Word(NamedTuple):
    """A word of the text, hyphens and slashes being spaces between words.

    folded: lower case, singular; joined: only a space or a hyphen parts it from the word before.
    """

    start: int
    end: int
    folded: str
    joined: bool


class Definition(NamedTuple):
    """An acronym defined in the text: ``text[start:end]`` for its long and its short form."""

    long_start: int
    long_end: int
    short_start: int
    short_end: int


@dataclass(slots=True)
class Entity:
    """One possible entity of a paper.

    forms: the folded words by which the text names it, each with its places ``(first, last)``,
    ranges of words. definition: its long and short form, where the text defines an acronym.
    """

    forms: dict[Form, list[tuple[int, int]]] = field(default_factory=dict)
    candidates: list[Candidate] = field(default_factory=list)
    definition: tuple[Form, Form] | None = None
    type: EntityType = EntityType.METHOD
    confidence: float = 0.0
    component: str = ""
    name: str = ""
    role: Role = Role.USED


@dataclass(slots=True)
class Findings:
    """Everything that is known of one text so far.

    masked: the text with each web address blanked out; same length, same offsets.
    doubtful: metrics and datasets that are not believed, but that a number may yet speak for.
    sentences: ranges, in order; the title is the first. words: of ``masked``, in order.
    """

    text: str
    masked: str
    sentences: list[tuple[int, int]] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    mentions: tuple[Mention, ...] = ()
    doubtful: tuple[Mention, ...] = ()
    urls: tuple[UrlMention, ...] = ()
    results: tuple[Result, ...] = ()


def findings(doc: Doc) -> Findings:
    """Give the findings that stand on a Doc; empty ones are made on first use."""
    found = doc.user_data.get(FINDINGS)
    if found is None:
        text = doc.text
        found = doc.user_data[FINDINGS] = Findings(text, text)
    assert isinstance(found, Findings)
    return found


class Component(ABC):
    """A pipeline component that reads findings and adds to them.

    Ours need the text alone, so that extraction may run :meth:`find` without making a Doc; a
    component that needs tokens is no Component, but any callable on a Doc.
    """

    @abstractmethod
    def find(self, found: Findings) -> None:
        """Add to the findings of one text."""

    def __call__(self, doc: Doc) -> Doc:
        """Add to the findings that stand on a Doc."""
        self.find(findings(doc))
        return doc
