"""Shapes of what a repository is in the middle of."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.repositories.ground import Ground, shape
from tests.support import Repo

KEEP = "".join(f"line {number}\n" for number in range(20))


@shape(quiet=True)
def empty(ground: Ground) -> Path:
    return ground.bare_start().root


@shape()
def unborn_HEAD(ground: Ground) -> Path:
    repo = ground.bare_start()
    repo.write("first.py", "x = 1\n")
    repo.git("add", "first.py")
    repo.write("second.py", "x = 2\n")
    return repo.root


@shape()
def orphan_branch(ground: Ground) -> Path:
    repo = ground.repo()
    repo.git("checkout", "-q", "--orphan", "fresh")
    return repo.root


@shape()
def detached_HEAD(ground: Ground) -> Path:
    repo = ground.bare_start()
    ground.history(repo)
    repo.git("checkout", "-q", "--detach", "HEAD~1")
    repo.commit("feat: detached", {"loose.py": "x = 1\n"})
    ground.work(repo)
    return repo.root


def _stops(repo: Repo, *words: str) -> None:
    """A git command that must stop in a conflict."""
    done = subprocess.run(["git", *words], cwd=repo.root, capture_output=True, text=True, check=False)
    assert done.returncode, f"git {' '.join(words)} did not stop: {done.stdout}"


def _torn(ground: Ground) -> Repo:
    """Two branches that changed the same line; main is checked out."""
    repo = ground.bare_start()
    ground.history(repo)
    repo.git("checkout", "-q", "-b", "theirs")
    repo.commit("feat: theirs", {"src/a.py": "def a():\n    return 'theirs'\n", "theirs.py": "x = 1\n"})
    repo.git("checkout", "-q", "main")
    repo.commit("feat: ours", {"src/a.py": "def a():\n    return 'ours'\n"})
    return repo


@shape(operation="merge")
def open_merge(ground: Ground) -> Path:
    repo = _torn(ground)
    _stops(repo, "merge", "theirs")
    return repo.root


@shape(operation="merge")
def octopus_merge_open(ground: Ground) -> Path:
    repo = _torn(ground)
    repo.git("branch", "third", "HEAD~1")
    repo.git("checkout", "-q", "third")
    repo.commit("feat: third", {"third.py": "x = 3\n"})
    repo.git("checkout", "-q", "main")
    repo.git("merge", "--no-commit", "--no-ff", "third")
    return repo.root


@shape(operation="rebase")
def open_rebase(ground: Ground) -> Path:
    repo = _torn(ground)
    _stops(repo, "rebase", "theirs")
    return repo.root


@shape(operation="am")
def open_am(ground: Ground) -> Path:
    repo = _torn(ground)
    patch = repo.write("../theirs.patch", repo.git("format-patch", "-1", "--stdout", "theirs"))
    _stops(repo, "am", "-q", str(patch))
    return repo.root


@shape(operation="cherry-pick")
def open_cherry_pick(ground: Ground) -> Path:
    repo = _torn(ground)
    _stops(repo, "cherry-pick", "theirs")
    return repo.root


@shape(operation="revert")
def open_revert(ground: Ground) -> Path:
    repo = _torn(ground)
    repo.commit("feat: over it", {"src/a.py": "def a():\n    return 'over'\n"})
    _stops(repo, "revert", "--no-edit", "HEAD~1")
    return repo.root


@shape(operation="bisect")
def open_bisect(ground: Ground) -> Path:
    repo = ground.bare_start()
    ground.history(repo)
    repo.git("bisect", "start", "HEAD", "HEAD~2")
    repo.write("note.txt", "seen\n")
    return repo.root


@shape(operation="merge")
def all_seven_conflicts(ground: Ground) -> Path:
    """DD AU UD UA DU AA UU at once."""
    repo = ground.bare_start()
    names = ("both-deleted", "deleted-by-us", "deleted-by-them", "both-modified")
    repo.commit("feat: base", {name: f"{name}\n{KEEP}" for name in names})
    repo.git("checkout", "-q", "-b", "theirs")
    repo.git("mv", "both-deleted", "added-by-them")
    repo.git("rm", "-q", "deleted-by-them")
    repo.commit("feat: theirs", {"deleted-by-us": "theirs\n", "both-modified": "theirs\n", "both-added": "theirs\n"})
    repo.git("checkout", "-q", "main")
    repo.git("mv", "both-deleted", "added-by-us")
    repo.git("rm", "-q", "deleted-by-us")
    repo.commit("feat: ours", {"deleted-by-them": "ours\n", "both-modified": "ours\n", "both-added": "ours\n"})
    _stops(repo, "merge", "theirs")
    letters = {line[2:4] for line in repo.git("status", "--porcelain=v2").splitlines() if line.startswith("u ")}
    assert letters == {"DD", "AU", "UD", "UA", "DU", "AA", "UU"}
    return repo.root


@shape()
def conflict_of_a_stash(ground: Ground) -> Path:
    repo = ground.bare_start()
    ground.history(repo)
    repo.write("src/a.py", "def a():\n    return 'stashed'\n")
    repo.git("stash", "-q")
    repo.commit("feat: meanwhile", {"src/a.py": "def a():\n    return 'committed'\n"})
    _stops(repo, "stash", "pop")
    return repo.root


@shape()
def stashes(ground: Ground) -> Path:
    repo = ground.repo()
    repo.git("stash", "push", "-q", "--include-untracked", "-m", "try it")
    repo.write("src/a.py", "def a():\n    return 'after'\n")
    return repo.root


@shape(says=("**Commits this session**: 3", "keeps no log of HEAD"))
def reflogs_off(ground: Ground) -> Path:
    repo = ground.bare_start()
    repo.git("config", "core.logAllRefUpdates", "false")
    ground.history(repo)
    ground.work(repo)
    assert not (repo.root / ".git/logs/HEAD").exists()
    return repo.root


@shape()
def rewritten_and_pruned(ground: Ground) -> Path:
    repo = ground.bare_start()
    ground.history(repo)
    repo.commit("feat: to be rewritten", {"gone.py": "x = 1\n"})
    repo.git("commit", "-q", "--amend", "-m", "feat: rewritten")
    repo.git("reset", "-q", "--hard", "HEAD~2")
    repo.commit("feat: instead", {"instead.py": "x = 2\n"})
    log = repo.path(".git/logs/HEAD").read_bytes()
    repo.git("reflog", "expire", "--expire=now", "--all")
    repo.git("gc", "-q", "--prune=now")
    # The log as a machine that keeps reflogs longer than objects has it: its lines name commits that are gone.
    repo.path(".git/logs/HEAD").write_bytes(log)
    ground.work(repo)
    return repo.root


@shape()
def reflog_expired(ground: Ground) -> Path:
    repo = ground.repo()
    repo.git("reflog", "expire", "--expire=now", "--all")
    return repo.root


@shape()
def intent_to_add(ground: Ground) -> Path:
    repo = ground.repo()
    repo.write("planned.py", "x = 1\n")
    repo.git("add", "--intent-to-add", "planned.py")
    return repo.root


@shape()
def taken_out_of_the_index(ground: Ground) -> Path:
    repo = ground.repo()
    repo.git("rm", "-q", "--cached", "lib/d.py")
    return repo.root


@shape()
def assumed_unchanged_and_skipped(ground: Ground) -> Path:
    repo = ground.repo()
    repo.git("update-index", "--assume-unchanged", "lib/d.py")
    repo.git("update-index", "--skip-worktree", "lib/deep/c.py")
    repo.write("lib/d.py", "D = 'not seen'\n")
    repo.path("lib/deep/c.py").unlink()
    return repo.root


@shape()
def upstream_gone(ground: Ground) -> Path:
    repo = ground.repo()
    repo.git("config", "branch.main.remote", "origin")
    repo.git("config", "branch.main.merge", "refs/heads/gone")
    repo.git("remote", "add", "origin", str(ground.folder / "nowhere.git"))
    return repo.root
