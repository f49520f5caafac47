"""A worktree's own `.handoffd.yaml`: it may ask for less, never for more."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from handoffd.files.config import Restrictions
from handoffd.files.repository_config import Restricted, SwitchedOff


@pytest.fixture
def restricted(tmp_path: Path) -> Restricted:
    return Restricted(tmp_path, ".claude")


def say(root: Path, text: str, at: int = 1) -> None:
    (root / ".handoffd.yaml").write_text(text)
    os.utime(root / ".handoffd.yaml", (at, at))


def test_without_a_file_nothing_is_restricted(restricted: Restricted) -> None:
    assert restricted.said() == Restrictions()
    restricted.require_on()
    assert not restricted.ignored("a.log")


def test_patterns_name_what_is_ignored(tmp_path: Path, restricted: Restricted) -> None:
    say(tmp_path, "ignore: ['*.log', /build/]\n")
    assert restricted.said().ignore == ("*.log", "/build/")
    assert [path for path in ("a.log", "deep/b.log", "build/x", "src/build/x", "a.py") if restricted.ignored(path)] == [
        "a.log",
        "deep/b.log",
        "build/x",
    ]


def test_handoffs_are_never_news_and_the_file_itself_always_is(tmp_path: Path, restricted: Restricted) -> None:
    say(tmp_path, "ignore: ['*']\n")
    restricted.said()
    assert restricted.ignored(".claude/handoff-2026-01-01.md") and not restricted.ignored(".handoffd.yaml")


def test_a_change_is_seen_and_so_is_the_end_of_the_file(tmp_path: Path, restricted: Restricted) -> None:
    say(tmp_path, "ignore: ['*.log']\n", at=1)
    assert restricted.said().ignore == ("*.log",)
    say(tmp_path, "ignore: ['*.tmp']\n", at=2)
    assert restricted.said().ignore == ("*.tmp",) and restricted.ignored("a.tmp") and not restricted.ignored("a.log")
    (tmp_path / ".handoffd.yaml").unlink()
    assert restricted.said() == Restrictions() and not restricted.ignored("a.tmp")


def test_switched_off(tmp_path: Path, restricted: Restricted) -> None:
    say(tmp_path, "enabled: false\n")
    with pytest.raises(SwitchedOff, match="switched off"):
        restricted.require_on()


def test_what_it_may_not_say_is_a_mistake_and_changes_nothing(tmp_path: Path, restricted: Restricted) -> None:
    say(tmp_path, "idle: 1s\nignore: ['*.log']\n")
    found = restricted.said()
    assert found.ignore == ("*.log",) and len(found.mistakes) == 1 and "idle" in found.mistakes[0]


def test_a_link_or_a_folder_in_its_place_is_not_read(tmp_path: Path, restricted: Restricted) -> None:
    (tmp_path / "real.yaml").write_text("enabled: false\n")
    (tmp_path / ".handoffd.yaml").symlink_to("real.yaml")
    assert restricted.said() == Restrictions(mistakes=(".handoffd.yaml: is no regular file",))
    (tmp_path / ".handoffd.yaml").unlink()
    (tmp_path / ".handoffd.yaml").mkdir()
    assert restricted.said().enabled and "no regular file" in restricted.said().mistakes[0]


def test_a_file_that_may_not_be_read(tmp_path: Path, restricted: Restricted) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    say(tmp_path, "enabled: false\n")
    (tmp_path / ".handoffd.yaml").chmod(0)
    assert "cannot be read" in restricted.said().mistakes[0] and restricted.said().enabled
