"""What only the daemon knows, left in a file for `status` and `doctor`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from handoffd.files.atomic_write import write_whole
from handoffd.files.layout import RUNTIME
from handoffd.model.watch_state import Watching


class Runtime(NamedTuple):
    """`problem`: what keeps the daemon from a part of its work, '' when all is well. `worktrees`: how each is watched, by its root."""

    problem: str = ""
    worktrees: Mapping[str, Watching] = {}


def write_runtime(folder: Path, runtime: Runtime) -> None:
    """Written whole or not at all. Raises OSError."""
    worktrees = {root: {"state": one.state, "watches": one.watches} for root, one in runtime.worktrees.items()}
    data = {"pid": os.getpid(), "trouble": runtime.problem, "worktrees": worktrees}
    write_whole(folder / RUNTIME, json.dumps(data), draft=f"{RUNTIME}.{os.getpid()}", fsync=False)


def read_runtime(folder: Path, pid: int) -> Runtime:
    """What the daemon with this pid wrote last, nothing where it wrote nothing.

    The file may be that of another daemon, which died, or anything: only what is of the right form is taken.
    """
    try:
        found = json.loads((folder / RUNTIME).read_text())
    except (OSError, ValueError, RecursionError):
        return Runtime()
    if not isinstance(found, dict) or found.get("pid") != pid:
        return Runtime()
    worktrees = found.get("worktrees")
    sound = {root: _watching(one) for root, one in worktrees.items() if isinstance(one, dict)} if isinstance(worktrees, dict) else {}
    return Runtime(str(found.get("trouble", "")), sound)


def _watching(found: Mapping[str, Any]) -> Watching:
    watches = found.get("watches", 0)
    return Watching(str(found.get("state", "")), watches if isinstance(watches, int) else 0)
