"""Reader of a Hugging Face Daily Papers page that was saved as text.

A page is furniture, then for each paper a title, an abstract and, not always, metadata::

    Title of the Paper

    Abstract, mostly one long line.

      • 7 authors
    ·
    Oct 14, 2024 2

The authors line can be an organisation instead (``openbmb OpenBMB``: handle and name). The
number behind the date counts comments. A date of the page's own year has no year.

Lines of metadata can be told by their form. Titles and abstracts cannot: a page without
metadata is a list of texts, and abstracts may have several paragraphs. The reader takes the
cheapest reading of such a list (:func:`_label`), where a cost stands for something unusual:
a long title, a short abstract, an abstract of two paragraphs, a text that is neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date as Date
from enum import Enum
from itertools import groupby, pairwise
from typing import NamedTuple

from paperlattice.extract.readers.making import make_paper
from paperlattice.extract.readers.reader import Item, Reader, ReadOptions, Snapshot
from paperlattice.extract.records import Place, Skipped, clean_text

# What the site's own frame says, above and below the papers.
_FURNITURE = re.compile(
    r"new|get trending papers in your email inbox!?|subscribe|daily papers|trending papers|"
    r"by ?ak and the research community|submit|previous|next|daily|weekly|monthly|log ?in|"
    r"sign up|hugging face|models|datasets|spaces|community|docs|enterprise|pricing|company|"
    r"tos|privacy|about|careers|jobs|website|system theme|search|back|upvote|view all|"
    r"submitted by|\d{1,5}",
    re.IGNORECASE,
)
_AUTHORS = re.compile(r"(?:[•·*]\s*)?(\d{1,6})\s+authors?", re.IGNORECASE)
_DOTS = frozenset("·•⋅・∙")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(
    r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?\s+(\d{1,2})"
    r"(?:(?:,\s*|\s+)((?:19|20)\d\d))?(?:\s+(\d{1,6}))?",
    re.IGNORECASE,
)
# Markup, or JSON; a title may begin with a bracket, as in "[Re] A Title".
_OTHER_FORMAT = re.compile(r"\s*(?:<[!?a-zA-Z]|\{\s*[\"}]|\[\s*[{\[\"\d])")
_ORGANISATION = re.compile(r"([A-Za-z0-9][\w.-]*)\s+(\S.*)")
_INVALID = re.compile("[\udc80-\udcff]")
# The full stop that ends a sentence; titles end in "?", "!" and "...".
_SENTENCE_END = re.compile(r"(?<!\.)[.。][\"'\u201d\u2019)\]]*$|[:;,]$|https?://\S+$")

_NEXT_SENTENCE = re.compile(r"[a-z0-9)]\.\s+[A-Z]")

# White space, and characters that have no width.
_BLANK = " \t\r\n\v\f\xa0\u200b\u200e\u200f\u2028\u2029\u2060\u3000\ufeff"

# A line this long was not broken by the program that saved the page.
_UNBROKEN = 200


class _Line(NamedTuple):
    """A line that is not blank. paragraph: lines with the same number stand together."""

    number: int
    text: str
    paragraph: int


class _Text(NamedTuple):
    """A text as it stands on the page, on one line or on several joined."""

    line: int
    text: str
    lines: tuple[_Line, ...]


class _PageDate(NamedTuple):
    """A date as the page writes it; year is None where the page leaves it out."""

    line: int
    month: int
    day: int
    year: int | None
    comments: int | None


@dataclass(slots=True)
class _Entry:
    """A paper as it stands on the page."""

    title: _Text
    abstract: list[_Text] = field(default_factory=list)
    author_count: int | None = None
    organisation: tuple[str, str] | None = None
    date: _PageDate | None = None


@dataclass(slots=True)
class _Page:
    """All that stands on a page. date: the day in its furniture, which has no year."""

    entries: list[_Entry] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    date: _PageDate | None = None


def sniff(head: str) -> float:
    """Tell how sure it is that text with this head is a Daily Papers page."""
    if _OTHER_FORMAT.match(head):
        return 0.0
    lines = [line.strip() for line in head.split("\n") if line.strip()]
    if any(_AUTHORS.fullmatch(line) or line in _DOTS for line in lines):
        return 1.0
    if sum(bool(_FURNITURE.fullmatch(line)) for line in lines[:12]) >= 2:
        return 1.0
    # A title, a blank line and an abstract: what is left when only the papers were copied.
    paragraphs = [text.strip() for text in re.split(r"\n\s*\n", head)]
    found = any(len(a) <= _UNBROKEN < len(b) for a, b in pairwise(paragraphs))
    return 0.3 if found else 0.0


def read(lines: Iterable[str], path: str, options: ReadOptions) -> Iterator[Item]:
    """Yield the papers of a page in order, then the snapshot's day where it was inferred.

    The page is held in memory, for its last date can decide on the year of its first.
    """
    page = _read_page(_lines(lines), path)
    snapshot = _snapshot(page, options)
    inferred = options.snapshot_date is None
    for entry in page.entries:
        yield from _make(entry, path, snapshot, inferred)
    yield from page.skipped
    yearless = [e.date for e in page.entries if e.date and e.date.year is None]
    if yearless and snapshot is None:
        yield Skipped(
            Place(path, yearless[0].line),
            f"want a year for the dates of {len(yearless)} papers, found none on the page; "
            "give the day it was saved (--snapshot-date); read the papers without dates",
        )
    if yearless and snapshot and inferred:
        yield Snapshot(snapshot)


def _lines(lines: Iterable[str]) -> list[_Line]:
    kept: list[_Line] = []
    paragraph = 0
    for number, line in enumerate(lines, start=1):
        text = line.strip(_BLANK)
        if text:
            kept += (_Line(number, part, paragraph) for part in _parts(text))
        else:
            paragraph += 1
    return kept


def _parts(text: str) -> tuple[str, ...]:
    """Cut metadata that stands on one line ("• 7 authors · Oct 14 2") into its pieces."""
    if len(text) <= _UNBROKEN:
        before, dot, after = text.rpartition("·")
        if dot and _DATE.fullmatch(after.strip()):
            return tuple(part for part in (before.strip(), dot, after.strip()) if part)
    return (text,)


def _read_page(lines: list[_Line], path: str) -> _Page:
    """Cut the page at each block of metadata and read the texts before it."""
    page = _Page()
    texts: list[_Line] = []
    at = 0
    while at < len(lines):
        if not _starts_metadata(lines[at].text):
            texts.append(lines[at])
            at += 1
            continue
        metadata = _Entry(_Text(lines[at].number, "", ()))
        units = _join(texts)
        if lines[at].text in _DOTS and _ends_in_organisation(units, lines[at]):
            metadata.organisation = _organisation(units.pop().text)
        at = _read_metadata(lines, at, metadata)
        last = _read_texts(units, page, path, metadata=True)
        if last:
            last.author_count = metadata.author_count
            last.organisation = metadata.organisation
            last.date = metadata.date or last.date
        elif not units:
            problem = "want a title and an abstract before the metadata, found neither"
            page.skipped.append(Skipped(Place(path, metadata.title.line), problem))
        texts = []
    _read_texts(_join(texts), page, path, metadata=False)
    return page


def _starts_metadata(text: str) -> bool:
    return text in _DOTS or _AUTHORS.fullmatch(text) is not None


def _read_metadata(lines: list[_Line], at: int, entry: _Entry) -> int:
    """Read the block of metadata that starts at a line; return the first line after it."""
    while at < len(lines):
        text = lines[at].text
        following = lines[at + 1].text if at + 1 < len(lines) else ""
        if match := _AUTHORS.fullmatch(text):
            if entry.author_count is not None:
                break
            entry.author_count = int(match[1])
        elif text not in _DOTS:
            if date := _page_date(lines[at]):
                entry.date = date
                return at + 1
            if following not in _DOTS or not (organisation := _organisation(text)):
                break
            entry.organisation = organisation
        at += 1
    return at


def _ends_in_organisation(units: list[_Text], dot: _Line) -> bool:
    """Tell whether the last text before a dot is an organisation, not the abstract's end."""
    if not units or _organisation(units[-1].text) is None:
        return False
    adjacent = units[-1].lines[-1].paragraph == dot.paragraph
    return len(units) >= (2 if adjacent else 3)


def _organisation(text: str) -> tuple[str, str] | None:
    if len(text) > 100 or _ends_sentence(text) or "://" in text:
        return None
    match = _ORGANISATION.fullmatch(text)
    return (match[1], match[2]) if match else None


def _page_date(line: _Line) -> _PageDate | None:
    match = _DATE.fullmatch(line.text)
    if match is None:
        return None
    month, day, year, comments = match.groups()
    return _PageDate(
        line.number,
        _MONTHS.index(month.lower()) + 1,
        int(day),
        int(year) if year else None,
        int(comments) if comments else None,
    )


def _join(lines: list[_Line]) -> list[_Text]:
    """Join the lines of a paragraph that was broken to a width; leave unbroken lines alone."""
    texts: list[_Text] = []
    for _, group in groupby(lines, key=lambda line: line.paragraph):
        paragraph = list(group)
        while paragraph and _is_furniture(paragraph[0].text):
            texts.append(_text(paragraph[:1]))
            paragraph = paragraph[1:]
        if any(len(line.text) > _UNBROKEN for line in paragraph):
            texts += (_text([line]) for line in paragraph)
        elif paragraph:
            texts.append(_text(paragraph))
    return texts


def _text(lines: list[_Line]) -> _Text:
    return _Text(lines[0].number, " ".join(line.text for line in lines), tuple(lines))


def _is_furniture(text: str) -> bool:
    return len(text) < 60 and bool(_FURNITURE.fullmatch(text) or _DATE.fullmatch(text))


class _Label(Enum):
    """What a text on a page is."""

    TITLE = "title"
    ABSTRACT = "abstract"
    MORE = "more of the abstract"
    NEITHER = "neither"


# What may stand before what: a paper is a title, an abstract and perhaps more of the abstract.
_BEFORE = {
    _Label.TITLE: (_Label.ABSTRACT, _Label.MORE, _Label.NEITHER),
    _Label.ABSTRACT: (_Label.TITLE,),
    _Label.MORE: (_Label.ABSTRACT, _Label.MORE),
    _Label.NEITHER: (_Label.ABSTRACT, _Label.MORE, _Label.NEITHER),
}
# The last text is no title, for a title has an abstract below it.
_LAST = (_Label.ABSTRACT, _Label.MORE, _Label.NEITHER)

# A text that is neither costs as much as a rather unlikely title and abstract together; known
# furniture costs next to nothing. The costs were set on pages made from abstracts with known
# ends, see docs/decisions/0020-pages-without-metadata.md.
_NEITHER, _FURNITURE_COST, _IMPOSSIBLE = 4.0, 0.1, 9.0


def _costs(text: str, *, closed: bool) -> dict[_Label, float]:
    """How unusual a text is under each label.

    closed: it is the last text before metadata, which stands below an abstract.
    """
    length = len(text)
    sentence = _ends_sentence(text)
    furniture = _is_furniture(text)
    title = 10.0 if length > 800 else 6.0 if length > 400 else 3.0 if length > 250 else 0.0
    if sentence and not _title_case(text):
        title += 6.0 if _NEXT_SENTENCE.search(text) else 1.5
    if length >= 300:
        abstract = 0.0 if sentence else 0.5
    elif sentence:
        abstract = 1.5 if length < 100 else 1.0 if length < 200 else 0.5
    elif closed:
        abstract = 3.0
    else:
        abstract = _IMPOSSIBLE if length < 100 else 4.0 if length < 200 else 2.0
    prose = length >= 60 and not _title_case(text)
    more = 2.5 if sentence or length >= 300 else 3.5 if prose else 5.0
    return {
        _Label.TITLE: title,
        _Label.ABSTRACT: abstract,
        _Label.MORE: more,
        _Label.NEITHER: _FURNITURE_COST if furniture else _NEITHER,
    }


def _ends_sentence(text: str) -> bool:
    return _SENTENCE_END.search(text[-300:]) is not None  # the end alone, to be linear


def _title_case(text: str) -> bool:
    """Tell whether most long words begin with a capital, as in many titles."""
    words = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 3]
    return len(words) > 0 and sum(word[0].isupper() for word in words) >= 0.7 * len(words)


def _label(texts: list[str], *, metadata: bool) -> list[_Label]:
    """Label each text so that the labels follow one another and cost least together.

    metadata: a block of metadata follows the last text. Viterbi's algorithm; the time grows
    in proportion to the number of texts.
    """
    best: dict[_Label, float] = {_Label.NEITHER: 0.0}  # as if furniture had gone before
    steps: list[dict[_Label, _Label]] = []
    for index, text in enumerate(texts):
        costs = _costs(text, closed=metadata and index == len(texts) - 1)
        step: dict[_Label, _Label] = {}
        totals: dict[_Label, float] = {}
        for label in _Label:
            before = [b for b in _BEFORE[label] if b in best]
            if before:
                step[label] = min(before, key=best.__getitem__)
                totals[label] = best[step[label]] + costs[label]
        steps.append(step)
        best = totals
    last = min((b for b in _LAST if b in best), key=best.__getitem__)
    labels: list[_Label] = []
    for step in reversed(steps):
        labels.append(last)
        last = step[last]
    return labels[::-1]


def _read_texts(units: list[_Text], page: _Page, path: str, *, metadata: bool) -> _Entry | None:
    """Add to the page the papers whose titles and abstracts these texts are.

    Returns the paper whose abstract ends the texts, to which metadata below them belong.
    """
    if len(units) == 1 and len(units[0].lines) > 1:  # no blank line below the title
        lines = units[0].lines
        units = [_text(list(lines[:1])), _text(list(lines[1:]))]
    entry: _Entry | None = None
    for unit, label in zip(units, _label([u.text for u in units], metadata=metadata), strict=True):
        if label is _Label.TITLE:
            entry = _Entry(unit)
            page.entries.append(entry)
            continue
        if entry and label is not _Label.NEITHER:
            entry.abstract.append(unit)
            continue
        date = _page_date(unit.lines[0])
        if date and entry:  # a date that stands alone, without the dot
            entry.date = date
        elif date:
            page.date = page.date or date
        elif not _is_furniture(unit.text):
            problem = "want a title with an abstract below it, found a text without"
            page.skipped.append(Skipped(Place(path, unit.line), problem, _excerpt(unit.text)))
        entry = None
    return entry


def _snapshot(page: _Page, options: ReadOptions) -> Date | None:
    """The day on which the page was saved, or the last day of its year; None if unknown.

    A page leaves the year out of the dates of its own year, so where there are such dates its
    year is taken to be the one after the latest that it writes out.
    """
    if options.snapshot_date:
        return options.snapshot_date
    years = [e.date.year for e in page.entries if e.date and e.date.year]
    if not years or max(years) >= Date.max.year:
        return None
    year = max(years) + 1
    day = page.date
    return (day and _real_date(year, day.month, day.day)) or Date(year, 12, 31)


def _real_date(year: int, month: int, day: int) -> Date | None:
    try:
        return Date(year, month, day)
    except ValueError:
        return None


def _resolve(written: _PageDate, snapshot: Date | None) -> Date | None:
    """Give a date its year. None where it does not exist, or no year is known.

    A day that would lie after the snapshot belongs to the year before (December, on a page
    of January). Two days are let pass: the site and its reader can be a day apart.
    """
    if written.year is not None:
        return _real_date(written.year, written.month, written.day)
    if snapshot is None:
        return None
    date = _real_date(snapshot.year, written.month, written.day)
    if date and date.toordinal() <= snapshot.toordinal() + 2:
        return date
    return _real_date(snapshot.year - 1, written.month, written.day)


def _make(entry: _Entry, path: str, snapshot: Date | None, inferred: bool) -> Iterator[Item]:
    place = Place(path, entry.title.line)
    for line in (*entry.title.lines, *(line for unit in entry.abstract for line in unit.lines)):
        if bad := _INVALID.search(line.text):
            problem = f"want UTF-8, found the byte 0x{ord(bad[0]) - 0xDC00:02x}"
            yield Skipped(Place(path, line.number), problem, _excerpt(entry.title.text))
            return
    date = entry.date and _resolve(entry.date, snapshot)
    try:
        paper = make_paper(
            entry.title.text,
            " ".join(unit.text for unit in entry.abstract),
            place,
            author_count=entry.author_count,
            organisation=entry.organisation,
            date=date,
            date_inferred=bool(date and entry.date and entry.date.year is None and inferred),
            comments=entry.date.comments if entry.date else None,
        )
    except ValueError as error:
        yield Skipped(place, str(error), _excerpt(entry.title.text))
        return
    yield paper
    if entry.date and date is None and (snapshot or entry.date.year):
        problem = "want a day that exists, found another; read the paper without a date"
        yield Skipped(Place(path, entry.date.line), problem, paper.title[:80])


def _excerpt(text: str) -> str:
    return clean_text(text[:200])[:80]


READER = Reader(sniff, read)
