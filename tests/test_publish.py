"""A directory is replaced at once, by one build at a time."""

import errno
import os
import shutil
from pathlib import Path

import pytest

from paperlattice.graph import publish as publishing
from paperlattice.graph.publish import StoreError, publish, workplace


def write(out: Path, **files: str) -> None:
    with publish(out) as staging:
        for name, text in files.items():
            path = staging / name.replace("__", "/")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)


def fail_after_writing(path: Path) -> None:
    path.write_text("half")
    raise RuntimeError


def contents(out: Path) -> dict[str, str]:
    return {
        p.relative_to(out).as_posix(): p.read_text()
        for p in sorted(out.rglob("*"))
        if p.is_file() and p.name != "build.json"
    }


def test_the_new_state_replaces_the_old_one_and_leaves_nothing_beside(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    write(out, a="1", site__index="1", gone="1")
    write(out, a="2", site__index="2")
    assert contents(out) == {"a": "2", "site/index": "2"}
    assert os.listdir(out.parent) == ["out"]
    assert not any(path.is_symlink() for path in out.rglob("*"))


def test_without_an_exchange_two_renames_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "_exchange_at_once", lambda one, other: False)
    out = tmp_path / "out"
    write(out, a="1")
    write(out, a="2")
    assert contents(out) == {"a": "2"}
    assert os.listdir(tmp_path) == ["out"]


def test_after_a_kill_between_two_renames_the_old_state_comes_back(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, a="1")
    (tmp_path / ".out.building" / "staging").mkdir(parents=True)
    out.rename(tmp_path / ".out.building" / "replaced")
    with publish(out) as staging:
        assert contents(out) == {"a": "1"}
        (staging / "a").write_text("2")
    assert contents(out) == {"a": "2"}


def test_an_exception_leaves_the_old_state(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, a="1")
    with pytest.raises(RuntimeError), publish(out) as staging:
        fail_after_writing(staging / "a")
    assert contents(out) == {"a": "1"}
    assert os.listdir(tmp_path) == ["out"]


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, a="1")
    with pytest.raises(StoreError, match="No space left on device; it is as it was"), publish(out):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert contents(out) == {"a": "1"}


def test_what_others_put_there_stays(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, a="1")
    (out / "notes.txt").write_text("mine")
    (out / "mine" / "deep").mkdir(parents=True)
    (out / "mine" / "deep" / "b").write_text("mine too")
    (out / "shortcut").symlink_to("notes.txt")
    write(out, a="2")
    assert contents(out) == {
        "a": "2",
        "mine/deep/b": "mine too",
        "notes.txt": "mine",
        "shortcut": "mine",
    }
    assert (out / "shortcut").is_symlink()


@pytest.mark.parametrize("name", ["letters.txt", "build.json"])
def test_a_directory_of_other_things_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("{}")
    with pytest.raises(StoreError, match=r"want an empty directory or one that a build made"):
        write(tmp_path, a="1")
    assert os.listdir(tmp_path) == [name]


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(StoreError, match="want a directory, found a file"):
        write(tmp_path / "out", a="1")
    with pytest.raises(StoreError, match="cannot be written"):
        write(tmp_path / "out" / "below", a="1")


def test_an_empty_directory_and_a_link_are_taken(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    for text in "12":
        write(tmp_path / "link", a=text)
        assert contents(tmp_path / "real") == {"a": text}
    assert (tmp_path / "link").is_symlink()


def test_a_second_build_stops_with_one_line(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with publish(out) as staging:
        (staging / "a").write_text("first")
        with pytest.raises(StoreError, match=rf"another build.*process {os.getpid()}") as error:
            write(out, a="second")
        assert "\n" not in str(error.value)
    assert contents(out) == {"a": "first"}
    write(out, a="third")
    assert contents(out) == {"a": "third"}


def test_what_is_kept_outlasts_a_failure_and_no_success(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(RuntimeError), workplace(out) as place:
        fail_after_writing(place.kept / "part")
    with workplace(out) as place:
        assert (place.kept / "part").read_text() == "half"
        place.publish({})
    assert os.listdir(tmp_path) == ["out"]


def test_copies_and_removal_are_plain(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, a="1")
    shutil.copytree(out, tmp_path / "copy")
    shutil.rmtree(out)
    write(tmp_path / "copy", a="2")
    write(out, a="3")
    assert (contents(out), contents(tmp_path / "copy")) == ({"a": "3"}, {"a": "2"})


@pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere")
def test_a_parent_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="cannot be written"):
        write(tmp_path / "out", a="1")
