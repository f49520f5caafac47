"""Which folders of a worktree matter, and which names in them are news. Pure but for `realpath` and one `stat`.

    TREE    a folder that git does not ignore: every file is news
    EXTRA   a report folder, ignored or not: every file is news
    CHAIN   an ignored folder on the way to a report folder: only the next folder of the way is news
    GIT     the git dir itself: HEAD, index, MERGE_HEAD ...        COMMON  the shared dir of a linked worktree
    DEEP    logs, refs, reftable, with all below                   SPOOL   handoffd/: all but our own journal
    INFO    info/: only `exclude`                                  LIST    worktrees/: linked worktrees come and go

`objects` is in no row: nothing there is news that a ref does not tell.
"""

from __future__ import annotations

import enum
import os
from pathlib import Path

from handoffd.daemon.watch_hints import Target
from handoffd.files.layout import FOLDER, JOURNAL, JOURNAL_LOCK, PROMPT
from handoffd.model.records import dataclass, field


class Kind(enum.Enum):
    TREE = enum.auto()
    EXTRA = enum.auto()
    CHAIN = enum.auto()
    GIT = enum.auto()
    COMMON = enum.auto()
    DEEP = enum.auto()
    SPOOL = enum.auto()
    INFO = enum.auto()
    LIST = enum.auto()


WORK_KINDS = frozenset({Kind.TREE, Kind.EXTRA, Kind.CHAIN})
_SHARED = {"logs": Kind.DEEP, "refs": Kind.DEEP, "reftable": Kind.DEEP, "info": Kind.INFO, "worktrees": Kind.LIST}
_OWN = {**_SHARED, FOLDER: Kind.SPOOL}
_SHARED_NAMES = frozenset({"packed-refs", "config", *_SHARED})
_HEADS = {"HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "REBASE_HEAD", "AUTO_MERGE", "BISECT_LOG"}
_OPERATIONS = {"rebase-merge", "rebase-apply", "sequencer"}
# What a look leaves beside the spool: the journal's files, and the line for prompts with its draft.
_WRITTEN = (JOURNAL, JOURNAL_LOCK, PROMPT)
_OWN_NAMES = frozenset({"index", "packed-refs", "config", "config.worktree", *_HEADS, *_OPERATIONS, *_OWN})


@dataclass(eq=False)
class Owner:
    """A target with its real paths and the watches it holds. `paths`: absolute folder -> watch descriptor."""

    target: Target
    root: str
    git_dir: str
    common_dir: str
    extras: frozenset[str]
    chain: frozenset[str]
    identity: tuple[int, int] | None
    paths: dict[str, int] = field(default_factory=dict)
    stale: bool = False
    """The set of folders may have changed unseen: list them again before the next hint is told."""
    lost: bool = False
    """The watch of the root itself ended: what is at its path now is something else."""
    missing: str = ""
    """A folder that found no room under the kernel's limit; tried first to learn whether there is room again."""

    def relative(self, path: str) -> str:
        """The path as a hint tells it."""
        return path[len(self.root) + 1 :] if path.startswith(f"{self.root}/") else path

    def absolute(self, relative: str) -> str:
        relative = relative.strip("/")
        return f"{self.root}/{relative}" if relative else self.root

    def is_there(self) -> bool:
        """Whether the root is still the folder that was added."""
        return not self.lost and self.identity is not None and _identity(self.root) == self.identity


def owner_of(target: Target) -> Owner:
    root = os.path.realpath(target.root)
    extras = frozenset(os.path.normpath(os.path.join(root, each)) for each in target.extra)
    git_dir, common_dir = os.path.realpath(target.git_dir), os.path.realpath(target.common_dir)
    return Owner(target, root, git_dir, common_dir, extras, _chain(root, extras), _identity(root))


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _chain(root: str, extras: frozenset[str]) -> frozenset[str]:
    """The folders in which a report folder, or the way to it, may yet appear; outside the root only the one above it."""
    found: set[str] = set()
    for extra in extras:
        above = Path(extra).parents
        inside = [str(each) for each in above if str(each).startswith(f"{root}/")]
        found.update(inside if extra.startswith(f"{root}/") else [str(above[0])])
    return frozenset(found - {root} - extras)


def git_places(owner: Owner) -> dict[str, Kind]:
    """The folders to watch for git, those below a DEEP one left out; a folder may be missing on disk."""
    places = {f"{owner.common_dir}/{name}": kind for name, kind in _SHARED.items()}
    places[owner.common_dir] = Kind.COMMON
    places.update({f"{owner.git_dir}/{name}": kind for name, kind in _OWN.items()})
    places[owner.git_dir] = Kind.GIT
    return places


def git_kind(owner: Owner, folder: str) -> Kind | None:
    """What a folder of the git dirs is to this owner; None: nothing, do not watch it."""
    for base, kind, children in ((owner.git_dir, Kind.GIT, _OWN), (owner.common_dir, Kind.COMMON, _SHARED)):
        if folder == base:
            return kind
        if folder.startswith(f"{base}/"):
            head, _, below = folder[len(base) + 1 :].partition("/")
            found = children.get(head)
            if found is not None and (found is Kind.DEEP or not below):
                return found
    return None


def is_git_change(owner: Owner, folder: str, kind: Kind, name: str) -> bool:
    """Whether a change of `name` in a folder of the git dirs is worth a look. Lock files, and what a look itself writes, never are."""
    if name.endswith(".lock"):
        return False
    if kind is Kind.GIT:
        return name in _OWN_NAMES
    if kind is Kind.COMMON:
        return name in _SHARED_NAMES
    if kind is Kind.SPOOL:
        return not name.startswith(_WRITTEN)
    if kind is Kind.INFO:
        return name == "exclude"
    # A linked worktree shares `logs/refs` with the main one, not the main one's own HEAD log.
    return not (name == "HEAD" and owner.git_dir != owner.common_dir and folder == f"{owner.common_dir}/logs")
