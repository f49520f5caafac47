"""One look at a repository in a process of its own, for file systems where a look may wait for ever.

example: python -m handoffd.daemon.helper ROOT [TRIGGER]

Looks at all its worktrees, closes what is idle, with TRIGGER writes handoffs. Prints what went wrong, nothing when all is well.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from handoffd.files.config import Settings, default_path, load
from handoffd.git.repository import linked_worktrees
from handoffd.model.errors import UserError
from handoffd.model.triggers import Trigger
from handoffd.pipeline.flush import flush, refresh, settle
from handoffd.pipeline.ingest import ingest
from handoffd.pipeline.workspace import Workspace, open_place


def main(root: str, trigger: str = "") -> int:
    settings = load(default_path(os.environ))
    place = open_place(Path(root), settings, os.environ)
    failed = [_look(linked.root, settings, os.environ, trigger) for linked in linked_worktrees(place.git, place.worktree)]
    return int(any(failed))


def _look(root: Path, settings: Settings, env: Mapping[str, str], trigger: str) -> bool:
    """True when it went wrong."""
    try:
        _work(open_place(root, settings, env), trigger)
    except (UserError, OSError) as problem:
        print(f"{root}: {problem}")
        return True
    return False


def _work(place: Workspace, trigger: str) -> None:
    done = ingest(place, "daemon", time.time())
    if done.pushed:
        refresh(place, "daemon", time.time())
    # Since when its daemon watches, a helper is not told.
    settle(place, "daemon", time.time(), since=0.0)
    if trigger:
        flush(place, Trigger(trigger), "daemon", time.time())
    if done.failures:
        raise UserError(done.unread)


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except (UserError, OSError) as mistake:
        print(mistake)
        sys.exit(1)
