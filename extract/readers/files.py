"""Bytes of a file to lines of text: gzip, encodings and line ends, and what is wrong with them.

A file is read once, in pieces, and is never held whole.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path

from paperlattice.errors import PaperlatticeError

_PIECE = 1 << 16
_LARGEST_OUTPUT = 1 << 20
_HEAD = 1 << 16

# Far beyond any abstract; without a limit, a small gzip file could fill the memory.
_LONGEST = 1 << 24

_NOT_IN_TEXT = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\udc80-\udcff]")

_NOT_IN_PATH = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

_ENCODINGS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def display_path(path: str) -> str:
    """Make a path printable: what is not text in it becomes U+FFFD."""
    return _NOT_IN_PATH.sub("\ufffd", path)


class TextFile:
    """A file opened as text, after gzip and encoding were found by content.

    path: as the user named it. size: bytes on disk.
    head: its first 64 Ki characters, with line ends as line feeds.
    binary: its head has NULs, or one character in ten that no text in UTF-8 or UTF-16 has.
    overlong: numbers of the lines that are longer than 16 Mi characters and were cut there.
    line: number of the last line that was read, from 1; 0 before.
    problem: after reading, what cut the reading short ("truncated gzip …"), else None.

    Raises PaperlatticeError, in one line, for a file that is not there or cannot be read.
    """

    def __init__(self, path: str, progress: Callable[[int], None] | None = None) -> None:
        self.path = display_path(path)
        self.line = 0
        self.overlong: list[int] = []
        self.problem: str | None = None
        self._hash = hashlib.sha256()
        self._progress = progress
        try:
            self.size = Path(path).stat().st_size
            self._file = Path(path).open("rb")  # noqa: SIM115 (close() closes it)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise PaperlatticeError(f"{self.path}: want a file to read: {reason}") from error
        self._texts = self._decoded()
        start: list[str] = []
        while sum(map(len, start)) < _HEAD and (text := next(self._texts, None)) is not None:
            start.append(text)
        self._start = "".join(start)
        self.head = self._start[:_HEAD]
        strange = len(_NOT_IN_TEXT.findall(self.head))
        self.binary = "\0" in self.head or strange * 10 > len(self.head)

    @property
    def sha256(self) -> str:
        """Hash of the bytes on disk, in hexadecimal; of the whole file once it was read."""
        return self._hash.hexdigest()

    def close(self) -> None:
        """Read what is left, for the hash, and close the file."""
        for _ in self._pieces():
            pass
        self._file.close()

    def lines(self) -> Iterator[str]:
        """Yield each line without its end; line feed, CR LF and CR end a line.

        Nothing else does: a line separator or a form feed inside an abstract is a character
        of it. A byte that is not UTF-8 becomes a lone surrogate (PEP 383).
        """
        unfinished: list[str] = []
        length = 0
        for text in chain([self._start], self._texts):
            first, *others = text.split("\n")
            if length < _LONGEST:
                unfinished.append(first)
            length += len(first)
            for line in others:
                yield self._finished(unfinished, length)
                unfinished, length = [line], len(line)
        if length:
            yield self._finished(unfinished, length)

    def _finished(self, parts: list[str], length: int) -> str:
        self.line += 1
        if length > _LONGEST:
            self.overlong.append(self.line)
        return "".join(parts)[:_LONGEST]

    def _pieces(self) -> Iterator[bytes]:
        while piece := self._read():
            self._hash.update(piece)
            if self._progress:
                self._progress(len(piece))
            yield piece

    def _read(self) -> bytes:
        try:
            return self._file.read(_PIECE)
        except OSError as error:
            reason = error.strerror or str(error)
            raise PaperlatticeError(f"{self.path}: cannot be read: {reason}") from error

    def _inflated(self) -> Iterator[bytes]:
        """Yield the bytes of a gzip file (of one or more members), up to where it is damaged.

        The gzip module would throw away what it decompressed last before the damage.
        """
        pieces = self._pieces()
        first = next(pieces, b"")
        if not first.startswith(b"\x1f\x8b"):
            yield from chain([first], pieces)
            return
        inflater = zlib.decompressobj(wbits=31)
        for piece in chain([first], pieces):
            while piece:
                if inflater.eof:
                    if not piece.strip(b"\0"):  # padding, which gzip allows
                        break
                    inflater = zlib.decompressobj(wbits=31)
                before = inflater.copy()
                try:
                    # At most so much at a time, so that a bomb does not fill the memory.
                    yield inflater.decompress(piece, _LARGEST_OUTPUT)
                except zlib.error as error:
                    self.problem = f"the gzip file is damaged ({error})"
                    yield _inflate_to_damage(before, piece)
                    return
                piece = inflater.unconsumed_tail or inflater.unused_data
        yield inflater.flush()
        if not inflater.eof:
            self.problem = "the gzip file is cut off; want it whole"

    def _decoded(self) -> Iterator[str]:
        pieces = self._inflated()
        first = next(pieces, b"")
        while len(first) < 3 and (more := next(pieces, None)) is not None:
            first += more
        encoding = next((e for bom, e in _ENCODINGS.items() if first.startswith(bom)), "utf-8")
        # surrogateescape is for UTF-8; in UTF-16 a broken unit becomes U+FFFD.
        errors = "replace" if encoding == "utf-16" else "surrogateescape"
        decoder = io.IncrementalNewlineDecoder(
            codecs.getincrementaldecoder(encoding)(errors), translate=True
        )
        for piece in chain([first], pieces):
            if text := decoder.decode(piece):
                yield text
        if text := decoder.decode(b"", final=True):
            yield text


def _inflate_to_damage(inflater: zlib._Decompress, piece: bytes) -> bytes:
    """Inflate byte by byte, for a piece that raises an error gives nothing of its good part."""
    inflated = []
    with suppress(zlib.error):
        for at in range(len(piece)):
            inflated.append(inflater.decompress(piece[at : at + 1]))
    return b"".join(inflated)
