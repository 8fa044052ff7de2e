"""The graph of a growing corpus in a directory: brought up to date, read back.

``out/<table>.parquet`` are the tables of the graph; ``out/extractions.parquet`` is what was
found in each text, so that the next build extracts only from texts that are new or changed;
``out/build.json`` says what was built. How a state becomes visible: see
:mod:`paperlattice.graph.publish`.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib import resources
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from paperlattice.extract.pipeline import PIPELINE_VERSION, extract
from paperlattice.extract.readers.merging import merge_papers
from paperlattice.extract.records import Extraction, Paper, Skipped
from paperlattice.graph.aliases import Alias
from paperlattice.graph.builder import MAX_DF, TOP_K, build_from
from paperlattice.graph.extracted import (
    Extracted,
    flatten,
    nest,
    papers_of,
    tabulate,
    tabulate_papers,
)
from paperlattice.graph.model import Graph
from paperlattice.graph.publish import (
    StoreError,
    Workplace,
    publish,
    read_manifest,
    workplace,
)
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

#: Texts after which what was found is put on disk, for a build that is cut short.
_KEPT_AT_ONCE = 1000
# Libraries that the bytes of a build may depend on.
_LIBRARIES = ("numpy", "pyarrow", "scipy", "sparse-dot-topn", "scikit-network")

Progress = Callable[[str, int, int], None]
Export = Callable[[Graph, Path], None]


@dataclass(frozen=True)
class Outcome:
    """What a build did.

    out: where. unchanged: nothing was to be done, and nothing was written.
    extracted, reused: texts that were extracted from, and those known from an earlier build.
    added, changed, removed, kept: papers that were not there before, are there with another
    text or other metadata, left (``prune``), or are in none of the files read now and stayed.
    skipped: what could not be taken up.
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

    Papers that ``out`` has and the input has not stay, unless ``prune``; a paper that both
    have keeps what files not read now say of it. The result is the same bytes as a build of
    all the papers from nothing. Only texts that are new or changed are extracted from.

    Args:
        papers: each once, as :func:`~paperlattice.extract.readers.read_corpus` gives them.
        out: the directory; nothing in it changes before all is written.
        prune: whether papers that are not in the input leave.
        aliases: see :func:`~paperlattice.graph.build`.
        top_k: see :func:`~paperlattice.graph.build`.
        max_df: see :func:`~paperlattice.graph.build`.
        processes: how many worker processes extract.
        export: called with the graph and a directory to write further files into.
        settings: what else the files depend on, as JSON values; with other settings than
            those of the build that is there, all is written anew.
        progress: called with a stage ("extract", "build", "export"), how far it is, of what.

    Raises:
        StoreError: where another build is writing there, ``out`` is something else, or the
            disk is full; ``out`` is then as it was.
    """
    report = progress or (lambda stage, done, total: None)
    with workplace(out) as place:
        old = _read_papers(place.out) if place.manifest else tabulate_papers([])
        merged, skipped, kept = _join(list(papers), old, prune)
        table = tabulate_papers(merged)
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
            "papers": table.num_rows,
        }
        added, changed, removed = _differences(old, table)
        del old  # as large as what is built now
        numbers = {"added": added, "changed": changed, "removed": removed, "kept": kept}
        if not (added or changed or removed) and _is_intact(place, about):
            return Outcome(
                place.out, True, len(merged), 0, table.num_rows, **numbers, skipped=skipped
            )
        extracted, count = _extract(place, merged, table, processes, report)
        report("build", 0, 1)
        graph = build_from(extracted, aliases=aliases, top_k=top_k, max_df=max_df)
        write_tables(graph, place.staging)
        report("build", 1, 1)
        if export is not None:
            export(graph, place.staging)
        place.publish(about)
        return Outcome(
            place.out,
            False,
            len(merged),
            count,
            table.num_rows - count,
            **numbers,
            skipped=skipped,
        )


def _read_papers(out: Path) -> pa.Table:
    try:
        return pq.read_table(out / "papers.parquet").cast(SCHEMAS["papers"])
    except (OSError, pa.ArrowInvalid, ValueError) as error:
        raise StoreError(f"{out}: holds a build that cannot be read: {error}") from error


def _join(
    papers: list[Paper], old: pa.Table, prune: bool
) -> tuple[tuple[Paper, ...], tuple[Skipped, ...], int]:
    """Join papers with those of an earlier build; also says how many of these stayed."""
    if prune or not old.num_rows:
        return tuple(sorted(papers, key=lambda paper: paper.id)), (), 0
    read_now = {place.path for paper in papers for place in paper.places}
    given = {paper.id for paper in papers}
    stay = []
    for paper in papers_of(old):
        elsewhere = tuple(place for place in paper.places if place.path not in read_now)
        if paper.id not in given:
            stay.append(paper)
        elif elsewhere:
            stay.append(replace(paper, places=elsewhere))
    if not stay:
        return tuple(sorted(papers, key=lambda paper: paper.id)), (), 0
    merged, skipped = merge_papers([*papers, *stay])
    return merged, skipped, sum(paper.id not in given for paper in merged)


def _differences(old: pa.Table, new: pa.Table) -> tuple[int, int, int]:
    """Count rows added, changed and removed, by id."""
    if old.equals(new):
        return 0, 0, 0
    both = pc.is_in(new["id"], value_set=old["id"])
    here, there = new.filter(both), old.filter(pc.is_in(old["id"], value_set=new["id"]))
    changed = 0
    if not here.equals(there):
        pairs = zip(here.to_pylist(), there.to_pylist(), strict=True)
        changed = sum(one != other for one, other in pairs)
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


def _digest(paper: Paper) -> bytes:
    """What a text is known by: another pipeline may find other things in it."""
    return hashlib.sha256(f"{PIPELINE_VERSION}\0{paper.text}".encode()).digest()[:16]


def _extract(
    place: Workplace, papers: tuple[Paper, ...], table: pa.Table, processes: int, report: Progress
) -> tuple[Extracted, int]:
    """Find what is in the papers, from earlier builds where they know it; writes the file.

    Returns it, and from how many texts it had to be extracted now.
    """
    digests = pa.array([_digest(paper) for paper in papers], pa.binary(16))
    known = _known(place)
    missing = [
        paper for paper, row in zip(papers, _rows(digests, known), strict=True) if row is None
    ]
    report("extract", 0, len(missing))
    done = 0
    # One text may stand in several papers; the cache finds it for the second of them.
    for batch in _batches(extract(missing, processes=processes), _KEPT_AT_ONCE):
        found = tabulate(batch)
        by_id = {extraction.paper.id: extraction.paper for extraction in batch}
        batch_digests = [_digest(by_id[i]) for i in found.papers["id"].to_pylist()]
        part = nest(found).add_column(0, "digest", pa.array(batch_digests, pa.binary(16)))
        write_table(part, place.kept / f"{batch_digests[0].hex()}.parquet")
        done += len(batch)
        report("extract", done, len(missing))
    if missing:
        known = _known(place)
    rows = pa.array(_rows(digests, known), pa.int64())
    nested = known.drop_columns(["digest"]).take(rows)
    write_table(nested.add_column(0, "digest", digests), place.staging / EXTRACTIONS)
    return flatten(table, nested), len(missing)


def _known(place: Workplace) -> pa.Table:
    """Read what earlier builds found: the one that is visible, and one that was cut short."""
    tables = [nest(tabulate([])).add_column(0, "digest", pa.array([], pa.binary(16)))]
    for path in [place.out / EXTRACTIONS, *sorted(place.kept.glob("*.parquet"))]:
        try:
            table = pq.read_table(path)
        except (OSError, pa.ArrowInvalid):
            continue  # not there, or damaged: its texts are extracted from again
        if table.schema.equals(tables[0].schema):
            tables.append(table)
    return pa.concat_tables(tables)


def _rows(digests: pa.Array, known: pa.Table) -> list[int | None]:
    rows: list[int | None] = pc.index_in(digests, value_set=known["digest"]).to_pylist()
    return rows


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
