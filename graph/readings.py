"""What was read of each paper, and from which version of which file: what a store joins anew.

Which papers are one, and what is kept of each, follows from all that was read of them; a store
of nothing but merged papers could not tell what a build of all files from nothing would make.
Most papers were read once, and their row says what was read. Of the others the readings are kept
beside the papers, as are those that contradict others, for another file may settle it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from paperlattice.extract.readers import Source
from paperlattice.extract.readers.making import title_key
from paperlattice.extract.readers.merging import Groups, group_papers, merge_group
from paperlattice.extract.records import Paper, Skipped
from paperlattice.graph.arrays import Bools, Ints
from paperlattice.graph.extracted import paper_rows, papers_of, tabulate_papers
from paperlattice.graph.schema import SCHEMAS

#: The table of readings that are not simply the row of their paper; the columns of papers, and
READINGS = pa.schema(
    [
        *SCHEMAS["papers"],
        pa.field("paper", pa.string()),  # id of the paper that it is a reading of; null for none
        pa.field("problem", pa.string()),  # why it is of none
        pa.field("sha256", pa.string(), nullable=False),  # of its file; "" where it is not known
        pa.field("current", pa.bool_(), nullable=False),  # whether the file is still that one
    ]
)


@dataclass(frozen=True)
class Holdings:
    """What a store holds of papers and of files.

    papers: the table of papers. readings: as in :data:`READINGS`.
    sources: the files as they were read last, by path. replaced: earlier versions of them, from
        which papers stay that no file has any more.
    unreadable: pieces of the files that are no papers.
    """

    papers: pa.Table
    readings: pa.Table
    sources: tuple[Source, ...] = ()
    replaced: tuple[Source, ...] = ()
    unreadable: tuple[Skipped, ...] = ()

    @property
    def contradictions(self) -> tuple[Skipped, ...]:
        """Readings that are of no paper, since they contradict others."""
        refused = self.readings.filter(pc.is_valid(self.readings["problem"]))
        problems = refused["problem"].to_pylist()
        papers = papers_of(refused.select(SCHEMAS["papers"].names))
        return tuple(
            Skipped(paper.places[0], problem, paper.title[:80])
            for paper, problem in zip(papers, problems, strict=True)
        )

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """All that is in no paper, sorted by place."""
        return tuple(sorted([*self.unreadable, *self.contradictions], key=_by_place))


def _by_place(skipped: Skipped) -> tuple[Skipped, str]:
    return skipped, skipped.excerpt


def nothing() -> Holdings:
    """Give what a store holds before its first build."""
    return Holdings(tabulate_papers([]), READINGS.empty_table())


class _Reading(NamedTuple):
    """What was read of a paper; sha256 and current as in :data:`READINGS`."""

    paper: Paper
    sha256: str
    current: bool
    now: bool  # whether it was read now


def join(
    old: Holdings,
    papers: Iterable[Paper],
    sources: Iterable[Source] = (),
    unreadable: Iterable[Skipped] = (),
) -> tuple[Holdings, int]:
    """Add what was read now to what a store holds; also says how many papers were not read now.

    papers: as often as they were read. sources, unreadable: see :class:`Holdings`.

    What a file said when it was read before counts no more. But a paper that it has no more,
    and that no other file has, stays.
    """
    sources = tuple(sources)
    versions = {source.path: source.sha256 for source in sources}
    given = [_Reading(paper, _version(paper, versions), True, True) for paper in papers]
    again = set(versions).union(*(_files(one.paper) for one in given))
    before = _Before(old)
    touched = before.touched(again)
    affected = before.connected(touched, [one.paper for one in given])
    stay = before.still(affected & ~before.repeated(versions), again)
    table, held, not_now = _merge([*given, *stay])
    if before.count:
        gone = before.papers.filter(pa.array(affected))
        rows = old.papers.filter(pc.invert(pc.is_in(old.papers["id"], value_set=gone)))
        table = pa.concat_tables([rows, table]).sort_by("id")
        not_now += rows.num_rows
        unaffected = pa.array(~affected[len(before.once) :])
        held = pa.concat_tables([old.readings.filter(unaffected), held])
    latest = {source.path: source for source in (*old.sources, *sources)}
    unread = [skipped for skipped in old.unreadable if skipped.place.path not in again]
    joined = Holdings(
        table,
        _in_order(held),
        tuple(latest[path] for path in sorted(latest)),
        _replaced((*old.sources, *old.replaced), held),
        tuple(sorted([*unread, *unreadable], key=_by_place)),
    )
    return joined, not_now


def _version(paper: Paper, versions: Mapping[str, str]) -> str:
    """Give the version of the file that a paper was read from; "" for one of several files."""
    files = _files(paper)
    return versions.get(files.pop(), "") if len(files) == 1 else ""


def _files(paper: Paper) -> set[str]:
    """Give the files that a paper is from; papers without places are as from one file, ""."""
    return {place.path for place in paper.places} or {""}


class _Before:
    """The readings of a store: first those that are the rows of their papers, then the others.

    once: rows in ``old.papers`` of the first. papers: the id of the paper of each, null for none.
    path, sha256: of its file; "" where it is of several, or the version is not known.
    """

    def __init__(self, old: Holdings) -> None:
        self.old = old
        several = pc.is_in(old.papers["id"], value_set=old.readings["paper"])
        self.once: Ints = np.flatnonzero(~several.to_numpy())
        rows = old.papers.select(["id", "places"]).take(pa.array(self.once))
        self.papers = _joined(rows["id"], old.readings["paper"])
        self.count = len(self.papers)
        places = _joined(rows["places"], old.readings["places"])
        self._paths = pc.list_flatten(places).field("path").dictionary_encode()
        self._row_of_place: Ints = pc.list_parent_indices(places).to_numpy().astype(np.int64)
        self.path = self._only_path()
        version = {source.path: source.sha256 for source in old.sources}
        held = _look_up(version, self.path[: len(self.once)])
        self.sha256 = _joined(held, old.readings["sha256"])

    def _only_path(self) -> pa.Array:
        codes = self._paths.indices.to_numpy().astype(np.int64)
        only = np.full(self.count, -1)
        only[self._row_of_place] = codes
        only[self._row_of_place[only[self._row_of_place] != codes]] = -1
        return pc.fill_null(self._paths.dictionary.take(pa.array(only, mask=only < 0)), "")

    def touched(self, paths: Collection[str]) -> Bools:
        """Choose the readings of these files."""
        among = pc.is_in(self._paths.dictionary, value_set=pa.array(sorted(paths), pa.string()))
        chosen = np.full(self.count, "" in paths)
        chosen[self._row_of_place] = False
        here = among.to_numpy(zero_copy_only=False)[self._paths.indices.to_numpy()]
        chosen[self._row_of_place[here]] = True
        return chosen

    def repeated(self, versions: Mapping[str, str]) -> Bools:
        """Choose the readings of these versions of files."""
        same = pc.equal(_look_up(versions, self.path), self.sha256)
        known = pc.not_equal(self.sha256, "")
        return np.asarray(pc.and_(same, known).to_numpy(zero_copy_only=False), dtype=bool)

    def connected(self, rows: Bools, papers: Sequence[Paper]) -> Bools:
        """Choose the readings on which some of them, or further papers, may have an influence.

        Those are the ones with which they share an identifier or a title, and so on: see
        :func:`~paperlattice.extract.readers.merging.group_papers`.
        """
        if rows.all():
            return rows
        names = ["arxiv_id", "doi", "title"]
        ours = self.old.papers.select(names).take(pa.array(self.once))
        table = pa.concat_tables([ours, self.old.readings.select(names)])
        size = self.count + len(papers)
        first, second = [], []
        for name in names:
            values = [*table[name].to_pylist(), *(getattr(paper, name) for paper in papers)]
            if name == "title":
                values = [title_key(title) for title in values]
            nodes, found = np.flatnonzero([value is not None for value in values]), _codes(values)
            first.append(nodes)
            second.append(found + size)  # a node for each value, behind those of the readings
            size += int(found.max(initial=-1)) + 1
        ends = np.concatenate(first), np.concatenate(second)
        graph = sparse.coo_matrix((np.ones(len(ends[0]), dtype=bool), ends), (size, size))
        part = connected_components(graph, directed=False)[1][: self.count + len(papers)]
        chosen = np.concatenate([rows, np.ones(len(papers), dtype=bool)])
        affected: Bools = np.isin(part, part[chosen])[: self.count]
        return affected

    def still(self, rows: Bools, again: Collection[str]) -> Iterator[_Reading]:
        """Give what still counts of some readings when files were read again."""
        at = np.flatnonzero(rows)
        split = np.searchsorted(at, len(self.once))
        names = SCHEMAS["papers"].names
        others = self.old.readings.take(pa.array(at[split:] - len(self.once)))
        table = pa.concat_tables(
            [
                self.old.papers.take(pa.array(self.once[at[:split]])),
                others.select(names),
            ]
        )
        current = [*[True] * int(split), *others["current"].to_pylist()]
        versions_of = self.sha256.take(pa.array(at)).to_pylist()
        for paper, sha256, now in zip(papers_of(table), versions_of, current, strict=True):
            files = _files(paper)
            if files.isdisjoint(again):
                yield _Reading(paper, sha256, now, False)
            elif files.issubset(again):
                yield _Reading(paper, sha256, False, False)
            else:
                elsewhere = tuple(place for place in paper.places if place.path not in again)
                yield _Reading(replace(paper, places=elsewhere), sha256, now, False)


def _joined(*columns: pa.Array | pa.ChunkedArray) -> pa.Array:
    chunks = [c for column in columns for c in getattr(column, "chunks", [column])]
    return pa.concat_arrays(chunks) if chunks else pa.array([], columns[0].type)


def _look_up(values: Mapping[str, str], keys: pa.Array) -> pa.Array:
    """Give the value of each key, "" where it has none."""
    names, texts = (pa.array(list(part), pa.string()) for part in (values, values.values()))
    return pc.fill_null(texts.take(pc.index_in(keys, value_set=names)), "")


def _codes(values: Sequence[str | None]) -> Ints:
    """Number the distinct values; those that are None are left out."""
    encoded = pa.array([value for value in values if value is not None], pa.string())
    codes: Ints = encoded.dictionary_encode().indices.to_numpy().astype(np.int64)
    return codes


def _merge(readings: list[_Reading]) -> tuple[pa.Table, pa.Table, int]:
    """Make papers of readings: their table, that of readings, and how many were not read now."""
    groups, of = _group(readings)
    papers = [merge_group(group) for group in groups.papers]
    held = [
        (reading, merged.id, None)
        for group, merged in zip(groups.papers, papers, strict=True)
        for reading in (of[id(paper)] for paper in group)
        if len(group) > 1 or not reading.current
    ]
    refused = [(of[id(paper)], None, skipped.problem) for paper, skipped in groups.contradicting]
    not_now = sum(not any(of[id(paper)].now for paper in group) for group in groups.papers)
    return tabulate_papers(papers), _tabulate([*held, *refused]), not_now


def _group(readings: list[_Reading]) -> tuple[Groups, dict[int, _Reading]]:
    """Sort readings into papers; also gives them by the identity of their ``paper``.

    One of a file as it was stays only where there is no other of its paper.
    """
    of = {id(reading.paper): reading for reading in readings}
    groups = group_papers(reading.paper for reading in readings)
    if all(reading.current for reading in readings):
        return groups, of
    stay = [
        paper
        for group in groups.papers
        for paper in group
        if of[id(paper)].current or not any(of[id(other)].current for other in group)
    ]
    stay += [paper for paper, _ in groups.contradicting if of[id(paper)].current]
    return group_papers(stay), of


def _tabulate(readings: list[tuple[_Reading, str | None, str | None]]) -> pa.Table:
    table = paper_rows(reading.paper for reading, _, _ in readings)
    for name, column in (
        ("paper", [paper for _, paper, _ in readings]),
        ("problem", [problem for _, _, problem in readings]),
        ("sha256", [reading.sha256 for reading, _, _ in readings]),
        ("current", [reading.current for reading, _, _ in readings]),
    ):
        field = READINGS.field(name)
        table = table.append_column(field, pa.array(column, field.type))
    return table


def _in_order(readings: pa.Table) -> pa.Table:
    """Sort by paper and place, whatever order they were read in."""
    places = [
        json.dumps([[p["path"], p["line"]] for p in own]) for own in readings["places"].to_pylist()
    ]
    order = ["paper", "place", "sha256", "title", "abstract"]
    table = readings.append_column("place", pa.array(places, pa.string()))
    return table.sort_by([(name, "ascending") for name in order]).drop_columns(["place"])


def _replaced(sources: Iterable[Source], readings: pa.Table) -> tuple[Source, ...]:
    """Give the versions of files that are no more, but that readings are from."""
    former = readings.select(["places", "sha256"]).filter(pc.invert(readings["current"]))
    needed = {
        (place["path"], row["sha256"]) for row in former.to_pylist() for place in row["places"]
    }
    found = {(source.path, source.sha256): source for source in sources}
    return tuple(found[version] for version in sorted(found) if version in needed)
