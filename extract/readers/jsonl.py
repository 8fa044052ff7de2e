"""Reader of JSON Lines: one object a line with ``title`` and ``abstract``, the rest optional.

Fields that are not named in :data:`FIELDS` are ignored. A file that holds one JSON array or
an object over several lines is not this format.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date as Date
from typing import Any, Literal

from paperlattice.extract.readers.making import make_paper
from paperlattice.extract.readers.reader import Item, Reader, ReadOptions
from paperlattice.extract.records import Paper, Place, Skipped, clean_text

#: The fields that are read; ``title`` and ``abstract`` must be there.
FIELDS = (
    "id",
    "title",
    "abstract",
    "authors",
    "date",
    "url",
    "doi",
    "venue",
    "keywords",
)

_Precision = Literal["day", "month", "year"]
_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?(?:[T ]\d{2}:\d{2}.*)?")
_INVALID = re.compile("[\udc80-\udcff]")


def sniff(head: str) -> float:
    """Tell how sure it is that text with this head is JSON Lines."""
    lines = [line for line in head.split("\n") if line.strip()][:20]
    objects = sum(line.lstrip().startswith('{"') or line.strip() == "{}" for line in lines)
    return objects / len(lines) if lines else 0.0


def read(lines: Iterable[str], path: str, options: ReadOptions) -> Iterator[Item]:
    """Yield the paper of each line, and what of the line could not be used."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield from _read_line(line, Place(path, number))


def _read_line(line: str, place: Place) -> Iterator[Paper | Skipped]:
    excerpt = clean_text(line[:200])[:80]
    if bad := _INVALID.search(line):
        yield Skipped(place, f"want UTF-8, found the byte 0x{ord(bad[0]) - 0xDC00:02x}", excerpt)
        return
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        reason = str(error).split("\n")[0][:100]
        yield Skipped(place, f"want a JSON object, found no JSON ({reason})", excerpt)
        return
    if not isinstance(record, dict):
        yield Skipped(place, f"want a JSON object, found {_kind(record)}", excerpt)
        return
    problems: list[str] = []
    try:
        paper = _make(record, place, problems)
    except ValueError as error:
        yield Skipped(place, str(error), excerpt)
        return
    yield paper
    for problem in problems:
        yield Skipped(place, f"{problem}; read the paper without it", paper.title[:80])


def _make(record: Mapping[str, Any], place: Place, problems: list[str]) -> Paper:
    """Make the paper; a problem of an optional field is added to problems.

    Raises ValueError where title or abstract cannot be used.
    """
    for name in ("title", "abstract"):
        if isinstance(record.get(name), str):
            continue
        found = _kind(record[name]) if name in record else "no such field"
        raise ValueError(f"want text in {name}, found {found}")
    date, precision = _date(record.get("date"), problems)
    return make_paper(
        record["title"],
        record["abstract"],
        place,
        id=_text(record, "id", problems),
        url=_text(record, "url", problems),
        doi=_text(record, "doi", problems),
        venue=_text(record, "venue", problems),
        authors=_names(record, "authors", problems),
        keywords=_names(record, "keywords", problems),
        date=date,
        date_precision=precision,
    )


def _text(record: Mapping[str, Any], field: str, problems: list[str]) -> str | None:
    value = record.get(field)
    if isinstance(value, str | None):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    problems.append(f"want text in {field}, found {_kind(value)}")
    return None


def _names(record: Mapping[str, Any], field: str, problems: list[str]) -> list[str]:
    """Read a list of names: a JSON list, or text with semicolons or, if there are none, commas."""
    value = record.get(field)
    if value is None:
        return []
    if isinstance(value, str):
        return value.split(";" if ";" in value else ",")
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return value
    problems.append(f"want a list of texts in {field}, found {_kind(value)}")
    return []


def _date(value: object, problems: list[str]) -> tuple[Date | None, _Precision]:
    """Read YYYY, YYYY-MM or YYYY-MM-DD (a time of day is passed over)."""
    if value is None or value == "":
        return None, "day"
    text = str(value) if isinstance(value, int) else value
    match = _DATE.fullmatch(text.strip()) if isinstance(text, str) else None
    if match:
        year, month, day = match.groups()
        precision: _Precision = "day" if day else "month" if month else "year"
        try:
            return Date(int(year), int(month or 1), int(day or 1)), precision
        except ValueError:
            pass
    found = repr(text[:40]) if isinstance(text, str) else _kind(value)
    problems.append(f"want a date like 2024, 2024-05 or 2024-05-17, found {found}")
    return None, "day"


def _kind(value: object) -> str:
    """Name a JSON value's type for an error message."""
    names = {bool: "true or false", int: "a number", float: "a number", str: "text"}
    if value is None:
        return "null"
    return names.get(type(value), "a list" if isinstance(value, list) else "an object")


READER = Reader(sniff, read)
