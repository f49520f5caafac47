"""A disk that stays full, broken or read-only: said once, nothing acknowledged is lost, and all is well by itself when it is over."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.faults.chain import truths
from tests.support import Repo, cli, wait_for


def failing(faulty: Mapping[str, str], while_there: Path, kinds: str, error: int) -> dict[str, str]:
    """The environment in which every such call fails for as long as the file exists."""
    while_there.touch()
    return {**faulty, "FAULT_WHILE": str(while_there), "FAULT_KINDS": kinds, "FAULT_ERROR": str(error)}


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EROFS], ids=lambda error: errno.errorcode[error])
def test_nothing_can_be_written(ours: Repo, faulty: dict[str, str], home: Path, error: int) -> None:
    env = failing(faulty, home / "fault", "wsnlm", error)
    ours.commit("feat: meanwhile", {"work.txt": "meanwhile\n"})
    refused = cli("note", "todo", "not taken", cwd=ours.root, env=env)
    assert refused.returncode == 1 and "cannot be written" in refused.stderr and "hint: " in refused.stderr
    flushed = cli("flush", cwd=ours.root, env=env)
    assert flushed.returncode == 1 and "feat: meanwhile" in flushed.stdout and "could be kept nowhere" in flushed.stderr
    status = cli("status", cwd=ours.root, env=env)
    assert status.returncode == 1 and status.stdout.count("cannot be written") == 1
    assert truths(ours, [], set())[:1] == ["movements 1, reflog 2"]
    (home / "fault").unlink()
    done = cli("flush", cwd=ours.root, env=env)
    assert done.returncode == 0 and "feat: meanwhile" in Path(done.stdout.strip()).read_text()
    assert truths(ours, [], set()) == [] and "cannot be written" not in cli("status", cwd=ours.root, env=env).stdout


def test_a_daemon_outlives_a_full_disk(ours: Repo, faulty: dict[str, str], home: Path) -> None:
    """It says so once, in `status` and in its log, and goes on when there is room again, without a restart."""
    env = failing(faulty, home / "fault", "ws", errno.ENOSPC)
    (home / "fault").unlink()
    log = (home / "daemon.err").open("wb")
    daemon = subprocess.Popen([sys.executable, "-m", "handoffd", "daemon"], cwd=home, env={**os.environ, **env}, stdout=log, stderr=log)
    log.close()
    try:
        wait_for(lambda: any(home.glob(".local/state/handoffd/*/runtime.json")), seconds=30)
        (home / "fault").touch()
        oid = ours.commit("feat: on a full disk", {"work.txt": "full\n"})
        wait_for(lambda: b"cannot be written" in (home / "daemon.err").read_bytes(), seconds=30)
        status = cli("status", cwd=ours.root, env=env)
        assert status.returncode == 1 and status.stdout.count("cannot be written") == 1
        (home / "fault").unlink()
        wait_for(lambda: f"{ours.root}: all is well again" in (home / "daemon.err").read_text(), seconds=60)
        assert daemon.poll() is None and (home / "daemon.err").read_bytes().count(b"cannot be written") == 1
        events = [json.loads(line) for line in cli("log", "--json", cwd=ours.root).stdout.splitlines()]
        assert [event["by"] for event in events if event["data"].get("new") == oid] == ["daemon"]
        assert cli("status", cwd=ours.root).returncode == 0
    finally:
        daemon.terminate()
        daemon.wait(30)
