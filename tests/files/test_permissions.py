"""Which folders are trusted, and what is made for their owner alone."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from handoffd.files.permissions import make_private, no_room, unsafe


@pytest.mark.parametrize(("mode", "trusted"), [(0o700, True), (0o755, True), (0o775, False), (0o702, False), (0o777, False)])
def test_a_folder_that_others_may_write_to_is_unsafe_by_its_mode(tmp_path: Path, mode: int, trusted: bool) -> None:
    tmp_path.chmod(mode)
    harm = unsafe(tmp_path)
    assert (harm is None) is trusted
    assert harm is None or (harm.by_mode and harm.why == "can be written by others")


def test_another_user_s_folder_is_unsafe_and_its_mode_does_not_help(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = tmp_path.stat().st_uid
    monkeypatch.setattr("os.geteuid", lambda: owner + 1)
    harm = unsafe(tmp_path)
    assert harm is not None and not harm.by_mode and harm.why == f"belongs to uid {owner}"


def test_a_folder_that_is_not_there_is_no_harm(tmp_path: Path) -> None:
    assert unsafe(tmp_path / "missing") is None


def test_every_folder_on_the_way_is_made_private(tmp_path: Path) -> None:
    make_private(tmp_path / "a" / "b")
    assert [stat.S_IMODE((tmp_path / path).stat().st_mode) for path in ("a", "a/b")] == [0o700, 0o700]


def test_a_missing_folder_has_the_room_of_the_one_above_it(tmp_path: Path) -> None:
    assert no_room(tmp_path / "a" / "b") == ""
