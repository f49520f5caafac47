"""Where a worktree's git dir is, and what kind of repository it is."""

from __future__ import annotations

import functools
import os
import re
import subprocess
from collections.abc import Container
from pathlib import Path

from handoffd.files.git_dir import git_dir_of, top_of
from handoffd.files.safe_open import read_regular
from handoffd.git.run import Git, GitError, GitMissing, environment
from handoffd.model.errors import UserError
from handoffd.model.lazy import lazy
from handoffd.model.records import dataclass, replace

_PLACES = ("--show-toplevel", "--absolute-git-dir", "--git-common-dir", "--show-object-format")
_FILLED_IN = ("~", "%", ":")
_HEAD = lazy(rb"ref: refs/|[0-9a-f]{40}")


class NotAWorktree(UserError):
    """The folder is in no git worktree."""


class Nowhere(NotAWorktree):
    """There is no `.git` from the folder up to the root."""


@dataclass(frozen=True, slots=True)
class Worktree:
    """Absolute paths as git tells them. `git_dir` is the worktree's own, `common_dir` the repository's (equal for the main worktree).

    `object_format` sha1 or sha256, `ref_format` files or reftable.
    """

    root: Path
    git_dir: Path
    common_dir: Path
    bare: bool = False
    object_format: str = "sha1"
    ref_format: str = "files"


def discover(path: Path) -> Worktree:
    """The worktree that holds `path`. Raises NotAWorktree, or GitError with git's own words (a foreign owner, a corrupt HEAD)."""
    if not path.exists():
        raise NotAWorktree(f"{path} does not exist", hint="name a folder of a git worktree")
    git = Git(path if path.is_dir() else path.parent)
    try:
        top, git_dir, common, digest = _told(git, *_PLACES)
    except GitMissing:
        raise
    except GitError as said:
        raise _no_worktree(path, git, said) from None
    root = Path(os.fsdecode(top))
    own = _path(git, git_dir)
    if git_dir_of(root) is None:
        raise NotAWorktree(
            f"{root} does not lead to its repository {own} (core.worktree)", hint=f"let it: put the line 'gitdir: {own}' into {root}/.git"
        )
    shared = _path(git, common)
    return Worktree(root, own, shared, False, digest.decode(), _ref_format(shared))


def known_worktree(root: Path, common: Path) -> Worktree | None:
    """The worktree that was at `root` when its repository, whose common dir is `common`, was met before; None where it is there no more.
    A plain one costs no process: there may be fifty repositories."""
    if (root / ".git") == common and (common / "HEAD").is_file() and _ref_format(common) == "files":
        return Worktree(root, common, common)
    try:
        found = discover(root)
    except (UserError, OSError):
        return None
    return found if found.common_dir == common else None


def _told(git: Git, *flags: str) -> list[bytes]:
    """What `git rev-parse` says to each flag: in one call, but a path may hold a newline, and then in one call each."""
    said = git.lines("rev-parse", *flags)
    return said if len(said) == len(flags) else [b"\n".join(git.lines("rev-parse", flag)) for flag in flags]


def _no_worktree(path: Path, git: Git, said: GitError) -> UserError:
    if "not a git repository" in said.message and "dubious" not in said.message:
        top = top_of(path)
        if top is None:
            return Nowhere(f"{path} is in no git worktree", hint="go to a git worktree, or make one: git init")
        entry = top / ".git"
        return NotAWorktree(f"git does not take {entry} for a repository ({_damage(entry)})", hint=f"mend it, or move {entry} away")
    if "must be run in a work tree" in said.message:
        bare = (git.try_run("rev-parse", "--is-bare-repository") or b"").strip() == b"true"
        what = "a bare repository: nobody works there" if bare else "inside a git dir, not in a worktree"
        return NotAWorktree(f"{path} is {what}", hint="use one of its worktrees")
    return said


def _damage(entry: Path) -> str:
    """What is wrong with a `.git` that git refuses."""
    if not entry.is_dir():
        return "it leads to no repository"
    try:
        head = read_regular(entry / "HEAD")
    except OSError:
        return "its HEAD is missing or cannot be read"
    return "objects or refs are missing" if _HEAD.match(head) else "its HEAD is damaged"


def _path(git: Git, raw: bytes) -> Path:
    said = Path(os.fsdecode(raw))
    # --git-common-dir may be relative to the folder git was run in.
    return Path(os.path.realpath(said if said.is_absolute() else git.root / said))


def _ref_format(common: Path) -> str:
    return "reftable" if (common / "reftable").is_dir() else "files"


def linked_worktrees(git: Git, worktree: Worktree, known: Container[Path] = ()) -> tuple[Worktree, ...]:
    """Every worktree of `worktree`'s repository that exists on disk, the asked one too, without those at the `known` roots."""
    found = []
    for root in _roots(git):
        if root in known:
            continue
        try:
            found.append(_beside(root, worktree) or discover(root))
        except UserError:
            continue  # bare main repository, or a worktree whose folder is gone
    return tuple(found)


def _beside(root: Path, worktree: Worktree) -> Worktree | None:
    """A linked worktree of ours as plain as git makes one, without a process: there may be a thousand. None for anything else."""
    own = git_dir_of(root)
    if own is None or own.parent != worktree.common_dir / "worktrees" or os.path.realpath(root) != str(root):
        return None
    try:
        common = os.fsdecode(read_regular(own / "commondir").rstrip(b"\n"))
        ours = root.stat().st_uid == os.getuid() and (own / "gitdir").is_file()
    except OSError:
        return None
    if not ours or os.path.realpath(own / common) != str(worktree.common_dir):
        return None
    return replace(worktree, root=root, git_dir=own)


def _roots(git: Git) -> list[Path]:
    raw = git.try_run("worktree", "list", "--porcelain") or b""
    return [Path(os.fsdecode(line.removeprefix(b"worktree "))) for line in raw.split(b"\n") if line.startswith(b"worktree ")]


def exclude_file(worktree: Worktree) -> Path:
    """`info/exclude`, which all worktrees of the repository share."""
    return worktree.common_dir / "info" / "exclude"


def hooks_dir(git: Git, worktree: Worktree) -> Path:
    """The folder git takes hooks from: core.hooksPath, else `hooks` in the common dir."""
    said = git.configured("core.hookspath") or ""
    # A home folder and the like are git's to fill in.
    return _hooks_dir(worktree.root, worktree.common_dir) if said[:1] in _FILLED_IN else _folder(worktree.root, worktree.common_dir, said)


def hooks_dirs(git: Git, worktree: Worktree) -> tuple[Path, ...]:
    """The same for every worktree of the repository, the asked one first: a relative core.hooksPath is a folder in each."""
    others = [root for root in _roots(git) if root.is_dir() and root != worktree.root]
    return tuple(dict.fromkeys(_hooks_dir(root, worktree.common_dir) for root in (worktree.root, *others)))


def _hooks_dir(root: Path, common_dir: Path) -> Path:
    return _folder(root, common_dir, os.fsdecode(_configured_hooks(root)))


def _folder(root: Path, common_dir: Path, said: str) -> Path:
    if not said:
        return common_dir / "hooks"
    path = Path(said)
    return path if path.is_absolute() else root / path


def _configured_hooks(root: Path) -> bytes:
    """core.hooksPath as the user's git sees it: our own override must not answer."""
    command = ["git", "-C", os.fspath(root), "config", "--type=path", "--get", "core.hooksPath"]
    done = subprocess.run(command, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=False)
    return done.stdout.removesuffix(b"\n")


@functools.cache
def git_version() -> tuple[int, int, int]:
    """(2, 39, 5) of the git on PATH, zeros where it tells none."""
    try:
        said = subprocess.run(["git", "--version"], env=environment(), capture_output=True, timeout=30, check=False).stdout.decode()
    except (OSError, subprocess.TimeoutExpired):
        raise GitMissing("git is not on PATH", hint="install git") from None
    numbers = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", said)
    return (int(numbers[1]), int(numbers[2]), int(numbers[3] or 0)) if numbers else (0, 0, 0)
