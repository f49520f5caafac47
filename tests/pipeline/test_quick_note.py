"""A person's words left in the spool, without git and without the journal."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from handoffd.model.fact_codec import data_of
from handoffd.model.facts import Note
from handoffd.pipeline.flush import add_note
from handoffd.pipeline.quick_note import jot, spool_around
from handoffd.pipeline.workspace import Workspace
from tests.pipeline.begun import MINUTE, NINE, begun, scanned
from tests.support import Repo

WORDS: dict[str, Any] = {"type": "todo", "text": "write the docs"}


def journalled(place: Workspace) -> list[tuple[str, str, Any]]:
    return [(event.branch, event.worktree, event.fact) for event in place.journal.events(None, kinds=("note",))]


def test_a_jotted_note_is_journalled_by_the_next_ingest(place: Workspace, started: Repo) -> None:
    assert jot(started.root, place.spool, WORDS, NINE + MINUTE)
    (event,) = scanned(place, NINE + 2 * MINUTE).new
    assert (event.fact, event.at, event.branch, event.worktree) == (Note("todo", "write the docs"), NINE + MINUTE, "main", ".")


@pytest.mark.parametrize("branch", ["main", "side/deep", ""])
def test_it_says_what_the_slow_way_says(place: Workspace, started: Repo, branch: str) -> None:
    started.git("checkout", "-q", *([] if branch == "main" else ["-b", branch] if branch else ["--detach"]))
    note = Note("gotcha", "careful", path="a.py", line=3, steps=("one", "two"))
    assert jot(started.root, place.spool, data_of(note), NINE + MINUTE)
    scanned(place, NINE + 2 * MINUTE)
    add_note(place, note, "cli", NINE + 3 * MINUTE, branch)
    quick, slow = journalled(place)
    assert quick == slow == (branch, ".", note)


def test_two_notes_of_the_same_words_are_two(place: Workspace, started: Repo) -> None:
    for _ in range(2):
        jot(started.root, place.spool, WORDS, NINE + MINUTE)
    assert len(scanned(place, NINE + 2 * MINUTE).new) == 2


def test_the_spool_is_that_of_the_worktree_around_the_folder(place: Workspace, started: Repo) -> None:
    (started.root / "deep" / "down").mkdir(parents=True)
    assert spool_around(started.root / "deep" / "down") == spool_around(started.root) == (started.root, place.spool)


def test_a_folder_in_no_worktree_or_one_that_nobody_watches(tmp_path: Path) -> None:
    assert spool_around(tmp_path) is None
    assert spool_around(Repo.create(tmp_path / "other").root) is None


def test_a_linked_spool_folder_is_nobodys(place: Workspace, started: Repo, tmp_path: Path) -> None:
    place.spool.parent.rename(tmp_path / "elsewhere")
    place.spool.parent.symlink_to(tmp_path / "elsewhere")
    assert spool_around(started.root) is None


def test_a_dot_git_that_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: /nowhere\n")
    assert spool_around(tmp_path) is None


def refused(place: Workspace, repo: Repo, words: dict[str, Any] = WORDS) -> bool:
    before = place.spool.read_bytes() if place.spool.exists() else b""
    done = jot(repo.root, place.spool, words, NINE + MINUTE)
    assert (place.spool.read_bytes() if place.spool.exists() else b"") == before or done
    return not done


def test_words_with_a_secret_take_the_slow_way(place: Workspace, started: Repo) -> None:
    assert refused(place, started, {"type": "todo", "text": "use ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"})


def test_where_the_repository_restricts_us(place: Workspace, started: Repo) -> None:
    (started.root / ".handoffd.yaml").symlink_to("nowhere")
    assert refused(place, started)


def test_a_linked_worktree_has_no_journal_of_its_own(place: Workspace, started: Repo, tmp_path: Path) -> None:
    started.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "linked"))
    linked = Repo(tmp_path / "linked")
    assert refused(begun(linked), linked)


@pytest.mark.parametrize("head", [b"ref: refs/heads/.invalid\n", b"nonsense\n", b"ref: refs/other/x\n", b"", None])
def test_a_head_that_does_not_tell_the_branch(place: Workspace, started: Repo, head: bytes | None) -> None:
    file = started.root / ".git" / "HEAD"
    file.unlink()
    if head is not None:
        file.write_bytes(head)
    assert refused(place, started)


def test_a_spool_that_cannot_be_written(place: Workspace, started: Repo) -> None:
    place.spool.unlink()
    assert refused(place, started)
    os.mkfifo(place.spool)
    assert not jot(started.root, place.spool, WORDS, NINE + MINUTE)
