"""One worktree with all that working on it needs."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from handoffd.files.config import Settings
from handoffd.files.repository_config import SwitchedOff
from handoffd.files.stamp import identity_of
from handoffd.git.repository import NotAWorktree, discover
from handoffd.model.errors import UserError
from handoffd.model.facts import Handoff
from handoffd.pipeline.workspace import NotInitialised, Workspace, make_spool, open_place, worktree_id
from tests.pipeline.begun import begun, prepared
from tests.support import Repo


def opened(path: Path) -> Workspace:
    return open_place(path, Settings(), os.environ)


def test_a_watched_worktree_from_any_folder_of_it(place: Workspace, started: Repo) -> None:
    (started.root / "deep").mkdir()
    assert opened(started.root / "deep").root == started.root and opened(started.root).id == "."


def test_what_is_no_worktree_not_watched_or_switched_off(started: Repo, tmp_path: Path) -> None:
    with pytest.raises(NotAWorktree):
        opened(tmp_path)
    with pytest.raises(NotInitialised, match="not watched"):
        opened(started.root)
    begun(started)
    started.write(".handoffd.yaml", "enabled: false\n")
    with pytest.raises(SwitchedOff):
        opened(started.root)


def test_a_linked_worktree_joins_when_it_is_first_seen(place: Workspace, started: Repo, tmp_path: Path) -> None:
    started.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "linked"))
    linked = opened(tmp_path / "linked")
    assert linked.spool.is_file() and linked.spool != place.spool and linked.journal.path == place.journal.path


def test_an_id_outlives_a_move_and_is_not_taken_over(place: Workspace, started: Repo, tmp_path: Path) -> None:
    started.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "linked"))
    first = worktree_id(discover(tmp_path / "linked"))
    started.git("worktree", "move", str(tmp_path / "linked"), str(tmp_path / "moved"))
    assert worktree_id(discover(tmp_path / "moved")) == first
    started.git("worktree", "remove", "--force", str(tmp_path / "moved"))
    started.git("worktree", "add", "-q", str(tmp_path / "linked"), "side")
    again = worktree_id(discover(tmp_path / "linked"))
    assert again != first and again.partition("@")[0] == first.partition("@")[0] == "worktrees/linked"


def test_a_copy_has_another_identity(place: Workspace, started: Repo, tmp_path: Path) -> None:
    shutil.copytree(started.root, tmp_path / "copy")
    assert identity_of(discover(tmp_path / "copy").common_dir) != identity_of(place.worktree.common_dir)


@pytest.mark.parametrize("what", ["link", "file"])
def test_something_else_in_the_place_of_our_folder(started: Repo, tmp_path: Path, what: str) -> None:
    folder = started.root / ".git" / "handoffd"
    if what == "link":
        folder.symlink_to(tmp_path)
    else:
        folder.touch()
    with pytest.raises(UserError, match=f"it is a {what}"):
        prepared(started)


def test_a_link_in_the_place_of_the_spool_is_taken_away(place: Workspace, tmp_path: Path) -> None:
    place.spool.unlink()
    place.spool.symlink_to(tmp_path / "elsewhere")
    make_spool(place)
    assert place.spool.is_file() and not place.spool.is_symlink() and not (tmp_path / "elsewhere").exists()


def test_a_spool_that_is_there_is_left(place: Workspace) -> None:
    place.spool.write_bytes(b"v1\thook\n")
    make_spool(place)
    assert place.spool.read_bytes() == b"v1\thook\n"


def test_a_handoff_stands_where_it_was_written(place: Workspace) -> None:
    assert place.directory_of(Handoff("a.md", "x", "written", directory="notes")) == "notes"
    assert place.directory_of(Handoff("a.md", "x", "written")) == ".claude"
