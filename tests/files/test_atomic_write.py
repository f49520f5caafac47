"""Files are written whole or not at all, and nothing is left beside them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from handoffd.files.atomic_write import create_whole, write_under_git_lock, write_whole
from handoffd.model.errors import UserError

needs_rights = pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755])
@pytest.mark.parametrize("fsync", [True, False])
def test_text_and_mode_are_those_asked_for(tmp_path: Path, mode: int, fsync: bool) -> None:
    file = tmp_path / "a"
    file.write_text("before")
    file.chmod(0o666)
    write_whole(file, "after \udcff", mode, fsync=fsync)
    assert file.read_bytes() == b"after \xff"
    assert stat.S_IMODE(file.stat().st_mode) == mode
    assert names(tmp_path) == ["a"]


def test_a_file_of_one_s_own_is_private_by_default(tmp_path: Path) -> None:
    write_whole(tmp_path / "a", "")
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600


def test_a_link_is_replaced_and_what_it_leads_to_stays(tmp_path: Path) -> None:
    (tmp_path / "theirs").write_text("theirs")
    (tmp_path / "a").symlink_to("theirs")
    write_whole(tmp_path / "a", "ours")
    assert (tmp_path / "theirs").read_text() == "theirs"
    assert not (tmp_path / "a").is_symlink() and (tmp_path / "a").read_text() == "ours"


@pytest.mark.parametrize("kind", ["file", "link"])
def test_a_draft_that_is_there_goes_and_is_not_written_through(tmp_path: Path, kind: str) -> None:
    (tmp_path / "theirs").write_text("theirs")
    draft = tmp_path / "a.new"
    if kind == "link":
        draft.symlink_to("theirs")
    else:
        draft.write_text("half")
    write_whole(tmp_path / "a", "whole", draft="a.new")
    assert (tmp_path / "theirs").read_text() == "theirs" and (tmp_path / "a").read_text() == "whole"
    assert names(tmp_path) == ["a", "theirs"]


def test_where_it_fails_the_file_is_as_it_was_and_no_draft_stays(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "inside").touch()
    with pytest.raises(OSError):
        write_whole(tmp_path / "a", "text")
    assert names(tmp_path) == ["a"] and names(tmp_path / "a") == ["inside"]


def test_git_s_lock_is_taken_and_let_go_of(tmp_path: Path) -> None:
    write_under_git_lock(tmp_path / "config", "ours", 0o644)
    assert names(tmp_path) == ["config"]
    (tmp_path / "config.lock").write_text("git's")
    with pytest.raises(UserError, match="is locked by git"):
        write_under_git_lock(tmp_path / "config", "ours again", 0o644)
    assert (tmp_path / "config").read_text() == "ours" and (tmp_path / "config.lock").read_text() == "git's"


def test_what_is_created_once_stays(tmp_path: Path) -> None:
    create_whole(tmp_path / "key", b"first")
    create_whole(tmp_path / "key", b"second")
    assert (tmp_path / "key").read_bytes() == b"first"
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert names(tmp_path) == ["key"]


@needs_rights
def test_a_folder_without_rights_raises(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(PermissionError):
            write_whole(tmp_path / "a", "text")
        with pytest.raises(PermissionError):
            create_whole(tmp_path / "a", b"text")
    finally:
        tmp_path.chmod(0o700)
