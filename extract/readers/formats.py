"""The table of input formats, and how the right one is found."""

from __future__ import annotations

from paperlattice.errors import UnknownChoiceError
from paperlattice.extract.readers import daily_papers, jsonl
from paperlattice.extract.readers.reader import Reader

# To add a format: write its reader in a module of its own, and name it here. Of two that are
# equally sure of a file, the one named first reads it.
READERS: dict[str, Reader] = {
    "daily-papers": daily_papers.READER,
    "jsonl": jsonl.READER,
}


def find_reader(name: str) -> Reader:
    """Look a reader up by the name of its format.

    Raises UnknownChoiceError, which lists the formats, for a name that is not in the table.
    """
    if name not in READERS:
        raise UnknownChoiceError("input format", name, READERS)
    return READERS[name]


def sniff_format(head: str) -> str | None:
    """Name the format of text that starts with this head; None if no reader knows it."""
    scores = {name: reader.sniff(head) for name, reader in READERS.items()}
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] > 0 else None


def describe(head: str) -> str:
    """Name what text with this head looks like, for the message that it cannot be read."""
    start = head.lstrip()[:1000].lower()
    if not start:
        return "nothing"
    if start.startswith(("<!doctype html", "<html")) or "<body" in start:
        return "HTML (save the page as text)"
    if start.startswith("<"):
        return "XML"
    if start.startswith(("{", "[")):
        return "JSON that is not one object a line"
    return "other text"
