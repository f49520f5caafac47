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
from handoffd.pipeline import handing_over
from handoffd.pipeline.flush import Flushed, add_note, catch_up, flush, last_path, refresh, settle
from handoffd.pipeline.ingest import push_due
from handoffd.pipeline.workspace import Workspace
from tests.pipeline.begun import HOUR, MINUTE, NINE, facts, handoffs, locked, scanned, today, writing
from tests.support import Repo

IDLE = 20 * MINUTE


def spooled(place: Workspace, at: float, text: str = "write the docs") -> None:
    put(place.spool, {"kind": "note", "key": f"n{text}{at}", "at": at, "branch": "main", "data": {"type": "todo", "text": text}})


def flushed(place: Workspace, trigger: Trigger = Trigger.FLUSH, now: float = NINE + 5 * MINUTE, **more: object) -> Flushed:
    return flush(place, trigger, "cli", now, **more)  # type: ignore[arg-type]


def test_it_reads_what_is_new_and_writes_it(place: Workspace, started: Repo) -> None:
    started.commit("feat: one", {"a.py": "1\n"}, at=NINE + 60)
    written = flushed(place).written
    assert written is not None and Path(written.path).read_text() == written.markdown and "✓ One (a.py)" in written.markdown
    assert handoffs(started) == [f"{today(NINE)}.md"] and place.journal.closed_through(".") > 0


def test_an_empty_session_has_no_handoff_but_the_last_one_is_named(place: Workspace, started: Repo) -> None:
    assert flushed(place) == Flushed(None, "")
    spooled(place, NINE + 60)
    written = flushed(place).written
    assert written is not None
    assert flushed(place, now=NINE + 6 * MINUTE) == Flushed(None, written.path) and last_path(place) == written.path
    assert len(handoffs(started)) == 1


@pytest.mark.parametrize("trigger", [trigger for trigger in Trigger if not trigger.closes])
def test_a_checkpoint_leaves_the_session_open(place: Workspace, trigger: Trigger) -> None:
    spooled(place, NINE + 60)
    written = flushed(place, trigger).written
    assert written is not None and "**Checkpoint**" in written.markdown and place.journal.closed_through(".") == 0


def test_a_dry_run_writes_nothing_anywhere(place: Workspace, started: Repo) -> None:
    spooled(place, NINE + 60)
    scanned(place, NINE + 2 * MINUTE)
    last = place.journal.last_id()
    written = flushed(place, dry_run=True, message="and nobody hears it").written
    assert written is not None and (written.path, handoffs(started), place.journal.last_id()) == ("", [], last)
    assert "write the docs" in written.markdown and "nobody hears it" not in written.markdown


def test_a_message_is_a_note_of_the_session(place: Workspace) -> None:
    written = flushed(place, message="look at the parser first").written
    assert written is not None and "look at the parser first" in written.markdown
    assert [(fact.type, fact.text) for fact in facts(place, "note")] == [("message", "look at the parser first")]


def test_where_the_lock_is_held_the_file_is_written_and_the_record_waits(place: Workspace, started: Repo) -> None:
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


def test_where_the_record_cannot_wait_either_it_says_so(place: Workspace, started: Repo) -> None:
    started.commit("feat: one", {"a.py": "1\n"}, at=NINE + 60)
    place.spool.unlink()
    place.spool.mkdir()
    with locked(place):
        written = flushed(place).written
    assert written is not None and written.path and not written.kept and "cannot be written" in written.hint


def test_an_idle_session_has_its_handoff_and_stays_open(place: Workspace, started: Repo) -> None:
    scanned(place, NINE + 60, Event("note", NINE + 60, "n", Note("todo", "x"), ".", "main"))
    assert settle(place, "daemon", NINE + 60 + IDLE - 1, NINE) == Flushed(None)
    first = settle(place, "daemon", NINE + 60 + IDLE, NINE).written
    assert first is not None and "session still open" in first.markdown
    record = facts(place, "handoff")[-1]
    assert (record.trigger, record.ended, record.closes, record.reconstructed) == ("idle", NINE + 60, False, False)
    assert settle(place, "daemon", NINE + 3 * IDLE, NINE) == Flushed(None), "nothing happened since"
    scanned(place, NINE + 2 * HOUR, Event("note", NINE + 2 * HOUR, "m", Note("todo", "after lunch"), ".", "main"))
    second = settle(place, "daemon", NINE + 2 * HOUR + IDLE, NINE).written
    assert second is not None and (second.path, handoffs(started)) == (first.path, [Path(first.path).name])
    assert all(words in second.markdown for words in ("x", "after lunch"))


def test_a_later_write_that_would_say_the_same_is_none(place: Workspace, started: Repo) -> None:
    started.commit("feat: one", {"a.py": "1\n"}, at=NINE + 60)
    first = flushed(place, Trigger.PRE_PUSH).written
    assert first is not None and first.fresh
    before = os.stat(first.path).st_ino
    again = flushed(place, Trigger.AGENT_STOP, NINE + 6 * MINUTE).written
    assert again is not None and (again.fresh, again.path, os.stat(first.path).st_ino) == (False, first.path, before)
    assert [fact.stage for fact in facts(place, "handoff")] == ["intent", "written"]
    spooled(place, NINE + 7 * MINUTE)
    last = flushed(place, Trigger.AGENT_STOP, NINE + 8 * MINUTE).written
    assert last is not None and last.fresh and "write the docs" in Path(first.path).read_text()


@pytest.mark.parametrize("told", [False, True])
def test_the_handoff_of_a_gap_is_the_idle_one(place: Workspace, started: Repo, told: bool) -> None:
    started.write("a.py", "def one():\n    return 1\n")
    scanned(place, NINE + 60)
    scanned(place, NINE + 61, Event("note", NINE + 61, "n", Note("todo", "x"), ".", "main"))
    idle = settle(place, "daemon", NINE + 60 + IDLE + 9, NINE).written if told else None
    assert not told or idle is not None
    scanned(place, NINE + 10 * HOUR, Event("note", NINE + 10 * HOUR, "m", Note("todo", "next day"), ".", "main"))
    record = next(fact for fact in reversed(facts(place, "handoff")) if fact.closes)
    assert (record.trigger, record.reconstructed, "untracked" in record.markdown) == ("gap", not told, told)
    assert "next day" not in record.markdown and "session still open" not in record.markdown
    assert idle is None or (len(handoffs(started)) == 1 and Path(idle.path).read_text() == record.markdown)
    written = flushed(place, now=NINE + 10 * HOUR + 60).written
    assert written is not None and len(handoffs(started)) == 2
    assert facts(place, "handoff")[-1].started == NINE + 10 * HOUR, "the session after a gap begins at its first event"


@pytest.mark.parametrize("message", ["", "last words"])
def test_a_flush_that_cannot_close_says_so(place: Workspace, monkeypatch: pytest.MonkeyPatch, message: str) -> None:
    monkeypatch.setattr("handoffd.pipeline.flush.PATIENCE", 0.2)
    scanned(place, NINE + 60, Event("note", NINE + 60, "n", Note("todo", "x"), ".", "main"))
    with locked(place):
        done = flushed(place, message=message)
    assert done.written is not None and done.open_why and place.journal.closed_through(".") == 0
    assert flushed(place, now=NINE + 6 * MINUTE).open_why == "" and place.journal.closed_through(".") > 0
    assert [fact.text for fact in facts(place, "note")] == ["x", *([message] if message else [])]


def test_a_flush_composes_once_more_where_something_came_meanwhile(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    spooled(place, NINE + 60)
    scanned(place, NINE + 61)
    calls = []

    def meanwhile(*args: object, **more: object) -> object:
        if not calls:
            add_note(place, Note("todo", "a late word"), "cli", NINE + 62, "main")
        calls.append(1)
        return composed(*args, **more)  # type: ignore[arg-type]

    composed = handing_over.document_now
    monkeypatch.setattr(handing_over, "document_now", meanwhile)
    written = flushed(place).written
    assert written is not None and "a late word" in written.markdown and len(calls) == 2


def test_a_session_is_over_after_the_gap_and_dated_back(place: Workspace, started: Repo) -> None:
    scanned(place, NINE + 60, Event("note", NINE + 60, "n", Note("todo", "x"), ".", "main"))
    written = settle(place, "daemon", NINE + 60 + 4 * HOUR, NINE).written
    assert written is not None and "Reconstructed" not in written.markdown
    record = facts(place, "handoff")[-1]
    assert (record.trigger, record.ended, record.closes, record.reconstructed) == ("gap", NINE + 60, True, False)
    assert settle(place, "daemon", NINE + 9 * HOUR, NINE) == Flushed(None), "it is closed"


def test_one_that_was_over_before_anybody_watched_is_reconstructed(place: Workspace) -> None:
    scanned(place, NINE + 60, Event("note", NINE + 60, "n", Note("todo", "x"), ".", "main"))
    settle(place, "daemon", NINE + 7 * HOUR, since=NINE + 6 * HOUR)
    assert facts(place, "handoff")[-1].reconstructed


def test_a_wrapped_run_that_goes_on_is_not_quiet(place: Workspace) -> None:
    scanned(place, NINE + 60, Event("note", NINE + 60, "n", Note("todo", "x"), ".", "main"))
    handle = hold(place.spool.parent, "r1", NINE)
    assert settle(place, "daemon", NINE + HOUR, NINE) == Flushed(None)
    release(place.spool.parent, "r1", handle)
    assert settle(place, "daemon", NINE + HOUR, NINE).written is not None


def test_nobody_waits_for_an_idle_session_whose_journal_is_held(place: Workspace) -> None:
    scanned(place, NINE + 60, Event("note", NINE + 60, "n", Note("todo", "x"), ".", "main"))
    with locked(place), pytest.raises(Busy):
        settle(place, "daemon", NINE + HOUR, NINE)
    assert place.journal.closed_through(".") == 0


@pytest.mark.parametrize(("watched", "count"), [(False, 1), (True, 0)])
def test_a_reading_verb_closes_what_nobody_is_there_to_close(place: Workspace, started: Repo, watched: bool, count: int) -> None:
    spooled(place, NINE + 60)
    catch_up(place, "cli", NINE + 2 * MINUTE, watched)
    assert handoffs(started) == [], "the session is not over yet"
    catch_up(place, "cli", NINE + HOUR, watched)
    assert len(handoffs(started)) == count


def pushed(place: Workspace, repo: Repo, at: float) -> None:
    """A push of HEAD to a remote-tracking branch, in the log as git writes it."""
    old = repo.git("for-each-ref", "--format=%(objectname)", "refs/remotes/origin/main") or "0" * 40
    repo.git("update-ref", "--create-reflog", "-m", "update by push", "refs/remotes/origin/main", repo.head, old, at=int(at))


def test_a_push_makes_the_closed_sessions_file_say_so(place: Workspace, started: Repo) -> None:
    started.commit("feat: one", {"a.py": "1\n"}, at=NINE + 60)
    started.git("remote", "add", "origin", "x")
    written = flushed(place).written
    assert written is not None and "Set an upstream" in written.markdown
    pushed(place, started, NINE + 6 * MINUTE)
    catch_up(place, "cli", NINE + 7 * MINUTE, watched=True)
    text = Path(written.path).read_text()
    assert "(pushed)" in text and "Set an upstream" not in text and len(handoffs(started)) == 1
    assert push_due(place, place.journal) == 0


def test_a_push_renews_the_checkpoint_of_an_open_session(place: Workspace, started: Repo) -> None:
    started.commit("feat: one", {"a.py": "1\n"}, at=NINE + 60)
    written = flushed(place, Trigger.PRE_PUSH).written
    assert written is not None and "before push" in written.markdown
    pushed(place, started, NINE + 6 * MINUTE)
    catch_up(place, "cli", NINE + 7 * MINUTE, watched=True)
    assert "after push" in Path(written.path).read_text() and place.journal.closed_through(".") == 0


def test_a_closed_file_of_another_branch_is_left(place: Workspace, started: Repo) -> None:
    started.commit("feat: one", {"a.py": "1\n"}, at=NINE + 60)
    written = flushed(place).written
    assert written is not None
    started.git("checkout", "-q", "-b", "side", at=NINE + 6 * MINUTE)
    pushed(place, started, NINE + 6 * MINUTE)
    scanned(place, NINE + 7 * MINUTE)
    refresh(place, "cli", NINE + 7 * MINUTE)
    assert Path(written.path).read_text() == written.markdown


def test_a_file_that_says_the_same_is_not_written_again(place: Workspace, started: Repo) -> None:
    spooled(place, NINE + 60)
    written = flushed(place).written
    assert written is not None
    before = os.stat(written.path).st_ino
    scanned(place, NINE + 6 * MINUTE, Event("push", NINE + 6 * MINUTE, "p", Push("refs/remotes/o/x", "a", "b"), ".", "main"))
    refresh(place, "cli", NINE + 7 * MINUTE)
    assert os.stat(written.path).st_ino == before and push_due(place, place.journal) == 0


def test_a_note_comes_after_all_that_was_done_before_it(place: Workspace, started: Repo) -> None:
    started.commit("feat: one", {"a.py": "1\n"}, at=NINE + 60)
    add_note(place, Note("todo", "then this"), "cli", NINE + 2 * MINUTE, "main")
    newest = [event for event in place.journal.events(".") if isinstance(event.fact, Commit | Note)]
    assert [type(event.fact) for event in newest] == [Commit, Note] and (newest[-1].branch, newest[-1].at) == ("main", NINE + 2 * MINUTE)


def test_a_note_that_the_journal_does_not_take_waits_without_its_secrets(place: Workspace) -> None:
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    with locked(place):
        add_note(place, Note("todo", f"use {token}"), "cli", NINE + MINUTE)
    assert token not in place.spool.read_text()
    scanned(place, NINE + 2 * MINUTE)
    (fact,) = facts(place, "note")
    assert fact.text.startswith("use [redacted:")


def test_a_note_is_kept_where_git_has_nothing_to_say(place: Workspace, started: Repo) -> None:
    head = started.root / ".git" / "index"
    head.write_bytes(b"damaged")
    add_note(place, Note("todo", "kept"), "cli", NINE + MINUTE)
    head.unlink()
    started.git("reset", "-q")
    scanned(place, NINE + 2 * MINUTE)
    assert [fact.text for fact in facts(place, "note")] == ["kept"]


def test_the_last_path_is_that_of_the_newest_file_that_stands(place: Workspace) -> None:
    with writing(place) as writer:
        writer.append(
            [Event("handoff", NINE, f"h{name}", Handoff(name, "x", "written", directory=folder), ".") for name, folder in (("a.md", "old"), ("", ""))]
        )
    assert last_path(place) == str(place.root / "old" / "a.md")


def test_a_commit_that_was_not_scanned_yet_is_no_part_of_what_ended_before_it(place: Workspace, started: Repo) -> None:
    """A laptop wakes up: the clock says that the session is over, and its person commits in the same moment."""
    started.commit("feat: in the evening", {"a.py": "a = 1\n"}, at=NINE + 60)
    scanned(place, NINE + 60)
    started.commit("feat: in the morning", {"b.py": "b = 1\n"}, at=NINE + 60 + 9 * HOUR)
    settle(place, "daemon", NINE + 61 + 9 * HOUR, NINE)
    ended = place.journal.handoff_facts(place.id, 1)[0]
    assert ended.closes and "in the evening" in ended.markdown and "in the morning" not in ended.markdown
    assert "in the morning" in flush(place, Trigger.FLUSH, "cli", NINE + 62 + 9 * HOUR).written.markdown  # type: ignore[union-attr]
