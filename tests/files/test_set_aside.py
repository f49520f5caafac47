"""What is in the way is kept."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from handoffd.files.set_aside import set_aside

NOW = time.mktime((2026, 3, 8, 14, 30, 5, 0, 0, -1))


@pytest.mark.parametrize("kind", ["file", "folder", "dead link"])
def test_whatever_it_is_it_is_renamed_with_the_date(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "spool"
    {"file": path.touch, "folder": path.mkdir, "dead link": lambda: path.symlink_to("nowhere")}[kind]()
    aside = set_aside(path, NOW)
    assert aside == tmp_path / "spool.set-aside-2026-03-08-143005"
    assert [file.name for file in tmp_path.iterdir()] == [aside.name] and aside.is_symlink() is (kind == "dead link")
