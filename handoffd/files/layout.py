"""The names of our own files in a git dir and in a worktree."""

from __future__ import annotations

from typing import Final

from handoffd.model.lazy import lazy

# The second form is the one that a handoff has while it is written.
_HANDOFF: Final = lazy(r"handoff-\d{4}-\d{2}-\d{2}(?:-\d+)?\.md|\.handoff-\d{4}-\d{2}-\d{2}\.[0-9a-f]{12}\.tmp")


def is_handoff(path: str, directory: str) -> bool:
    """A handoff file of ours: `directory` is the output folder relative to the worktree ('' for its root)."""
    folder = directory.strip("/").removeprefix("./")
    if folder in ("", "."):
        return bool(_HANDOFF.fullmatch(path))
    return path.startswith(folder + "/") and bool(_HANDOFF.fullmatch(path[len(folder) + 1 :]))
