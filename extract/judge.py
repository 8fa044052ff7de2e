"""How likely a candidate is an entity, and of what type, given all that is known of it.

A multinomial logistic regression over features that can be read: which components say so, the
words of the name and beside it, where it stands, how it is written. Its weights are fitted by
``train/fit_judge.py`` and read from ``judge.json``; probabilities are therefore calibrated as
far as the fit is, which the model card measures.
"""

from __future__ import annotations

import math
from functools import cache, lru_cache
from importlib import resources

from paperlattice.extract.candidates import Entity, Findings
from paperlattice.extract.phrases import is_break
from paperlattice.extract.sentences import sentence_of

# What our own components are: their votes are counted as they stand. Of other components, such
# as a trained model, the confidence counts.
_OWN = (
    "paperlattice_lexicon",
    "paperlattice_introduced",
    "paperlattice_cues",
    "paperlattice_versions",
)
_LEAST_ODDS = 4.6  # of a confidence of 0.01
# Places of an entity that are looked at; more say little more.
_PLACES = 5

_SENTENCE_CUES = {
    "propose": "proposes",
    "introduce": "proposes",
    "present": "proposes",
    "develop": "proposes",
    "dataset": "data",
    "benchmark": "data",
    "corpus": "data",
    "corpora": "data",
    "metric": "metric",
    "score": "metric",
    "term": "metric",
    "measure": "metric",
    "task": "task",
    "problem": "task",
    "outperform": "result",
    "achieve": "result",
    "achieving": "result",
    "improvement": "result",
    "baseline": "result",
    "experiment": "result",
    "evaluate": "result",
    "evaluation": "result",
}


@cache
def word_classes() -> dict[str, str]:
    """Read which class each frequent word of the field belongs to."""
    table: dict[str, str] = {}
    text = (resources.files("paperlattice.extract") / "word_classes.tsv").read_text(
        encoding="utf-8"
    )
    for line in text.splitlines():
        number, _, words = line.partition("\t")
        table |= dict.fromkeys(words.split(), number)
    return table


class Surroundings:
    """What the features of all candidates of one text are read from, worked out once."""

    def __init__(self, found: Findings) -> None:
        self.found = found
        self.classes = word_classes()
        text, words = found.masked, found.words
        self.left: list[str] = []
        self.content: list[bool] = []
        previous = 0
        for word in words:
            gap = text[previous : word.start]
            if word.joined and previous:
                self.left.append("")
            else:
                sign = gap.strip()
                self.left.append(sign[-1] if sign else "^")
            self.content.append(not is_break(word, text))
            previous = word.end
        self.title_end = found.sentences[0][1]
        self.cues: dict[int, set[str]] = {}
        for word in words:
            cue = _SENTENCE_CUES.get(word.folded)
            if cue:
                self.cues.setdefault(sentence_of(found.sentences, word.start), set()).add(cue)
        title = {w.folded for w in words if w.end <= self.title_end}
        self.title_is_data = not title.isdisjoint(("benchmark", "dataset", "corpus", "bench"))

    def features(self, entity: Entity) -> dict[str, float]:
        """Give all features of an entity, most of them 1."""
        return self.name_features(entity) | self.place_features(entity)

    def name_features(self, entity: Entity) -> dict[str, float]:
        """Give the features of what an entity is called, and by which component."""
        features: dict[str, float] = {"bias": 1.0}
        for candidate in entity.candidates:
            if candidate.component in _OWN:
                features[f"c:{candidate.component[13:]}:{candidate.pattern}:{candidate.type}"] = 1.0
            else:
                p = min(max(candidate.confidence, 0.01), 0.99)
                key = f"c:{candidate.component}:{candidate.type}"
                # Log-odds, counted from those of the least confidence: to be silent is to say 0.
                odds = math.log(p / (1 - p)) + _LEAST_ODDS
                features[key] = max(features.get(key, 0.0), odds)
        for form, at in entity.forms.items():
            if at:
                self._add_words(form, features)
        return features

    def place_features(self, entity: Entity) -> dict[str, float]:
        """Give the features of where an entity stands."""
        features: dict[str, float] = {}
        places = 0
        for at in entity.forms.values():
            places += len(at)
            for first, last in at[:_PLACES]:
                self._add_place(first, last, features)
        features[f"count:{min(places, 4)}"] = 1.0
        if entity.definition:
            features["defined"] = 1.0
        return features

    def _add_words(self, form: tuple[str, ...], features: dict[str, float]) -> None:
        head = form[-1]
        classes = self.classes
        features[f"h:{head}"] = 1.0
        features[f"H:{classes.get(head)}"] = 1.0
        features[f"F:{classes.get(form[0])}"] = 1.0
        features[f"s:{head[-3:]}"] = 1.0
        features[f"f:{form[0]}"] = 1.0
        features[f"len:{min(len(form), 6)}"] = 1.0
        if len(form) > 1:
            features[f"hh:{form[-2]} {head}"] = 1.0
            features[f"HH:{classes.get(form[-2])} {classes.get(head)}"] = 1.0
            features[f"full:{' '.join(form)}"] = 1.0
            if len(form) < 4:
                features[f"FULL:{' '.join([classes.get(word, '?') for word in form])}"] = 1.0
            for word in form:
                features[f"w:{word}"] = 1.0

    def _add_place(self, first: int, last: int, features: dict[str, float]) -> None:
        found, words = self.found, self.found.words
        start, end = words[first].start, words[last - 1].end
        index = sentence_of(found.sentences, start)
        in_title = end <= self.title_end
        raw = found.masked[start:end]
        left = self.left[first] or (words[first - 1].folded if first else "^")
        if self.left[first] == "" and first:
            left_2 = self.left[first - 1] or words[first - 2].folded
            features[f"ll:{left_2} {left}"] = 1.0
            features[f"LL:{self.classes.get(left_2, left_2)} {self.classes.get(left, left)}"] = 1.0
            if self.content[first - 1]:
                features["inner:left"] = 1.0
        if last < len(words):
            right = self.left[last] or words[last].folded
            if self.left[last] == "":
                if self.content[last]:
                    features["inner:right"] = 1.0
                if last + 1 < len(words):
                    right_2 = self.left[last + 1] or words[last + 1].folded
                    features[f"rr:{right} {right_2}"] = 1.0
                    both = f"{self.classes.get(right, right)} {self.classes.get(right_2, right_2)}"
                    features[f"RR:{both}"] = 1.0
            else:
                gap = found.masked[end : words[last].start].strip()
                right = gap[:1] or "$"
        else:
            right = "$"
        features[f"l:{left}"] = 1.0
        features[f"r:{right}"] = 1.0
        features[f"L:{self.classes.get(left, left)}"] = 1.0
        features[f"R:{self.classes.get(right, right)}"] = 1.0
        features[f"l_r:{left} {right}"] = 1.0
        if in_title:
            features["title"] = 1.0
            if start == 0:
                features["title:first"] = 1.0
            if right == ":":
                features["title:colon:data" if self.title_is_data else "title:colon"] = 1.0
            features[f"tx:{_shape(raw)}"] = 1.0
        else:
            features["abstract"] = 1.0
            features["begins" if start == found.sentences[index][0] else "within"] = 1.0
            features[f"x:{_shape(raw)}"] = 1.0
            features[f"at:{min(index, 4) if index < len(found.sentences) - 2 else 'end'}"] = 1.0
            for cue in self.cues.get(index, ()):
                features[f"cue:{cue}"] = 1.0


@lru_cache(maxsize=100_000)
def _shape(raw: str) -> str:
    words = raw.replace("-", " ").split()
    shapes = []
    for word in words[:3]:
        if any(c.isdigit() for c in word):
            shapes.append("d" if word[0].isdigit() else "Xd" if word[0].isupper() else "xd")
        elif word.isupper() and len(word) > 1:
            shapes.append("XX")
        elif word[1:].islower() or len(word) == 1:
            shapes.append("Xx" if word[0].isupper() else "x")
        elif word.islower():
            shapes.append("x")
        else:
            shapes.append("xX")
    return ("-" if "-" in raw else " ").join(shapes) + ("+" if len(words) > 3 else "")
