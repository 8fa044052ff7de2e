"""Tables of aliases: the user's own, and what the lexicon of the extraction knows.

A user's table is a text file in UTF-8, one alias a line: type, name, alias, parted by tabs.
Empty lines and lines that begin with ``#`` count for nothing.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from paperlattice.errors import CorpusError, PaperlatticeError
from paperlattice.extract.lexicon import FILES, Entry, entries
from paperlattice.extract.records import EntityType, clean_text
from paperlattice.graph.abbreviations import abbreviates
from paperlattice.graph.keys import canonical_key
from paperlattice.graph.relatives import are_different


class Alias(NamedTuple):
    """One row: of entities of this type, alias is another name for name.

    source: FILE:LINE of a user's row, FILE of one of ours.
    """

    type: EntityType
    name: str
    alias: str
    source: str


def read_aliases(path: Path | str) -> tuple[Alias, ...]:
    """Read a user's table of aliases.

    Raises CorpusError for the first bad row: not three columns, an unknown type, an empty
    name, an alias that an earlier row gives to another name, or rows that lead in a circle.
    Raises PaperlatticeError where the file cannot be read.
    """
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise PaperlatticeError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        place = error.object[: error.start].count(b"\n") + 1
        raise CorpusError(str(path), place, "want UTF-8, found other bytes") from error
    rows: list[Alias] = []
    targets: dict[tuple[EntityType, str], str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            row = _read_row(line, f"{path}:{number}")
            _refuse_contradictions(row, targets)
        except ValueError as error:
            raise CorpusError(str(path), number, str(error)) from error
        rows.append(row)
    return tuple(rows)


def _read_row(line: str, source: str) -> Alias:
    columns = [clean_text(column) for column in line.split("\t")]
    if len(columns) != 3:
        raise ValueError(f"want type, name, alias parted by tabs, found {len(columns)} columns")
    kind, name, alias = columns
    if kind not in list(EntityType):
        raise ValueError(f"want a type of {', '.join(EntityType)}, found {kind!r}")
    if not name or not alias:
        raise ValueError("want a name and an alias, found an empty one")
    return Alias(EntityType(kind), name, alias, source)


def _refuse_contradictions(row: Alias, targets: dict[tuple[EntityType, str], str]) -> None:
    alias, name = (canonical_key(row.type, text) for text in (row.alias, row.name))
    if alias == name:
        return  # another spelling: says nothing new, and nothing wrong
    known = targets.setdefault((row.type, alias), name)
    if known != name:
        raise ValueError(f"want one name for the alias {row.alias!r}, found a second, {row.name!r}")
    seen = alias
    while (row.type, name) in targets:
        name = targets[row.type, name]
        if name == seen:
            raise ValueError(
                f"want no circle, found that {row.name!r} is an alias of {row.alias!r}"
            )


@cache
def known_aliases() -> tuple[Alias, ...]:
    """Give the aliases that the lexicon knows.

    The lexicon finds names in texts, and may do so by a name of something else ("StyleGAN2"
    under "StyleGAN"); such a row is no alias, for that is an entity of its own, and an acronym
    of it alone is an alias of that one ("LVLM" under "vision-language model").
    """
    rows = []
    for entry in entries():
        others = [a for a in entry.aliases if are_different(entry.type, a, entry.name)]
        own = [entry.name, *(a for a in entry.aliases if a not in others)]
        for alias in own[1:]:
            name = entry.name
            if not any(abbreviates(alias, long) for long in own):
                name = next((long for long in others if abbreviates(alias, long)), name)
            rows.append(Alias(entry.type, name, alias, FILES[entry.type]))
    return tuple(rows)


def canonical_entries() -> tuple[Entry, ...]:
    """Give what the lexicon knows: names for labels, and of metrics which way is better."""
    return entries()
