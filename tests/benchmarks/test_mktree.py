"""The trees of the benchmarks: the same every time, with as much in them as is said."""

from __future__ import annotations

import subprocess
import tarfile
from pathlib import Path

from mktree import Ignored, archive, folders, make, spread

from tests.support import Repo

SOME = (Ignored("node_modules", 90, 20), Ignored(".venv", 11, 4))


def test_a_tree_holds_what_was_asked_for(tmp_path: Path) -> None:
    repo = Repo(make(tmp_path / "t", 45, SOME))
    assert len(repo.git("ls-files").splitlines()) == 46  # with .gitignore
    assert not repo.git("status", "--porcelain")
    assert len(repo.git("ls-files", "-oi", "--exclude-standard").splitlines()) == 101
    assert len([path for path in repo.path("node_modules").rglob("*") if path.is_dir()]) == 20
    assert folders(repo.root) == len([path for path in repo.path("src").rglob("*") if path.is_dir()]) + 2


def test_it_is_the_same_twice(tmp_path: Path) -> None:
    one, two = (Repo(make(tmp_path / name, 30, ())) for name in "ab")
    assert one.head == two.head


def test_an_archive_unpacks_to_its_files_and_is_the_same_twice(tmp_path: Path) -> None:
    tar = archive(tmp_path / "a.tar", 200, 30)
    assert tar.read_bytes() == archive(tmp_path / "b.tar", 200, 30).read_bytes()
    subprocess.run(["tar", "-xf", str(tar), "-C", str(tmp_path)], check=True)
    found = list((tmp_path / "unpacked").rglob("*"))
    assert (sum(path.is_file() for path in found), sum(path.is_dir() for path in found)) == (200, 30)
    with tarfile.open(tar) as names:
        assert sorted(names.getnames()) == sorted(set(names.getnames()))


def test_paths_do_not_collide() -> None:
    paths = list(spread("x", 5_000, 700))
    assert len(set(paths)) == 5_000
    assert len({str(Path(path).parent) for path in paths}) == 700
