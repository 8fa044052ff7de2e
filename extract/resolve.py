"""Where the components' candidates become entities: one type a name, one entity a meaning.

Candidates are gathered by what they say, not by where: all spans of a paper with the same
folded words are one form, forms joined by an acronym definition of the text are one entity, and
an entity has one type. :mod:`paperlattice.extract.judge` weighs each entity by everything that
is known of it in the whole paper. What is believed enough is looked for throughout the text;
where two overlap, the surer one has the place; each occurrence is a mention.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from spacy.language import Language

from paperlattice.extract.candidates import Candidate, Component, Entity, Findings, Form
from paperlattice.extract.judge import Surroundings
from paperlattice.extract.lexicon import entries
from paperlattice.extract.linear import add_evidence, load_weights, probability, shares_of
from paperlattice.extract.nested import find_bare, find_hosts
from paperlattice.extract.phrases import find_spans
from paperlattice.extract.records import EntityType, Evidence, Mention, Role
from paperlattice.extract.sentences import sentence_of
from paperlattice.extract.words import fold

# A name of more words than this is a sentence.
_LONGEST = 15
_TYPES = list(EntityType)
_MEASURED = (EntityType.METRIC, EntityType.DATASET)
# Log-odds by the name alone below which no place has been seen to save an entity; measured in
# docs/decisions/0010-the-judge.md.
_HOPELESS = -4.5
# The least probability with which something may be the metric or the dataset of a number.
_LEAST_DOUBT = 0.03
_LEAST_ODDS = -3.5  # of a probability of 0.029


# "A 2D layout" is no name, but "The Pile" is.
_ARTICLES = ("A ", "An ", "a ", "an ", "the ")
_CAPITALS = re.compile(r"[A-Z].*[A-Z]")
_LABEL = re.compile(r"\(([A-Z]{1,2})(\d)\)")

# Measures too wide to be worth an entity of the graph, unless a number is said to be of them.
_GENERAL_MEASURES = frozenset(
    fold(m)
    for m in [
        "performance",
        "average performance",
        "overall performance",
        "efficiency",
        "error",
        "score",
    ]
)


def gather(found: Findings, *, phrases: bool = True) -> list[Entity]:
    """Join the candidates of a text to entities, in order of first appearance.

    phrases: take every phrase of the text for a candidate, too.
    """
    words, text = found.words, found.masked
    first_at = {word.start: i for i, word in enumerate(words)}
    last_at = {word.end: i + 1 for i, word in enumerate(words)}
    by_form: dict[Form, Entity] = {}
    written: dict[Form, list[str]] = defaultdict(list)

    def entity_of(start: int, end: int) -> tuple[Form, Entity | None]:
        first, last = first_at.get(start), last_at.get(end)
        if first is None or last is None or not first < last <= first + _LONGEST:
            return (), None
        if last - first > 1 and text[start : words[first + 1].start] in _ARTICLES:
            first += 1
        form = tuple([word.folded for word in words[first:last]])
        return form, by_form.get(form)

    for candidate in found.candidates:
        form, entity = entity_of(*_to_words(found, candidate.start, candidate.end))
        if not form:
            continue
        if entity is None:
            entity = by_form[form] = Entity({form: []})
        entity.candidates.append(candidate)
        if len(form) == 1:
            written[form].append(text[candidate.start : candidate.end])
    for first, last in find_spans(found.masked, words) if phrases else ():
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
    for form in _labels(text):
        if form in by_form and not by_form[form].definition:
            del by_form[form]
    acronyms = {form for form, texts in written.items() if all(map(_CAPITALS.search, texts))}
    _place(found, by_form, acronyms)
    return list({id(e): e for e in by_form.values()}.values())


def _labels(text: str) -> set[Form]:
    """Give the labels of an enumeration, as in "(C1) … (C2) …": two or more, the first is 1.

    >>> sorted(_labels("(C1) Cost. (C2) Size. A net (N4) and (S1)"))
    [('c1',), ('c2',)]
    """
    numbers: dict[str, set[int]] = defaultdict(set)
    for letters, number in _LABEL.findall(text):
        numbers[letters.lower()].add(int(number))
    return {
        (f"{letters}{number}",)
        for letters, seen in numbers.items()
        if len(seen) > 1 and 1 in seen
        for number in seen
    }


def _to_words(found: Findings, start: int, end: int) -> tuple[int, int]:
    """Shrink a span to the words in it: without the quotes, brackets and signs about them."""
    text = found.masked
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not (text[end - 1].isalnum() or text[end - 1] in "+*"):
        end -= 1
    return start, end


def _place(found: Findings, by_form: dict[Form, Entity], acronyms: set[Form]) -> None:
    """Find every place of every form: where its words stand, joined.

    acronyms: forms that are looked for with two capitals alone: "maps" is no mAP.
    """
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
            if form in acronyms and not _CAPITALS.search(found.masked, word.start, word.end):
                continue
            if length > 1 and not all(w.joined for w in words[first + 1 : last]):
                continue
            entity.forms[form].append((first, last))


def name_of(found: Findings, entity: Entity) -> str:
    """Choose the name: the lexicon's, else the defined long form, else the first surface.

    What the paper itself says that an acronym stands for wins over what the lexicon knows.

    A paper's own name ("LoRA") goes before the long form that it abbreviates only where the
    lexicon says so; the graph joins both by their surfaces.
    """
    for candidate in entity.candidates:
        if candidate.name and candidate.type is entity.type and _agrees(found, entity, candidate):
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
    # "MiniF2F benchmark" is MiniF2F; "wine quality dataset" keeps its noun, and so does the long
    # form of an acronym, which stands for it.
    if form != long and last - first > 1 and words[last - 1].folded in _SORTS:
        start, end = words[first].start, words[last - 2].end
        if any(c.isupper() or c.isdigit() for c in found.text[start:end]):
            last -= 1
    return found.text[words[first].start : words[last - 1].end]


def _agrees(found: Findings, entity: Entity, candidate: Candidate) -> bool:
    """Whether the name that a candidate gives is that of the entity as the paper defines it."""
    if entity.definition is None or candidate.name is None:
        return True
    long, short = entity.definition
    where, name = fold(found.masked[candidate.start : candidate.end]), fold(candidate.name)
    if where != short:
        return where == long  # else a part of the long form alone: of what it is a kind
    return name == short or any(
        _holds(way, known)
        for known in _names_of(candidate.type, candidate.name)
        for way in _closed_up(long)
    )


def _closed_up(form: Form) -> Iterator[Form]:
    """Give a form, and it with two of its words closed up: "multi-modal", "multimodal"."""
    yield form
    for at in range(1, len(form)):
        yield (*form[: at - 1], form[at - 1] + form[at], *form[at + 1 :])


def _holds(form: Form, part: Form) -> bool:
    """Whether a form holds the words of another, but for their endings, side by side."""
    count = len(part)
    return any(
        all(map(_have_one_stem, part, form[first : first + count]))
        for first in range(len(form) - count + 1)
    )


@cache
def _long_names() -> dict[tuple[EntityType, str], list[Form]]:
    """Give the names of several words, folded, that the lexicon has for each of its entries."""
    return {
        (entry.type, entry.name): [
            form for name in (entry.name, *entry.aliases) if len(form := fold(name)) > 1
        ]
        for entry in entries()
    }


def _names_of(entity_type: EntityType, name: str) -> list[Form]:
    return _long_names().get((entity_type, name)) or [fold(name)]


# Letters that "convolution" and "convolutional" have in common, "multimodal" and "multilingual" not.
_STEM = 6


def _have_one_stem(one: str, other: str) -> bool:
    length = min(len(one), len(other), _STEM)
    return one[:length] == other[:length]


_SORTS = frozenset(["dataset", "benchmark", "corpus", "suite", "testbed"])


@Language.factory(
    "paperlattice_resolver",
    default_config={"threshold": 0.35, "judge": "judge", "phrases": True, "least": 0.0},
)
def make_resolver(
    nlp: Language, name: str, threshold: float, judge: str, phrases: bool, least: float
) -> Resolver:
    """Make the component that turns candidates into mentions."""
    return Resolver(name, threshold, judge, phrases=phrases, least=least)


class Resolver(Component):
    """Sets ``findings(doc).mentions`` from what all components before it say.

    threshold: the least confidence with which an entity is believed. F1 is best where it is
    about half of the F1 that is reached. judge: which weights: "judge_ner" where
    ``paperlattice_ner`` votes, "judge" where it does not. phrases: judge every phrase of the
    text, and not only what a component proposes. least: do not judge a method or a task that
    no component says with this confidence.
    """

    def __init__(
        self,
        name: str,
        threshold: float,
        judge: str = "judge",
        *,
        phrases: bool = True,
        least: float = 0.0,
    ) -> None:
        self.name, self.threshold = name, threshold
        self.phrases, self.least = phrases, least
        self.weights = load_weights(judge)

    def find(self, found: Findings) -> None:
        """Resolve the candidates of a text."""
        if not found.words:
            return
        surroundings = Surroundings(found)
        weights = self.weights["entity"]
        believed: list[Entity] = []
        doubtful: list[Entity] = []
        judged: Judged = {}
        for entity in gather(found, phrases=self.phrases):
            if not any(entity.forms.values()) or self._is_hopeless(entity):
                continue
            totals = [0.0] * len(_TYPES)
            of_name = surroundings.name_features(entity)
            add_evidence(totals, weights, of_name)
            if max(totals) < _HOPELESS:
                continue
            of_places = surroundings.place_features(entity)
            add_evidence(totals, weights, of_places)
            general = not _GENERAL_MEASURES.isdisjoint(entity.forms)
            if max(totals) < _LEAST_ODDS and not general:
                continue
            shares = shares_of(totals)
            entity.confidence = round(max(shares), 4)
            entity.type = _TYPES[shares.index(max(shares))]
            judged[id(entity.forms)] = _size(entity), of_name | of_places
            if general or entity.confidence < self.threshold or entity.type not in _MEASURED:
                doubtful += _doubts(entity, shares, general)
            if entity.confidence >= self.threshold and not general:
                believed.append(entity)
        believed = join_bare(join_nested(believed))
        for entity in (*believed, *doubtful):
            self._describe(found, surroundings, entity, judged)
        found.mentions = tuple(_mentions(found, believed))
        found.doubtful = tuple(_mentions(found, doubtful))

    def _is_hopeless(self, entity: Entity) -> bool:
        return bool(self.least) and all(
            c.confidence < self.least and c.type not in _MEASURED for c in entity.candidates
        )

    def _describe(
        self, found: Findings, surroundings: Surroundings, entity: Entity, judged: Judged
    ) -> None:
        """Set an entity's component, name and role."""
        mine = [c for c in entity.candidates if c.type is entity.type]
        entity.component = (
            max(mine, key=lambda c: (c.confidence, c.component)).component if mine else self.name
        )
        entity.name = name_of(found, entity)
        size, features = judged[id(entity.forms)]
        if size != _size(entity):  # others were joined to it
            features = surroundings.features(entity)
        proposed = probability(self.weights["role"], features) >= 0.5
        entity.role = Role.PROPOSED if proposed else Role.USED


# By the identity of an entity's forms, which its doubts share: its size when it was judged, and
# the features that it was judged by.
Judged = dict[int, tuple[tuple[int, int], dict[str, float]]]


def _size(entity: Entity) -> tuple[int, int]:
    """Tell how much an entity has; joining another to it only adds."""
    return len(entity.forms), len(entity.candidates)


def _doubts(entity: Entity, shares: list[float], general: bool) -> Iterator[Entity]:
    """Give the metric and the dataset that an entity might be, too."""
    for entity_type in _MEASURED:
        share = round(shares[_TYPES.index(entity_type)], 4)
        if general:
            share = 0.1 if entity_type is EntityType.METRIC else 0.0
        if share >= _LEAST_DOUBT:
            yield Entity(entity.forms, entity.candidates, entity.definition, entity_type, share)


def join_nested(entities: list[Entity]) -> list[Entity]:
    """Make one entity of a name and the parts of it that the text names nowhere else.

    "visual question answering task" and, only ever inside it, "question answering" are two
    views of one thing; of what readers marked, four in five such pairs are one entity. A part
    that also stands by itself stays an entity of its own.
    """
    hosts = find_hosts(
        [[place for at in e.forms.values() for place in at] for e in entities],
        [(e.type.value, e.confidence) for e in entities],
    )
    return _join(entities, hosts)


def join_bare(entities: list[Entity]) -> list[Entity]:
    """Make one entity of a name and the same name with empty words about it.

    "Strip-MLP models" and "standard Strip-MLP" are Strip-MLP where that is an entity of the
    paper. What the lexicon lists or the text abbreviates is a name by itself.
    """
    bare = find_bare(
        [e.forms for e in entities],
        [e.type.value for e in entities],
        [
            e.definition is not None or any(c.name and c.type is e.type for c in e.candidates)
            for e in entities
        ],
    )
    return _join(entities, bare)


def _join(entities: list[Entity], into: dict[int, int]) -> list[Entity]:
    """Give the entities without those that go into others, by their numbers."""
    for number, host in into.items():
        part, whole = entities[number], entities[host]
        whole.candidates += part.candidates
        whole.confidence = max(whole.confidence, part.confidence)
        for form, at in part.forms.items():
            whole.forms.setdefault(form, at)
    return [e for i, e in enumerate(entities) if i not in into]


def _mentions(found: Findings, entities: list[Entity]) -> list[Mention]:
    """Give each entity its places; where two overlap, the surer and then the longer has it.

    A name that holds another of its type counts as no less sure than that one: where both are
    entities, "ImageNet-1K" is not "ImageNet". A shorter form of the same entity gets one place,
    inside a longer one, if it has no other.
    """
    starting: dict[int, list[tuple[int, EntityType, float]]] = defaultdict(list)
    for entity in entities:
        for at in entity.forms.values():
            for first, last in at:
                starting[first].append((last, entity.type, entity.confidence))

    def sureness(first: int, last: int, entity_type: EntityType) -> float:
        return max(
            confidence
            for begin in range(first, last)
            for end, kind, confidence in starting.get(begin, ())
            if end <= last and kind is entity_type
        )

    places = [
        (-sureness(first, last, entity.type), first - last, first, number, form)
        for number, entity in enumerate(entities)
        for form, at in entity.forms.items()
        for first, last in at
    ]
    owner = [-1] * len(found.words)
    named: set[tuple[int, Form]] = set()
    mentions = []
    for _, length, first, number, form in sorted(places):
        last = first - length
        start, end = found.words[first].start, found.words[last - 1].end
        index = sentence_of(found.sentences, start)
        sentence_start, sentence_end = found.sentences[index]
        owners = set(owner[first:last])
        inside = owners == {number} and (number, form) not in named
        if end > sentence_end or not (inside or owners == {-1}):
            continue
        owner[first:last] = [number] * (last - first)
        named.add((number, form))
        entity = entities[number]
        evidence = Evidence(
            start, end, index, sentence_start, sentence_end, entity.confidence, entity.component
        )
        mentions.append(Mention(evidence, entity.type, entity.name, entity.role))
    return sorted(mentions)
