"""What the user's git says of the working tree: status, differences, changed paths."""

from __future__ import annotations

from collections.abc import Sequence

from handoffd.git.parse import Status, parse_names, parse_status
from handoffd.git.patches import FLAGS, parse_patches
from handoffd.git.run import Git
from handoffd.model.change import Patch

EMPTY_TREES = {40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904", 64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"}


def status(git: Git) -> Status:
    """Every path that differs from HEAD or the index, and every untracked file, as the user's git sees them."""
    return parse_status(git.run("status", "--porcelain=v2", "-z", "--untracked-files=all", "--ignore-submodules=dirty", timeout=120))


def base_or_empty(git: Git, base: str) -> str:
    """`base` as a tree-ish that exists; the empty tree for an unborn HEAD."""
    if git.try_run("rev-parse", "--verify", "--quiet", f"{base}^{{tree}}") is not None:
        return base
    sha256 = (git.try_run("rev-parse", "--show-object-format") or b"").strip() == b"sha256"
    return EMPTY_TREES[64 if sha256 else 40]


def worktree_patches(git: Git, base: str = "HEAD", paths: Sequence[str] | None = None) -> tuple[Patch, ...]:
    """From `base` to the files as they are, staged or not; untracked files are not in it."""
    return parse_patches(git.run("diff", *FLAGS, base_or_empty(git, base), "--", *(paths or ()), timeout=120))


def commit_patches(git: Git, old: str, new: str, paths: Sequence[str] | None = None) -> tuple[Patch, ...]:
    """From one commit to another; `old` '' is the empty tree."""
    return parse_patches(git.run("diff", *FLAGS, old or base_or_empty(git, "no such commit"), new, "--", *(paths or ()), timeout=120))


def worktree_changed_paths(git: Git, base: str) -> tuple[str, ...]:
    """Names alone, both of a rename."""
    return parse_names(git.run("diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--ignore-submodules=dirty", base, "--", timeout=120))


def changed_paths(git: Git, old: str, new: str) -> tuple[str, ...]:
    """Names alone between two commits, both of a rename."""
    return parse_names(git.run("diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", old, new, "--", timeout=120))
