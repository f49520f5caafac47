"""A stamp tells whether a file is another than it was."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from handoffd.files.stamp import identity_of, stamp_of, stamp_of_open

TIME = (1_700_000_000, 1_700_000_000)


def replaced(file: Path) -> None:
    other = file.with_name("other")
    other.write_bytes(file.read_bytes())
    os.utime(other, TIME)
    other.replace(file)


def linked(file: Path) -> None:
    file.with_name("second name").unlink(missing_ok=True)
    os.link(file, file.with_name("second name"))


@pytest.mark.parametrize(
    ("change", "content_changes"),
    [
        (lambda file: file.write_bytes(b"longer than it was"), True),
        (lambda file: os.utime(file, (1, 1)), True),
        (replaced, True),
        (lambda file: file.chmod(0o600), False),
        (linked, False),
    ],
)
def test_every_change_is_seen(tmp_path: Path, change: Callable[[Path], object], content_changes: bool) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"x")
    file.chmod(0o644)
    os.utime(file, TIME)
    before = stamp_of(file)
    assert before is not None and before == stamp_of(file)
    while os.stat(file).st_ctime_ns == before.ctime_ns:  # the file system's clock ticks every few milliseconds
        change(file)
    after = stamp_of(file)
    assert after is not None and after != before
    assert (after.content != before.content) is content_changes


def test_what_is_not_there_has_no_stamp(tmp_path: Path) -> None:
    assert stamp_of(tmp_path / "a") is None and stamp_of(f"{tmp_path}/\0") is None


def test_a_link_has_a_stamp_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "b").symlink_to("a")
    assert stamp_of(tmp_path / "b") == stamp_of(tmp_path / "a") != stamp_of(tmp_path / "b", follow=False)
    (tmp_path / "a").unlink()
    assert stamp_of(tmp_path / "b") is None and stamp_of(tmp_path / "b", follow=False) is not None


def test_an_open_file_has_the_stamp_of_its_path(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    with (tmp_path / "a").open("rb") as file:
        assert stamp_of_open(file.fileno()) == stamp_of(tmp_path / "a")


def test_a_folder_s_identity_survives_a_move_and_not_a_copy(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    before = identity_of(tmp_path / "a")
    assert before != identity_of(tmp_path / "b")
    (tmp_path / "a").rename(tmp_path / "c")
    assert identity_of(tmp_path / "c") == before
