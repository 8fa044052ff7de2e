"""LaTeX that authors leave in titles and abstracts, as a reader expects to see it.

Evidence is kept as it was written, and offsets count its characters; only what is shown is made
readable, by edits that say which range of the original is shown as what. ``js/latex.js`` makes
the same edits in the browser; ``tests/latex_cases.json`` holds both to the same table.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple


class Edit(NamedTuple):
    """``text[start:end]`` is shown as ``shown``."""

    start: int
    end: int
    shown: str


_ANY = re.compile(r"[\\$]|``")
_STYLES = re.compile(
    r"\\(?:text(?:bf|it|tt|sc|rm|sf|up)?|emph|underline|math(?:rm|bf|it|cal|bb|sf|tt)"
    r"|operatorname|boldsymbol|url)\s*\{"
)
# As Pandoc tells mathematics from money: no space inside, no digit behind.
_MATH = re.compile(r"(?<!\\)\$(?![\s$])([^$\n]{1,80}?)(?<![\s\\])\$(?!\d)")
_SMALL = re.compile(r"\\(?P<sign>[%&_#${}])|(?P<open>``)|(?P<close>'')")
_ACCENT = re.compile(r"\\([\"'`^~])\s*(?:\{([A-Za-z])\}|([A-Za-z]))")
_COMMAND = re.compile(r"\\([A-Za-z]+)(?![A-Za-z])|\\([,;:!])")
_SCRIPT = re.compile(r"([\^_])(?:\{([^{}]*)\}|([0-9]|\\circ))")
_ACCENTS = {'"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303"}
_SUPERSCRIPTS = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_SUBSCRIPTS = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
_SIGNS = {
    "times": "×", "sim": "~", "approx": "≈", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥",
    "pm": "±", "to": "→", "rightarrow": "→", "leftarrow": "←", "infty": "∞", "cdot": "·",
    "ell": "ℓ", "circ": "°", "ldots": "…", "dots": "…", "textendash": "–", "neq": "≠", "in": "∈",
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε",
    "zeta": "ζ", "eta": "η", "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν",
    "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "varphi": "φ",
    "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ",
    "Lambda": "Λ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
    ",": " ", ";": " ", ":": " ", "!": "",
}  # fmt: skip


def edits(text: str) -> list[Edit]:
    """What of a text is shown otherwise than it is written, in order, no two overlapping."""
    if not _ANY.search(text):
        return []
    found: list[Edit] = []
    for match in _STYLES.finditer(text):
        close = _closing(text, match.end())
        if close >= 0:
            found += [Edit(match.start(), match.end(), ""), Edit(close, close + 1, "")]
    for match in _MATH.finditer(text):
        start, end = match.span(1)
        found += [Edit(start - 1, start, ""), Edit(end, end + 1, "")]
        found += [_script(part) for part in _SCRIPT.finditer(text, start, end)]
    for match in _ACCENT.finditer(text):
        letter = unicodedata.normalize("NFC", (match[2] or match[3]) + _ACCENTS[match[1]])
        found.append(Edit(*match.span(), letter))
    for match in _SMALL.finditer(text):
        if match["close"] and "``" not in text[: match.start()]:
            continue
        shown = match["sign"] or ("“" if match["open"] else "”")
        found.append(Edit(*match.span(), shown))
    for match in _COMMAND.finditer(text):
        shown = _SIGNS.get(match[1] or match[2])
        if shown is not None:
            found.append(Edit(*match.span(), shown))
    kept: list[Edit] = []
    for edit in sorted(found, key=lambda edit: (edit.start, -edit.end)):
        if not kept or edit.start >= kept[-1].end:
            kept.append(edit)
    return kept


def _closing(text: str, start: int) -> int:
    """Where the brace that was opened before ``start`` is closed; -1 for nowhere."""
    depth = 1
    for place in range(start, len(text)):
        if text[place] in "{}" and text[place - 1] != "\\":
            depth += 1 if text[place] == "{" else -1
            if depth == 0:
                return place
    return -1


def _script(match: re.Match[str]) -> Edit:
    """A number above or beneath the line; of anything else the braces are dropped."""
    inside = match[2] if match[2] is not None else match[3]
    small = inside.translate(_SUPERSCRIPTS if match[1] == "^" else _SUBSCRIPTS)
    if re.fullmatch(r"[0-9+-]+", inside):
        return Edit(*match.span(), small)
    if inside == "\\circ":
        return Edit(*match.span(), "°")
    if "\\" in inside:
        return Edit(match.start(), match.start(), "")
    return Edit(*match.span(), f"{match[1]}{inside}")


def readable(
    text: str, start: int = 0, end: int | None = None, made: list[Edit] | None = None
) -> str:
    r"""A range of a text as it is shown.

    made: the text's :func:`edits`, where they are known. An edit that goes over the range's
    start belongs to what stands before it.

    >>> readable(r"up by 2.44\% on \emph{Zed}")
    'up by 2.44% on Zed'
    """
    end = len(text) if end is None else end
    parts: list[str] = []
    at = start
    for edit in edits(text) if made is None else made:
        if edit.end <= start:
            continue
        if edit.start >= end:
            break
        if edit.start >= at:
            parts += [text[at : edit.start], edit.shown]
        at = max(at, edit.end)
    parts.append(text[at:end] if at < end else "")
    return "".join(parts)
