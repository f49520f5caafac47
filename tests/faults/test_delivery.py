"""Each call that puts a handoff's file in its place fails once: told as a reason, whole or not at all, and no temporary file stays."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.faults import delivery


def test_each_step_of_a_delivery_may_fail(shim: Path, tmp_path: Path) -> None:
    env = {**os.environ, "LD_PRELOAD": str(shim), "FAULT_PREFIXES": str(tmp_path), "PYTHONPATH": str(Path(delivery.__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, delivery.__file__, str(shim), str(tmp_path)], env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["wrong"] == [] and report["failures"] >= 15
