"""Replace a directory by a new one at once: what is visible is a whole state, old or new.

The new state is written into a directory beside the old one and exchanged with it by one
system call (``renameat2`` with ``RENAME_EXCHANGE`` on Linux, ``renamex_np`` on macOS; where a
file system has neither, by two renames, between which there is no state for a moment and
never half of one). So the files under ``out/`` are plain files, and a killed build, a full disk
or a reader beside the writer meets the older state or the newer. Why not links: see
``docs/decisions/0030-publishing.md``.

Beside ``out`` stands ``.out.building/`` while a build runs, and after one that was cut short:
the next build continues with what is worth keeping there, and removes it.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from paperlattice.errors import PaperlatticeError

#: The file that says of a directory that it is a build of ours, and what of.
MANIFEST: Final = "build.json"

_STAGING = "staging"
_REPLACED = "replaced"
_LOCK = "lock"


class StoreError(PaperlatticeError):
    """A directory that holds no graph, or one that cannot be read or written now."""


class Workplace:
    """The place beside a directory ``out`` where its next state is made; one build at a time.

    out: the directory, links followed. staging: where the next state is written; all of it
    becomes ``out`` in :meth:`publish`. kept: a directory whose files outlast a build that is cut
    short, until one is published.
    """

    def __init__(self, out: Path, root: Path, manifest: dict[str, Any] | None) -> None:
        self.out, self.root = out, root
        self.manifest = manifest
        self.staging = root / _STAGING
        self.kept = root / "kept"

    def publish(self, about: Mapping[str, object]) -> None:
        """Make ``staging`` the visible state; about goes into its manifest as JSON."""
        files = sorted(p for p in self.staging.rglob("*") if p.is_file())
        listed = [
            {"path": p.relative_to(self.staging).as_posix(), "bytes": p.stat().st_size}
            for p in files
        ]
        text = json.dumps({**about, "files": listed}, indent=1, sort_keys=True) + "\n"
        (self.staging / MANIFEST).write_text(text, encoding="utf-8")
        if self.manifest is not None:
            _carry_over(self.out, self.staging, self.manifest)
            shutil.copymode(self.out, self.staging)
        _flush(self.staging)
        if self.out.exists() and any(self.out.iterdir()):
            _exchange(self.staging, self.out, self.root / _REPLACED)
        else:
            self.staging.rename(self.out)
        _flush_directory(self.out.parent)


@contextmanager
def publish(out: Path | str, about: Mapping[str, object] | None = None) -> Iterator[Path]:
    """Give a directory to write into, which becomes ``out`` when the block ends well.

    Files that others put into ``out`` stay. If the block raises, ``out`` is as it was.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with publish(f"{folder}/out") as staging:
    ...         _ = (staging / "a.txt").write_text("whole")
    ...     sorted(path.name for path in Path(folder, "out").iterdir())
    ['a.txt', 'build.json']

    Raises StoreError where another build is writing, ``out`` holds other things than a build,
    or the disk is full.
    """
    with workplace(out) as place:
        yield place.staging
        place.publish(about or {})


@contextmanager
def workplace(out: Path | str) -> Iterator[Workplace]:
    """Lock ``out`` for one build and make the place for it; see :func:`publish`.

    An OSError in the block becomes a StoreError, for what fails here is writing.
    """
    named = Path(out)
    target = Path(os.path.realpath(out))
    if target == target.parent:
        raise StoreError(f"{named}: want a directory that can be replaced")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and target.stat().st_dev != target.parent.stat().st_dev:
            raise StoreError(f"{named}: want no mount point; give a directory inside it")
        root = target.with_name(f".{target.name}.building")
        lock = _lock(root, named)
    except OSError as error:
        raise StoreError(f"{named}: cannot be written: {error.strerror or error}") from error
    try:
        _recover(target, root)
        manifest = read_manifest(target)
        if manifest is None and target.exists():
            if not target.is_dir():
                raise StoreError(f"{named}: want a directory, found a file")
            if any(target.iterdir()):
                raise StoreError(
                    f"{named}: want an empty directory or one that a build made, "
                    f"found other files and no {MANIFEST}"
                )
        place = Workplace(target, root, manifest)
        place.staging.mkdir()
        place.kept.mkdir(exist_ok=True)
        yield place
        shutil.rmtree(place.kept)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreError(f"{named}: cannot be written: {reason}; it is as it was") from error
    finally:
        for name in (_STAGING, _REPLACED):
            shutil.rmtree(root / name, ignore_errors=True)
        _unlock(root, lock)


def read_manifest(out: Path) -> dict[str, Any] | None:
    """Read what a build says of itself; None where there is none."""
    try:
        manifest = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return manifest if isinstance(manifest, dict) and "files" in manifest else None


def _lock(root: Path, named: Path) -> int:
    """Lock the workplace; the lock goes with the process, however that ends."""
    path = root / _LOCK
    while True:
        root.mkdir(exist_ok=True)
        try:
            lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except FileNotFoundError:  # the build before us just removed the workplace
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(lock, 20).decode("ascii", "replace").strip()
            os.close(lock)
            raise StoreError(
                f"{named}: another build is writing here (process {holder}); try again after it"
            ) from None
        try:
            ours = os.fstat(lock).st_ino == path.stat().st_ino
        except FileNotFoundError:
            ours = False
        if ours:
            os.truncate(lock, 0)
            os.write(lock, f"{os.getpid()}\n".encode())
            return lock
        os.close(lock)  # the lock of a workplace that is gone


def _unlock(root: Path, lock: int) -> None:
    """Remove the workplace unless something in it is kept, and the lock last."""
    try:
        if set(os.listdir(root)) <= {_LOCK, "kept"} and not _files(root / "kept"):
            shutil.rmtree(root / "kept", ignore_errors=True)
            (root / _LOCK).unlink(missing_ok=True)
            root.rmdir()
    except OSError:
        pass  # another build has begun there already
    finally:
        os.close(lock)


def _files(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def _recover(out: Path, root: Path) -> None:
    """Undo what a build that was killed left behind."""
    if not out.exists() and (root / _REPLACED).exists():
        (root / _REPLACED).rename(out)  # killed between two renames
    for name in (_STAGING, _REPLACED):
        if (root / name).exists():
            shutil.rmtree(root / name)


def _carry_over(out: Path, staging: Path, manifest: Mapping[str, Any]) -> None:
    """Give the new state what others have put into the old one, as links to the same files."""
    ours = {file["path"].split("/")[0] for file in manifest["files"]} | {MANIFEST}
    for entry in sorted(out.iterdir()):
        copy = staging / entry.name
        if entry.name in ours or copy.exists():
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.copytree(entry, copy, symlinks=True, copy_function=_link)
        else:
            _link(str(entry), str(copy))


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:  # a file system without hard links
        shutil.copy2(source, target, follow_symlinks=False)


def _flush(folder: Path) -> None:
    """Bring a directory to the disk, so that the rename cannot get there before it."""
    for path, _, files in os.walk(folder):
        for name in files:
            file = Path(path, name)
            if not file.is_symlink():
                _fsync(file)
        _flush_directory(Path(path))


def _flush_directory(folder: Path) -> None:
    _fsync(folder)


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _exchange(new: Path, old: Path, aside: Path) -> None:
    """Exchange two directories; afterwards the old one is at ``new`` or ``aside``."""
    if not _exchange_at_once(os.fsencode(new), os.fsencode(old)):
        old.rename(aside)
        new.rename(old)


def _exchange_at_once(one: bytes, other: bytes) -> bool:
    """Exchange two paths in one step; False where this system or file system cannot."""
    library = ctypes.CDLL(None, use_errno=True)
    here, exchange, swap = -100, 2, 2  # AT_FDCWD, RENAME_EXCHANGE, RENAME_SWAP
    if sys.platform == "darwin" and hasattr(library, "renamex_np"):
        failed = library.renamex_np(one, other, swap)
    elif hasattr(library, "renameat2"):
        failed = library.renameat2(here, one, here, other, exchange)
    else:
        return False
    if failed and ctypes.get_errno() not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), os.fsdecode(other))
    return not failed
