r"""Numbers of the text with their units: what may be a result.

A range ("10~20", "1.2-2.4", "27% ~ 62%") is one number. What converters leave of LaTeX is read:
``83.8\%``, ``+14.0$%$``, ``sim2times``, ``2.5\times``. Numbers that are part of a word ("GPT-4",
"top-1", "3D") are none, nor are years.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple


class Number(NamedTuple):
    """A number with its unit: ``text[start:end]``; ``value`` as written, without the unit.

    unit: "%", "x", "points", "FPS", "ms", …; empty where there is none.
    """

    start: int
    end: int
    value: str
    unit: str


_ONE = r"\d+(?:(?:,|\{,\})\d{3})*(?:\.\d+)?"
_TO = r"\s?(?:\$-\$|--|[-–—~∼]|\$?\\sim\$?|sim(?=\s?\d))\s?"
_PERCENT = r"\s?(?:\\?%|\$\s?\\?%\s?\$|\\%\$|percent(?!age)|\\mathbf\{?%)"
_TIMES = r"\s?(?:\$?\\times\$?|\$?×\$?|times(?![\w])|[xX](?![\w])|-?\s?fold\b)"
_NUMBER = re.compile(
    rf"(?<![\w.@^_])(?<![^\d%]/)(?<![A-Za-z][-–‐])(?P<sign>(?:sim|approx|leq|geq|sim\s|<|>|[+±∼~≈−–-]){{0,2}})"
    rf"(?P<value>{_ONE})(?P<inner>{_PERCENT}|{_TIMES})?"
    rf"(?:{_TO}(?P<second>{_ONE}))?"
    rf"(?P<unit>{_PERCENT}|{_TIMES})?",
)
_GLUED = re.compile(r"(?:sim|approx|leq|geq|texttt|\{|\\mathbf\{)(?=\d)")
_UNIT_AFTER = re.compile(
    r"(?:\s?-?\s?)(?P<unit>percentage[- ]points?|absolute (?:percentage )?points?|points?\b|pts?\b|pp\b|dB\b|"
    r"FPS\b|fps\b|frames (?:per second|/s)|ms\b|milliseconds?\b|seconds?\b|secs?\b|s\b|minutes?\b|"
    r"mins?\b|hours?\b|days\b|GB\b|MB\b|[kK]B\b|TB\b|GFLOPs?\b|TFLOPs?\b|MFLOPs?\b|FLOPs\b|[MBK](?![\w-])|"
    r"million\b|billion\b|thousand\b|tokens?(?:/s| per second)|mm\b|cm\b|km\b|meters?\b|m\b|degrees?\b|°|"
    r"[kKM]bps\b|bpp\b|kbps\b|mW\b|W\b|orders? of magnitude)"
)
_WORDS = re.compile(
    r"\b(?P<value>zero|one|two|three|four|five|six|seven|eight|nine|ten|twenty|hundred)(?:\s(?:to|or)\s(?:two|three|four|five))?"
    r"(?P<unit>(?:\s|-)orders? of magnitude|-?fold\b|\s(?:times|percentage points?|points?|percent|"
    r"days?|hours?|minutes?|seconds?)\b)",
    re.IGNORECASE,
)
# "118/120" of the problems; "9/11" and "24/7" are for the model of numbers to tell.
_FRACTION = re.compile(r"(?<![\w./^_-])(?P<part>\d{1,5})\s?/\s?(?P<whole>\d{1,5})(?![\w/%]|\.\d)")
_FROM = re.compile(r"\bfrom\b(?:[^.;]|\.(?=\d))*\Z", re.IGNORECASE)
# How far before a number its "from" is looked for.
_FAR = 160
# "5.7 x 10^-6", "4.2 \times 10^{-3}".
_POWER = re.compile(
    rf"(?<![\w.^]){_ONE}\s?\$?(?:\\times|×|[xX]|times|\\cdot|·|\*)\$?\s?10\s?"
    r"(?:\^\s?\{?\s?[-−–]?|[-−–])\d{1,3}\}?(?![\w.]*\d)"
)
_YEAR = re.compile(r"(?:19[6-9]\d|20[0-3]\d)\Z")
_UNITS = {
    "percent": "%",
    "times": "x",
    "X": "x",
    "×": "x",
    "fps": "FPS",
    "frames per second": "FPS",
    "fold": "x",
    "point": "points",
    "pts": "points",
    "pt": "points",
    "pp": "percentage points",
    "percentage point": "percentage points",
    "percentage-point": "percentage points",
}


def find_numbers(text: str) -> Iterator[Number]:
    r"""Yield the numbers of a text in order of appearance.

    >>> [(n.value, n.unit) for n in find_numbers(r"GPT-4 gains +2.4\% at 10~20x speed, 0.3 F1.")]
    [('+2.4', '%'), ('10~20', 'x'), ('0.3', '')]
    """
    found = [number for match in _NUMBER.finditer(text) if (number := _read(text, match))]
    for match in _GLUED.finditer(text):
        inner = _NUMBER.match(text, match.end())
        if inner and (number := _read(text, inner)):
            found.append(number)
    for match in _WORDS.finditer(text):
        unit = match["unit"].strip(" -")
        found.append(Number(*match.span(), match["value"], _UNITS.get(unit.lower(), unit)))
    for match in _FRACTION.finditer(text) if "/" in text else ():
        if int(match["part"]) <= int(match["whole"]) and not _YEAR.match(match["whole"]):
            found.append(Number(*match.span(), match.group(), ""))
    found += [Number(*match.span(), match.group(), "") for match in _POWER.finditer(text)]
    # Where two begin at one place, the longer: "5 to 10 points", "118/120".
    found += list(_spans_of_two(text, sorted(found)))
    end = 0
    for number in sorted(found, key=lambda n: (n.start, -n.end)):
        if number.start >= end:
            yield number
            end = number.end


_TO_LAST_DIGIT = re.compile(r".*\d", re.DOTALL)


def end_of_value(text: str, number: Number) -> int:
    """Give where the unit of a number begins, or where the number ends if it is in words.

    >>> end_of_value("at 25 FPS", Number(3, 9, "25", "FPS"))
    5
    """
    digits = _TO_LAST_DIGIT.match(text, number.start, number.end)
    return digits.end() if digits else number.end


def _spans_of_two(text: str, numbers: list[Number]) -> Iterator[Number]:
    """Yield "5 to 10 points" as one number; "from 5 to 10" are two."""
    for low, high in pairwise(numbers):
        if (
            high.unit
            and low.unit in ("", high.unit)
            and text[low.end : high.start] == " to "
            and not _FROM.search(text, max(0, low.start - _FAR), low.start)
        ):
            value = f"{low.value} to {high.value}"
            yield Number(low.start, high.end, value, high.unit)


def _read(text: str, match: re.Match[str]) -> Number | None:
    start, end = match.start("value"), match.end()
    sign = match["sign"]
    unit = match["unit"] or match["inner"] or ""
    value = match["value"]
    if match["second"]:
        value = text[start : match.end("second")]
        if match["inner"]:
            value = value.replace(match["inner"], "", 1)
            value = re.sub(r"\s", "", value)
    elif match["unit"] is None:
        end = match.end("inner") if match["inner"] else match.end("value")
    if not unit:
        after = _UNIT_AFTER.match(text, end)
        if after:
            unit, end = after["unit"], after.end()
        elif end < len(text) and (text[end].isalpha() or text[end] == "_"):
            return None  # "3D", "7B-parameter"
        elif _YEAR.match(value):
            return None
    elif more := re.match(r"\s(?:absolute\s)?(?:percentage )?points?\b", text[end : end + 40]):
        end += more.end()
    if (
        sign
        and sign[-1] in "+-−±"
        and not (sign[-1] == "-" and text[match.start() - 1 : match.start()].isalnum())
    ):
        value = sign[-1] + value
        start -= 1
    unit = re.sub(r"[\\$\s{}]|mathbf", " ", unit).strip(" -")
    return Number(start, end, value, _UNITS.get(unit, _UNITS.get(unit.lower(), unit)))
