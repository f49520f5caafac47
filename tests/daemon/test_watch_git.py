"""What git does, and where one repository ends and another begins, under real inotify."""

from __future__ import annotations

import sqlite3
import sys

import pytest

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="inotify is Linux's")


def test_repository_within_is_anothers_ground(tree, watch, seen, settled):
    watch.add(tree.target())
    tree.write("sub/file.py")
    assert seen.has(tree.root, "sub/file.py")
    tree.git("init", "-q", "sub")
    tree.git("-C", "sub", "config", "user.name", "x")
    settled(tree)
    seen.hints.clear()
    tree.write("sub/file.py", "more\n")
    settled(tree, "end")
    assert seen.paths(tree.root) == {"end"}


def test_commit_gives_a_git_hint_and_no_path(tree, watch, seen):
    tree.write("src/app.py", "two\n")
    watch.add(tree.target())
    tree.git("commit", "-qam", "second")
    assert seen.any(tree.root, "git")
    assert seen.paths(tree.root) == set()


@pytest.mark.parametrize("words", ["branch feature/x", "tag v1", "stash", "pack-refs --all", "checkout -qb other"])
def test_ref_movements_give_a_git_hint(tree, watch, seen, words):
    tree.write("src/app.py", "two\n")
    watch.add(tree.target())
    tree.git(*words.split())
    assert seen.any(tree.root, "git")


def test_branch_in_a_new_ref_folder_is_followed(tree, watch, seen):
    watch.add(tree.target())
    tree.git("branch", "deep/er/x")
    assert seen.any(tree.root, "git")
    seen.hints.clear()
    tree.write("src/app.py", "two\n")
    tree.git("commit", "-qam", "second")
    assert seen.any(tree.root, "git")
    assert seen.until(lambda: True)
    seen.hints.clear()
    tree.git("update-ref", "--no-deref", "refs/heads/deep/er/x", "HEAD")
    assert seen.any(tree.root, "git")


def test_what_a_look_writes_is_silent_and_spool_writes_are_not(tree, watch, seen, settled):
    folder = tree.root / ".git/handoffd"
    watch.add(tree.target())
    folder.mkdir()
    assert seen.any(tree.root, "git")
    settled(tree)
    seen.hints.clear()
    journal = sqlite3.connect(folder / "journal.db")
    journal.execute("pragma journal_mode=wal")
    journal.execute("create table t(x)")
    for n in range(50):
        journal.execute("insert into t values (?)", (n,))
        journal.commit()
    journal.close()
    (folder / "journal.lock").write_text("")
    (folder / "prompt.new").write_text("no handoff yet +1\n")
    (folder / "prompt.new").replace(folder / "prompt")
    settled(tree, "end")
    assert not any(hint.git or hint.full for hint in seen.hints)
    with (folder / "spool").open("a") as spool:
        spool.write("line\n")
    assert seen.any(tree.root, "git")


def test_objects_and_locks_are_silent(tree, watch, seen, settled):
    watch.add(tree.target())
    tree.git("hash-object", "-w", "--stdin", stdin="blob\n")
    lock = tree.root / ".git/index.lock"
    lock.write_text("")
    lock.unlink()
    settled(tree)
    assert not any(hint.git for hint in seen.hints)


def test_two_roots_never_mix(make, watch, seen, settled):
    one, two = make("one"), make("one/inner/two")
    for each in (one, two):
        watch.add(each.target())
    settled(one)
    settled(two)
    seen.hints.clear()
    two.write("src/only-two.py")
    two.git("commit", "-qam", "x", "--allow-empty")
    settled(two, "end-two")
    one.write("src/only-one.py")
    settled(one, "end-one")
    assert seen.paths(one.root) == {"src/only-one.py", "end-one"}
    assert seen.paths(two.root) == {"src/only-two.py", "end-two"}
    assert not any(hint.git for hint in seen.hints if hint.root == one.root)
    watch.remove(one.root)
    assert (watch.watches(one.root), watch.state(one.root)) == (0, "not watched")
    two.write("src/still.py")
    assert seen.has(two.root, "src/still.py")


def test_linked_worktree_shares_the_git_dir(tree, watch, seen, settled, tmp_path):
    tree.git("worktree", "add", "-q", str(tmp_path / "linked"))
    linked, common = tmp_path / "linked", tree.root / ".git"
    watch.add(tree.target())
    watch.add(tree.target(root=linked, git_dir=common / "worktrees/linked", tracked=list, directories=list, ignored=lambda asked: set()))
    tree.git("-C", str(linked), "checkout", "-q", "--detach")
    assert seen.any(linked, "git")
    assert not any(hint.git for hint in seen.hints if hint.root == tree.root)
    seen.hints.clear()
    watch.remove(linked)
    tree.git("branch", "more")
    assert seen.any(tree.root, "git")
    assert not any(hint.root == linked for hint in seen.hints)
