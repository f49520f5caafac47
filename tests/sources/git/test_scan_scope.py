"""A narrow scan reports what a whole scan reports, or says that it cannot."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from handoffd.files.config import Settings
from handoffd.git.repository import discover
from handoffd.model.facts import File
from handoffd.model.file_state import FileState
from handoffd.model.records import replace
from handoffd.pipeline.scan import scan_of
from handoffd.pipeline.workspace import Workspace, prepare
from handoffd.sources.git.scan_scope import ScanScope
from handoffd.sources.git.tree_state import TreeState
from handoffd.sources.git.working_tree import read_scope, read_worktree
from handoffd.sources.source import Found, Scan
from tests.support import Repo

STEPS = 600 if os.environ.get("HANDOFFD_NIGHTLY") else 40
NOW = 1_800_000_000.0


@pytest.fixture
def place(repo: Repo, home: Path) -> Workspace:
    names = [f"{folder}/f{number}.py" for folder in ("a", "a/b", "c") for number in range(4)]
    repo.commit("start", {".gitignore": "*.log\nout/\n", **{name: f"{name}\n" * 20 for name in names}})
    made = prepare(discover(repo.root), Settings(), os.environ)
    made.journal.create("", NOW)
    return made


@pytest.fixture
def scan(place: Workspace) -> Scan:
    return scan_of(place, NOW)


def whole(scan: Scan, before: Mapping[str, FileState], cursor: Mapping[str, str] | None = None) -> Found:
    found = read_worktree(replace(scan, states=before), cursor)
    assert not tree_of(found).busy
    return found


def narrow(scan: Scan, known: Found, *paths: str) -> Found | None:
    """None where a whole scan is needed."""
    tree = tree_of(known)
    assert tree.stamp is not None
    found = read_scope(replace(scan, states=tree.now, scope=ScanScope(paths, tree.stamp)))
    return None if found.needs_whole_scan else found


def tree_of(found: Found) -> TreeState:
    assert found.tree is not None
    return found.tree


class Hands:
    """Random work in a tree; each step returns the paths that a watcher would hint."""

    def __init__(self, root: Path, luck: random.Random) -> None:
        self.root, self._luck, self._count = root, luck, 0

    def work(self) -> set[str]:
        return set().union(*(self._luck.choice(self._ways())() for _ in range(self._luck.randint(1, 4))))

    def _ways(self) -> list[Callable[[], set[str]]]:
        return [self.edit, self.edit, self.create, self.delete, self.move, self.move_folder, self.put_back, self.link, self.mode, self.make_ignored]

    def _files(self) -> list[Path]:
        return [file for file in sorted(self.root.rglob("*")) if ".git" not in file.parts and not file.is_dir() and file.name != ".gitignore"]

    def _file(self) -> Path:
        return self._luck.choice(self._files() or [self.root / "a.txt"])

    def _name(self, ending: str = "py") -> Path:
        self._count += 1
        folder = self.root / self._luck.choice(["", "a", "a/b", "c", "new", "new/er"])
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"n{self._count}.{ending}"

    def _told(self, *files: Path) -> set[str]:
        return {str(file.relative_to(self.root)) for file in files}

    def edit(self) -> set[str]:
        file = self._file()
        file.unlink(missing_ok=True)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{self._luck.random()}\n")
        return self._told(file)

    def create(self) -> set[str]:
        file = self._name()
        file.write_text(self._luck.choice(["", "text\n"]))
        return self._told(file)

    def delete(self) -> set[str]:
        file = self._file()
        file.unlink(missing_ok=True)
        return self._told(file)

    def move(self) -> set[str]:
        old, new = self._file(), self._name()
        if not old.exists():
            return set()
        old.rename(new)
        return self._told(old, new)

    def move_folder(self) -> set[str]:
        old, new = self.root / self._luck.choice(["a/b", "c", "new"]), self._name("d")
        if not old.is_dir() or new.is_relative_to(old):
            return set()
        old.rename(new)
        return self._told(old, *(file for file in new.rglob("*") if not file.is_dir()))

    def put_back(self) -> set[str]:
        """A tracked file as it was committed, by hand: git does not move."""
        file = self.root / "a/f0.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.is_symlink():
            file.unlink()
        file.write_text("a/f0.py\n" * 20)
        return self._told(file)

    def link(self) -> set[str]:
        file = self._name("link")
        file.symlink_to("somewhere")
        return self._told(file)

    def mode(self) -> set[str]:
        file = self._file()
        if file.is_symlink() or not file.exists():
            return set()
        file.chmod(file.stat().st_mode ^ 0o111)
        return self._told(file)

    def make_ignored(self) -> set[str]:
        file = self._name("log")
        file.write_text("ignored\n")
        return self._told(file)


@pytest.mark.parametrize("seed", range(8))
def test_random_work_looks_the_same_in_part_and_whole(repo: Repo, scan: Scan, seed: int) -> None:
    hands, luck = Hands(repo.root, random.Random(seed)), random.Random(seed)
    known, alike = whole(scan, {}), 0
    for _ in range(STEPS):
        if luck.random() < 0.2:
            repo.git(*luck.choice([("add", "-A"), ("add", "-N", "."), ("reset", "-q"), ("commit", "-qam", "x", "--allow-empty")]))
        part = narrow(scan, known, *sorted(hands.work()))
        everything = whole(scan, tree_of(known).now, known.cursor)
        if part is not None:
            alike += 1
            assert {**tree_of(known).now, **tree_of(part).changed} == tree_of(everything).now
            assert part.events == everything.events and not tree_of(everything).gone
        known = everything
    assert alike > STEPS / 8


def test_git_at_work_since_needs_the_whole_tree(repo: Repo, scan: Scan) -> None:
    known = whole(scan, {})
    repo.write("a/f0.py", "other\n")
    assert narrow(scan, known, "a/f0.py") is not None
    repo.git("add", "a/f1.py", "a/f0.py")
    assert narrow(scan, known, "a/f0.py") is None


def test_one_half_of_a_rename_needs_the_whole_tree(repo: Repo, scan: Scan) -> None:
    repo.git("mv", "a/f0.py", "z.py")
    known = whole(scan, {})
    repo.write("z.py", repo.read("z.py") + "more\n")
    assert narrow(scan, known, "z.py") is None
    repo.write("a/f1.py", "other\n")
    assert narrow(scan, known, "a/f1.py") is not None
    repo.path("a/f2.py").unlink()
    assert narrow(scan, known, "a/f2.py") is None


def test_a_path_that_is_clean_again_needs_the_whole_tree(repo: Repo, scan: Scan) -> None:
    before = repo.read("a/f0.py")
    repo.write("a/f0.py", "other\n")
    known = whole(scan, {})
    repo.write("a/f0.py", before)
    assert narrow(scan, known, "a/f0.py") is None
    shutil.rmtree(repo.root / "a")
    assert narrow(scan, known, "a") is None


def test_paths_are_names_and_no_patterns(repo: Repo, scan: Scan) -> None:
    known = whole(scan, {})
    for name in ":(glob)**", "[a]", "*":
        repo.write(name, "x\n")
    repo.write("a/f0.py", "other\n")
    part = narrow(scan, known, ":(glob)**", "[a]", "*")
    assert part is not None and set(tree_of(part).changed) == {":(glob)**", "[a]", "*"}


def test_a_folder_in_the_place_of_a_file_tells_its_deletion_once(repo: Repo, scan: Scan) -> None:
    repo.path("a/f0.py").unlink()
    repo.write("a/f0.py/one", "1\n")
    known = whole(scan, {})
    assert tree_of(known).now["a/f0.py"].state == "deleted"
    repo.write("a/f0.py/two", "2\n")
    again = whole(scan, tree_of(known).now, known.cursor)
    assert [event.fact.path for event in again.events if isinstance(event.fact, File)] == ["a/f0.py/two"]
