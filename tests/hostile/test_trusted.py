"""Content filters that may run: those that the user's own config names, and git-lfs as it installs itself."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.hostile.arena import Arena, songs
from tests.hostile.test_others import asked
from tests.hostile.verbs import FEW


def filtering(arena: Arena, path: str, name: str) -> None:
    """A clean filter that sings and hands the content on."""
    arena.config(f"filter.{name}.clean", f"{arena.canary(name)}; cat")
    with arena.root.joinpath(".gitattributes").open("a") as file:
        file.write(f"{path} filter={name}\n")
    arena.repo.write(path, "ONE\ntwo\n" if path == "a.txt" else "ONE\n")


def test_a_filter_runs_where_the_users_config_names_it_and_no_other(git: str, home: Path, tmp_path: Path) -> None:
    arena = Arena(tmp_path, "filters")
    filtering(arena, "a.txt", "crypt")
    filtering(arena, "b.txt", "crypt2")
    assert [code for _, code, _ in asked(arena.root, *FEW)] == [0] * len(FEW)
    assert songs(tmp_path) == set()
    config = home / ".config" / "handoffd" / "config.yaml"
    config.parent.mkdir(parents=True)
    config.write_text("trusted_filters: [crypt]\n")
    asked(arena.root, *FEW)
    assert songs(tmp_path) == {"crypt"}


def test_a_repository_cannot_vouch_for_its_filter(git: str, tmp_path: Path) -> None:
    arena = Arena(tmp_path, "filters")
    filtering(arena, "a.txt", "crypt")
    arena.repo.write(".handoffd.yaml", "trusted_filters: [crypt]\n")
    asked(arena.root, *FEW)
    assert songs(tmp_path) == set()


@pytest.mark.parametrize(
    ("name", "value", "sings"),
    [
        ("", "", True),
        ("lfs.extension.x.clean", "x", False),
        ("lfs.customtransfer.x.path", "x", False),
        ("lfs.standalonetransferagent", "x", False),
        ("filter.lfs.clean", "git-lfs clean -- %f; true", False),
    ],
)
def test_git_lfs_runs_as_it_installs_itself(git: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, sings: bool) -> None:
    arena = Arena(tmp_path, "lfs")
    Path(arena.canary("git-lfs")).rename(tmp_path / "git-lfs")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    arena.config("filter.lfs.clean", "git-lfs clean -- %f")
    arena.attributes("*.txt filter=lfs")
    arena.edit()
    if name:
        arena.config(name, value)
    asked(arena.root, *FEW)
    assert songs(tmp_path) == ({"git-lfs"} if sings else set())
