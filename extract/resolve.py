"""Where the components' candidates become entities: one type a name, one entity a meaning.

Candidates are gathered by what they say, not by where: all spans of a paper with the same
folded words are one form, forms joined by an acronym definition of the text are one entity, and
an entity has one type. :mod:`paperlattice.extract.judge` weighs each entity by everything that
is known of it in the whole paper. What is believed enough is looked for throughout the text;
where two overlap, the surer one has the place; each occurrence is a mention.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from spacy.language import Language
from spacy.tokens import Doc

from paperlattice.extract.candidates import Candidate, Findings, findings
from paperlattice.extract.judge import Judge, Surroundings
from paperlattice.extract.phrases import find_spans
from paperlattice.extract.records import EntityType, Evidence, Mention, Role
from paperlattice.extract.sentences import sentence_of

Form = tuple[str, ...]


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


def gather(found: Findings) -> list[Entity]:
    """Join the candidates of a text to entities, in order of first appearance."""
    words = found.words
    first_at = {word.start: i for i, word in enumerate(words)}
    last_at = {word.end: i + 1 for i, word in enumerate(words)}
    by_form: dict[Form, Entity] = {}

    def entity_of(start: int, end: int) -> tuple[Form, Entity | None]:
        first, last = first_at.get(start), last_at.get(end)
        if first is None or last is None or first >= last:
            return (), None
        form = tuple([word.folded for word in words[first:last]])
        return form, by_form.get(form)

    for candidate in found.candidates:
        form, entity = entity_of(*_to_words(found, candidate.start, candidate.end))
        if not form:
            continue
        if entity is None:
            entity = by_form[form] = Entity({form: []})
        entity.candidates.append(candidate)
    for first, last in find_spans(found.masked, words):
        form = tuple([word.folded for word in words[first:last]])
        if form not in by_form:
            by_form[form] = Entity({form: []})
    for d in found.definitions:
        long, one = entity_of(*_to_words(found, d.long_start, d.long_end))
        short, other = entity_of(*_to_words(found, d.short_start, d.short_end))
        if not long or not short or long == short:
            continue
        entity = one or other or Entity()
        if one and other and one is not other:
            one.candidates += other.candidates
            one.forms |= other.forms
            for form in other.forms:
                by_form[form] = one
        entity.forms.setdefault(long, [])
        entity.forms.setdefault(short, [])
        entity.definition = entity.definition or (long, short)
        by_form[long] = by_form[short] = entity
    _place(found, by_form)
    return list({id(e): e for e in by_form.values()}.values())


def _to_words(found: Findings, start: int, end: int) -> tuple[int, int]:
    """Shrink a span to the words in it: without the quotes, brackets and signs about them."""
    text = found.masked
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not (text[end - 1].isalnum() or text[end - 1] in "+*"):
        end -= 1
    return start, end


def _place(found: Findings, by_form: dict[Form, Entity]) -> None:
    """Find every place of every form: where its words stand, joined, in this case."""
    lengths: dict[str, set[int]] = defaultdict(set)
    for form in by_form:
        lengths[form[0]].add(len(form))
    words = found.words
    folded = [word.folded for word in words]
    for first, word in enumerate(words):
        for length in lengths.get(word.folded, ()):
            last = first + length
            form = tuple(folded[first:last])
            entity = by_form.get(form)
            if entity is None or len(form) < length:
                continue
            if length > 1 and not all(w.joined for w in words[first + 1 : last]):
                continue
            entity.forms[form].append((first, last))


def name_of(found: Findings, entity: Entity) -> str:
    """Choose the name: the lexicon's, else the defined long form, else the first surface.

    A paper's own name ("LoRA") goes before the long form that it abbreviates only where the
    lexicon says so; the graph joins both by their surfaces.
    """
    for candidate in entity.candidates:
        if candidate.name and candidate.type is entity.type:
            return candidate.name
    words = found.words
    long = entity.definition[0] if entity.definition else None
    form = (
        long if long and entity.forms.get(long) else next(f for f, p in entity.forms.items() if p)
    )
    first, last = entity.forms[form][0]
    for place in entity.forms[form]:
        # The abstract's spelling, since titles capitalise every word.
        if words[place[0]].start > found.sentences[0][1]:
            first, last = place
            break
    return found.text[words[first].start : words[last - 1].end]


@Language.factory("paperlattice_resolver", default_config={"threshold": 0.35})
def make_resolver(nlp: Language, name: str, threshold: float) -> Resolver:
    """Make the component that turns candidates into mentions."""
    return Resolver(name, threshold)


class Resolver:
    """Sets ``findings(doc).mentions`` from what all components before it say.

    threshold: the least confidence with which an entity is believed. F1 is best where it is
    about half of the F1 that is reached.
    """

    def __init__(self, name: str, threshold: float) -> None:
        self.name, self.threshold = name, threshold
        self.judge = Judge()

    def __call__(self, doc: Doc) -> Doc:
        """Resolve the candidates of a Doc."""
        found = findings(doc)
        if not found.words:
            return doc
        surroundings = Surroundings(found)
        believed = []
        for entity in gather(found):
            if not any(entity.forms.values()):
                continue
            probabilities = self.judge.probabilities(surroundings.features(entity))
            entity.type = max(probabilities, key=lambda t: probabilities[t])
            entity.confidence = round(probabilities[entity.type], 4)
            if entity.confidence < self.threshold:
                continue
            mine = [c for c in entity.candidates if c.type is entity.type]
            entity.component = max(
                mine, key=lambda c: (c.confidence, c.component), default=_PHRASE
            ).component
            entity.name = name_of(found, entity)
            proposed = any(c.role is Role.PROPOSED for c in entity.candidates)
            entity.role = Role.PROPOSED if proposed else Role.USED
            believed.append(entity)
        found.mentions = tuple(_mentions(found, believed))
        return doc


_PHRASE = Candidate(0, 1, EntityType.METHOD, 0.0, "paperlattice_resolver")


def _mentions(found: Findings, entities: list[Entity]) -> list[Mention]:
    """Give each entity its places; where two overlap, the surer and then the longer has it."""
    places = [
        (-entity.confidence, first - last, first, number)
        for number, entity in enumerate(entities)
        for form in entity.forms.values()
        for first, last in form
    ]
    taken = bytearray(len(found.words))
    mentions = []
    for _, length, first, number in sorted(places):
        last = first - length
        start, end = found.words[first].start, found.words[last - 1].end
        index = sentence_of(found.sentences, start)
        sentence_start, sentence_end = found.sentences[index]
        if any(taken[first:last]) or end > sentence_end:
            continue
        taken[first:last] = b"\1" * (last - first)
        entity = entities[number]
        evidence = Evidence(
            start, end, index, sentence_start, sentence_end, entity.confidence, entity.component
        )
        mentions.append(Mention(evidence, entity.type, entity.name, entity.role))
    return sorted(mentions)
