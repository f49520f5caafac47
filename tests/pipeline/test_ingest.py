"""From the sources into the journal: each fact once, whoever reads, whenever it dies."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from handoffd.files.config import Settings
from handoffd.files.repository_config import SwitchedOff
from handoffd.files.run_locks import hold, release
from handoffd.files.spool_line import put
from handoffd.model.events import Event
from handoffd.model.facts import Commit, File, Handoff, Note, Push
from handoffd.output.delivery import sha256
from handoffd.pipeline import ingest as ingest_module
from handoffd.pipeline.appending import claim_orphaned_file, unsettled
from handoffd.pipeline.ingest import Ingested, ingest, number, push_due
from handoffd.pipeline.sessions import last_event, last_moved, open_events
from handoffd.pipeline.workspace import Workspace
from tests.pipeline.begun import HOUR, MINUTE, NINE, begun, facts, locked, scanned, writing
from tests.support import Repo


def note(at: float, text: str = "x") -> Event:
    return Event("note", at, f"note:{text}:{at}", Note("todo", text), ".", "main")


def test_what_is_new_is_appended_and_what_a_person_said_comes_last(place: Workspace, started: Repo) -> None:
    started.commit("feat: one", {"a.py": "1\n"}, at=NINE + 60)
    started.write("b.py", "2\n")
    done = scanned(place, NINE + HOUR / 6, note(NINE + 5))
    assert [event.kind for event in done.new] == ["commit", "file", "note"]
    assert [event.id for event in done.new] == sorted(event.id for event in done.new) and all(event.by == "cli" for event in done.new)


def test_a_second_ingest_finds_nothing_and_leaves_the_journal_alone(place: Workspace, started: Repo) -> None:
    started.commit("feat: one", {"a.py": "1\n"}, at=NINE + 60)
    scanned(place, NINE + 2 * MINUTE)
    scanned(place, NINE + 3 * MINUTE)
    before = place.journal.last_id(), place.journal.meta("looked ."), place.journal.cursor(".", "clock")
    again = scanned(place, NINE + 4 * MINUTE)
    assert again.new == () and (place.journal.last_id(), place.journal.meta("looked ."), place.journal.cursor(".", "clock")) == before


@pytest.mark.parametrize("cuts", [(), (1,), (1, 2), (2, 4), (1, 2, 3, 4, 5)])
def test_however_often_it_is_read_the_same_facts_stand_there(started: Repo, cuts: tuple[int, ...]) -> None:
    """Work in six steps, ingested after some of them and at the end: the commits, switches and stashes of one ingest of it all."""
    place = begun(started)
    steps = [
        lambda at: started.commit("one", {"a": "1"}, at=at),
        lambda at: started.git("checkout", "-q", "-b", "side", at=at),
        lambda at: started.commit("two", {"a": "2"}, at=at),
        lambda at: (started.write("a", "3"), started.git("stash", "push", "-q", at=at)),
        lambda at: started.git("checkout", "-q", "main", at=at),
        lambda at: started.commit("three", {"b": "1"}, at=at),
    ]
    for count, step in enumerate(steps, 1):
        step(NINE + count * MINUTE)
        if count in cuts or count == len(steps):
            scanned(place, NINE + count * MINUTE + 30)
    logged = [event for event in place.journal.events(".") if event.kind not in ("file", "daemon")]
    assert [event.kind for event in logged if event.kind != "branch"] == ["commit", "checkout", "commit", "reset", "stash", "checkout", "commit"]
    assert [event.kind for event in logged].count("branch") == 1 and {event.at - NINE for event in logged} <= {count * 60.0 for count in range(1, 7)}


def test_cursors_and_the_tree_are_kept(place: Workspace, started: Repo) -> None:
    started.write("b.py", "2\n")
    scanned(place, NINE + MINUTE)
    journal = place.journal
    assert set(journal.rows(".")) == {"b.py"} and journal.meta_number("looked .") == NINE + MINUTE
    assert all(journal.cursor(".", name) is not None for name in ("reflog", "refs", "worktree", "reports", "spool", "clock"))
    started.path("b.py").unlink()
    scanned(place, NINE + 2 * MINUTE)
    assert [fact.action for fact in facts(place, "file")] == ["created", "deleted"] and journal.rows(".") == {}


def test_what_a_scan_kept_busy_could_not_see_is_seen_by_the_next(place: Workspace, started: Repo) -> None:
    started.write("a.py", "1\n")
    (started.root / ".git" / "index.lock").touch()
    done = ingest(place, "cli", NINE + MINUTE, [note(NINE + 1)])
    assert done.busy and [event.kind for event in done.new] == ["note"] and place.journal.meta_number("looked .") == NINE
    (started.root / ".git" / "index.lock").unlink()
    assert [type(event.fact) for event in scanned(place, NINE + 2 * MINUTE).new] == [File]


def test_words_are_kept_where_other_processes_got_ahead_each_time(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each scan finds that somebody else journalled one meanwhile."""

    def outrun(*args: object, **more: object) -> object:
        with writing(place) as writer:
            writer.set_meta("rebuilt", str(time.monotonic_ns()))
        return real(*args, **more)  # type: ignore[arg-type]

    real = ingest_module.scan_sources
    monkeypatch.setattr(ingest_module, "scan_sources", outrun)
    done = ingest(place, "cli", NINE + 60, [note(NINE + 60)])
    assert done.outrun and not done.busy and not done.unwritten and [event.kind for event in done.new] == ["note"]


def test_a_session_that_ended_at_a_gap_is_closed_before_newer_events_are_appended(place: Workspace) -> None:
    for at in (60, 5 * HOUR, 5 * HOUR + 60, 10 * HOUR):
        put(place.spool, {"kind": "note", "key": f"n{at}", "at": NINE + at, "data": {"type": "todo", "text": str(at)}})
    ingest(place, "cli", NINE + 11 * HOUR)
    told = [event.fact for event in place.journal.events(".") if isinstance(event.fact, Note | Handoff)]
    closed = [(fact.text if isinstance(fact, Note) else fact.trigger) for fact in told if not (isinstance(fact, Handoff) and fact.stage == "intent")]
    assert closed == ["60", "gap", "18000", "18060", "gap", "36000"]


def test_a_wrapped_run_that_goes_on_bridges_the_gap(place: Workspace) -> None:
    scanned(place, NINE + 60, note(NINE + 60))
    handle = hold(place.spool.parent, "r1", NINE)
    os.utime(place.spool.parent / "run-r1", (NINE + 120, NINE + 120))
    ingest(place, "cli", NINE + 2 * HOUR, [note(NINE + 2 * HOUR)])
    release(place.spool.parent, "r1", handle)
    assert facts(place, "handoff") == [] and len(facts(place, "note")) == 2


def test_the_first_scan_makes_one_session_of_the_day(started: Repo) -> None:
    for hours in (20, 10, 1):
        started.commit(f"{hours} h ago", {"a": str(hours)}, at=NINE - hours * HOUR)
    place = begun(started)
    assert facts(place, "handoff") == [] and [fact.subject for fact in facts(place, "commit")] == ["20 h ago", "10 h ago", "1 h ago"]


def test_where_the_lock_is_held_nothing_is_lost(place: Workspace, started: Repo) -> None:
    started.commit("feat: one", {"a.py": "1\n"}, at=NINE + 60)
    last = place.journal.last_id()
    with locked(place):
        done = scanned(place, NINE + 2 * MINUTE, wait=0.05)
    assert done.new == () and done.problem and [(event.kind, event.id) for event in done.unwritten] == [("commit", last + 1)]
    assert place.journal.last_id() == last
    assert [event.kind for event in scanned(place, NINE + 3 * MINUTE).new] == ["commit"]


class Interrupted(list[Event]):
    """What a person said; while it is taken in, between the reading and the writing, another process ingests."""

    other: Ingested | None = None

    def __init__(self, place: Workspace, said: Event) -> None:
        super().__init__([said])
        self._place = place

    def __iter__(self) -> Iterator[Event]:
        if self.other is None:
            self.other = scanned(self._place, NINE + 2 * MINUTE)
        return super().__iter__()


def test_two_who_read_from_the_same_state_tell_it_once(place: Workspace, started: Repo) -> None:
    started.path("README.md").unlink()  # a deletion has no time of its own: each would tell it as of its own scan
    said = Interrupted(place, note(NINE + 3 * MINUTE))
    own = ingest(place, "cli", NINE + 3 * MINUTE, said)
    assert said.other is not None and [event.kind for event in said.other.new] == ["file"] and [event.kind for event in own.new] == ["note"]
    assert [fact.action for fact in facts(place, "file")] == ["deleted"]


def test_secrets_are_out_of_what_could_not_be_written(place: Workspace) -> None:
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    with locked(place):
        done = scanned(place, NINE + MINUTE, note(NINE, f"use {token}"), wait=0.05)
    assert len(done.unwritten) == 1 and token not in repr(done.unwritten)


def test_a_worktree_that_is_switched_off_is_left_alone(place: Workspace, started: Repo) -> None:
    started.write(".handoffd.yaml", "enabled: false\n")
    with pytest.raises(SwitchedOff):
        scanned(place, NINE + MINUTE)


def test_a_journal_that_was_rebuilt_says_so(place: Workspace, started: Repo) -> None:
    started.commit("feat: one", {"a.py": "1\n"}, at=NINE + 60)
    scanned(place, NINE + 2 * MINUTE)
    place.journal.path.write_bytes(b"no database" * 1000)
    fresh = begun(started)
    scanned(fresh, NINE + 3 * MINUTE)
    assert "rebuilt" in [fact.action for fact in facts(fresh, "daemon")]
    assert [fact.subject for fact in facts(fresh, "commit")] == ["feat: one"], "git still tells it"


def push(at: float) -> Event:
    return Event("push", at, f"push:{at}", Push("refs/remotes/o/main", "a", "b"), ".", "main")


def test_a_push_is_due_until_a_handoff_was_looked_at_for_it(place: Workspace) -> None:
    assert push_due(place, place.journal) == 0
    done = scanned(place, NINE + 60, push(NINE + 60))
    assert done.pushed and push_due(place, place.journal) == done.new[0].id
    with writing(place) as writer:
        writer.set_meta("refreshed .", str(done.new[0].id))
    assert push_due(place, place.journal) == 0 and not scanned(place, NINE + 120).pushed


def intent(name: str, digest: str) -> Event:
    return Event("handoff", NINE + 60, f"k:{name}", Handoff(name, digest, "intent", "flush", directory=".claude"), ".", "main")


def test_a_file_that_bears_an_intended_hash_is_ours(place: Workspace, started: Repo) -> None:
    started.write(".claude/handoff-2023-11-14.md", "whole\n")
    started.write(".claude/handoff-2023-11-14-2.md", "somebody else's\n")
    with writing(place) as writer:
        writer.append(
            [intent("handoff-2023-11-14.md", sha256(b"whole\n")), intent("handoff-2023-11-14-2.md", sha256(b"ours\n")), intent("gone.md", "x")]
        )
        assert len(unsettled(place, writer)) == 3
        claim_orphaned_file(place, writer)
        assert unsettled(place, writer) == []
    assert [(event.fact.name, event.key) for event in place.journal.handoffs(".", 9) if isinstance(event.fact, Handoff)] == [
        ("handoff-2023-11-14.md", "k:handoff-2023-11-14.md:written")
    ]


def test_an_unsettled_intent_is_reason_enough_for_a_transaction(place: Workspace, started: Repo) -> None:
    started.write(".claude/handoff-2023-11-14.md", "whole\n")
    with writing(place) as writer:
        writer.append([intent("handoff-2023-11-14.md", sha256(b"whole\n"))])
    scanned(place, NINE + 2 * MINUTE)
    assert len(place.journal.handoffs(".", 9)) == 1


def test_events_in_memory_come_after_the_journals(place: Workspace) -> None:
    last = place.journal.last_id()
    assert [(event.id, event.by) for event in number(place, [note(1), note(2)])] == [(last + 1, "cli"), (last + 2, "cli")]


def test_when_the_session_last_moved(place: Workspace, started: Repo) -> None:
    assert (last_moved(place), last_event(place)) == (0.0, 0.0)
    scanned(place, NINE + 60, note(NINE + 60), push(NINE + 90))
    assert (last_moved(place), last_event(place)) == (NINE + 60, NINE + 60), "a push makes no session"


def test_what_only_undid_the_session_before_is_no_session(place: Workspace) -> None:
    undone = Event("file", NINE + 60, "f", File("a.py", "restored"), ".", "main")
    scanned(place, NINE + 60, undone)
    assert (last_moved(place), last_event(place)) == (0.0, NINE + 60)


def test_open_events_are_those_after_the_last_closed_handoff(place: Workspace) -> None:
    scanned(place, NINE + 60, note(NINE + 60, "old"))
    last = place.journal.last_id()
    with writing(place) as writer:
        writer.append([Event("handoff", NINE + 90, "h", Handoff("", "", "written", through=last, closes=True), ".", "main"), note(NINE + 99, "new")])
    assert [event.fact.text for event in open_events(place) if isinstance(event.fact, Note)] == ["new"]


def test_two_worktrees_of_a_repository_do_not_mix(place: Workspace, started: Repo, tmp_path: Path) -> None:
    started.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "linked"))
    linked = Repo(tmp_path / "linked")
    other = begun(linked)
    linked.commit("theirs", {"b": "1"}, at=NINE + 60)
    started.commit("ours", {"a": "1"}, at=NINE + 60)
    scanned(other, NINE + 2 * MINUTE)
    scanned(place, NINE + 2 * MINUTE)
    assert [fact.subject for fact in facts(place, "commit")] == ["ours"] and [fact.subject for fact in facts(other, "commit")] == ["theirs"]
    assert place.journal.path == other.journal.path and other.id.startswith("worktrees/")


def test_once_a_day_the_old_goes(started: Repo) -> None:
    place = begun(started, Settings(keep=28.0 * HOUR))
    started.git("update-ref", "refs/remotes/origin/main", started.head)

    def said(at: float) -> list[float]:
        scanned(place, at, Event("note", at, f"done{at}", Note("done", "x"), ".", "main"))
        return [event.at for event in place.journal.events(".", kinds=("note",))]

    said(NINE + 60)
    last = place.journal.last_id()
    with writing(place) as writer:
        writer.append([Event("handoff", NINE + 90, "h", Handoff("", "", "written", through=last, closes=True), ".", "main")])
    with writing(place) as writer:
        writer.append([Event("handoff", NINE + 91, "i", Handoff("", "", "written", through=last, closes=True), ".", "main")])
    first, late = NINE + 60, [NINE + 30 * HOUR, NINE + 60 * HOUR, NINE + 85 * HOUR]
    assert said(late[0]) == [first, *late[:1]], "one reading of the clock is none"
    assert said(late[1]) == [first, *late[:2]], "by the confirmed time it is not old yet"
    assert said(late[2]) == late
    assert not isinstance(next(place.journal.events(".")).fact, Commit)
