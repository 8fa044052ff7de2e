"""Read files into a corpus: each by the reader of its format, the same paper once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from os import PathLike, fspath

from paperlattice.errors import CorpusError
from paperlattice.extract.readers.files import TextFile
from paperlattice.extract.readers.formats import READERS, describe, find_reader, sniff_format
from paperlattice.extract.readers.merging import merge_papers
from paperlattice.extract.readers.reader import Item, ReadOptions, Snapshot
from paperlattice.extract.records import Paper, Place, Skipped, clean_text


@dataclass(frozen=True, slots=True)
class Source:
    """One file that was read.

    path: as the user named it. sha256, size: of its bytes on disk; size in bytes.
    format: name of the reader, None where no reader knows the file.
    papers: how many papers were read from it, before the same papers became one.
    snapshot: the day it was saved, where the reader inferred that to complete dates.
    """

    path: str
    sha256: str
    size: int
    format: str | None
    papers: int
    snapshot: date | None = None


@dataclass(frozen=True)
class Corpus:
    """What was read from one or more files.

    readings: every paper as often as it was read, in the order of the files.
    unreadable: pieces of files that are no papers. sources: the files in the order given.
    """

    readings: tuple[Paper, ...]
    unreadable: tuple[Skipped, ...]
    sources: tuple[Source, ...]

    @cached_property
    def _merged(self) -> tuple[tuple[Paper, ...], tuple[Skipped, ...]]:
        return merge_papers(self.readings)

    @property
    def papers(self) -> tuple[Paper, ...]:
        """Each paper once, sorted by id."""
        return self._merged[0]

    @cached_property
    def skipped(self) -> tuple[Skipped, ...]:
        """What could not be taken up, sorted by place: unreadable pieces, and contradictions."""
        return tuple(sorted([*self.unreadable, *self._merged[1]]))


def read_corpus(
    paths: Iterable[str | PathLike[str]],
    *,
    input_format: str | None = None,
    snapshot_date: date | None = None,
    strict: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Corpus:
    """Read all papers of some files; gzip and the format are found by content.

    Which of them are one paper is found when it is asked for.

    Args:
        paths: the files; a path named twice is read once.
        input_format: a name from :data:`READERS`, to read every file with that reader.
        snapshot_date: when the pages were saved, for dates that leave the year out.
        strict: stop at the first piece of input that cannot be read.
        progress: called with each number of bytes that was read from disk.

    Raises:
        PaperlatticeError: for a file that is not there or cannot be opened.
        CorpusError: under strict, for the first thing that would be in ``skipped``.
        UnknownChoiceError: for an input_format that is not in the table.
    """
    if input_format is not None:
        find_reader(input_format)
    options = ReadOptions(snapshot_date)
    names = list(dict.fromkeys(fspath(path) for path in paths))
    papers: list[Paper] = []
    skipped: list[Skipped] = []
    sources: list[Source] = []
    for name in names:
        file = TextFile(name, progress)
        try:
            snapshot = None
            before = len(papers)
            found = input_format or sniff_format(file.head)
            for item in _read_file(file, found, options):
                if isinstance(item, Paper):
                    papers.append(item)
                elif isinstance(item, Snapshot):
                    snapshot = item.date
                elif strict:
                    raise CorpusError(item.place.path, item.place.line, item.problem)
                else:
                    skipped.append(item)
        finally:
            file.close()
        count = len(papers) - before
        known = None if file.binary else found
        sources.append(Source(file.path, file.sha256, file.size, known, count, snapshot))
    corpus = Corpus(tuple(papers), tuple(sorted(skipped)), tuple(sources))
    if strict and corpus.skipped:
        first = corpus.skipped[0]
        raise CorpusError(first.place.path, first.place.line, first.problem)
    return corpus


def _read_file(file: TextFile, name: str | None, options: ReadOptions) -> Iterator[Item]:
    start = Place(file.path, 1)
    formats = ", ".join(sorted(READERS))
    if file.binary:
        yield Skipped(
            start,
            f"want text in a known format ({formats}), found binary data, or another encoding than UTF-8",
        )
        return
    if name is None and not file.problem:
        found = describe(file.head)
        yield Skipped(
            start, f"want a known format ({formats}), found {found}", clean_text(file.head[:80])
        )
        return
    empty = True
    for item in READERS[name].read(file.lines(), file.path, options) if name else ():
        empty = False
        yield item
    for line in file.overlong:
        yield Skipped(Place(file.path, line), "want a shorter line; its end was left out")
    if file.problem:
        yield Skipped(Place(file.path, max(file.line, 1)), file.problem)
    elif empty:
        yield Skipped(start, f"want papers, found none in what looks like {name}")
