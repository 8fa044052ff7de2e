"""Names that the words about them give away: "on the X dataset", "metrics such as X and Y".

Each pattern reads a list: names parted by commas, "and", "or". What is found is a vote of the
pattern, which ``paperlattice_resolver`` weighs by how often the pattern was right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from spacy.language import Language

from paperlattice.extract.candidates import Candidate, Component, Findings
from paperlattice.extract.phrases import BREAKS
from paperlattice.extract.records import EntityType


class Cue(NamedTuple):
    """A name given away by a pattern: ``text[start:end]``."""

    start: int
    end: int
    type: EntityType
    pattern: str


_MOST_ITEMS = 12
_NAME = re.compile(
    r"(?:the |both |our |either )?(?P<name>[A-Z0-9][\w.+*'/^-]*(?:[ ](?:of )?[A-Z0-9][\w.+*/^-]*){0,4})"
)
_PHRASE = re.compile(
    r"(?:the |both |our |its |a |an |higher |lower |average |overall )?"
    r"(?P<name>[A-Za-z][\w@+.*-]*(?: (?!and\b|or\b|by\b|on\b|of\b|for\b|with\b|in\b|while\b|as\b|to\b)"
    r"[A-Za-z][\w@+-]*){0,3})"
)
_SEPARATOR = re.compile(r"\s?,\s?(?:and |or |& )?|\s(?:and|or|&|as well as|along with)\s")
_SUCH_AS = r",?\s?(?:\(?(?:such as|including|like|e\.g\.,?|i\.e\.,?|namely|especially)\s|:\s|\(|---?\s?|—\s?)"

#: What leads to a list of names: pattern, type, how its items look.
_LISTS: tuple[tuple[str, EntityType, re.Pattern[str], re.Pattern[str]], ...] = (
    (
        "datasets such as",
        EntityType.DATASET,
        re.compile(
            rf"\b(?:data ?sets?|benchmarks?|corpora|test ?beds?|suites?|leaderboards?){_SUCH_AS}"
        ),
        _NAME,
    ),
    (
        "evaluated on",
        EntityType.DATASET,
        re.compile(
            r"\b(?:evaluat\w+|experiments?|results?|test(?:ed|ing)?|train(?:ed|ing)|performance|accurac\w+|"
            r"score\w*|points?|%|benchmark\w*|validat\w+|gains?|improvements?|art|SOTA)\s(?:\w+\s){0,2}?on\s"
        ),
        _NAME,
    ),
    (
        "metrics such as",
        EntityType.METRIC,
        re.compile(rf"\b(?:metrics?|measures?|scores?){_SUCH_AS}"),
        _PHRASE,
    ),
    (
        "in terms of",
        EntityType.METRIC,
        re.compile(
            r"\b(?:in terms of|measured (?:by|in|with)|(?:improv|reduc|increas|decreas|lower)(?:es|ed|ing)|"
            r"in both|trade-?offs? between|respect to|cost of)\s"
        ),
        _PHRASE,
    ),
    (
        "tasks such as",
        EntityType.TASK,
        re.compile(rf"\b(?:tasks?|applications?|problems?){_SUCH_AS}"),
        _PHRASE,
    ),
    (
        "task of",
        EntityType.TASK,
        re.compile(r"\b(?:tasks?|problems?|challenge) of\s"),
        _PHRASE,
    ),
    (
        "methods such as",
        EntityType.METHOD,
        re.compile(
            rf"\b(?:models?|methods?|baselines?|approaches|architectures?|LLMs|MLLMs|VLMs|algorithms?|"
            rf"techniques?|networks?|backbones?|optimi[sz]ers?|frameworks?|systems?){_SUCH_AS}"
        ),
        _PHRASE,
    ),
    (
        "compared with",
        EntityType.METHOD,
        re.compile(
            r"\b(?:compared (?:to|with|against)|outperform(?:s|ed|ing)?|surpass(?:es|ed|ing)?|"
            r"exceed(?:s|ing)?|built on|based on|applied to|fine-tun(?:e|ed|ing)|over)\s"
        ),
        _NAME,
    ),
)

# "the X dataset": the name stands before the noun.
_BEFORE_NOUN = re.compile(
    r"(?<![\w.+*'/^-])(?P<name>[A-Z0-9][\w.+*'/^-]{0,60}(?:[ ](?:of )?[A-Z0-9][\w.+*/^-]{0,60}){0,4})\s"
    r"(?P<noun>data ?sets?|benchmarks?|corpus|test sets?|leaderboard|challenge|test suite|"
    r"scores?|metric|loss|algorithm|models?|networks?|framework|optimi[sz]er|architecture|tasks?)\b"
)
_NOUN_TYPES = {
    "score": EntityType.METRIC,
    "scores": EntityType.METRIC,
    "metric": EntityType.METRIC,
    "task": EntityType.TASK,
    "tasks": EntityType.TASK,
}
_METHOD_NOUNS = frozenset(
    [
        "loss",
        "algorithm",
        "model",
        "models",
        "network",
        "networks",
        "framework",
        "optimizer",
        "optimiser",
        "architecture",
    ]
)
# "83.8% top-1 accuracy", "0.3 F1": what a number is of.
_OF_NUMBER = re.compile(
    r"\d\\?%\s(?:higher |lower |better |less |more |fewer |absolute |relative |average |mean )*"
    r"(?P<name>[A-Za-z][\w@+.*-]*(?: (?!and\b|or\b|by\b|on\b|of\b|for\b|with\b|in\b)[a-z][\w@-]*){0,2})"
)

# A family of models, with what tells its members apart.
_FAMILY = re.compile(
    r"(?<![\w-])(?:GPT|ChatGPT|LLaMA|Llama|Qwen|QwQ|Gemini|Claude|DeepSeek|Mistral|Mixtral|Phi|Gemma|InternVL|"
    r"InternLM|Kimi|GLM|Grok|Nemotron|Falcon|Vicuna|OLMo|MiniCPM|LLaVA|ViT|ResNet|ResNeXt|WRN|VGG|BERT|RoBERTa|"
    r"DeBERTa|T5|mT5|Swin|YOLO|EfficientNet|MobileNet|ConvNeXt|DINO|CLIP|SigLIP|SAM|SDXL|FLUX|Wan|Whisper|"
    r"Stable Diffusion|HunyuanVideo|CogVideoX|Pythia|OPT|BLOOM|Mamba|RWKV)"
    r"(?P<rest>(?:[- ]?v?\d+(?:\.\d+)*[a-z]{0,2}(?![\w]))?"
    r"(?:[- ](?:Pro|Flash|Opus|Sonnet|Haiku|Instruct|Chat|VL|Coder|Math|Max|Turbo|[Mm]ini|[Nn]ano|Lite|Ultra|"
    r"[Bb]ase|[Ll]arge|[Ss]mall|[Tt]iny|Preview|Distill|Thinking|Image|Omni|Audio|Next|OSS|Code|dev|"
    r"[BLSHT](?:/\d+)?)(?!\w)){0,3}(?:[- ]\d+(?:\.\d+)?[BMK](?!\w))?(?:-(?:Instruct|Chat|Base|it))?)"
)
_SIZED = re.compile(
    r"(?<![\w.-])(?P<name>[A-Z][\w.]{0,40}(?:-[\w.]{1,40}){0,4}[- ]\d+(?:\.\d+)?[BM])(?![\w])"
)


def find_cues(text: str) -> Iterator[Cue]:
    """Yield each name that a pattern gives away; one name may be given away several times.

    >>> text = "On benchmarks such as Foo-1, BarQA and Baz."
    >>> [(text[c.start:c.end], c.pattern) for c in find_cues(text)]
    [('Foo-1', 'datasets such as'), ('BarQA', 'datasets such as'), ('Baz', 'datasets such as')]
    """
    for pattern, entity_type, lead, item in _LISTS:
        for match in lead.finditer(text):
            for start, end in _items(text, match.end(), item):
                yield Cue(start, end, entity_type, pattern)
    for match in _BEFORE_NOUN.finditer(text):
        if match["name"].lower() in BREAKS:  # "On benchmarks", "The dataset"
            continue
        noun = match["noun"]
        kind = (
            EntityType.METHOD
            if noun in _METHOD_NOUNS
            else _NOUN_TYPES.get(noun, EntityType.DATASET)
        )
        yield Cue(*_trimmed(text, *match.span("name")), kind, "before its noun")
    for match in _OF_NUMBER.finditer(text):
        yield Cue(*_trimmed(text, *match.span("name")), EntityType.METRIC, "of a number")
    for match in _FAMILY.finditer(text):
        if match["rest"]:
            yield Cue(*_trimmed(text, *match.span()), EntityType.METHOD, "of a family")
    for match in _SIZED.finditer(text):
        yield Cue(*match.span("name"), EntityType.METHOD, "with its size")


def _items(text: str, at: int, item: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    for _ in range(_MOST_ITEMS):
        match = item.match(text, at)
        if match is None:
            return
        start, end = _trimmed(text, *match.span("name"))
        yield start, end
        separator = _SEPARATOR.match(text, end)
        if separator is None:
            return
        at = separator.end()


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while end > start + 1 and text[end - 1] in ".,'/^-":
        end -= 1
    return start, end


@Language.factory("paperlattice_cues", default_config={"confidence": 0.5})
def make_cues(nlp: Language, name: str, confidence: float) -> CueFinder:
    """Make the component that finds names by the words about them."""
    return CueFinder(name, confidence)


class CueFinder(Component):
    """Adds a candidate for each name that a pattern gives away."""

    def __init__(self, name: str, confidence: float) -> None:
        self.name, self.confidence = name, confidence

    def find(self, found: Findings) -> None:
        """Find the given-away names of a text."""
        found.candidates += [
            Candidate(c.start, c.end, c.type, self.confidence, self.name, pattern=c.pattern)
            for c in find_cues(found.masked)
        ]
