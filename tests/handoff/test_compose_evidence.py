"""Each line of a document has evidence: the events that say it; only what the world alone tells has none until the snapshot is journalled."""

from __future__ import annotations

import pytest
from hypothesis import given

from handoffd.model.claims import TextAt
from handoffd.model.document import Item
from handoffd.model.facts import Commit, File
from handoffd.model.kinds import ItemKind
from handoffd.model.session import Session, fold
from handoffd.model.snapshot import Snapshot
from handoffd.output.json import to_json
from handoffd.pipeline.deliver import with_evidence
from tests.golden.load import Day, days
from tests.handoff.builders import SESSION, SNAPSHOT, handoff, law

# What a person or a run said, or git's log: always an event.
SAID = frozenset({ItemKind.NOTE, ItemKind.FIX_TESTS, ItemKind.FAILING_TEST, ItemKind.GREEN, ItemKind.DAEMON, ItemKind.RERUN_TESTS})


def paths_of(item: Item) -> set[str]:
    return {item.path, *item.paths, *(claim.path for claim in item.claims if isinstance(claim, TextAt))} - {""}


def touched(session: Session) -> set[str]:
    """The paths that an event of the session names."""
    found = set(session.files)
    return found | {path for seen in session.commits for change in seen.fact.changes for path in (change.path, change.old_path)}


def without(items: list[Item], session: Session) -> list[Item]:
    """The items that an event could prove and that name none."""
    known = touched(session)
    return [item for item in items if not item.evidence and (item.kind in SAID or paths_of(item) & known)]


@law
@given(SESSION, SNAPSHOT)
def test_no_line_that_an_event_says_is_without_evidence(session: Session, snapshot: Snapshot) -> None:
    document = handoff(session, snapshot)
    items = [item for some in document.items.values() for item in some]
    assert not without(items, session)
    ids = {seen.id for name in ("commits", "resets", "stashes", "tests", "notes", "daemons", "pushes") for seen in getattr(session, name)}
    ids |= {seen.id for seen in session.files.values()}
    assert {event for item in items for event in item.evidence} <= ids
    told = with_evidence(to_json(document), 99)
    assert all(item["evidence"] for section in document.items for item in told[section])
    assert [item["evidence"] for section in document.items for item in told[section]] == [list(item.evidence) or [99] for item in items]


@pytest.mark.parametrize("day", list(days()), ids=lambda day: day.name)
def test_no_line_of_a_recorded_day_is_without_evidence(day: Day) -> None:
    from tests.golden.load import event_of

    events = {event.id: event for event in map(event_of, day.lines())}
    session = fold(events.values())
    items = [item for some in day.document.items.values() for item in some]
    assert not without(items, session)
    for item in items:
        for fact in (events[event].fact for event in item.evidence if event in events):
            # An event of a file or a commit is about the line's own paths.
            if isinstance(fact, File) and paths_of(item):
                assert fact.path in paths_of(item), item
            if isinstance(fact, Commit) and item.kind in (ItemKind.FILE, ItemKind.HUNK, ItemKind.BOX, ItemKind.TODO):
                assert paths_of(item) & {path for change in fact.changes for path in (change.path, change.old_path)}, item
