"""The graph of a growing corpus in a directory: brought up to date, read back.

``out/<table>.parquet`` are the tables of the graph; ``out/extractions.parquet`` is what was
found in each text, so that the next build extracts only from texts that are new or changed;
``out/readings.parquet`` is what was read of papers that were read more than once
(:mod:`paperlattice.graph.readings`), ``out/skipped.jsonl`` what was taken up in no paper, and
``out/build.json`` says what was built, and from which files. How a state becomes visible: see
:mod:`paperlattice.graph.publish`.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cache, cached_property
from importlib import resources
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from paperlattice.extract.pipeline import PIPELINE_VERSION, extract
from paperlattice.extract.readers import Source
from paperlattice.extract.records import Extraction, Paper, Place, Skipped
from paperlattice.graph.aliases import Alias
from paperlattice.graph.arrays import frugal, give_back
from paperlattice.graph.builder import MAX_DF, TOP_K, build_from
from paperlattice.graph.extracted import (
    Extracted,
    flatten,
    nest,
    papers_of,
    tabulate,
)
from paperlattice.graph.model import Graph
from paperlattice.graph.publish import (
    StoreError,
    Workplace,
    publish,
    read_manifest,
    workplace,
)
from paperlattice.graph.readings import READINGS, Holdings, join, nothing
from paperlattice.graph.schema import SCHEMAS

__all__ = [
    "Outcome",
    "StoreError",
    "publish",
    "read_graph",
    "update",
    "write_table",
    "write_tables",
]

#: File of what was found in each text, by the digest of the text and the pipeline's version.
EXTRACTIONS: Final = "extractions.parquet"
#: Files of what was read, see :mod:`paperlattice.graph.readings`.
_READINGS: Final = "readings.parquet"
_SKIPPED: Final = "skipped.jsonl"

#: Texts after which what was found is put on disk, for a build that is cut short.
_KEPT_AT_ONCE = 1000
# Libraries that the bytes of a build may depend on.
_LIBRARIES = ("numpy", "pyarrow", "scipy", "sparse-dot-topn", "scikit-network")

Progress = Callable[[str, int, int], None]
Export = Callable[[Graph, Path, Sequence[Source]], None]


@dataclass(frozen=True)
class Outcome:
    """What a build did.

    out: where. unchanged: nothing was to be done, and nothing was written.
    extracted, reused: texts that were extracted from, and those known from an earlier build.
    added, changed, removed, kept: papers that were not there before, are there with another
    text or other metadata, left (``prune``), or are in none of the files read now and stayed.
    skipped: all that is in ``out/skipped.jsonl``: what no paper of the build has taken up.
    """

    out: Path
    unchanged: bool
    papers: int
    extracted: int
    reused: int
    added: int
    changed: int
    removed: int
    kept: int
    skipped: tuple[Skipped, ...] = ()

    @cached_property
    def graph(self) -> Graph:
        """The graph that was built, read back."""
        return read_graph(self.out)


def update(
    papers: Iterable[Paper],
    out: Path | str,
    *,
    sources: Iterable[Source] = (),
    unreadable: Iterable[Skipped] = (),
    prune: bool = False,
    aliases: Iterable[Alias] = (),
    top_k: int = TOP_K,
    max_df: float = MAX_DF,
    processes: int = 1,
    export: Export | None = None,
    settings: Mapping[str, object] | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Bring the build in ``out`` up to date with some papers; make it where there is none.

    Papers that ``out`` has and the input has not stay, unless ``prune``. What a file said when
    it was read before counts no more. The result is the same bytes as a build of all the files
    from nothing. Only texts that are new or changed are extracted from.

    Args:
        papers: as often as they were read, as in
            :attr:`~paperlattice.extract.readers.Corpus.readings`; papers that are one are
            merged here.
        out: the directory; nothing in it changes before all is written.
        sources: the files that the papers were read from.
        unreadable: pieces of these files that are no papers.
        prune: whether papers that are not in the input leave, and all that is of other files.
        aliases: see :func:`~paperlattice.graph.build`.
        top_k: see :func:`~paperlattice.graph.build`.
        max_df: see :func:`~paperlattice.graph.build`.
        processes: how many worker processes extract.
        export: called with the graph, a directory to write further files into, and the files
            that the graph was made from: now, and in builds before this one.
        settings: what else the files depend on, as JSON values; with other settings than
            those of the build that is there, all is written anew.
        progress: called with a stage ("extract", "build", "export"), how far it is, of what.

    Raises:
        StoreError: where another build is writing there, ``out`` is something else, or the
            disk is full; ``out`` is then as it was.
    """
    report = progress or (lambda stage, done, total: None)
    with frugal(), workplace(out) as place:
        old = _read_holdings(place) if place.manifest else nothing()
        new, kept = join(nothing() if prune else old, papers, sources, unreadable)
        aliases = tuple(aliases)
        options = {
            "top_k": top_k,
            "max_df": max_df,
            "aliases": aliases,
            "settings": dict(settings or {}),
        }
        about = {
            "graph": _version(),
            "pipeline": PIPELINE_VERSION,
            "options": json.loads(json.dumps(options)),
            "papers": new.papers.num_rows,
            "sources": [_describe(source) for source in new.sources],
            "replaced": [_describe(source) for source in new.replaced],
        }
        count = new.papers.num_rows
        added, changed, removed = _differences(old.papers, new.papers)
        differs = (
            bool(added or changed or removed)
            or old.skipped != new.skipped
            or not old.readings.equals(new.readings)
        )
        del old  # as large as what is built now
        give_back()
        outcome = Outcome(
            place.out,
            unchanged=True,
            papers=count,
            extracted=0,
            reused=count,
            added=added,
            changed=changed,
            removed=removed,
            kept=kept,
            skipped=new.skipped,
        )
        if not differs and _is_intact(place, about):
            return outcome
        write_table(new.readings, place.staging / _READINGS)
        _write_skipped(new.skipped, place.staging / _SKIPPED)
        extracted, missing = _extract(place, new.papers, processes, report)
        report("build", 0, 1)
        graph = build_from(extracted, aliases=aliases, top_k=top_k, max_df=max_df)
        del extracted
        give_back()
        write_tables(graph, place.staging)
        report("build", 1, 1)
        if export is not None:
            export(graph, place.staging, (*new.sources, *new.replaced))
        place.publish(about)
        return replace(outcome, unchanged=False, extracted=missing, reused=count - missing)


def _read_holdings(place: Workplace) -> Holdings:
    """Read what the build that is there holds of papers and files."""
    manifest = place.manifest or {}
    papers = _read_table(place.out, "papers.parquet", SCHEMAS["papers"])
    readings = _read_table(place.out, _READINGS, READINGS)
    try:
        sources, replaced = (
            tuple(_source(described) for described in manifest[key])
            for key in ("sources", "replaced")
        )
        held = Holdings(papers, readings, sources, replaced)
        contradictions = set(held.contradictions)
        lines = (place.out / _SKIPPED).read_bytes().splitlines()  # of bytes: at line feeds only
        skipped = [_read_skipped(line) for line in lines]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{place.out}: holds a build that cannot be read: {error}") from error
    return replace(held, unreadable=tuple(s for s in skipped if s not in contradictions))


def _read_table(out: Path, name: str, schema: pa.Schema) -> pa.Table:
    try:
        return pq.read_table(out / name).cast(schema)
    except (OSError, pa.ArrowInvalid, ValueError) as error:
        raise StoreError(f"{out}: holds a build that cannot be read: {error}") from error


def _describe(source: Source) -> dict[str, object]:
    day = source.snapshot
    return {**asdict(source), "snapshot": day and day.isoformat()}


def _source(described: Mapping[str, Any]) -> Source:
    day = described["snapshot"]
    return Source(**{**described, "snapshot": day and date.fromisoformat(day)})


def _write_skipped(skipped: Iterable[Skipped], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for one in skipped:
            record = {
                "path": one.place.path,
                "line": one.place.line,
                "problem": one.problem,
                "excerpt": one.excerpt,
            }
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def _read_skipped(line: bytes) -> Skipped:
    record = json.loads(line)
    place = Place(record["path"], record["line"])
    return Skipped(place, record["problem"], record["excerpt"])


#: Rows that are compared one by one where not all of them are equal.
_COMPARED = 4096


def _differences(old: pa.Table, new: pa.Table) -> tuple[int, int, int]:
    """Count rows added, changed and removed, by id."""
    if old.equals(new):
        return 0, 0, 0
    both = pc.is_in(new["id"], value_set=old["id"])
    here, there = new.filter(both), old.filter(pc.is_in(old["id"], value_set=new["id"]))
    changed = 0
    for start in range(0, here.num_rows, _COMPARED):
        one, other = here.slice(start, _COMPARED), there.slice(start, _COMPARED)
        if not one.equals(other):
            pairs = zip(one.to_pylist(), other.to_pylist(), strict=True)
            changed += sum(row != before for row, before in pairs)
    return new.num_rows - here.num_rows, changed, old.num_rows - there.num_rows


def _is_intact(place: Workplace, about: Mapping[str, Any]) -> bool:
    """Whether what is there was made the same way, and all of it is still there."""
    manifest = place.manifest
    if manifest is None or any(manifest.get(key) != value for key, value in about.items()):
        return False
    for file in manifest["files"]:
        path = place.out / file["path"]
        if not path.is_file() or path.stat().st_size != file["bytes"]:
            return False
    return True


@cache
def _version() -> str:
    """Hash the code that comes after extraction, and the versions of what it relies on."""
    digest = hashlib.sha256(" ".join(f"{name} {version(name)}" for name in _LIBRARIES).encode())
    for package in ("paperlattice.graph", "paperlattice.export"):
        _hash(resources.files(package), digest.update)
    return digest.hexdigest()[:16]


def _hash(folder: Any, update: Callable[[bytes], None]) -> None:
    for item in sorted(folder.iterdir(), key=lambda item: str(item.name)):
        if item.is_dir():
            if item.name != "__pycache__":
                _hash(item, update)
        elif not item.name.endswith(".pyc"):
            update(item.name.encode() + b"\0" + item.read_bytes())


def _digest(text: str) -> bytes:
    """What a text is known by: another pipeline may find other things in it."""
    return hashlib.sha256(f"{PIPELINE_VERSION}\0{text}".encode()).digest()[:16]


#: Papers whose texts are Python strings at one time.
_AT_ONCE = 8192


def _digests(papers: pa.Table) -> pa.Array:
    """Digest the text of each paper."""
    digests: list[bytes] = []
    for start in range(0, papers.num_rows, _AT_ONCE):
        rows = papers.slice(start, _AT_ONCE)
        titles, abstracts = rows["title"].to_pylist(), rows["abstract"].to_pylist()
        texts = map("{}\n{}".format, titles, abstracts)  # Paper.text
        digests += [_digest(text) for text in texts]
    return pa.array(digests, pa.binary(16))


def _papers_at(table: pa.Table, rows: pa.Array) -> Iterator[Paper]:
    """Give the papers of some rows, few at a time."""
    for start in range(0, len(rows), _KEPT_AT_ONCE):
        yield from papers_of(table.take(rows.slice(start, _KEPT_AT_ONCE)))


def _extract(
    place: Workplace, papers: pa.Table, processes: int, report: Progress
) -> tuple[Extracted, int]:
    """Find what is in the papers, from earlier builds where they know it; writes the file.

    Returns it, and from how many texts it had to be extracted now.
    """
    digests = _digests(papers)
    rows = pc.index_in(digests, value_set=_known(place, ["digest"])["digest"])
    missing = pa.array(np.flatnonzero(rows.is_null().to_numpy(zero_copy_only=False)))
    report("extract", 0, len(missing))
    done = 0
    # One text may stand in several papers; the cache finds it for the second of them.
    found = extract(_papers_at(papers, missing), processes=processes)
    for batch in _batches(found, _KEPT_AT_ONCE):
        part = nest(tabulate(batch))
        texts = {extraction.paper.id: extraction.paper.text for extraction in batch}
        batch_digests = [_digest(texts[paper]) for paper in sorted(texts)]
        part = part.add_column(0, "digest", pa.array(batch_digests, pa.binary(16)))
        write_table(part, place.kept / f"{batch_digests[0].hex()}.parquet")
        done += len(batch)
        report("extract", done, len(missing))
    known = _known(place)
    rows = pc.index_in(digests, value_set=known["digest"])
    nested = known.drop_columns(["digest"]).take(rows)
    del known
    give_back()
    write_table(nested.add_column(0, "digest", digests), place.staging / EXTRACTIONS)
    found_in = flatten(papers, nested)
    give_back()
    return found_in, len(missing)


def _known(place: Workplace, columns: list[str] | None = None) -> pa.Table:
    """Read what earlier builds found: the one that is visible, and one that was cut short.

    columns: only these.
    """
    empty = nest(tabulate([])).add_column(0, "digest", pa.array([], pa.binary(16)))
    tables = [empty.select(columns or empty.column_names)]
    for path in [place.out / EXTRACTIONS, *sorted(place.kept.glob("*.parquet"))]:
        try:
            if pq.read_schema(path).equals(empty.schema):
                tables.append(pq.read_table(path, columns=columns))
        except (OSError, pa.ArrowInvalid):
            continue  # not there, or damaged: its texts are extracted from again
    return pa.concat_tables(tables)


def _batches(extractions: Iterator[Extraction], size: int) -> Iterator[list[Extraction]]:
    while batch := list(islice(extractions, size)):
        yield batch


def write_tables(graph: Graph, out: Path | str) -> list[Path]:
    """Write ``out/<table>.parquet`` for each table; equal graphs make equal bytes.

    Each file is written under another name and renamed, so that none is ever half there.
    """
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    return [write_table(table, out / f"{name}.parquet") for name, table in graph.tables.items()]


def write_table(table: pa.Table, path: Path) -> Path:
    """Write one table as a Parquet file, whole or not at all."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        # Row groups of a fixed length: the bytes must not depend on how the table was chunked.
        pq.write_table(
            table.combine_chunks(), temporary, compression="zstd", row_group_size=1 << 17
        )
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def read_graph(out: Path | str) -> Graph:
    """Read the graph that a build left in a directory; all tables are of one build.

    Raises StoreError where the directory holds none, or one of another version.
    """
    out = Path(out)
    # A build that is published while we read exchanges the directory: then we begin again.
    for _ in range(20):
        before = (read_manifest(out), _inode(out))
        try:
            graph = _read_tables(out)
        except StoreError:
            if (read_manifest(out), _inode(out)) == before:
                raise
            continue
        if (read_manifest(out), _inode(out)) == before:
            return graph
    raise StoreError(f"{out}: is being replaced again and again; try later")


def _inode(out: Path) -> int | None:
    try:
        return out.stat().st_ino
    except OSError:
        return None


def _read_tables(out: Path) -> Graph:
    tables: dict[str, pa.Table] = {}
    for name, schema in SCHEMAS.items():
        path = out / f"{name}.parquet"
        try:
            table = pq.read_table(path)
        except FileNotFoundError:
            raise StoreError(f"{out}: want the graph of a build, found no {path.name}") from None
        except (pa.ArrowInvalid, OSError) as error:
            raise StoreError(f"{path}: want a Parquet table, found: {error}") from error
        if table.schema.names != schema.names:
            raise StoreError(f"{path}: want the columns of this version; build again")
        tables[name] = table
    return Graph(tables)
