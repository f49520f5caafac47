"""Which worktrees are watched, in small files of the user's state folder."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from handoffd.files.registry import Entry, Registry, prepare_state, require_ours, state_dir
from handoffd.model.errors import UserError

ONE, TWO, LINKED = Entry("/a/.git", "/a"), Entry("/b/.git", "/b"), Entry("/a/.git", "/elsewhere")


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "state")


def test_entries_come_back_by_path(registry: Registry) -> None:
    assert registry.entries() == ()
    for entry in TWO, ONE, LINKED, ONE:
        registry.add(entry)
    assert registry.entries() == (ONE, TWO, LINKED) and registry.damaged == ()


def test_the_newest_entry_of_a_worktree_counts(registry: Registry) -> None:
    registry.add(ONE)
    registry.add(Entry("/moved/.git", "/a"))
    assert registry.entries() == (Entry("/moved/.git", "/a"),)


def test_one_is_forgotten_and_so_is_what_is_not_there(registry: Registry) -> None:
    registry.add(ONE)
    registry.add(TWO)
    registry.remove("/a")
    registry.remove("/never")
    assert registry.entries() == (TWO,)


def test_a_repository_is_forgotten_with_all_its_worktrees(registry: Registry) -> None:
    for entry in (ONE, TWO, LINKED):
        registry.add(entry)
    assert registry.remove_repository("/a/.git") == ("/a", "/elsewhere") and registry.entries() == (TWO,)


def test_paths_of_any_bytes(registry: Registry) -> None:
    odd = Entry("/\udc80\n/.git", "/\udc80\n")
    registry.add(odd)
    assert registry.entries() == (odd,)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"root": "/a"}', "[" * 100_000])
def test_a_damaged_file_is_named_and_hides_no_other(registry: Registry, tmp_path: Path, text: str) -> None:
    registry.add(ONE)
    damaged = tmp_path / "state" / "worktrees" / "x.json"
    damaged.write_text(text)
    assert registry.entries() == (ONE,) and registry.damaged == (str(damaged),)


def test_a_file_in_the_place_of_the_folder(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir(mode=0o700)
    (tmp_path / "state" / "worktrees").touch()
    assert registry.entries() == () and registry.damaged == (str(tmp_path / "state" / "worktrees"),)
    with pytest.raises(UserError):
        registry.add(ONE)


def test_files_and_folders_are_the_owners_alone(registry: Registry, tmp_path: Path) -> None:
    registry.add(ONE)
    (file,) = (tmp_path / "state" / "worktrees").iterdir()
    assert [path.stat().st_mode & 0o777 for path in (file, file.parent, file.parent.parent)] == [0o600, 0o700, 0o700]
    assert json.loads(file.read_text()) == {"common_dir": "/a/.git", "root": "/a"}


def test_a_file_that_cannot_be_written_or_removed_is_told(registry: Registry, tmp_path: Path) -> None:
    registry.add(ONE)
    (file,) = (tmp_path / "state" / "worktrees").iterdir()
    file.unlink()
    (file / "inner").mkdir(parents=True)
    with pytest.raises(UserError, match="cannot be written"):
        registry.add(ONE)
    with pytest.raises(UserError, match="cannot be removed"):
        registry.remove("/a")
    assert [path.name for path in file.parent.iterdir()] == [file.name], "no temporary file is left"


def test_the_daemon_is_wanted_until_it_is_not(registry: Registry) -> None:
    assert not registry.wanted()
    registry.set_wanted(True)
    assert registry.wanted() and registry.entries() == ()
    registry.set_wanted(False)
    registry.set_wanted(False)
    assert not registry.wanted()


def test_a_state_folder_that_others_may_write_to_is_refused(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state").chmod(0o777)
    with pytest.raises(UserError, match="can be written by others") as refused:
        registry.add(ONE)
    assert "doctor --fix" in (refused.value.hint or "")
    (tmp_path / "state").chmod(0o755)
    require_ours(tmp_path / "state" / "worktrees")


def test_missing_folders_are_made_private(tmp_path: Path) -> None:
    prepare_state(tmp_path / "a" / "b")
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("a", "a/b")] == [0o700, 0o700]


def test_one_state_folder_a_host(tmp_path: Path) -> None:
    folder = state_dir({"XDG_STATE_HOME": str(tmp_path), "HOME": "/home/a"})
    assert folder.parent == tmp_path / "handoffd" and "/" not in folder.name and folder.name
    assert state_dir({"HOME": "/home/a"}).parent == Path("/home/a/.local/state/handoffd")
    assert folder.name == "".join(sign if sign.isalnum() or sign in "-._" else "_" for sign in os.uname().nodename)
