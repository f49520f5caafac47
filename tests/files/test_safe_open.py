"""Files that others may have put there: regular ones alone, and nobody is waited for."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from handoffd.files.safe_open import is_taken, open_linked, open_regular, read_regular


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A folder with one of each kind."""
    (tmp_path / "file").write_bytes(b"text")
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    return tmp_path


def opens(read: Callable[[Path], object], path: Path) -> bool:
    try:
        found = read(path)
    except OSError:
        return False
    close = getattr(found, "close", None)
    if close:
        close()
    return True


@pytest.mark.parametrize(
    ("name", "regular", "linked"),
    [
        ("file", True, True),
        ("link", False, True),
        ("dangling", False, False),
        ("folder", False, False),
        ("pipe", False, False),
        ("none", False, False),
    ],
)
def test_what_is_opened(odd: Path, name: str, regular: bool, linked: bool) -> None:
    assert [opens(read, odd / name) for read in (open_regular, open_linked, read_regular)] == [regular, linked, linked]


def test_all_of_a_file_is_read(odd: Path) -> None:
    assert read_regular(odd / "link") == b"text"
    with open_regular(odd / "file") as file:
        assert file.read(2) == b"te"


def test_a_name_in_an_open_folder(odd: Path) -> None:
    handle = os.open(odd, os.O_RDONLY)
    try:
        with open_regular("file", dir_fd=handle) as file:
            assert file.read() == b"text"
    finally:
        os.close(handle)


def test_a_name_that_no_file_can_have() -> None:
    with pytest.raises(ValueError):
        open_regular("a\0b")


def test_nothing_is_left_open_when_it_is_refused(odd: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        assert not opens(open_linked, odd / "folder")
    assert len(os.listdir("/proc/self/fd")) == before


def test_what_stands_in_the_place_of_a_regular_file(odd: Path) -> None:
    names = ("file", "none", "link", "dangling", "folder", "pipe")
    assert {name: is_taken(odd / name) for name in names} == {
        "file": False,
        "none": False,
        "link": True,
        "dangling": True,
        "folder": True,
        "pipe": True,
    }
