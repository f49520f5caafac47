"""The kernel's limits, and what watching costs when nothing happens: in processes of their own, as both are about a whole process."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import handoffd.daemon

REPOSITORY = Path(handoffd.daemon.__file__).parents[2]
PRELUDE = """
import pathlib, sys, threading, time
from handoffd.daemon.watch import Target, Watch

def until(condition, bound=10.0):
    end = time.monotonic() + bound
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()

root = pathlib.Path(sys.argv[1])
hints = []
folders = [f"d{n}" for n in range(60)]
for name in folders:
    (root / name).mkdir()
target = Target(root, root / ".git", root / ".git", (), lambda: folders, lambda: folders, lambda asked: set())
watch = Watch(hints.append, scan_every=0.4)
watch.start()
watch.add(target)
"""


def run(script: str, *words: str, prefix: tuple[str, ...] = ()) -> str:
    code = PRELUDE + textwrap.dedent(script)
    done = subprocess.run([*prefix, sys.executable, "-c", code, *words], capture_output=True, text=True, timeout=60, check=False, cwd=REPOSITORY)
    assert done.returncode == 0, done.stderr
    return done.stdout


def namespace(limit: str, value: int) -> tuple[str, ...]:
    """A user namespace of its own with a lower limit; the machine's stays."""
    set_limit = f"echo {value} > /proc/sys/user/{limit}"
    allowed = subprocess.run(["unshare", "-Ur", "sh", "-c", set_limit], capture_output=True, check=False)
    if allowed.returncode:
        pytest.skip("no user namespace to lower the inotify limit in")
    return ("unshare", "-Ur", "sh", "-c", f'{set_limit}; exec "$0" "$@"')


def test_watch_limit_is_said_and_looked_at_by_the_clock_and_heals(tmp_path):
    script = """
    print(watch.state(root), watch.watches(root) <= 30)
    print(until(lambda: sum(hint.full for hint in hints) >= 2), len(hints) < 5)
    open("/proc/sys/user/max_inotify_watches", "w").write("500")
    print(until(lambda: watch.state(root) == ""), watch.watches(root))
    (root / "d59/file").write_text("x")
    print(until(lambda: any("d59/file" in hint.paths for hint in hints)))
    watch.stop()
    """
    (tmp_path / "tree").mkdir()
    said = run(script, str(tmp_path / "tree"), prefix=namespace("max_inotify_watches", 30))
    assert said.splitlines() == ["degraded: polling True", "True True", "True 61", "True"]


def test_no_inotify_instance_to_be_had_is_degraded_not_dead(tmp_path):
    script = """
    print(watch.state(root), watch.watches(root), until(lambda: any(hint.full for hint in hints)))
    watch.stop()
    """
    said = run(script, str(tmp_path), prefix=namespace("max_inotify_instances", 0))
    assert said.split("\n")[0] == "degraded: polling 0 True"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts wake-ups in /proc")
def test_idle_watcher_and_alarm_never_wake(tmp_path):
    script = """
    from handoffd.daemon.alarm import Alarm, steady
    alarm = Alarm(lambda: None)
    alarm.start()
    alarm.at(steady() + 3600)
    until(lambda: watch.watches(root) == 61)
    (root / "d0/file").write_text("x")
    until(lambda: hints)

    def switches():
        main = threading.main_thread().native_id
        lines = [line for task in pathlib.Path("/proc/self/task").iterdir() if task.name != str(main)
                 for line in (task / "status").read_text().splitlines()]
        return sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt"))

    time.sleep(0.5)
    before = switches()
    time.sleep(2)
    print(switches() - before, threading.active_count())
    watch.stop()
    alarm.stop()
    """
    # Main, watchdog's dispatcher, the reader, the scheduler; its worker starts with the first alarm.
    assert run(script, str(tmp_path)).split() == ["0", "4"]


def test_stop_ends_all_threads(tmp_path):
    assert run("watch.stop()\nprint(threading.active_count())", str(tmp_path)).split() == ["1"]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts descriptors in /proc")
def test_two_hundred_worktrees_cost_no_thread_and_no_inotify_instance_each(tmp_path):
    script = """
    import os

    def cost():
        kinds = [os.path.realpath(handle) for handle in pathlib.Path("/proc/self/fd").iterdir()]
        return threading.active_count(), sum("inotify" in kind for kind in kinds), len(kinds)

    one = cost()
    for number in range(200):
        folder = root / f"w{number}"
        folder.mkdir()
        watch.add(Target(folder, folder / ".git", folder / ".git", (), list, list, lambda asked: set()))
    print(cost() == one, one[1])
    watch.stop()
    """
    assert run(script, str(tmp_path)).split() == ["True", "1"]
