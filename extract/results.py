"""Numbers that the text reports for a system by a measure.

Each number of :mod:`paperlattice.extract.numbers` is weighed: is it a result at all, which of the
metrics, and which of the datasets, that the paper mentions does it belong to. The weights are
fitted by ``train/fit_results.py``. The kind and the method are read off by rules.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.language import Language

from paperlattice.extract.candidates import Component, Findings
from paperlattice.extract.linear import load_weights, probability
from paperlattice.extract.numbers import Number, find_numbers
from paperlattice.extract.records import (
    EntityType,
    Evidence,
    Mention,
    Result,
    ResultKind,
    Role,
)
from paperlattice.extract.sentences import sentence_of

Features = dict[str, float]

_TOKEN = re.compile(r"[^\W\d_]+|[^\w\s]")
_GAIN = re.compile(
    r"\b(?:improv\w*|gains?|increas\w*|reduc\w*|decreas\w*|boost\w*|outperform\w*|surpass\w*|exceed\w*|"
    r"lift\w*|rais\w*|drop\w*|declin\w*|lower\w*|higher|better|less|fewer|more|cut\w*|sav\w*|margins?|"
    r"relative|degrad\w*|loss of|beat\w*|enhanc\w*|uplift|shrink\w*|smaller|larger|faster|worse)\b",
    re.IGNORECASE,
)
_LEVEL = re.compile(
    r"\b(?:achiev\w*|attain\w*|reach\w*|obtain\w*|yield\w*|accurac\w*|scor\w*|rates?|with|of|at|to|from)"
    r"\s+(?:an?\s|the\s|up\sto\s|over\s|about\s|around\s|only\s|nearly\s|approximately\s|just\s)*\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Context:
    """What the numbers of one sentence are weighed against.

    numbers, mentions: those in the sentence, in order, the doubtful among them; sentence: its
    index; nearby: what is believed to be mentioned in the title and the sentences about it;
    names: how many metrics and datasets the paper mentions; own: its first proposed method.
    """

    found: Findings
    sentence: int
    numbers: list[Number]
    mentions: list[Mention]
    nearby: list[Mention]
    words: frozenset[str]
    names: dict[EntityType, int]
    own: str | None

    @property
    def text(self) -> str:
        """The text of the whole paper."""
        return self.found.masked


def contexts(found: Findings) -> Iterator[Context]:
    """Yield each sentence that holds numbers outside the names that it mentions."""
    starts = [m.evidence.start for m in found.mentions]
    by_sentence: dict[int, list[Number]] = {}
    for number in find_numbers(found.masked):
        at = bisect_left(starts, number.end) - 1
        if at >= 0 and found.mentions[at].evidence.end > number.start:
            continue
        by_sentence.setdefault(sentence_of(found.sentences, number.start), []).append(number)
    believed = _by_sentence(found.mentions)
    mentions = _by_sentence(sorted((*found.mentions, *found.doubtful)))
    names = {t: len({m.name for m in found.mentions if m.type is t}) for t in EntityType}
    own = next(
        (m.name for m in found.mentions if m.type is EntityType.METHOD and m.role is Role.PROPOSED),
        None,
    )
    for index, numbers in by_sentence.items():
        first, last = found.sentences[index]
        numbers = [n for n in numbers if n.end <= last]
        here = mentions.get(index, [])
        if len(numbers) > _MOST_NUMBERS or len(here) > _MOST_MENTIONS:
            continue
        about = range(max(1, index - _BEFORE), index + _BEHIND)
        nearby = [m for i in (0, *about) for m in believed.get(i, ())]
        words = frozenset(re.findall(r"[a-z]{3,}", found.masked[first:last].lower()))
        yield Context(found, index, numbers, here, nearby, words, names, own)


# A sentence with more of them is no prose but a table, or an attack.
_MOST_NUMBERS = 40
_MOST_MENTIONS = 150
# How many sentences before and behind a number are looked through; an abstract has fewer.
_BEFORE = 25
_BEHIND = 25


def _by_sentence(mentions: Sequence[Mention]) -> dict[int, list[Mention]]:
    table: dict[int, list[Mention]] = {}
    for mention in mentions:
        table.setdefault(mention.evidence.sentence, []).append(mention)
    return table


def number_features(context: Context, number: Number) -> Features:
    """Give the features by which a number is told to be a result."""
    text = context.text
    first, last = context.found.sentences[context.sentence]
    left = _TOKEN.findall(text[max(first, number.start - 60) : number.start])[-3:]
    right = _TOKEN.findall(text[number.end : min(last, number.end + 60)])[:3]
    left = ["^", *[w.lower() for w in left]][-3:]
    right = [*[w.lower() for w in right], "$"][:3]
    features: Features = {
        "bias": 1.0,
        f"unit:{number.unit}": 1.0,
        f"sign:{number.value[0] if not number.value[0].isdigit() else ''}": 1.0,
        f"decimals:{len(number.value.partition('.')[2])}": 1.0,
        f"digits:{min(len(re.sub(r'[^0-9]', '', number.value.partition('.')[0])), 5)}": 1.0,
        f"l:{left[-1]}": 1.0,
        f"ll:{' '.join(left[-2:])}": 1.0,
        f"lll:{' '.join(left)}": 1.0,
        f"r:{right[0]}": 1.0,
        f"rr:{' '.join(right[:2])}": 1.0,
        f"unit:{number.unit}|l:{left[-1]}": 1.0,
        f"unit:{number.unit}|r:{right[0]}": 1.0,
        f"of:{min(len(context.numbers), 4)}": 1.0,
    }
    total = len(context.found.sentences)
    features[
        "sentence:"
        + (
            "title"
            if not context.sentence
            else "first"
            if context.sentence <= 2
            else "last"
            if context.sentence >= total - 3
            else "middle"
        )
    ] = 1.0
    for entity_type in (EntityType.METRIC, EntityType.DATASET):
        distances = [_distance(text, number, m) for m in context.mentions if m.type is entity_type]
        nearest = min(distances, default=99)
        features[f"near {entity_type}:{_bucket(nearest)}"] = 1.0
    for word in context.words:
        features[f"b:{word}"] = 1.0
    return features


def link_features(context: Context, number: Number, mention: Mention) -> Features:
    """Give the features by which a number is told to belong to a mention of its paper."""
    text, e = context.text, mention.evidence
    unit = number.unit
    features: Features = {
        "bias": 1.0,
        f"name:{mention.name.lower()}": 1.0,
        f"unit:{unit}|name:{mention.name.lower()}": 1.0,
        f"role:{mention.role}": 1.0,
        f"sure:{_sureness(e.confidence)}": 1.0,
    }
    if e.sentence != context.sentence:
        gap = context.sentence - e.sentence
        features[
            "far:" + ("title" if e.sentence == 0 else "after" if gap < 0 else str(min(gap, 3)))
        ] = 1.0
        sure = _sureness(e.confidence)
        features[f"far:sure {sure}"] = 1.0
        features[f"far:of {min(context.names[mention.type], 4)}"] = 1.0
        here = sum(
            m.type is mention.type and m.evidence.confidence >= _BELIEVED for m in context.mentions
        )
        features[f"far:of {min(context.names[mention.type], 4)} here {min(here, 2)}"] = 1.0
        features[f"far:here {min(here, 2)}"] = 1.0
        if mention.role is Role.PROPOSED:
            features[f"far:proposed:here {min(here, 2)}"] = 1.0
        return features
    if e.start < number.end and number.start < e.end:
        features["overlaps"] = 1.0
        return features
    before = e.end <= number.start
    low, high = (e.end, number.start) if before else (number.end, e.start)
    between = text[low:high]
    side = "<" if before else ">"
    words = [w.lower() for w in _TOKEN.findall(between)]
    numbers = sum(low <= n.start < high for n in context.numbers)
    alike = [
        m
        for m in context.mentions
        if m.type is mention.type and (m is mention or m.evidence.confidence >= _BELIEVED)
    ]
    features[f"{side}sure:{_sureness(e.confidence)}"] = 1.0
    rivals = sum(low <= m.evidence.start < high for m in alike)
    features[f"{side}{_bucket(len(words))}"] = 1.0
    features[f"{side}numbers:{min(numbers, 2)} rivals:{min(rivals, 2)}"] = 1.0
    if len(words) <= 3:
        features[f"{side}text:{' '.join(words)}"] = 1.0
        features[f"{side}text:{' '.join(words)}|{unit}"] = 1.0
    else:
        features[f"{side}edge:{words[0]}"] = 1.0
        features[f"{side}edge2:{words[-1]}"] = 1.0
    features[f"{side}breaks:{min(sum(w in ',;' for w in words), 3)}"] = 1.0
    for cue in (
        "while",
        "whereas",
        "but",
        "and",
        "over",
        "than",
        "compared",
        "on",
        "in",
        "of",
        "with",
    ):
        if cue in words:
            features[f"{side}has:{cue}"] = 1.0
    features[f"alike:{min(len(alike), 4)} numbers:{min(len(context.numbers), 4)}"] = 1.0
    before_mention = _TOKEN.findall(text[max(0, e.start - 30) : e.start])[-1:]
    features[f"{side}before:{before_mention[0].lower() if before_mention else '^'}"] = 1.0
    # "A and B by 3% and 5%, respectively": the second number goes with the second name.
    my_place = [m for m in alike if (m.evidence.start < number.start) == before].index(mention)
    its = [n for n in context.numbers if (e.end <= n.start) == before]
    if len(its) > 1:
        same = "same" if its.index(number) == my_place else "other"
        equal = "equal" if len(its) == len(alike) else "unequal"
        listed = "respectively" if "respectively" in context.words else "plain"
        features[f"{side}order:{same} {equal} {listed}"] = 1.0
    return features


def linkable(context: Context, entity_type: EntityType) -> list[Mention]:
    """List the mentions that a number may belong to: of its sentence, and of the rest by name."""
    here = [m for m in context.mentions if m.type is entity_type]
    seen = {m.name for m in here}
    for mention in context.nearby:
        if mention.type is entity_type and mention.name not in seen:
            seen.add(mention.name)
            here.append(mention)
    return here


def kind_of(text: str, sentence_start: int, number: Number) -> ResultKind:
    """Tell an absolute figure from a gain and from a ratio, by the words about it."""
    if number.unit == "x" or "magnitude" in number.unit:
        return "ratio"
    if number.value[0] in "+-−±":
        return "gain"
    left = text[max(sentence_start, number.start - 60) : number.start]
    left = re.split(r"[;()]|, (?!and)", left)[-1]
    right = re.split(r"[.;,()]|\bto\b|\bwith\b|\bon\b", text[number.end : number.end + 45])[0]
    if re.search(
        r"\b(?:by|margin of|than)(?: (?:up to|over|about|at least|an average of|approximately|"
        r"around|more than|nearly|as much as|roughly|only|a|an|average|of))*\s*\Z",
        left,
    ):
        return "gain"
    if _GAIN.search(right) and not re.match(r"\s*(?:of|in)\b", right):
        return "gain"
    if re.search(
        r"\b(?:improvements?|gains?|reductions?|increases?|boost|drop|decrease|savings?|margins?|"
        r"advantage|uplift|speedup|decline)\b[^.;,]{0,40}\bof\b[^.;,]{0,25}\Z",
        left,
    ):
        return "gain"
    if _LEVEL.search(left):
        return "absolute"
    return "gain" if _GAIN.search(left) and "point" in number.unit else "absolute"


def _distance(text: str, number: Number, mention: Mention) -> int:
    e = mention.evidence
    low, high = (e.end, number.start) if e.end <= number.start else (number.end, e.start)
    return text.count(" ", low, high)


# From here on a metric or a dataset stands in the way of another.
_BELIEVED = 0.35


def _sureness(confidence: float) -> int:
    return sum(confidence >= step for step in (0.06, 0.12, 0.2, 0.35, 0.5, 0.7, 0.85, 0.95))


def _bucket(words: int) -> str:
    for most in (0, 1, 2, 3, 5, 8, 12, 20, 40):
        if words <= most:
            return str(most)
    return "more"


@Language.factory("paperlattice_results")
def make_results(nlp: Language, name: str) -> ResultFinder:
    """Make the component that finds results; stands behind ``paperlattice_resolver``."""
    return ResultFinder(name)


class ResultFinder(Component):
    """Sets ``findings(doc).results``.

    threshold: the least probability with which a number is called a result; link_threshold:
    with which it is tied to a metric or a dataset.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.weights = load_weights("results")
        self.threshold = 0.45
        self.link_threshold = {EntityType.METRIC: 0.4, EntityType.DATASET: 0.4}

    def find(self, found: Findings) -> None:
        """Find the results of a text."""
        results = []
        spoken_for: set[tuple[EntityType, str]] = set()
        for context in contexts(found):
            before: Linked | None = None
            for number in context.numbers:
                p = probability(self.weights["number"], number_features(context, number))
                if p < self.threshold:
                    continue
                linked = self._link(context, number, before)
                before = linked
                results.append(_result(context, number, round(p, 4), linked, self.name))
                spoken_for |= {(EntityType.METRIC, n) for n in [linked.metric] if n}
                spoken_for |= {(EntityType.DATASET, n) for n in [linked.dataset] if n}
        found.results = tuple(sorted(results, key=lambda r: r.evidence))
        _believe(found, spoken_for)

    def _link(self, context: Context, number: Number, before: Linked | None) -> Linked:
        metric = self._best(context, number, EntityType.METRIC)
        dataset = self._best(context, number, EntityType.DATASET)
        if metric is None and number.unit == "FPS":
            metric = "FPS"
        # "from 0.24 to 0.98", "3% on A and 5% on B": what was named for the first number holds
        # for those that follow it in the same unit.
        if metric is None and before and before.unit == number.unit:
            metric = before.metric
        return Linked(number.unit, metric, dataset)

    def _best(self, context: Context, number: Number, entity_type: EntityType) -> str | None:
        weights = self.weights[entity_type.value]
        best: dict[str, float] = {}
        for mention in linkable(context, entity_type):
            p = probability(weights, link_features(context, number, mention))
            best[mention.name] = max(p, best.get(mention.name, 0.0))
        name = max(best, key=lambda n: (best[n], n), default=None)
        return name if name and best[name] >= self.link_threshold[entity_type] else None


@dataclass(frozen=True, slots=True)
class Linked:
    """What a number of this unit was tied to."""

    unit: str
    metric: str | None
    dataset: str | None


def _result(
    context: Context, number: Number, confidence: float, linked: Linked, component: str
) -> Result:
    first, last = context.found.sentences[context.sentence]
    return Result(
        Evidence(number.start, number.end, context.sentence, first, last, confidence, component),
        number.value,
        number.unit,
        kind_of(context.text, first, number),
        linked.metric,
        linked.dataset,
        _method(context, number),
    )


def _believe(found: Findings, spoken_for: set[tuple[EntityType, str]]) -> None:
    """Make the doubtful metrics and datasets that a number belongs to mentions like others."""
    spoken_for = spoken_for - {(m.type, m.name) for m in found.mentions}
    free = bytearray(b"\1") * len(found.text)
    for mention in found.mentions:
        e = mention.evidence
        free[e.start : e.end] = bytes(e.end - e.start)
    added = [
        m
        for m in found.doubtful
        if (m.type, m.name) in spoken_for and all(free[m.evidence.start : m.evidence.end])
    ]
    found.mentions = tuple(sorted((*found.mentions, *added)))


def _method(context: Context, number: Number) -> str | None:
    """Name the system of a number: the nearest before it in the sentence, the paper's own first."""
    before = [
        m
        for m in context.mentions
        if m.type is EntityType.METHOD and m.evidence.end <= number.start
    ]
    own = [m for m in before if m.role is Role.PROPOSED]
    if own or before:
        return (own or before)[-1].name
    first, last = context.found.sentences[context.sentence]
    ours = re.search(r"\b(?:our|we|it|ours)\b", context.text[first:last], re.IGNORECASE)
    return context.own if ours else None
