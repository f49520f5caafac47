"""An agent stops after each answer: its stops write at most once in two minutes."""

from __future__ import annotations

from pathlib import Path

from handoffd.files.spool_line import put
from handoffd.model.triggers import Trigger
from handoffd.pipeline.flush import Flushed, flush
from handoffd.pipeline.workspace import Workspace
from tests.pipeline.begun import HOUR, MINUTE, NINE


def spooled(place: Workspace, at: float, text: str = "write the docs") -> None:
    put(place.spool, {"kind": "note", "key": f"n{text}{at}", "at": at, "branch": "main", "data": {"type": "todo", "text": text}})


def flushed(place: Workspace, trigger: Trigger, now: float) -> Flushed:
    return flush(place, trigger, "cli", now)


def test_the_stops_of_an_agent_write_at_most_once_in_two_minutes(place: Workspace) -> None:
    spooled(place, NINE + 30, "the first")
    first = flushed(place, Trigger.AGENT_STOP, NINE + MINUTE).written
    assert first is not None and first.fresh
    fresh = []
    for seconds in (1, 60, 119, 120, 180, 239, 240, 241):
        spooled(place, NINE + MINUTE + seconds - 1, f"said after {seconds}")
        done = flushed(place, Trigger.AGENT_STOP, NINE + MINUTE + seconds).written
        assert done is not None and done.path == first.path
        fresh += [seconds] if done.fresh else []
    assert fresh == [120, 240] and "said after 239" in Path(first.path).read_text() and "said after 241" not in Path(first.path).read_text()
    assert [event.at for event in place.journal.handoffs(".", 9)] == [NINE + MINUTE + seconds for seconds in (240, 120, 0)]
    # What the last stop left out is told by whatever writes next, and anybody else may write at once.
    done = flushed(place, Trigger.SESSION_END, NINE + MINUTE + 242).written
    assert done is not None and done.fresh and "said after 241" in Path(first.path).read_text()


def test_a_stop_writes_where_the_clock_was_set_back(place: Workspace) -> None:
    spooled(place, NINE + 30)
    flushed(place, Trigger.AGENT_STOP, NINE + HOUR)
    spooled(place, NINE + 31, "another")
    done = flushed(place, Trigger.AGENT_STOP, NINE + 2 * MINUTE).written
    assert done is not None and done.fresh
