"""The same hints from watchdog's own observer, as it serves where there is no inotify."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from handoffd.daemon.watch import Watch

# watchdog 7.1 warns of itself when it meets a new folder twice, by its event and by its own look.
pytestmark = pytest.mark.filterwarnings("ignore:Callback with id:RuntimeWarning")


@pytest.fixture
def watch(seen) -> Iterator[Watch]:
    watcher = Watch(seen, stock=True)
    watcher.start()
    yield watcher
    watcher.stop()


def test_files_and_commits(tree, watch, seen, settled):
    watch.add(tree.target())
    tree.write("src/app.py", "two\n")
    tree.write("lib/new/file.py")
    assert seen.has(tree.root, "src/app.py", "lib/new/file.py")
    assert not any(hint.git for hint in seen.hints)
    tree.git("commit", "-qam", "second")
    assert seen.any(tree.root, "git")
    (tree.root / "src/app.py").rename(tree.root / "src/renamed.py")
    assert seen.has(tree.root, "src/renamed.py")
    assert watch.state(tree.root) == ""
    assert watch.watches(tree.root) == 1


def test_ignored_files_reading_and_journal_are_silent(tree, watch, seen, settled):
    (tree.root / ".git/handoffd").mkdir()
    watch.add(tree.target(extra=(tree.root / "build/reports",), ignore=lambda path: path.startswith(".claude/")))
    tree.write("build/x.o")
    tree.write("build/reports/junit.xml")
    tree.write("node_modules/p/index.js")
    tree.write(".claude/handoff.md")
    (tree.root / "src/app.py").read_text()
    (tree.root / ".git/handoffd/journal.db").write_text("x")
    settled(tree)
    assert seen.paths(tree.root) == {"build/reports/junit.xml", "last-file"}
    assert not any(hint.git or hint.full for hint in seen.hints)


def test_two_roots_and_removal(make, watch, seen, settled):
    one, two = make("one"), make("two")
    watch.add(one.target())
    watch.add(two.target())
    one.write("only-one")
    two.write("only-two")
    assert seen.has(one.root, "only-one")
    assert seen.has(two.root, "only-two")
    watch.remove(one.root)
    seen.hints.clear()
    one.write("silent")
    settled(two)
    assert seen.paths(one.root) == set()
    assert watch.state(one.root) == "not watched"


def test_root_that_goes_is_told(tree, watch, seen):
    watch.add(tree.target())
    shutil.rmtree(tree.root)
    assert seen.any(tree.root, "gone")
