"""From the journal to a file: what is journalled around it, and what becomes of files that a person touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from handoffd.compose.document_now import document_now, snapshot_now
from handoffd.files.config import Settings
from handoffd.files.layout import handoff_stem
from handoffd.model.events import Event
from handoffd.model.facts import Handoff, Note
from handoffd.model.handoff_request import HandoffRequest
from handoffd.model.session import Session, fold
from handoffd.model.snapshot import Snapshot
from handoffd.output.delivery import sha256
from handoffd.pipeline.deliver import Delivered, handoff_fact, own_handoff, own_handoffs, put
from handoffd.pipeline.scan import limits_of, reader_of
from handoffd.pipeline.sessions import close_stale_session, open_events
from handoffd.pipeline.workspace import Workspace
from tests.pipeline.begun import HOUR, MINUTE, NINE, begun, facts, handoffs, scanned, today, writing
from tests.support import Repo

CLOSE, CHECKPOINT = HandoffRequest("flush", NINE + HOUR), HandoffRequest("stop", NINE + HOUR, closes=False)


def note(at: float, text: str = "write the docs", kind: str = "todo") -> Event:
    return Event("note", at, f"note:{text}:{at}", Note(kind, text), ".", "main")


def session_of(place: Workspace) -> Session:
    return fold(open_events(place), place.id)


def look(place: Workspace, session: Session, now: float) -> Snapshot:
    return snapshot_now(reader_of(place), place.journal, session, limits_of(place, now))


def hand(place: Workspace, request: HandoffRequest = CLOSE, now: float = NINE + HOUR) -> Delivered:
    """The handoff of the open session."""
    with writing(place, now) as writer:
        session = fold(open_events(place, writer), place.id)
        snapshot = look(place, session, now)
        made = document_now(reader_of(place), writer, session, snapshot, request)
        return put(place, writer, session, snapshot, handoff_fact(made, snapshot, session.through, request), now)


def worked(place: Workspace, at: float = NINE + 60, text: str = "write the docs") -> None:
    scanned(place, at, note(at, text))


def test_intent_then_file_then_record(place: Workspace, started: Repo) -> None:
    worked(place)
    written = hand(place)
    name = f"{today(NINE + HOUR)}.md"
    assert written == Delivered(str(started.root / ".claude" / name), written.markdown) and handoffs(started) == [name]
    intent, record = facts(place, "handoff")
    assert (intent.stage, record.stage, intent.name, record.name) == ("intent", "written", name, name)
    assert intent.sha256 == record.sha256 == sha256(Path(written.path).read_bytes()) and record.directory == ".claude"
    assert [event.kind for event in place.journal.events(".")][-3:] == ["snapshot", "handoff", "handoff"]


def test_the_record_says_what_it_covers_and_closes(place: Workspace) -> None:
    worked(place)
    through = place.journal.last_id()
    hand(place)
    record = facts(place, "handoff")[-1]
    assert (record.through, record.closes, record.trigger, record.branch, record.reconstructed) == (through, True, "flush", "main", False)
    assert (record.started, record.ended) == (NINE + 60, NINE + HOUR) and record.markdown.startswith("# ") and record.document["pending"]
    assert place.journal.closed_through(".") == through and open_events(place)[-1].kind == "handoff"


def test_a_checkpoint_leaves_the_session_open_and_its_file_is_replaced(place: Workspace, started: Repo) -> None:
    worked(place)
    first = hand(place, CHECKPOINT)
    assert place.journal.closed_through(".") == 0 and own_handoff(session_of(place)) is not None
    scanned(place, NINE + 2 * MINUTE, note(NINE + 120, "and the tests"))
    second = hand(place)
    assert first.path == second.path and "and the tests" in Path(second.path).read_text() and len(handoffs(started)) == 1


def test_a_closed_sessions_file_is_left_to_the_next_one(place: Workspace, started: Repo) -> None:
    for minute in (1, 2):
        worked(place, NINE + minute * MINUTE, f"note {minute}")
        hand(place)
    assert handoffs(started) == [f"{today(NINE + HOUR)}-2.md", f"{today(NINE + HOUR)}.md"]


def test_a_file_that_a_person_edited_is_kept_and_one_beside_it_is_written(place: Workspace, started: Repo) -> None:
    worked(place)
    path = Path(hand(place, CHECKPOINT).path)
    path.write_text("my own words\n")
    again = hand(place)
    assert path.read_text() == "my own words\n" and Path(again.path).name == f"{today(NINE + HOUR)}-2.md"


def test_a_file_that_a_person_deleted_blocks_no_later_one(place: Workspace, started: Repo) -> None:
    worked(place)
    Path(hand(place, CHECKPOINT).path).unlink()
    again = hand(place)
    assert [Path(again.path).name] == handoffs(started) and "write the docs" in Path(again.path).read_text()


@pytest.mark.parametrize("gone", [False, True])
def test_a_file_that_git_tracks_is_left_and_another_name_taken(place: Workspace, started: Repo, gone: bool) -> None:
    worked(place)
    first = Path(hand(place, CHECKPOINT).path)
    before = first.read_text()
    started.git("add", "-f", first)
    if gone:
        first.unlink()
    again = hand(place)
    assert Path(again.path).name == first.name.replace(".md", "-2.md")
    assert first.exists() is not gone and (gone or first.read_text() == before), "neither written nor taken away"


def test_of_earlier_checkpoints_only_the_record_stays(place: Workspace) -> None:
    for number in range(5):
        worked(place, NINE + number)
        hand(place, CHECKPOINT, NINE + 60 + number)
    records = facts(place, "handoff")
    assert [bool(record.document) for record in records] == [False] * 9 + [True] and [bool(record.markdown) for record in records][-2:] == [
        False,
        True,
    ]
    assert len({record.name for record in records}) == 1 and all(record.sha256 for record in records), "the files are known as ours still"
    assert len(facts(place, "snapshot")) == 1


def test_what_cannot_be_delivered_is_in_the_journal(place: Workspace, started: Repo) -> None:
    worked(place)
    started.write(".claude", "a file of somebody's\n")
    written = hand(place)
    assert written.path == "" and written.hint and written.kept
    assert [(fact.stage, fact.name) for fact in facts(place, "handoff")] == [("written", "")]


def test_a_file_beside_the_sessions_own_is_withdrawn(place: Workspace, started: Repo) -> None:
    """A flush that could not have the lock had left one."""
    worked(place)
    first = hand(place, CHECKPOINT)
    text = "left by another\n"
    started.write(".claude/handoff-2023-01-01.md", text)
    with writing(place) as writer:
        writer.append(
            [Event("handoff", NINE, "x", Handoff("handoff-2023-01-01.md", sha256(text.encode()), "written", directory=".claude"), ".", "main")]
        )
    hand(place)
    assert len(handoffs(started)) == 1 and handoffs(started) != [Path(first.path).name, "handoff-2023-01-01.md"]


def test_a_file_in_a_folder_that_the_settings_named_before_is_withdrawn(place: Workspace, started: Repo) -> None:
    worked(place)
    first = Path(hand(place, CHECKPOINT).path)
    moved = begun(started, Settings(directory="notes"))
    second = Path(hand(moved).path)
    assert second.parent.name == "notes" and second.exists() and not first.exists()


def test_a_session_that_ended_before_newer_work_is_made_from_the_log(place: Workspace, started: Repo) -> None:
    worked(place)
    started.write("dirty.py", "not of that session\n")
    assert close_stale_session(place, "cli", NINE + 3 * HOUR)
    record = facts(place, "handoff")[-1]
    assert (record.trigger, record.reconstructed, record.closes, record.ended) == ("gap", True, True, NINE + 60)
    assert "dirty.py" not in record.markdown and handoffs(started) == [f"{today(NINE + 60)}.md"]


def test_an_empty_session_leaves_no_trace(place: Workspace, started: Repo) -> None:
    assert close_stale_session(place, "cli", NINE + HOUR)
    assert facts(place, "handoff") == [] and handoffs(started) == []


def test_the_snapshot_knows_what_was_dirty_before_and_holds_no_secret(started: Repo) -> None:
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    started.write("old.py", "1\n")
    place = begun(started)
    with writing(place) as writer:
        rows = place.journal.rows(".")
        writer.set_rows(
            ".", {path: type(row)(row.path, row.size, row.mtime_ns, row.inode, row.state, row.old_path, True) for path, row in rows.items()}, ()
        )
    started.write("new.py", f"# TODO drop {token}\n")
    snapshot = look(place, session_of(place), NINE + HOUR)
    assert {entry.path: entry.baseline for entry in snapshot.entries} == {"new.py": False, "old.py": True}
    assert token not in repr(snapshot) and [mark.kind for mark in snapshot.marks] == ["todo"]


def test_the_sessions_own_files_are_checkpoints_newest_first() -> None:
    def event(number: int, name: str, stage: str = "written", closes: bool = False) -> Event:
        return Event("handoff", NINE, f"k{number}", Handoff(name, "x", stage, closes=closes), id=number)

    told = [event(1, "a"), event(2, "b", "intent"), event(3, ""), event(4, "c", closes=True), event(5, "d")]
    assert [fact.name for fact in own_handoffs(fold(told))] == ["d", "a"]
    assert own_handoff(fold([])) is None


def test_a_document_is_what_the_session_and_the_snapshot_say(place: Workspace) -> None:
    worked(place)
    made = document_now(
        reader_of(place), place.journal, session_of(place), Snapshot(branch="main"), HandoffRequest("gap", NINE + HOUR, reconstructed=True)
    )
    assert (made.worktree, made.branch, made.trigger, made.ended, made.reconstructed, made.checkpoint) == (
        str(place.root),
        "main",
        "gap",
        NINE + HOUR,
        True,
        False,
    )
    fact = handoff_fact(made, Snapshot(branch="main"), 7, CHECKPOINT)
    assert (fact.stage, fact.name, fact.through, fact.closes, fact.sha256) == ("intent", "", 7, False, sha256(fact.markdown.encode()))


def test_a_name_is_the_local_date_of_the_title() -> None:
    noon = 1_699_963_200  # 2023-11-14 12:00 UTC: the same day in most zones
    assert handoff_stem(noon) == "handoff-2023-11-14" and handoff_stem(noon + 24 * HOUR) == "handoff-2023-11-15"
