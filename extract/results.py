"""Numbers that the text reports for a system by a measure.

Each number of :mod:`paperlattice.extract.numbers` is weighed: is it a result at all, which of the
metrics, and which of the datasets, that the paper mentions does it belong to. The weights are
fitted by ``train/fit_results.py``. The kind and the method are read off by rules.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from spacy.language import Language

from paperlattice.extract.attribution import (
    Choice,
    Paper,
    Sentence,
    Told,
    Weights,
    bucket,
    choices,
    read_paper,
    shares_of,
)
from paperlattice.extract.candidates import Component, Findings
from paperlattice.extract.judge import word_classes
from paperlattice.extract.linear import load_weights, probability
from paperlattice.extract.numbers import Number, end_of_value, find_numbers
from paperlattice.extract.records import (
    EntityType,
    Evidence,
    Mention,
    Result,
    ResultKind,
    Role,
)
from paperlattice.extract.sentences import sentence_of
from paperlattice.extract.words import fold

Features = dict[str, float]

#: What a number is tied to.
MEASURED = (EntityType.METRIC, EntityType.DATASET)

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
        # A unit may be a name ("25 FPS"), the number before it none.
        at = bisect_left(starts, end_of_value(found.masked, number)) - 1
        if at >= 0 and found.mentions[at].evidence.end > number.start:
            continue
        by_sentence.setdefault(sentence_of(found.sentences, number.start), []).append(number)
    if not by_sentence:
        return
    believed = _by_sentence(found.mentions)
    mentions = _by_sentence(sorted((*found.mentions, *found.doubtful), key=_place))
    names = {t: len({m.name for m in found.mentions if m.type is t}) for t in EntityType}
    own = next(
        (m.name for m in found.mentions if m.type is EntityType.METHOD and m.role is Role.PROPOSED),
        None,
    )
    for index, numbers in by_sentence.items():
        first, last = found.sentences[index]
        numbers = [n for n in numbers if n.end <= last]
        here = mentions.get(index, [])
        if (
            len(numbers) > _MOST_NUMBERS
            or len(here) > _MOST_MENTIONS
            or last - first > _LONGEST_SENTENCE
        ):
            continue
        about = range(max(1, index - _BEFORE), index + _BEHIND)
        nearby = [m for i in (0, *about) for m in believed.get(i, ())]
        words = frozenset(re.findall(r"[a-z]{3,}", found.masked[first:last].lower()))
        yield Context(found, index, numbers, here, nearby, words, names, own)


# A sentence with more of them is no prose but a table, or an attack.
_MOST_NUMBERS = 40
_MOST_MENTIONS = 150
_LONGEST_SENTENCE = 3000
# How many sentences before and behind a number are looked through; an abstract has fewer.
_BEFORE = 25
_BEHIND = 25


def _place(mention: Mention) -> tuple[int, int, EntityType, str]:
    return mention.evidence.start, mention.evidence.end, mention.type, mention.name


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
        features[f"near {entity_type}:{bucket(nearest)}"] = 1.0
    classes = word_classes()
    features[f"L:{classes.get(left[-1], '?')}"] = 1.0
    features[f"R:{classes.get(right[0], '?')}"] = 1.0
    features[f"LL:{' '.join([classes.get(w) or w for w in left[-2:]])}"] = 1.0
    features[f"RR:{' '.join([classes.get(w) or w for w in right[:2]])}"] = 1.0
    kind = kind_of(text, first, number)
    features[f"kind:{kind}"] = 1.0
    features[f"kind:{kind} unit:{number.unit}"] = 1.0
    return features


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


# What stands between two numbers of one list: "by 3% and 5%", "by 3% on A and 5% on B".
_LISTED = re.compile(
    r"[\s,/&$\\(){}%|]*(?:\b(?:and|or|to|as well as)\b)?[\s$\\{}~≈]*"
    r"(?:(?:by|over|around|about|up to)\s)?[\s$\\{}~≈+]*"
)
_APART = re.compile(
    r"[.;:](?:\s|$)|\b(?:from|to|with|while|using|for (?:only|just)|at|of)\b", re.IGNORECASE
)
_LONGEST_GAP = 70


def kinds_of(sentence: Sentence) -> dict[Number, ResultKind]:
    """Give the kind of each number: in a list, what stands beside a gain is one, too.

    Only what stands before the first of "improves by 3% on A and 5% on B" tells of both.
    """
    text, kinds = sentence.paper.found.masked, list(sentence.kinds)
    for i, (one, other) in enumerate(pairwise(sentence.numbers)):
        if {kinds[i], kinds[i + 1]} == {"gain", "absolute"} and one.unit == other.unit:
            gap = text[one.end : other.start]
            if _LISTED.fullmatch(gap) or _lists(gap):
                kinds[i] = kinds[i + 1] = "gain"
    return dict(zip(sentence.numbers, kinds, strict=True))


def _lists(gap: str) -> bool:
    """Whether a longer text between two numbers only names what they are of."""
    return (
        len(gap) < _LONGEST_GAP
        and re.search(r"\band\b|,", gap) is not None
        and not _APART.search(gap)
        and not _LEVEL.search(gap)
    )


def _distance(text: str, number: Number, mention: Mention) -> int:
    e = mention.evidence
    low, high = (e.end, number.start) if e.end <= number.start else (number.end, e.start)
    return text.count(" ", low, high)


@Language.factory("paperlattice_results")
def make_results(nlp: Language, name: str) -> ResultFinder:
    """Make the component that finds results; stands behind ``paperlattice_resolver``."""
    return ResultFinder(name)


class ResultFinder(Component):
    """Sets ``findings(doc).results``.

    threshold: the least probability with which a number is called a result.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.threshold = 0.4
        self.use(load_weights("results"))

    def use(self, models: Mapping[str, Mapping[str, Sequence[float]]]) -> None:
        """Find by these weights, of each model's features."""
        self.number_weights = {f: tuple(row) for f, row in models["number"].items()}
        self.choice_weights = {
            entity_type: {f: row[0] for f, row in models[entity_type.value].items()}
            for entity_type in MEASURED
        }

    def find(self, found: Findings) -> None:
        """Find the results of a text."""
        paper: Paper | None = None
        tied: list[Tied] = []
        for context in contexts(found):
            sentence: Sentence | None = None
            kinds: dict[Number, ResultKind] = {}
            told: dict[EntityType, Told | None] = dict.fromkeys(MEASURED)
            for number in context.numbers:
                p = probability(self.number_weights, number_features(context, number))
                if p < self.threshold:
                    continue
                paper = paper or read_paper(found)
                if sentence is None:
                    sentence = sentence_of_numbers(paper, context)
                    kinds = kinds_of(sentence)
                made = Tied(context, number, kinds[number], round(p, 4))
                metric: str | None = None
                for entity_type in MEASURED:
                    weights = self.choice_weights[entity_type]
                    before = told[entity_type]
                    choice, share = choose(
                        choices(sentence, number, entity_type, before, weights, metric=metric),
                        weights,
                    )
                    told[entity_type] = Told(number, choice.name)
                    metric = choice.name
                    if choice.name:
                        made.choices[entity_type] = choice, share
                tied.append(made)
        names = settle(found, [pair for t in tied for pair in t.choices.items()], self.name)
        results = [_result(t, names, self.name) for t in tied]
        found.results = tuple(sorted(results, key=lambda r: r.evidence))


def choose(made: list[Choice], weights: Weights) -> tuple[Choice, float]:
    """Take the name that is likeliest over all its places, and its likeliest place."""
    shares = shares_of(made, weights)
    by_name: dict[tuple[str, ...], float] = {}
    for choice, share in zip(made, shares, strict=True):
        key = fold(choice.name)
        by_name[key] = by_name.get(key, 0.0) + share
    best = max(by_name, key=lambda key: (round(by_name[key], 9), key))
    alike = [pair for pair in zip(shares, made, strict=True) if fold(pair[1].name) == best]
    _, choice = max(alike, key=lambda pair: (round(pair[0], 9), -pair[1].start))
    return choice, by_name[best]


@dataclass(slots=True)
class Tied:
    """A number that is a result, and what it was tied to, with the probability of the name."""

    context: Context
    number: Number
    kind: ResultKind
    confidence: float
    choices: dict[EntityType, tuple[Choice, float]] = field(default_factory=dict)


Settled = dict[tuple[EntityType, tuple[str, ...]], str]


def settle(
    found: Findings,
    ties: Sequence[tuple[EntityType, tuple[Choice, float]]],
    component: str,
) -> Settled:
    """See to it that what numbers are tied to is mentioned, by the name that was chosen.

    Sets ``found.mentions``. A mention that goes by another name is given the chosen one, with all
    mentions of its name; where the chosen name holds a mention, it takes its place ("counting
    accuracy", "accuracy"); what was no mention becomes one. Gives the name of each chosen one.
    """
    mentions = list(found.mentions)
    settled: Settled = {
        (m.type, fold(m.name)): m.name for m in reversed(mentions) if m.type in MEASURED
    }
    shares: dict[tuple[EntityType, tuple[str, ...]], float] = {}
    places: dict[tuple[EntityType, tuple[str, ...]], tuple[Choice, float]] = {}
    for entity_type, (choice, share) in ties:
        key = entity_type, fold(choice.name)
        shares[key] = shares.get(key, 0.0) + share
        if key not in settled and (key not in places or share > places[key][1]):
            places[key] = choice, share
    renamed: dict[tuple[EntityType, str], str] = {}
    taken: set[int] = set()
    added = []
    for key in sorted(places, key=lambda key: (-round(shares[key], 9), key)):
        entity_type, (choice, share) = key[0], places[key]
        about = _mentions_about(mentions, choice, entity_type)
        whole = [
            m
            for m in (mentions[i] for i in about)
            if m.evidence.start <= choice.start and choice.end <= m.evidence.end
        ]
        old = (entity_type, whole[0].name) if whole else None
        if old and old not in renamed and (entity_type, fold(old[1])) not in shares:
            renamed[old] = choice.name
        else:
            if not whole:
                taken.update(about)
            added.append(_mention_of(found, entity_type, choice, share, component))
        settled[key] = choice.name
    kept = [
        replace(m, name=renamed[m.type, m.name]) if (m.type, m.name) in renamed else m
        for i, m in enumerate(mentions)
        if i not in taken
    ]
    found.mentions = tuple(sorted((*kept, *added)))
    return settled


def _mentions_about(
    mentions: Sequence[Mention], choice: Choice, entity_type: EntityType
) -> list[int]:
    """List which mentions of a type overlap with a choice."""
    # No mention is longer than this many characters by much; those before cannot reach so far.
    first = bisect_left(mentions, choice.start - _LONGEST_NAME, key=lambda m: m.evidence.start)
    about = []
    for i in range(first, len(mentions)):
        e = mentions[i].evidence
        if e.start >= choice.end:
            break
        if e.end > choice.start and mentions[i].type is entity_type:
            about.append(i)
    return about


_LONGEST_NAME = 300


def _mention_of(
    found: Findings, entity_type: EntityType, choice: Choice, share: float, component: str
) -> Mention:
    index = sentence_of(found.sentences, choice.start)
    first, last = found.sentences[index]
    evidence = Evidence(choice.start, choice.end, index, first, last, round(share, 4), component)
    return Mention(evidence, entity_type, choice.name, Role.USED)


def sentence_of_numbers(paper: Paper, context: Context) -> Sentence:
    """Read the sentence of some numbers for what they may belong to."""
    start, end = context.found.sentences[context.sentence]
    return Sentence(
        paper,
        context.sentence,
        start,
        end,
        context.numbers,
        [kind_of(context.text, start, number) for number in context.numbers],
        context.mentions,
        [m for m in context.nearby if m.evidence.sentence != context.sentence],
        tuple(sorted(context.words)),
    )


def _result(tied: Tied, names: Settled, component: str) -> Result:
    context, number = tied.context, tied.number
    first, last = context.found.sentences[context.sentence]
    metric, dataset = (
        names[entity_type, fold(tied.choices[entity_type][0].name)]
        if entity_type in tied.choices
        else None
        for entity_type in MEASURED
    )
    return Result(
        Evidence(
            number.start, number.end, context.sentence, first, last, tied.confidence, component
        ),
        number.value,
        number.unit,
        tied.kind,
        metric,
        dataset,
        _method(context, number),
    )


def _method(context: Context, number: Number) -> str | None:
    """Name the system of a number: the nearest before it in the sentence, the paper's own first.

    What it is compared with is passed over; where nothing is left, it is the paper's own.
    """
    first, _ = context.found.sentences[context.sentence]
    before = [
        m
        for m in context.mentions
        if m.type is EntityType.METHOD
        and m.evidence.end <= number.start
        and not _COMPARED.search(
            context.text, max(first, m.evidence.start - _AHEAD), m.evidence.start
        )
    ]
    own = [m for m in before if m.role is Role.PROPOSED]
    if own or before:
        return (own or before)[-1].name
    return context.own


# Characters before a name in which a comparison is looked for.
_AHEAD = 60
_COMPARED = re.compile(
    r"(?:\b(?:than|over|versus|vs\.?|against|without|compared (?:to|with)|relative to|such as|from)|"
    r"\b(?:outperform|surpass|exceed|beat)\w*|\bbaselines?,?)\s+"
    r"(?:(?:the|a|an|all|both|other|previous|prior|existing|strong|standard|vanilla|original|"
    r"state-of-the-art|its|best|larger|popular|current)\s+){0,3}\Z",
    re.IGNORECASE,
)
