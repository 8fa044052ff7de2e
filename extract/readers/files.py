"""Bytes of a file to lines of text: gzip, encodings and line ends, and what is wrong with them.

A file is read once, in pieces, and is never held whole.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import zlib
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from paperlattice.errors import PaperlatticeError

_PIECE = 1 << 18
_HEAD = 1 << 16

_ENCODINGS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


class TextFile:
    """A file opened as text, after gzip and encoding were found by content.

    path: as the user named it. size: bytes on disk.
    head: its first 64 Ki characters, with line ends as line feeds.
    binary: it holds NUL characters near its start, and so is no text.
    line: number of the last line that was read, from 1; 0 before.
    problem: after reading, what cut the reading short ("truncated gzip …"), else None.

    Raises PaperlatticeError, in one line, for a file that is not there or cannot be read.
    """

    def __init__(self, path: str, progress: Callable[[int], None] | None = None) -> None:
        self.path = path
        self.line = 0
        self.problem: str | None = None
        self._hash = hashlib.sha256()
        self._progress = progress
        try:
            self.size = Path(path).stat().st_size
            self._file = Path(path).open("rb")  # noqa: SIM115 (close() closes it)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise PaperlatticeError(f"{path}: want a file to read: {reason}") from error
        self._texts = self._decoded()
        start: list[str] = []
        while sum(map(len, start)) < _HEAD and (text := next(self._texts, None)) is not None:
            start.append(text)
        self._start = "".join(start)
        self.head = self._start[:_HEAD]
        self.binary = "\0" in self.head

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
        for text in chain([self._start], self._texts):
            first, *others = text.split("\n")
            unfinished.append(first)
            for line in others:
                self.line += 1
                yield "".join(unfinished)
                unfinished = [line]
        if last := "".join(unfinished):
            self.line += 1
            yield last

    def _pieces(self) -> Iterator[bytes]:
        while piece := self._file.read(_PIECE):
            self._hash.update(piece)
            if self._progress:
                self._progress(len(piece))
            yield piece

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
        try:
            for piece in chain([first], pieces):
                while piece:
                    if inflater.eof:
                        if not piece.strip(b"\0"):  # padding, which gzip allows
                            break
                        inflater = zlib.decompressobj(wbits=31)
                    # At most a piece at a time, so that a bomb does not fill the memory.
                    yield inflater.decompress(piece, _PIECE)
                    piece = inflater.unconsumed_tail or inflater.unused_data
            yield inflater.flush()
            if not inflater.eof:
                self.problem = "the gzip file is cut off; want it whole"
        except zlib.error as error:
            self.problem = f"the gzip file is damaged ({error})"

    def _decoded(self) -> Iterator[str]:
        pieces = self._inflated()
        first = next(pieces, b"")
        while 0 < len(first) < 3 and (more := next(pieces, b"")):
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
