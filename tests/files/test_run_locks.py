"""Which wrapped runs go on, by locks that the kernel lets go of."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from handoffd.files.run_locks import going, hold, release
from tests.support import wait_for


def names(folder: Path) -> list[str]:
    return [run.id for run in going(folder)]


def test_a_run_goes_on_until_it_is_let_go_of(tmp_path: Path) -> None:
    assert names(tmp_path) == [] and names(tmp_path / "nowhere") == []
    first = hold(tmp_path, "a", time.time())
    second = hold(tmp_path, "b", time.time())
    os.utime(tmp_path / "run-a", (100, 100))
    assert names(tmp_path) == ["a", "b"] and going(tmp_path)[0].since == 100
    release(tmp_path, "a", first)
    assert names(tmp_path) == ["b"]
    release(tmp_path, "b", second)
    assert list(tmp_path.iterdir()) == []


def test_a_killed_process_holds_nothing_and_its_file_goes_later(tmp_path: Path) -> None:
    program = f"import sys, time\nfrom pathlib import Path\nfrom handoffd.files.run_locks import hold\nhold(Path({str(tmp_path)!r}), 'a', 0)\ntime.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", program], cwd=Path(__file__).parents[2]) as process:
        wait_for(lambda: names(tmp_path) == ["a"], 30)
        process.kill()
    assert names(tmp_path) == [] and (tmp_path / "run-a").exists()
    now = time.time()
    os.close(hold(tmp_path, "b", now))
    assert (tmp_path / "run-a").exists(), "it may not be locked yet"
    os.close(hold(tmp_path, "c", now + 3600))
    assert not (tmp_path / "run-a").exists()


def test_other_files_and_links_are_left_alone(tmp_path: Path) -> None:
    for name in ("spool", "journal.db"):
        (tmp_path / name).touch()
    (tmp_path / "run-link").symlink_to(tmp_path / "spool")
    os.close(hold(tmp_path, "a", time.time() + 3600))
    assert names(tmp_path) == [] and (tmp_path / "spool").exists()
