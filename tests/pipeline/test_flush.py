"""The handoff of the open session, now; and what every reading verb does first."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from handoffd.files.run_locks import hold, release
from handoffd.files.spool_line import put
from handoffd.journal.lock import Busy
from handoffd.model.events import Event
from handoffd.model.facts import Commit, Handoff, Note, Push
from handoffd.model.triggers import Trigger
from handoffd.pipeline.flush import Flushed, add_note, catch_up, flush, last_path, refresh, settle
from handoffd.pipeline.ingest import push_due
from handoffd.pipeline.workspace import Place
from tests.pipeline.begun import HOUR, MINUTE, NINE, facts, handoffs, locked, scanned, today, writing
from tests.support import Repo

IDLE = 20 * MINUTE


def spooled(place: Place, at: float, text: str = "write the docs") -> None:
    put(place.spool, {"kind": "note", "key": f"n{text}{at}", "at": at, "branch": "main", "data": {"type": "todo", "text": text}})


def flushed(place: Place, trigger: Trigger = Trigger.FLUSH, now: float = NINE + 5 * MINUTE, **more: object) -> Flushed:
    return flush(place, trigger, "cli", now, **more)  # type: ignore[arg-type]


def test_it_reads_what_is_new_and_writes_it(place: Place, started: Repo) -> None:
    started.commit("feat: one", {"a.py": "1\n"}, at=NINE + 60)
    written = flushed(place).written
    assert written is not None and Path(written.path).read_text() == written.markdown and "✓ One (a.py)" in written.markdown
    assert handoffs(started) == [f"{today(NINE)}.md"] and place.journal.closed_through(".") > 0


def test_an_empty_session_has_no_handoff_but_the_last_one_is_named(place: Place, started: Repo) -> None:
    assert flushed(place) == Flushed(None, "")
    spooled(place, NINE + 60)
    written = flushed(place).written
    assert written is not None
    assert flushed(place, now=NINE + 6 * MINUTE) == Flushed(None, written.path) and last_path(place) == written.path
    assert len(handoffs(started)) == 1


@pytest.mark.parametrize("trigger", [trigger for trigger in Trigger if not trigger.closes])
def test_a_checkpoint_leaves_the_session_open(place: Place, trigger: Trigger) -> None:
    spooled(place, NINE + 60)
    written = flushed(place, trigger).written
    assert written is not None and "**Checkpoint**" in written.markdown and place.journal.closed_through(".") == 0


def test_a_dry_run_writes_nothing_anywhere(place: Place, started: Repo) -> None:
    spooled(place, NINE + 60)
    scanned(place, NINE + 2 * MINUTE)
    last = place.journal.last_id()
    written = flushed(place, dry_run=True, message="and nobody hears it").written
    assert written is not None and (written.path, handoffs(started), place.journal.last_id()) == ("", [], last)
    assert "write the docs" in written.markdown and "nobody hears it" not in written.markdown


def test_a_message_is_a_note_of_the_session(place: Place) -> None:
    written = flushed(place, message="look at the parser first").written
    assert written is not None and "look at the parser first" in written.markdown
    assert [(fact.type, fact.text) for fact in facts(place, "note")] == [("message", "look at the parser first")]


def test_where_the_lock_is_held_the_file_is_written_and_the_record_waits(place: Place, started: Repo) -> None:
    started.commit("feat: one", {"a.py": "1\n"}, at=NINE + 60)
    with locked(place):
        written = flushed(place, message="later").written
        assert written is not None and written.kept and Path(written.path).read_text() == written.markdown
        assert "✓ One" in written.markdown and "later" in written.markdown
        assert facts(place, "handoff") == []
    scanned(place, NINE + 6 * MINUTE)
    (record,) = facts(place, "handoff")
    assert (record.name, record.closes) == (Path(written.path).name, False), "which events it covers was not known"
    assert [fact.text for fact in facts(place, "note")] == ["later"]
    closed = flushed(place, now=NINE + 7 * MINUTE).written
    assert closed is not None and len(handoffs(started)) == 1


def test_where_the_record_cannot_wait_either_it_says_so(place: Place, started: Repo) -> None:
    started.commit("feat: one", {"a.py": "1\n"}, at=NINE + 60)
    place.spool.unlink()
    place.spool.mkdir()
    with locked(place):
        written = flushed(place).written
    assert written is not None and written.path and not written.kept and "cannot be written" in written.hint


def test_a_session_is_over_after_the_idle_time_and_dated_back(place: Place, started: Repo) -> None:
    scanned(place, NINE + 60, Event("note", NINE + 60, "n", Note("todo", "x"), ".", "main"))
    assert settle(place, "daemon", NINE + 60 + IDLE - 1, NINE) == Flushed(None)
    written = settle(place, "daemon", NINE + 60 + IDLE, NINE).written
    assert written is not None and "Reconstructed" not in written.markdown
    record = facts(place, "handoff")[-1]
    assert (record.trigger, record.ended, record.closes, record.reconstructed) == ("idle", NINE + 60, True, False)
    assert settle(place, "daemon", NINE + 3 * IDLE, NINE) == Flushed(None), "it is closed"


def test_one_that_was_over_before_anybody_watched_is_reconstructed(place: Place) -> None:
    scanned(place, NINE + 60, Event("note", NINE + 60, "n", Note("todo", "x"), ".", "main"))
    settle(place, "daemon", NINE + 3 * HOUR, since=NINE + 2 * HOUR)
    assert facts(place, "handoff")[-1].reconstructed


def test_a_wrapped_run_that_goes_on_is_not_quiet(place: Place) -> None:
    scanned(place, NINE + 60, Event("note", NINE + 60, "n", Note("todo", "x"), ".", "main"))
    handle = hold(place.spool.parent, "r1", NINE)
    assert settle(place, "daemon", NINE + HOUR, NINE) == Flushed(None)
    release(place.spool.parent, "r1", handle)
    assert settle(place, "daemon", NINE + HOUR, NINE).written is not None


def test_nobody_waits_for_an_idle_session_whose_journal_is_held(place: Place) -> None:
    scanned(place, NINE + 60, Event("note", NINE + 60, "n", Note("todo", "x"), ".", "main"))
    with locked(place), pytest.raises(Busy):
        settle(place, "daemon", NINE + HOUR, NINE)
    assert place.journal.closed_through(".") == 0


@pytest.mark.parametrize(("watched", "count"), [(False, 1), (True, 0)])
def test_a_reading_verb_closes_what_nobody_is_there_to_close(place: Place, started: Repo, watched: bool, count: int) -> None:
    spooled(place, NINE + 60)
    catch_up(place, "cli", NINE + 2 * MINUTE, watched)
    assert handoffs(started) == [], "the session is not over yet"
    catch_up(place, "cli", NINE + HOUR, watched)
    assert len(handoffs(started)) == count


def pushed(place: Place, repo: Repo, at: float) -> None:
    """A push of HEAD to a remote-tracking branch, in the log as git writes it."""
    old = repo.git("for-each-ref", "--format=%(objectname)", "refs/remotes/origin/main") or "0" * 40
    repo.git("update-ref", "--create-reflog", "-m", "update by push", "refs/remotes/origin/main", repo.head, old, at=int(at))


def test_a_push_makes_the_closed_sessions_file_say_so(place: Place, started: Repo) -> None:
    started.commit("feat: one", {"a.py": "1\n"}, at=NINE + 60)
    started.git("remote", "add", "origin", "x")
    written = flushed(place).written
    assert written is not None and "Set an upstream" in written.markdown
    pushed(place, started, NINE + 6 * MINUTE)
    catch_up(place, "cli", NINE + 7 * MINUTE, watched=True)
    text = Path(written.path).read_text()
    assert "(pushed)" in text and "Set an upstream" not in text and len(handoffs(started)) == 1
    assert push_due(place, place.journal) == 0


def test_a_push_renews_the_checkpoint_of_an_open_session(place: Place, started: Repo) -> None:
    started.commit("feat: one", {"a.py": "1\n"}, at=NINE + 60)
    written = flushed(place, Trigger.PRE_PUSH).written
    assert written is not None and "before push" in written.markdown
    pushed(place, started, NINE + 6 * MINUTE)
    catch_up(place, "cli", NINE + 7 * MINUTE, watched=True)
    assert "after push" in Path(written.path).read_text() and place.journal.closed_through(".") == 0


def test_a_closed_file_of_another_branch_is_left(place: Place, started: Repo) -> None:
    started.commit("feat: one", {"a.py": "1\n"}, at=NINE + 60)
    written = flushed(place).written
    assert written is not None
    started.git("checkout", "-q", "-b", "side", at=NINE + 6 * MINUTE)
    pushed(place, started, NINE + 6 * MINUTE)
    scanned(place, NINE + 7 * MINUTE)
    refresh(place, "cli", NINE + 7 * MINUTE)
    assert Path(written.path).read_text() == written.markdown


def test_a_file_that_says_the_same_is_not_written_again(place: Place, started: Repo) -> None:
    spooled(place, NINE + 60)
    written = flushed(place).written
    assert written is not None
    before = os.stat(written.path).st_ino
    scanned(place, NINE + 6 * MINUTE, Event("push", NINE + 6 * MINUTE, "p", Push("refs/remotes/o/x", "a", "b"), ".", "main"))
    refresh(place, "cli", NINE + 7 * MINUTE)
    assert os.stat(written.path).st_ino == before and push_due(place, place.journal) == 0


def test_a_note_comes_after_all_that_was_done_before_it(place: Place, started: Repo) -> None:
    started.commit("feat: one", {"a.py": "1\n"}, at=NINE + 60)
    add_note(place, Note("todo", "then this"), "cli", NINE + 2 * MINUTE, "main")
    newest = [event for event in place.journal.events(".") if isinstance(event.fact, Commit | Note)]
    assert [type(event.fact) for event in newest] == [Commit, Note] and (newest[-1].branch, newest[-1].at) == ("main", NINE + 2 * MINUTE)


def test_a_note_that_the_journal_does_not_take_waits_without_its_secrets(place: Place) -> None:
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    with locked(place):
        add_note(place, Note("todo", f"use {token}"), "cli", NINE + MINUTE)
    assert token not in place.spool.read_text()
    scanned(place, NINE + 2 * MINUTE)
    (fact,) = facts(place, "note")
    assert fact.text.startswith("use [redacted:")


def test_a_note_is_kept_where_git_has_nothing_to_say(place: Place, started: Repo) -> None:
    head = started.root / ".git" / "index"
    head.write_bytes(b"damaged")
    add_note(place, Note("todo", "kept"), "cli", NINE + MINUTE)
    head.unlink()
    started.git("reset", "-q")
    scanned(place, NINE + 2 * MINUTE)
    assert [fact.text for fact in facts(place, "note")] == ["kept"]


def test_the_last_path_is_that_of_the_newest_file_that_stands(place: Place) -> None:
    with writing(place) as writer:
        writer.append([Event("handoff", NINE, f"h{name}", Handoff(name, "x", "written", directory=folder), ".") for name, folder in (("a.md", "old"), ("", ""))])
    assert last_path(place) == str(place.root / "old" / "a.md")
