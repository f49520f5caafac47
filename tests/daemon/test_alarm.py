from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from handoffd.daemon.alarm import Alarm, steady


class Bell:
    def __init__(self) -> None:
        self.times: list[float] = []
        self.more = threading.Condition()

    def __call__(self) -> None:
        with self.more:
            self.times.append(steady())
            self.more.notify_all()

    def rings(self, count: int, bound: float = 5.0) -> bool:
        with self.more:
            return self.more.wait_for(lambda: len(self.times) >= count, bound)


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def alarm(bell: Bell) -> Iterator[Alarm]:
    made = Alarm(bell)
    made.start()
    yield made
    made.stop()


def test_rings_once_at_its_time(alarm, bell):
    when = steady() + 0.2
    alarm.at(when)
    assert bell.rings(1)
    assert when <= bell.times[0] < when + 2
    assert not bell.rings(2, bound=0.3)


def test_past_time_rings_at_once_however_late(alarm, bell):
    alarm.at(steady() - 10 * 86400)
    assert bell.rings(1)


def test_earlier_moves_it_and_later_does_not(alarm, bell):
    alarm.at(steady() + 3600)
    alarm.at(steady() + 0.2)
    alarm.at(steady() + 7200)
    assert bell.rings(1)


def test_cancelled_is_silent_and_can_be_set_again(alarm, bell):
    alarm.at(steady() + 0.3)
    alarm.cancel()
    alarm.cancel()
    assert not bell.rings(1, bound=0.6)
    alarm.at(steady())
    assert bell.rings(1)


def test_owner_asks_again_while_it_rings(bell):
    def ring() -> None:
        bell()
        if len(bell.times) < 5:
            again.at(steady())
            time.sleep(0.1)  # the alarm is due again while this one has not returned

    again = Alarm(ring)
    again.start()
    again.at(steady())
    assert bell.rings(5)
    again.stop()


def test_set_before_start_rings_after_it(bell):
    early = Alarm(bell)
    early.at(steady())
    assert not bell.rings(1, bound=0.1)
    early.start()
    assert bell.rings(1)
    early.stop()


def test_no_thread_keeps_the_process(bell):
    made = Alarm(bell)
    made.start()
    threads = [thread for thread in threading.enumerate() if thread.name == "APScheduler"]
    assert threads
    assert all(thread.daemon for thread in threads)
    made.stop()


@pytest.mark.skipif(not shutil.which("unshare"), reason="no unshare here")
def test_steady_seconds_go_on_in_suspend():
    """As told by the clock of a time namespace that slept for a day."""
    day = ["unshare", "-UrT", "--boottime=86400", "--", sys.executable, "-c"]
    if subprocess.run([*day, ""], capture_output=True, check=False).returncode:
        pytest.skip("no time namespace can be made here")
    script = "import time; from handoffd.daemon.alarm import steady; print(steady() - time.monotonic())"
    slept = [float(subprocess.run([*words, script], capture_output=True, text=True, check=True).stdout) for words in (day, day[-2:])]
    assert slept[0] - slept[1] == pytest.approx(86400, abs=5)
