"""The records that walk through the stages: papers, and what was found in them.

All are frozen, small and comparable. Offsets count Unicode code points (what ``str`` counts)
in :attr:`Paper.text`, as half-open ranges ``[start, end)``.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal


class EntityType(StrEnum):
    """The four types of entity; with the canonical key, the type is an entity's identity."""

    METHOD = "method"
    DATASET = "dataset"
    METRIC = "metric"
    TASK = "task"


class Role(StrEnum):
    """Whether this paper introduces an entity, or uses, compares with or analyses it."""

    PROPOSED = "proposed"
    USED = "used"


UrlKind = Literal["repository", "model", "dataset", "docs", "project_page", "video", "other"]
ResultKind = Literal["absolute", "gain", "ratio"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a paper stands in the input: file as the user named it, line counted from 1."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper as read; ``make_paper`` of the readers cleans the texts and gives the id.

    id: ``arxiv-2106.09685`` (without version), else ``doi-…``, else ``title-<10 hex digits>``.
    title, abstract: one line each, NFC, no control characters; never empty.
    authors: names in order; empty where the input does not list them.
    author_count: how many authors, where only the number is given.
    organisation: (handle, name) of the organisation that posted the paper.
    date: publication; month and day are 1 where only the year is known (``date_precision``).
    date_inferred: the year was not stated in the input but worked out by the reader.
    comments: how many comments the page counts.
    keywords, venue, arxiv_id, doi, url: as in the input, where it gives them.
    places: every place that the paper was read from, sorted.
    """

    id: str
    title: str
    abstract: str
    authors: tuple[str, ...] = ()
    author_count: int | None = None
    organisation: tuple[str, str] | None = None
    date: date | None = None
    date_precision: Literal["day", "month", "year"] = "day"
    date_inferred: bool = False
    comments: int | None = None
    arxiv_id: str | None = None
    doi: str | None = None
    url: str | None = None
    venue: str | None = None
    keywords: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()

    @property
    def text(self) -> str:
        """Title, a line feed, abstract: what the offsets of all evidence count in."""
        return f"{self.title}\n{self.abstract}"


@dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """What a statement rests on.

    start, end: ``text[start:end]`` is the quote; 0 <= start < end.
    sentence: index of its sentence in the text, from 0 (the title is sentence 0).
    sentence_start, sentence_end: that sentence's range, which holds the quote.
    confidence: probability that the statement is right, 0 to 1.
    component: the pipeline component that said it, as in ``nlp.pipe_names``.

    Raises ValueError for an empty or backward range, a quote outside its sentence, or a
    confidence outside 0 to 1.

    >>> Evidence(0, 0, 0, 0, 9, 1.0, "lexicon")
    Traceback (most recent call last):
    ...
    ValueError: want 0 <= start < end within the sentence [0, 9), found [0, 0)
    """

    start: int
    end: int
    sentence: int
    sentence_start: int
    sentence_end: int
    confidence: float
    component: str

    def __post_init__(self) -> None:
        if (
            not (self.sentence_start <= self.start < self.end <= self.sentence_end)
            or self.start < 0
        ):
            raise ValueError(
                f"want 0 <= start < end within the sentence "
                f"[{self.sentence_start}, {self.sentence_end}), found [{self.start}, {self.end})"
            )
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"want a confidence from 0 to 1, found {self.confidence}")


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """One entity named in one paper at one place.

    name: the name the field uses for it, as far as this paper alone tells ("mIoU" for
    "mean Intersection over Union"); mentions of a paper with the same type and name are one
    entity. The graph decides on identity across papers.
    """

    evidence: Evidence
    type: EntityType
    name: str
    role: Role


@dataclass(frozen=True, slots=True, order=True)
class UrlMention:
    """A web address in the text, normalised: ``https://host/owner/name`` for a repository."""

    evidence: Evidence
    kind: UrlKind
    url: str


@dataclass(frozen=True, slots=True)
class Result:
    """A number that the text reports for a system by a measure.

    value: as written, without its unit ("+2.44", "10~20"); unit: "%", "x", "points", … or "".
    kind: absolute ("83.8%"), gain ("+2.4", "80% less memory") or ratio ("5x faster").
    metric, dataset, method: names of entities mentioned in this paper, None where not said.
    """

    evidence: Evidence
    value: str
    unit: str
    kind: ResultKind
    metric: str | None = None
    dataset: str | None = None
    method: str | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything found in one paper; each tuple is in order of appearance."""

    paper: Paper
    mentions: tuple[Mention, ...] = ()
    urls: tuple[UrlMention, ...] = ()
    results: tuple[Result, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Skipped:
    """A piece of the input that is no paper, and why; never silently dropped."""

    place: Place
    problem: str
    excerpt: str = field(default="", compare=False)


# Category Cc, lone surrogates, the two non-characters that XML forbids, and the two separators
# that break lines in JavaScript. One class is some ten times as fast as asking character by
# character.
_NOT_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u2028\u2029]")


def clean_text(text: str) -> str:
    r"""Make text one line in NFC, without the control characters that XML 1.0 forbids.

    Runs before extraction, so that offsets are into exactly what is stored and written.
    Lone surrogates and non-characters go too: no output encoding has them.

    >>> clean_text("Zoe\u0308  \n net\x0bwork ")
    'Zoë net work'
    """
    return " ".join(_NOT_TEXT.sub(" ", unicodedata.normalize("NFC", text)).split())


def fold_title(title: str) -> str:
    """The form under which two titles are one paper's: letters and digits, lower case.

    >>> fold_title("Strip-MLP: Efficient Token Interaction") == fold_title(
    ...     "Strip MLP  Efficient token interaction")
    True
    """
    return " ".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", title).casefold()))


def short_hash(*parts: str) -> str:
    """First 10 hex digits of SHA-256 over the parts, joined by U+241F (symbol for unit separator).

    >>> short_hash("method", "lora") != short_hash("dataset", "lora")
    True
    """
    return hashlib.sha256("\u241f".join(parts).encode()).hexdigest()[:10]
