"""Begin and end watching a repository, as far as journal and registry go."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from handoffd.files.layout import PROMPT
from handoffd.files.registry import Entry, Registry, state_dir
from handoffd.files.repository_config import SwitchedOff
from handoffd.model.events import Event
from handoffd.model.facts import Commit, Daemon, Note
from handoffd.pipeline.registration import begin, came_along, end, handoff_files, purge_all, set_journal_aside
from handoffd.pipeline.workspace import Workspace
from tests.pipeline.begun import HOUR, NINE, begun, facts, prepared, scanned, today
from tests.support import Repo


def state() -> Path:
    return state_dir(os.environ)


def test_the_log_begins_with_what_happened_before(started: Repo) -> None:
    started.commit("feat: an hour ago", {"a.py": "1\n"}, at=NINE - HOUR)
    place = prepared(started)
    assert begin(place, state(), NINE)
    told = [event.fact for event in place.journal.events(None)]
    assert [type(fact) for fact in told] == [Commit, Daemon] and told[-1] == Daemon("init")
    assert place.journal.meta_number("began") == NINE


def test_what_was_dirty_long_before_is_the_baseline(started: Repo) -> None:
    started.write("old.py", "1\n")
    os.utime(started.path("old.py"), (NINE - 9 * 86400, NINE - 9 * 86400))
    place = begun(started)
    assert facts(place, "file") == [] and place.journal.rows(".")["old.py"].baseline


def test_beginning_twice_changes_nothing(place: Workspace, started: Repo) -> None:
    assert not begin(prepared(started), state(), NINE + HOUR)
    assert place.journal.meta_number("began") == NINE and [fact.action for fact in facts(place, "daemon")] == ["init"]


def test_the_worktree_is_registered_and_has_a_private_spool(place: Workspace, started: Repo) -> None:
    assert Registry(state()).entries() == (Entry(str(started.root / ".git"), str(started.root)),)
    assert place.spool.stat().st_mode & 0o777 == 0o600 and place.spool.parent.stat().st_mode & 0o777 == 0o700


def test_a_repository_that_is_switched_off_is_left_alone(started: Repo) -> None:
    started.write(".handoffd.yaml", "enabled: false\n")
    with pytest.raises(SwitchedOff):
        begin(prepared(started), state(), NINE)
    assert Registry(state()).entries() == () and not (started.root / ".git" / "handoffd").exists()


def test_a_journal_of_our_own_did_not_come_along(place: Workspace, started: Repo) -> None:
    assert came_along(place) == "" and came_along(prepared(started)) == ""


def test_a_journal_that_came_with_a_copy(place: Workspace, started: Repo, tmp_path: Path) -> None:
    scanned(place, NINE + 60, Event("note", NINE + 60, "n", Note("todo", "x"), "."))
    shutil.copytree(started.root, tmp_path / "copy")
    copy = prepared(Repo(tmp_path / "copy"))
    assert came_along(copy) == f"the journal came with a copy of the repository, with {place.journal.last_id()} events and 1 note"
    begin(copy, state(), NINE + HOUR)
    assert came_along(copy) == "", "it took the copy's identity"


def test_a_spool_without_a_journal(started: Repo) -> None:
    place = prepared(started)
    assert came_along(place) == ""
    place.spool.parent.mkdir()
    place.spool.write_bytes(b'{"v":1,"kind":"note","key":"k","at":5.0,"data":{"type":"todo","text":"x"}}\n')
    assert came_along(place) == "there is a spool here and no journal, with 1 event and 1 note"


def test_a_journal_is_set_aside_with_its_key(place: Workspace) -> None:
    key = place.journal.redaction_key()
    aside = Path(set_journal_aside(place, NINE))
    assert (
        not place.journal.folder.exists() and ".set-aside-" in aside.name and key in [file.read_bytes() for file in aside.iterdir() if file.is_file()]
    )
    assert set_journal_aside(place, NINE) == ""


def test_the_end_forgets_all_worktrees_and_leaves_the_journal(place: Workspace, started: Repo, tmp_path: Path) -> None:
    started.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "linked"))
    linked = begun(Repo(tmp_path / "linked"))
    scanned(place, NINE + 60, Event("note", NINE + 60, "n", Note("todo", "x"), "."))
    assert (place.spool.parent / PROMPT).exists()
    end(linked, state())
    assert Registry(state()).entries() == () and not place.spool.exists() and not linked.spool.exists()
    assert not (place.spool.parent / PROMPT).exists() and facts(place, "note") == [Note("todo", "x")]


def test_handoff_files_in_the_order_of_their_numbers(place: Workspace, started: Repo) -> None:
    names = ["handoff-2026-01-02.md", "handoff-2026-01-01-10.md", "handoff-2026-01-01-2.md", "handoff-2026-01-01.md", "notes.md"]
    assert handoff_files(place) == []
    for name in names:
        started.write(f".claude/{name}", "x")
    assert [file.name for file in handoff_files(place)] == [
        "handoff-2026-01-01.md",
        "handoff-2026-01-01-2.md",
        "handoff-2026-01-01-10.md",
        "handoff-2026-01-02.md",
    ]


def test_all_goes_but_what_was_committed(place: Workspace, started: Repo) -> None:
    started.commit("keep it", {".claude/handoff-2026-01-01.md": "x"})
    started.write(f".claude/{today(NINE)}.md", "y")
    purge_all(place)
    assert sorted(file.name for file in (started.root / ".claude").iterdir()) == ["handoff-2026-01-01.md"]
    assert not (started.root / ".git" / "handoffd").exists()


@pytest.mark.parametrize(("other", "left"), [(None, False), ("settings.json", True)])
def test_the_folder_goes_when_nothing_else_is_in_it(place: Workspace, started: Repo, other: str | None, left: bool) -> None:
    for name in filter(None, (other, f"{today(NINE)}.md")):
        started.write(f".claude/{name}", "x")
    purge_all(place)
    assert (started.root / ".claude").exists() is left


def test_a_purge_takes_the_linked_worktrees_folders_too(place: Workspace, started: Repo, tmp_path: Path) -> None:
    started.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "linked"))
    linked = begun(Repo(tmp_path / "linked"))
    assert linked.spool.exists()
    purge_all(place)
    assert not linked.spool.parent.exists()
