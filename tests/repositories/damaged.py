"""Shapes that git itself cannot open, or not wholly. Most are damaged after `init`, as happens in life."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.repositories.ground import Ground, shape
from tests.support import Repo


def _whole(ground: Ground) -> Path:
    return ground.repo().root


def _remove(root: Path, name: str) -> None:
    """Take the loose object away that `name` means."""
    oid = Repo(root).git("rev-parse", name)
    (root / ".git/objects" / oid[:2] / oid[2:]).unlink()


def _written(file: Path, data: bytes) -> None:
    """Written an hour ago: what was written this moment might still be under git's hands."""
    file.write_bytes(data)
    os.utime(file, (file.stat().st_mtime - 3600,) * 2)


@shape(refused="HEAD", damage=lambda root: (root / ".git/HEAD").write_bytes(b"\0garbage\n"))
def corrupt_HEAD(ground: Ground) -> Path:
    return _whole(ground)


@shape(refused="HEAD", damage=lambda root: (root / ".git/HEAD").unlink())
def missing_HEAD(ground: Ground) -> Path:
    return _whole(ground)


@shape(refused="index", damage=lambda root: _written(root / ".git/index", b"garbage" * 20))
def corrupt_index(ground: Ground) -> Path:
    return _whole(ground)


@shape(refused="index", damage=lambda root: _written(root / ".git/index", (root / ".git/index").read_bytes()[:10]))
def truncated_index(ground: Ground) -> Path:
    return _whole(ground)


@shape(refused="config", damage=lambda root: (root / ".git/config").write_text("[core\n"))
def corrupt_config(ground: Ground) -> Path:
    return _whole(ground)


@shape(says=("Not all could be read",), damage=lambda root: _remove(root, "HEAD:src/a.py"))
def missing_blob(ground: Ground) -> Path:
    return _whole(ground)


@shape(damage=lambda root: _remove(root, "HEAD~1"))
def missing_parent_commit(ground: Ground) -> Path:
    return _whole(ground)


@shape(refused="", damage=lambda root: _remove(root, "HEAD~1^{tree}"))
def missing_tree_of_a_parent(ground: Ground) -> Path:
    return _whole(ground)


@shape(refused="bad object HEAD", damage=lambda root: _remove(root, "HEAD"))
def missing_commit_of_HEAD(ground: Ground) -> Path:
    return _whole(ground)


@shape(refused="tree", damage=lambda root: _remove(root, "HEAD^{tree}"))
def missing_tree_of_HEAD(ground: Ground) -> Path:
    return _whole(ground)


@shape(damage=lambda root: (root / ".git/packed-refs").write_bytes(b"garbage\n"), refused="packed-refs")
def corrupt_packed_refs(ground: Ground) -> Path:
    return _whole(ground)


@shape(damage=lambda root: (root / ".git/logs/HEAD").write_bytes(b"\0\xff torn\n" * 3))
def garbage_in_the_reflog(ground: Ground) -> Path:
    return _whole(ground)


@shape(damage=lambda root: (root / ".git/refs/heads/broken").write_bytes(b"no name\n"))
def broken_ref(ground: Ground) -> Path:
    return _whole(ground)


@shape(damage=lambda root: (root / ".git/index.lock").touch())
def lock_left_by_git(ground: Ground) -> Path:
    """A git that died left its lock: others wait for it, reading goes on."""
    return _whole(ground)


@shape(refused="alternate", damage=lambda root: shutil.rmtree(root.parent / "origin.git"))
def alternate_gone(ground: Ground) -> Path:
    root = ground.folder / "repo"
    subprocess.run(["git", "clone", "-q", "--shared", "--template=", str(ground.origin()), str(root)], check=True)
    ground.work(Repo(root))
    return root


@shape(refused="is in no git worktree")
def no_repository(ground: Ground) -> Path:
    plain = ground.folder / "plain"
    plain.mkdir()
    return plain


@shape(refused="git")
def git_file_that_leads_nowhere(ground: Ground) -> Path:
    plain = ground.folder / "plain"
    plain.mkdir()
    (plain / ".git").write_text("gitdir: ../nowhere\n")
    return plain
