"""What the user's git says of the working tree: status, differences, changed paths."""

from __future__ import annotations

from collections.abc import Sequence

from handoffd.git.parse import Status, parse_names, parse_status
from handoffd.git.patches import FLAGS, parse_patches
from handoffd.git.run import Git
from handoffd.model.change import Patch

EMPTY_TREES = {40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904", 64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"}


SLOWEST = 120.0
# What a configuration cannot be trusted with: differs, textconv, and git's own status inside a submodule, where our overrides do not reach.
_UNAIDED = ("--no-ext-diff", "--no-textconv", "--ignore-submodules=dirty")


def diff(git: Git, *words: str) -> bytes:
    """`git diff` by git alone. The only way to call it: what one of its callers forgot would run the repository's programs."""
    return git.run("diff", *_UNAIDED, *words, timeout=SLOWEST)


def try_diff(git: Git, *words: str) -> bytes:
    """The same, nothing where git says no."""
    return git.try_run("diff", *_UNAIDED, *words, timeout=SLOWEST) or b""


def status(git: Git) -> Status:
    """Every path that differs from HEAD or the index, and every untracked file, as the user's git sees them."""
    return parse_status(git.run("status", "--porcelain=v2", "-z", "--untracked-files=all", "--ignore-submodules=dirty", timeout=SLOWEST))


def base_or_empty(git: Git, base: str) -> str:
    """`base` as a tree-ish that exists; the empty tree for an unborn HEAD."""
    if git.try_run("rev-parse", "--verify", "--quiet", f"{base}^{{tree}}") is not None:
        return base
    sha256 = (git.try_run("rev-parse", "--show-object-format") or b"").strip() == b"sha256"
    return EMPTY_TREES[64 if sha256 else 40]


def worktree_patches(git: Git, base: str = "HEAD", paths: Sequence[str] | None = None) -> tuple[Patch, ...]:
    """From `base` to the files as they are, staged or not; untracked files are not in it."""
    return parse_patches(diff(git, *FLAGS, base_or_empty(git, base), "--", *(paths or ())))


def commit_patches(git: Git, old: str, new: str, paths: Sequence[str] | None = None) -> tuple[Patch, ...]:
    """From one commit to another; `old` '' is the empty tree."""
    return parse_patches(diff(git, *FLAGS, old or base_or_empty(git, "no such commit"), new, "--", *(paths or ())))


def worktree_changed_paths(git: Git, base: str) -> tuple[str, ...]:
    """Names alone, both of a rename."""
    return parse_names(diff(git, "--name-only", "-z", "--no-renames", base, "--"))


def changed_paths(git: Git, old: str, new: str) -> tuple[str, ...]:
    """Names alone between two commits, both of a rename."""
    return parse_names(diff(git, "--name-only", "-z", "--no-renames", old, new, "--"))
