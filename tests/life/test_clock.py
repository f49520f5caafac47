"""A wall clock that is set while a real daemon works: for the daemon, the verbs and git alike, through a library in front of libc's."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest

from tests.support import wait_for
from tests.watched import Watched

BOUND = 90
IDLE = 5
"""Seconds in which a busy machine still sees a commit: what is done before the clock is set lies within one session."""
DAY = 86400


def closed(watched: Watched) -> list[dict[str, object]]:
    """The handoffs that closed a session."""
    written = (event["data"] for event in watched.events("handoff") if event["data"]["stage"] == "written")
    return [data for data in written if data.get("closes", True)]


@pytest.mark.parametrize("then", ["work goes on", "nothing more happens"])
def test_a_clock_set_back_a_day_delays_no_handoff(watched: Watched, set_clock: Callable[[int], None], then: str) -> None:
    watched.configure(f"idle: {IDLE}s\n")
    set_clock(DAY)  # tomorrow, until it is put right
    watched.handoffd("flush")
    watched.daemon()
    oids = [watched.repo.commit("feat: before")]
    wait_for(lambda: watched.journalled("commit") == 2, seconds=BOUND)
    set_clock(0)
    if then == "work goes on":
        oids.append(watched.repo.commit("feat: after"))
    wait_for(lambda: len(watched.files()) == 2, seconds=BOUND)
    assert [event["data"]["new"] for event in watched.events("commit")][1:] == oids
    assert [(data["trigger"], data.get("reconstructed", False)) for data in closed(watched)][1:] == [("idle", False)]
    text = watched.files()[1].read_text()
    assert "feat: before" in text and ("feat: after" in text) == (len(oids) == 2)


def test_a_clock_set_forward_a_day_ends_the_session_and_loses_nothing(watched: Watched, set_clock: Callable[[int], None]) -> None:
    watched.configure(f"idle: {IDLE}s\n")
    watched.handoffd("flush")
    watched.daemon()
    watched.repo.commit("feat: today")
    wait_for(lambda: watched.journalled("commit") == 2, seconds=BOUND)
    set_clock(DAY)
    watched.repo.commit("feat: tomorrow")
    wait_for(lambda: len(watched.files()) == 3, seconds=BOUND)
    today, tomorrow = (file.read_text() for file in watched.files()[1:])
    assert "feat: today" in today and "feat: tomorrow" not in today
    status = tomorrow.split("## ")[1]
    assert status.startswith("Status") and "feat: tomorrow" in status and "feat: today" not in status
    dates = [re.search(r"\d{4}-\d\d-\d\d", file.name) for file in watched.files()[1:]]
    assert [date[0] for date in dates if date] == [time.strftime("%Y-%m-%d", time.localtime(time.time() + ahead)) for ahead in (0, DAY)]


def test_a_session_over_midnight_has_one_file_with_the_local_date(
    watched: Watched, set_clock: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Across the hour that is doubled in autumn, too: 2026-10-25 in Berlin begins at +02:00 and ends at +01:00."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    watched.handoffd("flush")
    midnight = 1792969200  # 2026-10-26 00:00 +01:00
    set_clock(midnight - 300 - int(time.time()))
    watched.handoffd("log")
    watched.repo.commit("feat: late")
    watched.handoffd("flush", "--trigger", "pre-push")
    checkpoint = watched.files()[-1]
    assert checkpoint.name.startswith("handoff-2026-10-25")
    set_clock(midnight + 300 - int(time.time()))
    watched.repo.commit("feat: later")
    watched.handoffd("flush")
    assert len(watched.files()) == 2 and watched.files()[-1] == checkpoint
    text = checkpoint.read_text()
    assert "feat: late" in text and "feat: later" in text and text.startswith("# Session Handoff — 2026-10-26 00:05")
    watched.repo.commit("feat: another session, by UTC still of the day before")
    watched.handoffd("flush")
    assert watched.files()[-1].name == "handoff-2026-10-26.md"


@pytest.mark.parametrize("then", ["work goes on", "nothing more happens"])
def test_a_laptop_asleep_over_midnight_ends_the_session_of_the_day_before(
    watched: Watched, set_clock: Callable[..., None], monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    watched.configure(f"idle: {IDLE}s\n")
    watched.handoffd("flush")
    evening, night = 1793055600 - 600 - int(time.time()), 8 * 3600  # 2026-10-26 23:50 +01:00
    set_clock(evening)
    watched.handoffd("log")
    watched.daemon()
    oids = [watched.repo.commit("feat: late")]
    wait_for(lambda: watched.seen_by_the_daemon(oids[0]), seconds=BOUND)
    set_clock(evening + night, asleep=night)
    if then == "work goes on":
        oids.append(watched.repo.commit("feat: in the morning"))
    wait_for(lambda: len(watched.files()) == len(oids) + 1, seconds=BOUND)
    names = ["handoff-2026-10-26.md", "handoff-2026-10-27.md"][: len(oids)]
    assert [file.name for file in watched.files()[1:]] == names
    assert [("feat: late" in text, "feat: in the morning" in text) for text in (watched.files()[1].read_text(),)] == [(True, False)]
    assert [event["data"]["new"] for event in watched.events("commit")][1:] == oids
