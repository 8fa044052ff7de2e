"""What a number belongs to: its metric, and its dataset.

For each number every name that it might belong to is a choice, and so is none at all: the phrases
of its sentence, the names that the rest of the paper mentions, each under every name that it may
be given ("average accuracy", "accuracy"). A model of one weight a feature gives each choice a
score; the shares of a softmax over them are their probabilities. What stands between a number
and a name is read as signs, so that "boosts X by up to 3%" and "lowers X by nearly 5%" are alike.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Final

from paperlattice.extract.candidates import Definition, Findings, Form, Word
from paperlattice.extract.judge import word_classes
from paperlattice.extract.lexicon import entries
from paperlattice.extract.numbers import Number, end_of_value
from paperlattice.extract.phrases import find_phrases, find_spans
from paperlattice.extract.records import EntityType, Mention, ResultKind, Role
from paperlattice.extract.words import fold, fold_word

#: What a choice is weighed by; each counts once.
Features = list[str]
Weights = Mapping[str, float]

#: From here on a metric or a dataset stands in the way of another.
BELIEVED: Final = 0.35
# Words of a name; a longer phrase is a description.
_LONGEST = 6
# Words of a text among which the times of a phrase are counted; an abstract has fewer.
_MOST_WORDS = 1000
# Signs between a number and a name that are looked at as a whole.
_MOST_SIGNS = 7
_STEPS = (0.03, 0.06, 0.12, 0.2, 0.35, 0.5, 0.7, 0.85, 0.95)


@dataclass(frozen=True, slots=True)
class Choice:
    """One name that a number may belong to; the empty name is that it belongs to none.

    start, end: where the text names it, in code points; -1 for none. head_start: what its phrase
    weighs without regard to the number; its features are then left out of ``features``.
    """

    name: str
    start: int
    end: int
    features: Features
    head_start: float = 0.0

    @property
    def place(self) -> tuple[int, int]:
        """The range of the evidence."""
        return self.start, self.end


@dataclass(frozen=True, slots=True)
class Told:
    """What the result before this one in the sentence was tied to; name "" for nothing."""

    number: Number
    name: str


@dataclass(slots=True)
class Paper:
    """What the choices of one text share.

    votes: of each form, the greatest confidence with which a component takes it for a type.
    words: its folded words. names: of each type, how many names the paper mentions. believed:
    its mentions, the first of each name and sentence. starts: of each word.
    voted: of each type, the forms that the recogniser takes for it, by their first word.
    """

    found: Findings
    votes: dict[Form, dict[tuple[str, EntityType], float]]
    words: str
    definitions: dict[Form, tuple[str, str]]
    names: dict[EntityType, int]
    proposes: dict[EntityType, int]
    starts: list[int]
    voted: dict[EntityType, dict[str, list[tuple[Form, float]]]] = field(default_factory=dict)


def read_paper(found: Findings) -> Paper:
    """Work out what the choices of a text share."""
    votes: dict[Form, dict[tuple[str, EntityType], float]] = {}
    for candidate in found.candidates:
        form = fold(found.text[candidate.start : candidate.end])
        mine = votes.setdefault(form, {})
        key = (candidate.component.removeprefix("paperlattice_"), candidate.type)
        mine[key] = max(mine.get(key, 0.0), candidate.confidence)
    definitions = {}
    for d in found.definitions:
        long, short = _defined(found.text, d)
        definitions[fold(long)] = definitions[fold(short)] = (long, short)
    names: dict[EntityType, set[str]] = {t: set() for t in EntityType}
    proposed: dict[EntityType, set[str]] = {t: set() for t in EntityType}
    for mention in found.mentions:
        names[mention.type].add(mention.name)
        if mention.role is Role.PROPOSED:
            proposed[mention.type].add(mention.name)
    return Paper(
        found,
        votes,
        f" {' '.join([word.folded for word in found.words[:_MOST_WORDS]])} ",
        definitions,
        {t: len(n) for t, n in names.items()},
        {t: len(n) for t, n in proposed.items()},
        [word.start for word in found.words],
    )


def _defined(text: str, d: Definition) -> tuple[str, str]:
    return text[d.long_start : d.long_end], text[d.short_start : d.short_end]


@dataclass(slots=True)
class Span:
    """A phrase of a sentence: its words, and the features that hold for every number."""

    first: int
    last: int
    start: int
    end: int
    form: Form
    features: Features
    names: list[tuple[str, Features]]
    vote: float
    head_start: float = 0.0


@dataclass(slots=True)
class Sentence:
    """A sentence with numbers, as the choices for them are read from it.

    signs: (start, sign) of what it is made of, in order. elsewhere: mentions of other sentences.
    """

    paper: Paper
    index: int
    start: int
    end: int
    numbers: list[Number]
    kinds: list[ResultKind]
    mentions: list[Mention]
    elsewhere: list[Mention]
    vocabulary: tuple[str, ...]
    first_word: int = 0
    last_word: int = 0
    signs: list[tuple[int, str]] = field(default_factory=list)
    phrases: list[tuple[int, int]] = field(default_factory=list)
    spans: dict[EntityType, list[Span]] = field(default_factory=dict)
    stems: frozenset[str] = frozenset()
    about: dict[Number, About] = field(default_factory=dict)
    listed: dict[EntityType, list[tuple[int, int]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        found = self.paper.found
        starts = self.paper.starts
        self.first_word = bisect_left(starts, self.start)
        self.last_word = bisect_left(starts, self.end)
        self.signs = list(_signs(self))
        words = found.words[self.first_word : self.last_word]
        self.phrases = list(find_phrases(found.masked, words))
        self.stems = frozenset(_stem(word.folded) for word in words)


# What does not change what a number is of: hedges, articles, adverbs, what converters leave.
_HEDGES = re.compile(
    r"\b(?:up to|down to|as (?:much|high|low|many|little|few) as|at (?:least|most)|"
    r"(?:more|less|fewer) than(?= ?[\\{(<>~$]*\d)|an average of|a total of|over(?= ?[\\{(<>~$]*\d)|"
    r"on average|as well as|about|around|approximately|approx|nearly|only|just|roughly|almost|"
    r"merely|further|additional|absolute|relative|an?|the|its|our|their|this|these|also|both|even|"
    r"respectively|respective|overall|average|averaged|mean|maximum|new|state-of-the-art|sota|"
    r"significant|substantial|remarkable|notable|impressive|strong|competitive|[a-z]{3,}ly|sim|"
    r"textbf|mathbf|leq|geq|as)\b|[$\\{}~<>*]"
)
_GAIN = re.compile(
    r"(?:improv|increas|reduc|decreas|boost|lift|rais|drop|declin|lower|cut|sav|degrad|enhanc|gain|"
    r"shrink|uplift|accelerat|elevat|outperform|surpass|exceed|beat|margin|advantage|loss$|speed)\w*"
)
_CHANGES = frozenset(
    [
        "gain",
        "improvement",
        "reduction",
        "increase",
        "boost",
        "drop",
        "degradation",
        "saving",
        "gap",
        "decline",
        "decrease",
        "uplift",
        "lift",
        "difference",
        "advantage",
    ]
)
_THAN = re.compile(
    r"(?:higher|lower|better|less|fewer|more|smaller|larger|faster|slower|worse|greater|cheaper|"
    r"shorter|longer|closer|best|top|highest|lowest)$"
)
_LEVEL = re.compile(
    r"(?:achiev|attain|reach|obtain|yield|deliver|scor|report|record|get|show|demonstrat|exhibit|"
    r"maintain|preserv|retain|remain|provid|offer|result|hit)\w*"
)
_KEPT = frozenset(
    [
        "of",
        "on",
        "in",
        "with",
        "for",
        "by",
        "from",
        "to",
        "and",
        "or",
        "while",
        "than",
        "over",
        "compared",
        "at",
        "is",
        "are",
        "was",
        "were",
        "under",
        "per",
        "within",
        "across",
        "vs",
        "versus",
        "against",
        "between",
        "after",
        "when",
        "whereas",
        "but",
        "using",
        "via",
        "into",
    ]
)
_TOKEN = re.compile(r"[^\W\d_]+|\d[\d.,]*|[^\w\s]")
_PUNCTUATION = frozenset(",;:().=+-/%±–—|")
_OF_TYPE = {
    EntityType.METHOD: "M",
    EntityType.DATASET: "D",
    EntityType.METRIC: "X",
    EntityType.TASK: "T",
}


def _signs(sentence: Sentence) -> Iterator[tuple[int, str]]:
    """Yield what a sentence is made of: numbers, mentions by type, verbs by sort, small words."""
    text = sentence.paper.found.masked
    items = [(n.start, n.end, "#") for n in sentence.numbers]
    items += [
        (m.evidence.start, m.evidence.end, _OF_TYPE[m.type])
        for m in sentence.mentions
        if m.evidence.confidence >= BELIEVED
    ]
    at = sentence.start
    for start, end, sign in sorted(items):
        if start < at:
            continue
        yield from _signs_of_words(text, at, start)
        yield start, sign
        at = end
    yield from _signs_of_words(text, at, sentence.end)


def _signs_of_words(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    part = text[start:end].lower()
    # Lower case may be longer than the text ("İ"): positions would shift, so leave such as it is.
    if len(part) != end - start:
        part = text[start:end]
    part = _HEDGES.sub(lambda m: " " * len(m.group()), part)
    for match in _TOKEN.finditer(part):
        sign = _sign_of(match.group())
        if sign:
            yield start + match.start(), sign


@lru_cache(maxsize=1 << 14)
def _sign_of(token: str) -> str:
    if token in _KEPT or token in _PUNCTUATION:
        return token
    if token[0].isdigit():
        return "d"
    if not token[0].isalpha():
        return ""
    if _GAIN.fullmatch(token):
        return "V"
    if _THAN.fullmatch(token):
        return "C"
    if _LEVEL.fullmatch(token):
        return "A"
    return "w"


def _between(sentence: Sentence, low: int, high: int) -> list[str]:
    """List the signs that begin in a range, runs of plain words as one."""
    signs = sentence.signs
    first = bisect_left(signs, (low, ""))
    made: list[str] = []
    for start, sign in signs[first:]:
        if start >= high:
            break
        if sign != "w" or not made or made[-1] != "w":
            made.append(sign)
    return made


def choices(
    sentence: Sentence,
    number: Number,
    entity_type: EntityType,
    told: Told | None,
    weights: Weights | None = None,
    *,
    metric: str | None = None,
) -> list[Choice]:
    """List what a number may belong to; the last choice is none.

    told: what the result before it in the sentence was tied to. metric: where datasets are asked
    for, the metric that was chosen, "" for none. weights: where they are given,
    the phrases of a sentence are weighed once for all its numbers, and the lightest left out.
    """
    spans = sentence.spans.get(entity_type)
    if spans is None:
        spans = list(_spans(sentence, entity_type))
        if weights is not None:
            spans = _heaviest(spans, weights)
        sentence.spans[entity_type] = spans
    made = []
    here = set()
    text = sentence.paper.found.masked
    for span in spans:
        if span.start < end_of_value(text, number) and number.start < span.end:
            continue
        features = _pair_features(sentence, number, span, entity_type)
        if told and told.number.end <= number.start:
            if span.end <= told.number.start:
                features.append("before told")
            elif span.end <= number.start:
                features.append(f"after told:{told.number.unit == number.unit}")
        if weights is None:
            features += span.features
        for name, how in span.names:
            here.add(fold(name))
            made.append(Choice(name, span.start, span.end, features + how, span.head_start))
    seen = set()
    for mention in sentence.elsewhere:
        if mention.type is not entity_type or mention.name in seen or fold(mention.name) in here:
            continue
        seen.add(mention.name)
        features = _far_features(sentence, number, mention)
        made.append(Choice(mention.name, mention.evidence.start, mention.evidence.end, features))
    vote = max((span.vote for span in spans), default=0.0)
    made.append(Choice("", -1, -1, _none_features(sentence, number, entity_type, vote)))
    if told:
        _add_told(sentence, number, told, made)
    if metric is not None:
        _add_metric(sentence, metric, made)
    return made


def shares_of(made: Sequence[Choice], weights: Weights) -> list[float]:
    """Give each choice's probability; together they are 1.

    >>> shares_of([Choice("a", 0, 1, ["x"]), Choice("", -1, -1, ["x", "y"])], {"x": 1.0})
    [0.5, 0.5]
    """
    totals = [choice.head_start + _weigh(choice.features, weights) for choice in made]
    most = max(totals)
    shares = [math.exp(total - most) for total in totals]
    whole = sum(shares)
    return [share / whole for share in shares]


def _weigh(features: Features, weights: Weights) -> float:
    return sum(filter(None, map(weights.get, features)))


# Of the phrases of a sentence, those that weigh least by themselves are never chosen: so many stay.
_MOST_SPANS = 8


def _heaviest(spans: list[Span], weights: Weights) -> list[Span]:
    for span in spans:
        span.head_start = _weigh(span.features, weights)
    if len(spans) <= _MOST_SPANS:
        return spans
    least = sorted((span.head_start for span in spans), reverse=True)[_MOST_SPANS - 1]
    return [span for span in spans if span.head_start >= least]


def _add_told(sentence: Sentence, number: Number, told: Told, made: Sequence[Choice]) -> None:
    """Say of each choice whether the result before was tied to it: "from 0.24 to 0.98"."""
    unit = "same" if told.number.unit == number.unit else "other"
    between = _between(sentence, told.number.end, number.start)
    way = " ".join(between) if len(between) <= 4 else "long" if len(between) < 12 else "longer"
    name = fold(told.name)
    for choice in made:
        if fold(choice.name) == name:
            sort = _sort_of(choice, sentence)
            choice.features.append(f"told:{unit}")
            choice.features.append(f"told:{unit}:{way}")
            choice.features.append(f"told:{unit}:{sort}")


def _sort_of(choice: Choice, sentence: Sentence) -> str:
    return "none" if not choice.name else "here" if choice.start >= sentence.start else "far"


def _add_metric(sentence: Sentence, metric: str, made: Sequence[Choice]) -> None:
    """Say of each choice what is measured: accuracy is of a dataset, FLOPs often of none."""
    form = fold(metric)
    for choice in made:
        sort = _sort_of(choice, sentence)
        if form:
            choice.features.append(f"metric:{sort} h:{form[-1]}")
            choice.features.append(f"metric:{sort} H:{_class(form[-1])}")
            choice.features.append(f"metric:{sort} form:{' '.join(form)}")
        else:
            choice.features.append(f"metric:{sort} none")


def _spans(sentence: Sentence, entity_type: EntityType) -> Iterator[Span]:
    found, paper = sentence.paper.found, sentence.paper
    words = found.words[sentence.first_word : sentence.last_word]
    text = found.masked
    first_at = {word.start: i for i, word in enumerate(words)}
    last_at = {word.end: i + 1 for i, word in enumerate(words)}
    mentioned: dict[tuple[int, int], list[Mention]] = {}
    for mention in sentence.mentions:
        first, last = first_at.get(mention.evidence.start), last_at.get(mention.evidence.end)
        if first is not None and last is not None and first < last:
            mentioned.setdefault((first, last), []).append(mention)
    votes = dict(_votes_at(paper, words, entity_type))
    speeds: dict[tuple[int, int], str] = {}
    ranges = {at for at, ms in mentioned.items() if any(m.type is entity_type for m in ms)}
    if entity_type is EntityType.METRIC:
        ranges |= _measures(sentence, words, votes)
        speeds = dict(_speeds(text, words, sentence.phrases))
        ranges |= speeds.keys()
    else:
        ranges |= {at for at in find_spans(text, words) if at in votes}
    phrase_of = {i: (a, b) for a, b in sentence.phrases for i in range(a, b)}
    for first, last in sorted(ranges):
        start, end = words[first].start, words[last - 1].end
        if end > sentence.end:
            continue
        form = _form(words, first, last)
        features = _span_features(sentence, words, first, last, entity_type)
        features += _mention_features(mentioned, first, last, entity_type)
        if first in phrase_of:
            a, b = phrase_of[first]
            features.append(f"phrase:{'s' if a == first else 'm'}{'e' if b == last else 'i'}")
            if a < first:
                cut = words[first - 1].folded
                wider = max(votes.get((x, last), 0.0) for x in range(a, first))
                features += [f"cut:{cut}", f"CUT:{_class(cut)}", f"wider:{_step(wider)}"]
            if b > last:
                features.append(f"cut right:{words[last].folded}")
        if last - first > 1:
            inner = max(votes.get((x, last), 0.0) for x in range(first + 1, last))
            features.append(f"inner:{_step(inner)}")
        if (first, last) in speeds:
            names = [(speeds[first, last], ["name:speed"])]
        else:
            mentions = mentioned.get((first, last), ())
            names = _names(paper, text[start:end], form, mentions, entity_type)
        vote = votes.get((first, last), 0.0)
        yield Span(first, last, start, end, form, features, names, vote)


def _votes_at(
    paper: Paper, words: Sequence[Word], entity_type: EntityType
) -> Iterator[tuple[tuple[int, int], float]]:
    """Yield each range of words that the recogniser takes for a type, with its confidence."""
    by_word = paper.voted.get(entity_type)
    if by_word is None:
        by_word = paper.voted[entity_type] = {}
        for form, mine in paper.votes.items():
            vote = mine.get(("ner", entity_type))
            if vote and 0 < len(form) <= _LONGEST:
                by_word.setdefault(form[0], []).append((form, vote))
    for first, word in enumerate(words):
        for form, vote in by_word.get(word.folded, ()):
            last = first + len(form)
            if _form(words, first, last) == form:
                yield (first, last), vote


# A phrase that nothing takes for a measure must stand so near to a number to be one.
_NEAR = 30


def _measures(
    sentence: Sentence, words: list[Word], votes: Mapping[tuple[int, int], float]
) -> set[tuple[int, int]]:
    """Give the phrases that may be measures; of "model size reduction" also "model size"."""
    ranges = set()
    for first, last in find_spans(sentence.paper.found.masked, words):
        if last - first > _LONGEST:
            continue
        start, end = words[first].start, words[last - 1].end
        if (first, last) in votes or any(
            end - _NEAR < n.end and n.start < start + _NEAR for n in sentence.numbers
        ):
            ranges.add((first, last))
            while last - 1 > first and words[last - 1].folded in _CHANGES:
                last -= 1
                ranges.add((first, last))
    return ranges


def _speeds(
    text: str, words: Sequence[Word], phrases: Sequence[tuple[int, int]]
) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield where a text says "faster", and of what, with the measure that this is.

    "2x faster inference" is of the inference speed, "3x faster than" of the speed.
    """
    for begin, end in phrases:
        for first in range(begin, end):
            if words[first].folded not in _FASTER or end - first > _LONGEST:
                continue
            what = text[words[first].end : words[end - 1].end].strip()
            if not what:
                yield (first, end), "speed"
            elif words[end - 1].folded == "speed":
                yield (first, end), _singular(what)
            else:
                yield (first, end), f"{what} speed"


_FASTER = ("faster", "slower")


def _form(words: Sequence[Word], first: int, last: int) -> Form:
    return tuple([word.folded for word in words[first:last]])


def _span_features(
    sentence: Sentence, words: Sequence[Word], first: int, last: int, entity_type: EntityType
) -> Features:
    """Give the features of a phrase and the words beside it."""
    paper, text = sentence.paper, sentence.paper.found.masked
    form = _form(words, first, last)
    left = words[first - 1].folded if first else "^"
    right = words[last].folded if last < len(words) else "$"
    gap_left = text[words[first - 1].end : words[first].start].strip() if first else "^"
    gap_right = text[words[last - 1].end : words[last].start].strip() if last < len(words) else "$"
    vote = _step(_vote(paper, form, entity_type))
    others = (t for t in EntityType if t is not entity_type)
    features = [
        "here",
        f"length:{last - first}",
        f"l:{left}",
        f"r:{right}",
        f"gl:{gap_left[-1:]}",
        f"gr:{gap_right[:1]}",
        f"vote:{vote}",
        f"vote other:{_step(max(_vote(paper, form, t) for t in others))}",
    ]
    head = form[-1]
    features.append(f"H:{_class(head)}")
    features.append(f"F:{_class(form[0])}")
    if entity_type is EntityType.METRIC:
        features.append(f"h:{head}")
        features.append(f"f:{form[0]}")
        features.append(f"form:{' '.join(form)}")
        if len(form) > 1:
            features.append(f"hh:{form[-2]} {head}")
            features.append(f"HH:{_class(form[-2])} {_class(head)}")
        for word in form[1:-1]:
            features.append(f"w:{word}")
    for component, voted in paper.votes.get(form, ()):
        if component != "ner":
            features.append(f"{component}:{voted}")
    times = min(paper.words.count(f" {' '.join(form)} "), 3)
    features.append(f"times:{times}")
    features.append(f"times:{times} of {last - first}")
    if text[words[first].start : words[last - 1].end].isupper():
        features.append("capitals")
    return features


def _mention_features(
    mentioned: dict[tuple[int, int], list[Mention]], first: int, last: int, entity_type: EntityType
) -> Features:
    """Say how a phrase lies to the mentions of its sentence."""
    features: Features = []
    sure = 0.0
    for (a, b), mentions in mentioned.items():
        if b <= first or last <= a:
            continue
        same = (a, b) == (first, last)
        way = (
            "is"
            if same
            else "in"
            if a <= first and last <= b
            else "holds"
            if first <= a and b <= last
            else "crosses"
        )
        for mention in mentions:
            believed = mention.evidence.confidence >= BELIEVED
            if same and mention.type is entity_type:
                sure = max(sure, mention.evidence.confidence)
            if believed or same:
                sort = "mine" if mention.type is entity_type else mention.type
                features.append(f"{way}:{sort}:{believed}")
    if not features:
        features.append("unmentioned")
    features.append(f"sure:{_step(sure)}")
    return features


def _names(
    paper: Paper,
    surface: str,
    form: Form,
    mentions: Sequence[Mention],
    entity_type: EntityType,
) -> list[tuple[str, Features]]:
    """List the names that a phrase may be given, with what gives them."""
    ways: dict[str, Features] = {}
    shown: dict[str, str] = {}

    def add(name: str, way: str) -> None:
        key = " ".join(fold(name))
        shown.setdefault(key, name)
        ways.setdefault(key, []).append(way)

    add(_singular(surface) if entity_type is EntityType.METRIC else surface, "name:surface")
    for mention in mentions:
        if mention.type is entity_type:
            add(mention.name, "name:mention")
    known = _known(entity_type).get(form)
    if known:
        add(known, "name:known")
    if form in paper.definitions:
        long, short = paper.definitions[form]
        add(long, "name:long")
        add(short, "name:short")
    if len(ways) > 1:
        for key, features in ways.items():
            together = "+".join(sorted(features))
            if "name:known" in features:
                features.append(f"name:known:{key}")
            features += ["name:of several", f"together:{together}"]
    return [(shown[key], features) for key, features in ways.items()]


def _singular(name: str) -> str:
    """Make the last word of a name singular, if it is a plain word.

    >>> _singular("average accuracies"), _singular("FLOPs"), _singular("loss")
    ('average accuracy', 'FLOPs', 'loss')
    """
    head = re.search(r"(?<![A-Za-z])[a-z]+\Z", name)
    return name[: head.start()] + fold_word(head.group()) if head else name


def _pair_features(
    sentence: Sentence, number: Number, span: Span, entity_type: EntityType
) -> Features:
    """Give the features of a phrase beside a number, those of the phrase among them."""
    about = _about(sentence, number)
    kind = about.kind
    before = span.end <= number.start
    low, high = (span.end, number.start) if before else (number.end, span.start)
    side = "<" if before else ">"
    text = sentence.paper.found.masked
    between = _between(sentence, low, high)
    way = " ".join(between) if len(between) <= _MOST_SIGNS else "long"
    numbers = min(between.count("#"), 2)
    rivals = min(between.count(_OF_TYPE[entity_type]), 2)
    distance = bucket(text.count(" ", low, high))
    vote = _step(span.vote)
    features = [
        f"{side}{distance}",
        f"{side}{distance} vote:{vote}",
        f"{side}n{numbers} r{rivals}",
        f"{side}n{numbers} r{rivals} vote:{vote}",
        f"{side}signs:{way}",
        f"{side}signs:{way} {kind}",
        f"{side}signs begin:{' '.join(between[:2])}",
        f"{side}signs end:{' '.join(between[-2:])}",
        f"{side}sign ends:{' '.join(between[-1:])}",
        f"{side}many:{min(len(between), 10)}",
    ]
    features += [f"{side}has:{sign}" for sign in dict.fromkeys(between)]
    plain = [sign for sign in between if sign != "w"]
    if len(plain) <= 5:
        features.append(f"{side}plain:{' '.join(plain)}")
    if entity_type is EntityType.METRIC:
        head = span.form[-1]
        features.append(f"unit:{number.unit} h:{head}")
        features.append(f"kind:{kind} h:{head}")
    raw = _TOKEN.findall(text[low:high].lower()) if high - low < 30 else []
    if 0 < len(raw) <= 4:
        features.append(f"{side}text:{' '.join(raw)}")
    if number.start < span.start < number.end:
        features.append("is unit")
    if before:
        ahead = _between(sentence, max(sentence.start, span.start - 40), span.start)[-2:]
        behind = about.behind
        features.append(f"<ahead:{' '.join(ahead)}")
    else:
        ahead = about.ahead
        behind = _between(sentence, span.end, min(sentence.end, span.end + 30))[:1]
    features.append(f"{side}ahead:{' '.join(ahead[-1:])}")
    if len(between) <= 4:
        features.append(f"{side}ahead:{' '.join(ahead[-1:])} {way}")
    features.append(f"{side}behind:{' '.join(behind)}")
    place = _aligned(sentence, number, span, entity_type)
    if place:
        listed = "respectively" in sentence.vocabulary
        features.append(f"{side}aligned:{place} {listed}")
        features.append(f"aligned:{place}")
    return features


def _aligned(sentence: Sentence, number: Number, span: Span, entity_type: EntityType) -> str:
    """Tell whether number and name have the same place in two lists that are as long.

    "A and B by 3% and 5%, respectively": the second number goes with the second name.
    """
    values = _about(sentence, number).alongside
    if len(values) < 2:
        return ""
    names = sentence.listed.get(entity_type)
    if names is None:
        names = sentence.listed[entity_type] = [
            (m.evidence.start, m.evidence.end)
            for m in sentence.mentions
            if m.type is entity_type and m.evidence.confidence >= _LISTED
        ]
    names = [at for at in names if at[1] <= span.start or span.end <= at[0]]
    names = sorted((*names, (span.start, span.end)))
    listed = _list_of(sentence, names, span.start)
    if len(listed) != len(values):
        return "alone" if len(listed) == 1 else "unequal"
    mine = [start for start, _ in listed].index(span.start)
    its = [start for start, _ in values].index(number.start)
    return "same" if mine == its else "other"


# A doubtful name is one of a list all the same.
_LISTED = 0.12
_SEPARATOR = re.compile(
    r"[\s,/&$\\(){}]*(?:\b(?:and|or|vs\.?|to|as well as)\b)?(?:\s(?:by|on|in|for|of))?[\s$\\{}~≈]*"
)


def _list_of(
    sentence: Sentence, ranges: Sequence[tuple[int, int]], start: int
) -> list[tuple[int, int]]:
    """Give the run of ranges about the one that begins at a place, parted by commas and "and"."""
    text = sentence.paper.found.masked
    run: list[tuple[int, int]] = []
    for first, last in ranges:
        if run and not (
            run[-1][1] <= first
            and first - run[-1][1] < 25
            and _SEPARATOR.fullmatch(text, run[-1][1], first)
        ):
            if any(at == start for at, _ in run):
                break
            run = []
        run.append((first, last))
    return run


@dataclass(frozen=True, slots=True)
class About:
    """What is the same for all choices of a number.

    ahead, behind: signs next to it. alongside: the ranges of the numbers that it is listed with.
    """

    kind: ResultKind
    ahead: list[str]
    behind: list[str]
    alongside: list[tuple[int, int]]


def _about(sentence: Sentence, number: Number) -> About:
    about = sentence.about.get(number)
    if about is None:
        about = sentence.about[number] = About(
            sentence.kinds[sentence.numbers.index(number)],
            _between(sentence, max(sentence.start, number.start - 40), number.start)[-2:],
            _between(sentence, number.end, min(sentence.end, number.end + 30))[:1],
            _list_of(sentence, [(n.start, n.end) for n in sentence.numbers], number.start),
        )
    return about


def _far_features(sentence: Sentence, number: Number, mention: Mention) -> Features:
    """Give the features of a name that another sentence mentions."""
    paper, e = sentence.paper, mention.evidence
    kind = _about(sentence, number).kind
    gap = sentence.index - e.sentence
    where = "title" if e.sentence == 0 else "after" if gap < 0 else str(min(gap, 3))
    here = _believed_here(sentence, mention.type)
    names = min(paper.names[mention.type], 4)
    features = [
        "far",
        f"far:{where}",
        f"far:sure:{_step(e.confidence)}",
        f"far:here {here}",
        f"far:{where} here {here}",
        f"far:of {names} here {here}",
        f"far:unit:{number.unit}",
        f"far:kind:{kind}",
    ]
    if mention.role is Role.PROPOSED:
        proposed = min(paper.proposes[mention.type], 2)
        features.append(f"far:proposed {proposed} here {here}")
        features.append(f"far:proposed:{where} here {here}")
    form = fold(mention.name)
    if form and mention.type is EntityType.METRIC:
        head = form[-1]
        features.append(f"far:h:{head}")
        features.append(f"far:form:{' '.join(form)}")
        features.append(f"far:unit:{number.unit} h:{head}")
        features.append(f"far:kind:{kind} h:{head}")
        shared = sum(_stem(word) in sentence.stems for word in form)
        features.append(f"far:shared:{'all' if shared == len(form) else min(shared, 1)}")
    return features


def _none_features(
    sentence: Sentence, number: Number, entity_type: EntityType, vote: float
) -> Features:
    """Give the features of belonging to nothing."""
    paper, text = sentence.paper, sentence.paper.found.masked
    kind = _about(sentence, number).kind
    here = _believed_here(sentence, entity_type)
    names = min(paper.names[entity_type], 4)
    left = _TOKEN.findall(text[max(sentence.start, number.start - 40) : number.start])
    right = _TOKEN.findall(text[number.end : min(sentence.end, number.end + 40)])
    left, right = [w.lower() for w in left[-2:]], [w.lower() for w in right[:2]]
    features = [
        "none",
        f"none:unit:{number.unit}",
        f"none:kind:{kind}",
        f"none:unit:{number.unit} kind:{kind}",
        f"none:vote:{_step(vote)}",
        f"none:here {here}",
        f"none:here {here} kind:{kind}",
        f"none:of {names}",
        f"none:of {names} here {here}",
        f"none:proposed {min(paper.proposes[entity_type], 2)} here {here}",
        f"none:l:{' '.join(left[-1:])}",
        f"none:r:{' '.join(right[:1])}",
        f"none:ll:{' '.join(left)}",
        f"none:rr:{' '.join(right)}",
    ]
    features += [f"none:b:{word}" for word in sentence.vocabulary]
    return features


def _believed_here(sentence: Sentence, entity_type: EntityType) -> int:
    names = {
        m.name
        for m in sentence.mentions
        if m.type is entity_type and m.evidence.confidence >= BELIEVED
    }
    return min(len(names), 3)


def _vote(paper: Paper, form: Form, entity_type: EntityType) -> float:
    """Give the confidence of the recogniser in a form; of the lexicon where it is silent."""
    mine = paper.votes.get(form)
    return mine.get(("ner", entity_type), 0.0) if mine else 0.0


def _step(confidence: float) -> int:
    return bisect_right(_STEPS, confidence)


def bucket(words: int) -> str:
    """Give the step of a distance in words.

    >>> bucket(4)
    '5'
    """
    for most in (0, 1, 2, 3, 5, 8, 12, 20, 40):
        if words <= most:
            return str(most)
    return "more"


def _stem(word: str) -> str:
    return word[:5]


def _class(word: str) -> str:
    return word_classes().get(word, "?")


@cache
def _known(entity_type: EntityType) -> dict[Form, str]:
    """Give the lexicon's name for each form that it knows."""
    return {
        fold(alias): entry.name
        for entry in reversed(entries())
        if entry.type is entity_type
        for alias in (entry.name, *entry.aliases)
    }
