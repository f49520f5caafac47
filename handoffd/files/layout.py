"""The names of our own files: in a git dir, in a worktree, in the user's folders.

GIT DIR/handoffd/          spool, prompt, hooks/, lock files of wrapped runs; beside the common dir also the journal
WORKTREE/.claude/          handoff-2026-03-08.md, by default
WORKTREE/.handoffd.yaml    what the worktree asks to leave out
~/.config/handoffd/        config.yaml
~/.local/state/handoffd/HOST/  registry, daemon, journals of repositories on a network file system
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from handoffd.model.lazy import lazy

FOLDER: Final = "handoffd"
"""Our folder in a git dir, in the user's config folder and in the user's state folder."""

SPOOL: Final = "spool"
PROMPT: Final = "prompt"
RUN: Final = "run-"
"""How the lock file of a wrapped run begins; the run's id follows."""
HOOKS: Final = "hooks"
MADE_HOOKS_FOLDER: Final = "made-hooks-folder"

JOURNAL: Final = "journal.db"
JOURNAL_LOCK: Final = "journal.lock"
REDACTION_KEY: Final = "redaction.key"
JOURNAL_FILES: Final = (JOURNAL, f"{JOURNAL}-wal", f"{JOURNAL}-shm", JOURNAL_LOCK, REDACTION_KEY)

REGISTRY: Final = "worktrees"
WANTED: Final = "wanted"
JOURNALS: Final = "journals"
DAEMON_LOCK: Final = "daemon.lock"
DAEMON_LOG: Final = "daemon.log"
RUNTIME: Final = "runtime.json"
BUG_LOG: Final = "bug.log"

CONFIG: Final = "config.yaml"
RESTRICTIONS: Final = ".handoffd.yaml"

# Of the bytes that are still being written: the name of the draft.
_DRAFT: Final = r"\.handoff-\d{4}-\d{2}-\d{2}\.[0-9a-f]{12}\.tmp"
_IS_DRAFT: Final = lazy(_DRAFT)
_HANDOFF: Final = lazy(rf"handoff-(?P<day>\d{{4}}-\d{{2}}-\d{{2}})(?:-(?P<number>\d+))?\.md|{_DRAFT}")


def own_folder(git_dir: Path) -> Path:
    """Our folder in a worktree's own git dir, or in the repository's common dir."""
    return git_dir / FOLDER


def spool_in(git_dir: Path) -> Path:
    """Where hooks and probes of the worktree with this git dir append."""
    return git_dir / FOLDER / SPOOL


def prompt_in(git_dir: Path) -> Path:
    """The line for a shell's prompt of the worktree with this git dir."""
    return git_dir / FOLDER / PROMPT


def linked_folders(common_dir: Path) -> list[Path]:
    """Our folders in the git dirs of all linked worktrees of a repository."""
    return list(common_dir.glob(f"worktrees/*/{FOLDER}"))


def handoff_stem(at: float) -> str:
    """The name of a handoff's file without number and ending: the title's local date."""
    return time.strftime("handoff-%Y-%m-%d", time.localtime(at))


def handoff_names(directory: str) -> str:
    """The pattern of handoff files in an output folder, relative to the worktree."""
    return f"{directory}/handoff-*.md"


def handoff_draft(stem: str, random: str) -> str:
    """The name that a handoff has while it is written; `random` is 12 hexadecimal digits."""
    return f".{stem}.{random}.tmp"


def is_handoff_draft(name: str) -> bool:
    """Whether it is the name of a handoff that is being written, or that a killed process left."""
    return bool(_IS_DRAFT.fullmatch(name))


def handoff_order(name: str) -> tuple[str, int]:
    """By day, then by number; any other name by itself."""
    found = _HANDOFF.fullmatch(name)
    return (found["day"], int(found["number"] or 1)) if found and found["day"] else (name, 0)


def is_handoff(path: str, directory: str) -> bool:
    """A handoff file of ours: `directory` is the output folder relative to the worktree ('' for its root)."""
    folder = directory.strip("/").removeprefix("./")
    if folder in ("", "."):
        return bool(_HANDOFF.fullmatch(path))
    return path.startswith(folder + "/") and bool(_HANDOFF.fullmatch(path[len(folder) + 1 :]))
