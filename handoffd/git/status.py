"""What the user's git says of the working tree: status, differences, changed paths."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Sequence

from handoffd.git.parse import Status, parse_names, parse_status
from handoffd.git.patches import FLAGS, each_patch, parse_patches
from handoffd.git.run import Git, GitError, GitMissing, GitTimeout
from handoffd.model.change import Patch
from handoffd.model.records import replace

EMPTY_TREES = {40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904", 64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"}


SLOWEST = 120.0
# Paths that are asked for one by one, each by a process of its own.
_MOST_ALONE = 100
# Characters of paths on one command line; surrogates and accents are more than a byte each.
_LONGEST_LINE = 30_000
# Paths that one call is told to leave out: a command line has its limits.
_MOST_LEFT_OUT = 1000
# How far a branch is from its upstream is counted where that is told, not at each look.
_STATUS = ("--porcelain=v2", "-z", "--branch", "--no-ahead-behind", "--untracked-files=all", "--ignore-submodules=dirty")
# What a configuration cannot be trusted with: differs, textconv, and git's own status inside a submodule, where our overrides do not reach.
_UNAIDED = ("--no-ext-diff", "--no-textconv", "--ignore-submodules=dirty")


def diff(git: Git, *words: str, literal: bool = True) -> bytes:
    """`git diff` by git alone. The only way to call it: what one of its callers forgot would run the repository's programs."""
    return git.run("diff", *_UNAIDED, *words, timeout=SLOWEST, literal=literal)


def try_diff(git: Git, *words: str, literal: bool = True) -> bytes:
    """The same, nothing where git says no."""
    return git.try_run("diff", *_UNAIDED, *words, timeout=SLOWEST, literal=literal) or b""


def but(paths: Iterable[str]) -> tuple[str, ...]:
    """Pathspecs for everything but `paths`, for a call whose paths are not literal."""
    return tuple(f":(top,exclude,literal){path}" for path in itertools.islice(paths, _MOST_LEFT_OUT))


def status(git: Git, paths: Sequence[str] = ()) -> Status:
    """Every path that differs from HEAD or the index, and every untracked file, as the user's git sees them; of `paths` and what is below them
    alone, where there are any: a rename from elsewhere is then told as an added file. Where HEAD is and what it follows."""
    found = parse_status(git.run("status", *_STATUS, "--", *paths, timeout=SLOWEST))
    return replace(found, not_compared=_not_compared(git, [entry.path for entry in found.entries if entry.tree == "M"]))


def _not_compared(git: Git, paths: Sequence[str]) -> dict[str, str]:
    """Those of the paths that a content filter we do not run stands before, with its name."""
    if not git.blanked_filters or not paths:
        return {}
    data = b"".join(path.encode("utf-8", "surrogateescape") + b"\0" for path in paths)
    said = git.text("check-attr", "-z", "--stdin", "filter", input=data).split("\0")
    return {path: name for path, name in zip(said[::3], said[2::3], strict=False) if name in git.blanked_filters}


def base_or_empty(git: Git, base: str) -> str:
    """`base` as a tree-ish that exists; the empty tree for an unborn HEAD."""
    if git.try_run("rev-parse", "--verify", "--quiet", f"{base}^{{tree}}") is not None:
        return base
    sha256 = (git.try_run("rev-parse", "--show-object-format") or b"").strip() == b"sha256"
    return EMPTY_TREES[64 if sha256 else 40]


def worktree_patches(git: Git, base: str = "HEAD", paths: Sequence[str] = ()) -> tuple[Patch, ...]:
    """From `base` to the files as they are, staged or not; untracked files are not in it."""
    return parse_patches(diff(git, *FLAGS, base_or_empty(git, base), "--", *paths))


def commit_patches(git: Git, old: str, new: str, paths: Sequence[str] = ()) -> tuple[Patch, ...]:
    """From one commit to another; `old` '' is the empty tree."""
    return parse_patches(diff(git, *FLAGS, old or base_or_empty(git, "no such commit"), new, "--", *paths))


def readable_patches(git: Git, seen: Status, paths: Sequence[str], large: Collection[str] = ()) -> tuple[Iterable[Patch], str]:
    """`worktree_patches` of `paths`, which are all that `seen` tells but the `large` ones, and ''. Where git cannot read an object or a file: the
    patches of those that it can, and its words on one that it cannot. To be read once: there may be very many."""
    if not paths:
        return (), ""
    base = "HEAD" if seen.head else base_or_empty(git, "HEAD")
    wanted = set(paths)
    sides = [side for entry in seen.entries if entry.path in wanted for side in (entry.path, entry.old_path) if side]
    try:
        return each_patch(_diff_of(git, (*FLAGS, base), sides, large)), ""
    except (GitMissing, GitTimeout):
        raise
    except GitError as said:
        problem = said.message
    found: list[Patch] = []
    for path in paths[:_MOST_ALONE]:
        try:
            found += worktree_patches(git, paths=[path])
        except GitError as said:
            problem = f"{path}: {said.message}"
    return tuple(found), problem


def _diff_of(git: Git, words: Sequence[str], paths: Sequence[str], large: Collection[str]) -> bytes:
    """`git diff WORDS` of `paths` by their names, so that git need not look at the others again; of many, of all but the `large` ones."""
    if sum(len(path) + 1 for path in paths) < _LONGEST_LINE:
        return diff(git, *words, "--", *paths)
    return diff(git, *words, "--", *but(large), literal=False)


def worktree_changed_paths(git: Git, base: str, large: Collection[str] = ()) -> tuple[str, ...]:
    """Names alone, both of a rename, without the `large` files. Counted, not only named: `--name-only` names files that were only touched too."""
    counted = diff(git, "--numstat", "-z", "--no-renames", base, "--", *but(large), literal=False)
    return tuple(name.split("\t", 2)[-1] for name in parse_names(counted))
