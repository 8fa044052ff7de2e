"""Where the components' candidates become entities: one type a name, one entity a meaning.

Candidates are gathered by what they say, not by where: all spans of a paper with the same
folded words are one form, forms joined by an acronym definition of the text are one entity, and
an entity has one type. What is believed enough is then looked for throughout the text, longest
form first, and each occurrence is a mention.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from spacy.language import Language
from spacy.tokens import Doc

from paperlattice.extract.candidates import Candidate, Findings, Word, findings
from paperlattice.extract.records import EntityType, Evidence, Mention, Role
from paperlattice.extract.sentences import sentence_of

Form = tuple[str, ...]


@dataclass(slots=True)
class Entity:
    """One entity of a paper in the making: its forms with their surfaces, and who says it."""

    forms: dict[Form, set[str]] = field(default_factory=dict)
    candidates: list[Candidate] = field(default_factory=list)
    long_surface: str | None = None
    type: EntityType = EntityType.METHOD
    confidence: float = 0.0
    component: str = ""
    name: str = ""


def gather(found: Findings) -> list[Entity]:
    """Join the candidates of a text to entities, in order of their forms' first appearance."""
    by_form: dict[Form, Entity] = {}
    starts = [word.start for word in found.words]
    for candidate in sorted(found.candidates, key=lambda c: (c.start, -c.end)):
        form = _form(found.words, starts, candidate.start, candidate.end)
        if form:
            entity = by_form.setdefault(form, Entity())
            entity.candidates.append(candidate)
            surface = found.text[candidate.start : candidate.end]
            entity.forms.setdefault(form, set()).add(surface)
    for d in found.definitions:
        long = _form(found.words, starts, d.long_start, d.long_end)
        short = _form(found.words, starts, d.short_start, d.short_end)
        if not long or not short or (long not in by_form and short not in by_form):
            continue
        long_surface = found.text[d.long_start : d.long_end]
        short_surface = found.text[d.short_start : d.short_end]
        one, other = by_form.get(long), by_form.get(short)
        entity = one or other or Entity()
        if one and other and one is not other:
            one.candidates += other.candidates
            for form, surfaces in other.forms.items():
                one.forms.setdefault(form, set()).update(surfaces)
                by_form[form] = one
        entity.forms.setdefault(long, set()).add(long_surface)
        entity.forms.setdefault(short, set()).add(short_surface)
        entity.long_surface = long_surface
        by_form[long] = by_form[short] = entity
    unique: dict[int, Entity] = {id(e): e for e in by_form.values()}
    return list(unique.values())


def judge(entity: Entity) -> None:
    """Set an entity's type, confidence, component and name from its candidates."""
    votes: dict[EntityType, float] = defaultdict(float)
    for candidate in entity.candidates:
        votes[candidate.type] = max(votes[candidate.type], candidate.confidence)
    entity.type = max(votes, key=lambda t: (votes[t], t.value))
    mine = [c for c in entity.candidates if c.type is entity.type]
    best = max(mine, key=lambda c: (c.confidence, -c.start))
    entity.confidence, entity.component = best.confidence, best.component
    known = next((c.name for c in mine if c.name), None)
    surfaces = sorted({s for group in entity.forms.values() for s in group})
    entity.name = known or entity.long_surface or max(surfaces, key=len)


def _form(words: list[Word], starts: list[int], start: int, end: int) -> Form:
    first = bisect_left(starts, start)
    form = []
    for word in words[first:]:
        if word.end > end:
            break
        form.append(word.folded)
    return tuple(form)


def find_occurrences(
    found: Findings, entities: Iterable[Entity]
) -> Iterator[tuple[int, int, Entity]]:
    """Yield each place where the text names an entity: longest form first, none inside another."""
    table: dict[str, list[tuple[Form, Entity]]] = defaultdict(list)
    for entity in entities:
        for form in entity.forms:
            table[form[0]].append((form, entity))
    for options in table.values():
        options.sort(key=lambda option: -len(option[0]))
    words, at = found.words, 0
    while at < len(words):
        for form, entity in table.get(words[at].folded, ()):
            last = at + len(form)
            if (
                last <= len(words)
                and all(words[at + k].folded == form[k] for k in range(1, len(form)))
                and all(words[at + k].joined for k in range(1, len(form)))
                and _same_case(
                    found.text[words[at].start : words[last - 1].end], entity.forms[form]
                )
            ):
                yield words[at].start, words[last - 1].end, entity
                at = last - 1
                break
        at += 1


def _same_case(surface: str, surfaces: set[str]) -> bool:
    """Keep "AL" from "al": a short name in capitals is only itself."""
    if surface in surfaces or len(surface) > 6 or not any(s.isupper() for s in surfaces):
        return True
    return surface.rstrip("s").isupper() or surface[:1].isupper() == surface.isupper()


@Language.factory("paperlattice_resolver", default_config={"threshold": 0.3})
def make_resolver(nlp: Language, name: str, threshold: float) -> Resolver:
    """Make the component that turns candidates into mentions."""
    return Resolver(threshold)


class Resolver:
    """Sets ``findings(doc).mentions`` from what all components before it say."""

    def __init__(self, threshold: float) -> None:
        self.threshold = threshold

    def __call__(self, doc: Doc) -> Doc:
        """Resolve the candidates of a Doc."""
        found = findings(doc)
        entities = gather(found)
        for entity in entities:
            judge(entity)
        believed = [e for e in entities if e.confidence >= self.threshold]
        mentions = []
        for start, end, entity in find_occurrences(found, believed):
            index = sentence_of(found.sentences, start)
            first, last = found.sentences[index]
            if end > last:
                continue
            evidence = Evidence(
                start, end, index, first, last, round(entity.confidence, 4), entity.component
            )
            proposed = any(c.role is Role.PROPOSED for c in entity.candidates)
            role = Role.PROPOSED if proposed else Role.USED
            mentions.append(Mention(evidence, entity.type, entity.name, role))
        found.mentions = tuple(mentions)
        return doc
