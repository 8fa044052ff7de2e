"""A build is brought up to date: the same bytes as from nothing, whatever happens on the way."""

import errno
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from paperlattice.extract.readers import Source, make_paper
from paperlattice.extract.records import EntityType, Paper, Place
from paperlattice.graph import store
from paperlattice.graph.aliases import Alias
from paperlattice.graph.model import Graph
from paperlattice.graph.store import StoreError, read_graph, update


def paper(number: int, text: str = "", path: str = "a.txt") -> Paper:
    abstract = text or f"We propose Net{number}X. It uses LoRA on CIFAR-{number % 3 + 8}."
    return Paper(
        f"title-{number:03}", f"Net{number}X: Work", abstract, places=(Place(path, number),)
    )


OLD = [paper(n) for n in range(12)]
NEW = [*OLD[3:], paper(2, "We change our mind about ResNet here."), paper(40), paper(41)]


def files(out: Path) -> dict[str, bytes]:
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The older and the newer state, each built from nothing."""
    folder = tmp_path_factory.mktemp("states")
    update(OLD, folder / "old")
    update(NEW, folder / "new")
    return files(folder / "old"), files(folder / "new")


States = tuple[dict[str, bytes], dict[str, bytes]]


def test_an_update_gives_the_bytes_of_a_build_from_nothing(tmp_path: Path, states: States) -> None:
    out = tmp_path / "out"
    first = update(OLD, out)
    assert (first.added, first.extracted, first.reused) == (12, 12, 0)
    assert files(out) == states[0]
    second = update(NEW, out, prune=True)
    assert (second.added, second.changed, second.removed) == (2, 1, 2)
    assert (second.extracted, second.reused) == (3, 9)
    assert files(out) == states[1]


def test_nothing_new_is_nothing_done(tmp_path: Path) -> None:
    update(OLD, tmp_path / "out")
    inode = (tmp_path / "out").stat().st_ino
    assert update(OLD[::-1], tmp_path / "out").unchanged
    assert (tmp_path / "out").stat().st_ino == inode


@pytest.mark.parametrize(
    "spoil",
    [
        lambda out: (out / "links.parquet").unlink(),
        lambda out: (out / "links.parquet").write_bytes(b""),
        lambda out: (out / store.EXTRACTIONS).write_bytes(b"no table"),
        lambda out: (out / store.EXTRACTIONS).unlink(),
    ],
)
def test_what_is_damaged_is_made_again(
    tmp_path: Path, states: States, spoil: Callable[[Path], None]
) -> None:
    update(OLD, tmp_path / "out")
    spoil(tmp_path / "out")
    assert not update(OLD, tmp_path / "out").unchanged
    assert files(tmp_path / "out") == states[0]


def test_other_options_and_settings_build_again_without_extracting(tmp_path: Path) -> None:
    out = tmp_path / "out"
    update(OLD, out)
    alias = Alias(EntityType.DATASET, "CIFAR", "CIFAR-8", "mine.tsv:1")
    others: list[dict[str, Any]] = [
        {"top_k": 1},
        {"settings": {"to": ["rdf"]}},
        {"aliases": [alias]},
    ]
    for options in others:
        outcome = update(OLD, out, **options)
        assert update(OLD, out, **options).unchanged
        assert (outcome.unchanged, outcome.extracted) == (False, 0)


def test_another_pipeline_extracts_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    update(OLD, tmp_path / "out")
    monkeypatch.setattr(store, "PIPELINE_VERSION", "another")
    assert update(OLD, tmp_path / "out").extracted == len(OLD)


def test_without_prune_papers_stay(tmp_path: Path) -> None:
    update(OLD, tmp_path / "out")
    outcome = update([paper(40, path="b.txt")], tmp_path / "out")
    assert (outcome.papers, outcome.kept, outcome.removed) == (13, 12, 0)


def test_a_paper_on_two_pages_keeps_both_places(tmp_path: Path) -> None:
    first = make_paper("One work", "LoRA.", place=Place("a", 1))
    second = make_paper("One work", "LoRA.", place=Place("b", 2), venue="A venue")
    update([first], tmp_path / "steps")
    update([second], tmp_path / "steps")
    update([first, second], tmp_path / "once")
    assert len(read_graph(tmp_path / "once").papers.places[0]) == 2
    assert files(tmp_path / "steps") == files(tmp_path / "once")


def test_a_place_in_a_file_read_again_is_the_new_one(tmp_path: Path) -> None:
    for line in (1, 5):
        update([Paper("title-1", "One work", "X.", places=(Place("a", line),))], tmp_path / "out")
    assert list(read_graph(tmp_path / "out").papers.places[0]) == [{"path": "a", "line": 5}]


def test_exports_are_part_of_the_state(tmp_path: Path) -> None:
    def export(graph: Graph, staging: Path, sources: Sequence[Source]) -> None:
        (staging / "x.txt").write_text(repr(graph))

    update(OLD, tmp_path / "out", export=export)
    assert (tmp_path / "out" / "x.txt").read_text() == repr(read_graph(tmp_path / "out"))


def test_one_text_in_two_papers_is_found_for_both(tmp_path: Path) -> None:
    twins = [Paper(f"arxiv-{n}", "A work", "It uses ResNet.", arxiv_id=n) for n in "12"]
    outcome = update(twins, tmp_path / "out")
    assert set(outcome.graph.statements.paper) == {"arxiv-1", "arxiv-2"}


def run(papers: list[Paper], out: Path) -> None:
    update(papers, out, prune=True)


def in_child(work: Callable[[], None], *, setup: Callable[[], None]) -> int:
    """Run something in a forked process; gives its wait status."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            setup()
            work()
            status = 0
        except StoreError:
            status = 3
        finally:
            os._exit(status)
    return os.waitpid(child, 0)[1]


_TOUCHES = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.truncate",
            "os.scandir", "os.listdir", "shutil.rmtree", "ctypes.dlsym"}  # fmt: skip


def at_touch(number: int, act: Callable[[], None]) -> Callable[[], None]:
    """Make a setup that acts at the n-th touch of the file system from then on."""

    def install() -> None:
        left = [number]

        def hook(event: str, arguments: tuple[object, ...]) -> None:
            if event in _TOUCHES:
                left[0] -= 1
                if left[0] == 0:
                    act()

        sys.addaudithook(hook)

    return install


def kill_self() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def no_space() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("exchange", [True, False], ids=["exchange", "two renames"])
def test_killed_at_any_touch_of_the_disk_a_whole_state_is_visible(
    tmp_path: Path, states: States, exchange: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not exchange:
        monkeypatch.setattr("paperlattice.graph.publish._exchange_at_once", lambda a, b: False)
    out = tmp_path / "out"
    seen, touch = set(), 0
    for touch in range(1, 1000, 7 if exchange else 17):
        update(OLD, out, prune=True)
        status = in_child(lambda: run(NEW, out), setup=at_touch(touch, kill_self))
        if status == 0:
            break
        assert os.WTERMSIG(status) == signal.SIGKILL
        if out.exists():
            assert files(out) in states
            seen.add(states.index(files(out)))
        else:  # between the two renames
            assert not exchange
        update(NEW, out, prune=True)
        assert files(out) == states[1]
        assert os.listdir(tmp_path) == ["out"]
    assert touch > 100
    assert seen == {0, 1}


def test_a_full_disk_at_any_touch_leaves_the_old_state(tmp_path: Path, states: States) -> None:
    out = tmp_path / "out"
    update(OLD, out)
    statuses = set()
    for touch in range(10, 200, 20):
        status = in_child(lambda: run(NEW, out), setup=at_touch(touch, no_space))
        statuses.add(os.waitstatus_to_exitcode(status))
        assert files(out) in states
        update(OLD, out, prune=True)
        assert files(out) == states[0]
    assert statuses <= {0, 3}
    assert 3 in statuses


@pytest.mark.parametrize("most", [0, 100, 2000, 5000])
def test_files_that_may_not_grow_leave_the_old_state(
    tmp_path: Path, states: States, most: int
) -> None:
    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    out = tmp_path / "out"
    update(OLD, out)
    status = in_child(lambda: run(NEW, out), setup=limit)
    assert os.waitstatus_to_exitcode(status) == 3
    assert files(out) == states[0]
    update(NEW, out, prune=True)
    assert files(out) == states[1]


def test_what_was_extracted_before_a_kill_is_not_extracted_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_KEPT_AT_ONCE", 4)
    monkeypatch.setattr(store, "build_from", lambda *_, **__: kill_self())
    in_child(lambda: run(OLD, tmp_path / "out"), setup=lambda: None)
    monkeypatch.undo()
    outcome = update(OLD, tmp_path / "out")
    assert (outcome.extracted, outcome.reused) == (0, 12)
    assert os.listdir(tmp_path) == ["out"]


def test_a_reader_beside_the_writer_reads_one_build(tmp_path: Path) -> None:
    out = tmp_path / "out"
    update(OLD, out)
    links = {}
    for name, state in (("old", OLD), ("new", NEW)):
        update(state, tmp_path / name)
        graph = read_graph(tmp_path / name)
        links[tuple(graph.papers.id)] = graph.tables["links"]
    with running(lambda: [update(s, out, prune=True) for s in (NEW, OLD)]):
        for _ in range(60):
            read = read_graph(out)
            assert read.tables["links"].equals(links[tuple(read.papers.id)])


@contextmanager
def running(work: Callable[[], object]) -> Iterator[None]:
    """Repeat something in a thread until the block ends."""
    stop = threading.Event()

    def loop() -> None:
        while not stop.is_set():
            work()

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_no_clock_and_no_path_is_in_the_files(tmp_path: Path) -> None:
    for name in ("one", "two/below"):
        update(OLD, tmp_path / name)
    assert files(tmp_path / "one") == files(tmp_path / "two" / "below")
    assert pq.read_metadata(tmp_path / "one" / "papers.parquet").num_rows == 12
