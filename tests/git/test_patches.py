"""git's diff as text and pygit2's in memory say the same, on real repositories; parsers raise on nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoffd.git.objects import Objects, trailers_of
from handoffd.git.parse import parse_reflog_line, parse_status
from handoffd.git.patches import parse_patches
from handoffd.git.refs import abbreviate, head, ignored, reachable, stashes, watchable_directories
from handoffd.git.repository import NotAWorktree, discover, linked_worktrees
from handoffd.git.run import Git
from handoffd.git.status import status, worktree_patches
from tests.support import Repo


def both(repo: Repo) -> tuple[Objects, Objects]:
    worktree = discover(repo.root)
    git = Git(worktree.root)
    return Objects(worktree, git), Objects(worktree, git, use_pygit2=False)


def test_both_ways_answer_equally(repo: Repo) -> None:
    repo.commit("first\n\nbody\n\nWhy: x\nDecision: y", {"a.py": "def a():\n    return 1\n", "odd\nname": "x\n", "b.bin": b"\0\1"})
    repo.commit("second", {"a.py": "def a():\n    return 2\n", "sub/c.txt": "no newline"})
    repo.git("mv", "a.py", "moved.py")
    repo.commit("rename")
    repo.git("checkout", "-qb", "side", "HEAD~1")
    repo.commit("side", {"side.txt": "s\r\n"})
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-edit", "side")
    fast, slow = both(repo)
    for oid in repo.git("rev-list", "--all").split():
        assert fast.commit(oid) == slow.commit(oid)
        assert fast.patches(oid) == slow.patches(oid)
    assert fast.blob("HEAD", "odd\nname") == slow.blob("HEAD", "odd\nname") == b"x\n"
    assert fast.blob("HEAD", "none") is None and slow.blob("HEAD", "none") is None
    assert fast.blob_oid(b"x\n") == repo.git("hash-object", "odd\nname")
    assert fast.patches(repo.head) == ()  # a merge without changes of its own


def test_sha256_is_answered_by_the_command_line(tmp_path) -> None:
    repo = Repo.create(tmp_path / "r", "--object-format=sha256")
    oid = repo.commit("first", {"a": "1\n"})
    fast, slow = both(repo)
    assert fast.commit(oid) == slow.commit(oid) is not None
    assert [patch.path for patch in fast.patches(oid)] == ["a"]
    assert fast.blob_oid(b"1\n") == repo.git("hash-object", "a")


def test_missing_objects_are_no_error(repo: Repo) -> None:
    repo.commit("x")
    fast, slow = both(repo)
    for objects in (fast, slow):
        assert objects.commit("a" * 40) is None and objects.patches("a" * 40) == () and objects.blob("a" * 40, "x") is None
    git = Git(repo.root)
    assert reachable(git, [repo.head], "HEAD") == {repo.head}
    assert abbreviate(git, ["a" * 40, repo.head]) == {repo.head: repo.git("rev-parse", "--short", "HEAD")}


def test_status_of_odd_names(repo: Repo) -> None:
    repo.commit("x", {"a b": "1", "old": "long enough to be found again\n" * 5})
    repo.git("mv", "old", "new\tname")
    repo.write("a b", "2")
    repo.write("un\ntracked \u00e9", "")
    found = {entry.path: entry for entry in status(Git(repo.root)).entries}
    assert set(found) == {"a b", "new\tname", "un\ntracked \u00e9"}
    assert found["new\tname"].old_path == "old" and found["new\tname"].kind == "renamed"
    patches = {patch.path: patch for patch in worktree_patches(Git(repo.root))}
    assert set(patches) == {"a b", "new\tname"} and patches["a b"].hunks[0].added == ("2",)


def test_unborn_detached_and_linked(repo: Repo) -> None:
    worktree = discover(repo.root)
    git = Git(repo.root)
    assert head(git, worktree).oid == "" and head(git, worktree).branch == "main"
    assert worktree_patches(git) == ()
    repo.commit("x", {"a/b/c.txt": "1", ".gitignore": "ig/\n", "ig/x": "1"})
    assert watchable_directories(git) >= {"", "a", "a/b"} and ignored(git, ["ig", "a", ":x"]) == {"ig"}
    repo.git("checkout", "-q", "--detach")
    assert head(git, worktree).detached
    repo.git("worktree", "add", "-q", str(repo.root.parent / "two"))
    found = linked_worktrees(git, worktree)
    assert found == (worktree, discover(repo.root.parent / "two"))
    assert linked_worktrees(git, worktree, {worktree.root}) == found[1:]
    with pytest.raises(NotAWorktree):
        discover(repo.root / ".git")
    with pytest.raises(NotAWorktree):
        discover(repo.root.parent)


def test_stashes_are_listed_newest_first(repo: Repo) -> None:
    repo.commit("x", {"a": "1"})
    for number in range(2):
        repo.write("a", f"s{number}")
        repo.git("stash", "-q", "-m", f"m{number}")
    assert [stash.message for stash in stashes(Git(repo.root), discover(repo.root))] == ["On main: m1", "On main: m0"]


CANARIES = {
    "core.fsmonitor": ("config", "core.fsmonitor", "{canary}"),
    "diff.external": ("config", "diff.external", "{canary}"),
    "core.pager": ("config", "core.pager", "{canary}"),
    "clean": ("config", "filter.evil.clean", "{canary}"),
    "process": ("config", "filter.evil.process", "{canary}"),
    "textconv": ("config", "diff.evil.textconv", "{canary}"),
    "command": ("config", "diff.evil.command", "{canary}"),
}


@pytest.mark.parametrize("way", CANARIES)
def test_a_hostile_repository_runs_nothing(repo: Repo, way: str) -> None:
    sings = repo.root.parent / "sings"
    canary = repo.root.parent / "canary.sh"
    canary.write_text(f'#!/bin/sh\ntouch "{sings}"\ncat 2>/dev/null\n')
    canary.chmod(0o755)
    repo.commit("x", {"a.txt": "1\n", ".gitattributes": "*.txt filter=evil diff=evil\n"})
    repo.git(*(word.format(canary=canary) for word in CANARIES[way]))
    repo.write("a.txt", "2\n")
    git = Git(repo.root)
    status(git), worktree_patches(git), git.text("log", "-p", "-1", "--no-textconv", "--no-ext-diff")
    worktree = discover(repo.root)
    stashes(git, worktree)
    Objects(worktree, git).patches(repo.head)
    assert not sings.exists()
    if way != "core.pager":  # git pages only on a terminal
        try:
            repo.git("status")
            repo.git("diff", "--textconv", "--ext-diff")
        except AssertionError:
            pass
        assert sings.exists(), "the canary is dumb: the test could not fail"


@given(st.binary(max_size=300))
def test_no_bytes_raise(raw: bytes) -> None:
    parse_status(raw)
    parse_reflog_line(raw)
    parse_patches(raw)
    parse_patches(b":100644 100644 " + b"a" * 40 + b" " + b"b" * 40 + b" M\0p\0\0" + raw)


def test_trailers_are_the_last_block() -> None:
    assert trailers_of("text\n\nWhy: a\n b\nTrade-off: c") == (("Why", "a b"), ("Trade-off", "c"))
    assert trailers_of("Why: a\n\nnot one") == ()


def test_patches_in_another_order_than_their_list_are_found(repo: Repo) -> None:
    """git writes both in one order; nothing hangs on it."""
    repo.commit("start", {name: f"{name}\n" for name in "abc"})
    for name in "abc":
        repo.write(name, f"{name} {name}\n")
    words = ("diff", "--raw", "-p", "-z", "-U0", "--full-index", "--no-abbrev", "HEAD")
    raw = repo.git(*words).encode()
    whole = parse_patches(raw)
    assert [(patch.path, patch.hunks[0].added) for patch in whole] == [(name, (f"{name} {name}",)) for name in "abc"]
    start = raw.index(b"diff --git")
    parts = [b"diff --git" + part for part in raw[start:].split(b"diff --git")[1:]]
    assert parse_patches(raw[:start] + b"\n".join(part.rstrip(b"\n") for part in reversed(parts)) + b"\n") == whole
