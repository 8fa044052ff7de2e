"""What a number belongs to: its metric, and its dataset.

For each number every name that it might belong to is a choice, and so is none at all: the phrases
of its sentence, the names that the rest of the paper mentions, each under every name that it may
be given ("average accuracy", "accuracy"). A model of one weight a feature gives each choice a
score; the shares of a softmax over them are their probabilities. What stands between a number
and a name is read as signs, so that "boosts X by up to 3%" and "lowers X by nearly 5%" are alike.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Final

from paperlattice.extract.candidates import Definition, Findings, Form, Word
from paperlattice.extract.judge import word_classes
from paperlattice.extract.lexicon import entries
from paperlattice.extract.numbers import Number
from paperlattice.extract.phrases import find_phrases, find_spans
from paperlattice.extract.records import EntityType, Mention, ResultKind, Role
from paperlattice.extract.words import fold, fold_word

Features = dict[str, float]

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

    start, end: where the text names it, in code points; -1 for none.
    """

    name: str
    start: int
    end: int
    features: Features

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
    """

    found: Findings
    votes: dict[Form, dict[tuple[str, EntityType], float]]
    words: str
    definitions: dict[Form, tuple[str, str]]
    names: dict[EntityType, int]
    proposes: dict[EntityType, int]
    starts: list[int]


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
    vocabulary: frozenset[str]
    first_word: int = 0
    last_word: int = 0
    signs: list[tuple[int, str]] = field(default_factory=list)
    phrases: list[tuple[int, int]] = field(default_factory=list)
    spans: dict[EntityType, list[Span]] = field(default_factory=dict)
    stems: frozenset[str] = frozenset()

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
    sentence: Sentence, number: Number, entity_type: EntityType, told: Told | None
) -> list[Choice]:
    """List what a number may belong to; the last choice is none.

    told: what the result before it in the sentence was tied to.
    """
    spans = sentence.spans.get(entity_type)
    if spans is None:
        spans = sentence.spans[entity_type] = list(_spans(sentence, entity_type))
    made = []
    here = set()
    for span in spans:
        if span.start < number.end and number.start < span.end:
            continue
        features = _pair_features(sentence, number, span, entity_type)
        if told and told.number.end <= number.start:
            if span.end <= told.number.start:
                features["before told"] = 1.0
            elif span.end <= number.start:
                features[f"after told:{told.number.unit == number.unit}"] = 1.0
        for name, how in span.names:
            here.add(fold(name))
            made.append(Choice(name, span.start, span.end, features | how))
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
    return made


def _add_told(sentence: Sentence, number: Number, told: Told, made: Sequence[Choice]) -> None:
    """Say of each choice whether the result before was tied to it: "from 0.24 to 0.98"."""
    unit = "same" if told.number.unit == number.unit else "other"
    between = _between(sentence, told.number.end, number.start)
    way = " ".join(between) if len(between) <= 4 else "long" if len(between) < 12 else "longer"
    name = fold(told.name)
    for choice in made:
        if fold(choice.name) == name:
            sort = "none" if not name else "here" if choice.start >= sentence.start else "far"
            choice.features[f"told:{unit}"] = 1.0
            choice.features[f"told:{unit}:{way}"] = 1.0
            choice.features[f"told:{unit}:{sort}"] = 1.0


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
    ranges = {at for at, ms in mentioned.items() if any(m.type is entity_type for m in ms)}
    for first, last in find_spans(text, words):
        if last - first <= _LONGEST and (
            entity_type is EntityType.METRIC
            or any(
                voted is entity_type for _, voted in paper.votes.get(_form(words, first, last), ())
            )
        ):
            ranges.add((first, last))
    for first, last in sorted(ranges):
        start, end = words[first].start, words[last - 1].end
        if end > sentence.end:
            continue
        form = _form(words, first, last)
        features = _span_features(sentence, words, first, last, entity_type)
        features |= _mention_features(mentioned, first, last, entity_type)
        for a, b in sentence.phrases:
            if a <= first < b:
                edge = f"{'s' if a == first else 'm'}{'e' if b == last else 'i'}"
                features[f"phrase:{edge}"] = 1.0
                if a < first:
                    features[f"cut:{words[first - 1].folded}"] = 1.0
                    features[f"CUT:{_class(words[first - 1].folded)}"] = 1.0
                    wider = max(
                        _vote(paper, _form(words, x, last), entity_type) for x in range(a, first)
                    )
                    features[f"wider:{_step(wider)}"] = 1.0
                if b > last:
                    features[f"cut right:{words[last].folded}"] = 1.0
        if last - first > 1:
            inner = max(
                _vote(paper, _form(words, x, last), entity_type) for x in range(first + 1, last)
            )
            features[f"inner:{_step(inner)}"] = 1.0
        names = _names(paper, text[start:end], form, mentioned.get((first, last), ()), entity_type)
        vote = _vote(paper, form, entity_type)
        yield Span(first, last, start, end, form, features, names, vote)


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
    features = {
        "here": 1.0,
        f"length:{last - first}": 1.0,
        f"l:{left}": 1.0,
        f"r:{right}": 1.0,
        f"gl:{gap_left[-1:]}": 1.0,
        f"gr:{gap_right[:1]}": 1.0,
        f"vote:{vote}": 1.0,
        f"vote other:{_step(max(_vote(paper, form, t) for t in others))}": 1.0,
    }
    head = form[-1]
    features[f"H:{_class(head)}"] = 1.0
    features[f"F:{_class(form[0])}"] = 1.0
    if entity_type is EntityType.METRIC:
        features[f"h:{head}"] = 1.0
        features[f"f:{form[0]}"] = 1.0
        features[f"form:{' '.join(form)}"] = 1.0
        if len(form) > 1:
            features[f"hh:{form[-2]} {head}"] = 1.0
            features[f"HH:{_class(form[-2])} {_class(head)}"] = 1.0
        for word in form[1:-1]:
            features[f"w:{word}"] = 1.0
    for component, voted in paper.votes.get(form, ()):
        if component != "ner":
            features[f"{component}:{voted}"] = 1.0
    times = min(paper.words.count(f" {' '.join(form)} "), 3)
    features[f"times:{times}"] = 1.0
    features[f"times:{times} of {last - first}"] = 1.0
    if text[words[first].start : words[last - 1].end].isupper():
        features["capitals"] = 1.0
    return features


def _mention_features(
    mentioned: dict[tuple[int, int], list[Mention]], first: int, last: int, entity_type: EntityType
) -> Features:
    """Say how a phrase lies to the mentions of its sentence."""
    features: Features = {}
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
                features[f"{way}:{sort}:{believed}"] = 1.0
    if not features:
        features["unmentioned"] = 1.0
    features[f"sure:{_step(sure)}"] = 1.0
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
        ways.setdefault(key, {})[way] = 1.0

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
            features["name:of several"] = 1.0
            if "name:known" in features:
                features[f"name:known:{key}"] = 1.0
            features["+".join(sorted(features))] = 1.0
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
    kind = sentence.kinds[sentence.numbers.index(number)]
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
    features = dict(span.features)
    features |= {
        f"{side}{distance}": 1.0,
        f"{side}{distance} vote:{vote}": 1.0,
        f"{side}n{numbers} r{rivals}": 1.0,
        f"{side}n{numbers} r{rivals} vote:{vote}": 1.0,
        f"{side}signs:{way}": 1.0,
        f"{side}signs:{way} {kind}": 1.0,
        f"{side}signs begin:{' '.join(between[:2])}": 1.0,
        f"{side}signs end:{' '.join(between[-2:])}": 1.0,
        f"{side}sign ends:{' '.join(between[-1:])}": 1.0,
        f"{side}many:{min(len(between), 10)}": 1.0,
    }
    for sign in set(between):
        features[f"{side}has:{sign}"] = 1.0
    plain = [sign for sign in between if sign != "w"]
    if len(plain) <= 5:
        features[f"{side}plain:{' '.join(plain)}"] = 1.0
    if entity_type is EntityType.METRIC:
        head = span.form[-1]
        features[f"unit:{number.unit} h:{head}"] = 1.0
        features[f"kind:{kind} h:{head}"] = 1.0
    raw = [w.lower() for w in _TOKEN.findall(text[low:high])] if high - low < 40 else []
    if raw and len(raw) <= 4:
        features[f"{side}text:{' '.join(raw)}"] = 1.0
    if before:
        ahead = _between(sentence, max(sentence.start, span.start - 40), span.start)[-2:]
        behind = _between(sentence, number.end, min(sentence.end, number.end + 30))[:1]
        features[f"<ahead:{' '.join(ahead)}"] = 1.0
    else:
        ahead = _between(sentence, max(sentence.start, number.start - 40), number.start)[-2:]
        behind = _between(sentence, span.end, min(sentence.end, span.end + 30))[:1]
    features[f"{side}ahead:{' '.join(ahead[-1:])}"] = 1.0
    if len(between) <= 4:
        features[f"{side}ahead:{' '.join(ahead[-1:])} {way}"] = 1.0
    features[f"{side}behind:{' '.join(behind)}"] = 1.0
    place = _aligned(sentence, number, span, entity_type)
    if place:
        listed = "respectively" in sentence.vocabulary
        features[f"{side}aligned:{place} {listed}"] = 1.0
        features[f"aligned:{place}"] = 1.0
    return features


def _aligned(sentence: Sentence, number: Number, span: Span, entity_type: EntityType) -> str:
    """Tell whether number and name have the same place in two lists that are as long.

    "A and B by 3% and 5%, respectively": the second number goes with the second name.
    """
    values = _list_of(sentence, [(n.start, n.end) for n in sentence.numbers], number.start)
    if len(values) < 2:
        return ""
    names = [
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


def _far_features(sentence: Sentence, number: Number, mention: Mention) -> Features:
    """Give the features of a name that another sentence mentions."""
    paper, e = sentence.paper, mention.evidence
    kind = sentence.kinds[sentence.numbers.index(number)]
    gap = sentence.index - e.sentence
    where = "title" if e.sentence == 0 else "after" if gap < 0 else str(min(gap, 3))
    here = _believed_here(sentence, mention.type)
    names = min(paper.names[mention.type], 4)
    features = {
        "far": 1.0,
        f"far:{where}": 1.0,
        f"far:sure:{_step(e.confidence)}": 1.0,
        f"far:here {here}": 1.0,
        f"far:{where} here {here}": 1.0,
        f"far:of {names} here {here}": 1.0,
        f"far:unit:{number.unit}": 1.0,
        f"far:kind:{kind}": 1.0,
    }
    if mention.role is Role.PROPOSED:
        proposed = min(paper.proposes[mention.type], 2)
        features[f"far:proposed {proposed} here {here}"] = 1.0
        features[f"far:proposed:{where} here {here}"] = 1.0
    form = fold(mention.name)
    if form and mention.type is EntityType.METRIC:
        head = form[-1]
        features[f"far:h:{head}"] = 1.0
        features[f"far:form:{' '.join(form)}"] = 1.0
        features[f"far:unit:{number.unit} h:{head}"] = 1.0
        features[f"far:kind:{kind} h:{head}"] = 1.0
        shared = sum(_stem(word) in sentence.stems for word in form)
        features[f"far:shared:{'all' if shared == len(form) else min(shared, 1)}"] = 1.0
    return features


def _none_features(
    sentence: Sentence, number: Number, entity_type: EntityType, vote: float
) -> Features:
    """Give the features of belonging to nothing."""
    paper, text = sentence.paper, sentence.paper.found.masked
    kind = sentence.kinds[sentence.numbers.index(number)]
    here = _believed_here(sentence, entity_type)
    names = min(paper.names[entity_type], 4)
    left = _TOKEN.findall(text[max(sentence.start, number.start - 40) : number.start])
    right = _TOKEN.findall(text[number.end : min(sentence.end, number.end + 40)])
    left, right = [w.lower() for w in left[-2:]], [w.lower() for w in right[:2]]
    features = {
        "none": 1.0,
        f"none:unit:{number.unit}": 1.0,
        f"none:kind:{kind}": 1.0,
        f"none:unit:{number.unit} kind:{kind}": 1.0,
        f"none:vote:{_step(vote)}": 1.0,
        f"none:here {here}": 1.0,
        f"none:here {here} kind:{kind}": 1.0,
        f"none:of {names}": 1.0,
        f"none:of {names} here {here}": 1.0,
        f"none:proposed {min(paper.proposes[entity_type], 2)} here {here}": 1.0,
        f"none:l:{' '.join(left[-1:])}": 1.0,
        f"none:r:{' '.join(right[:1])}": 1.0,
        f"none:ll:{' '.join(left)}": 1.0,
        f"none:rr:{' '.join(right)}": 1.0,
    }
    for word in sentence.vocabulary:
        features[f"none:b:{word}"] = 1.0
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
    return sum(confidence >= step for step in _STEPS)


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
