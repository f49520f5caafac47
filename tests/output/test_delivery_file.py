"""A handoff's file: whole or not at all, under a name that is free or ours, never through a link."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from handoffd.output.delivery import Choice, Undeliverable, choose, digest_of, sha256, sweep, write

STEM = "handoff-2026-03-08"


def put(root: Path, data: bytes, own: str | None = None, sha: str | None = None) -> str | None:
    choice = choose(root, ".claude", STEM, own, sha)
    return write(root, ".claude", choice, data) if choice else None


def test_names_of_a_day(tmp_path: Path) -> None:
    assert [put(tmp_path, b"x") for _ in range(3)] == [f"{STEM}.md", f"{STEM}-2.md", f"{STEM}-3.md"]
    (tmp_path / ".claude" / f"{STEM}-2.md").unlink()
    assert put(tmp_path, b"y") == f"{STEM}-2.md"
    assert sorted(file.name for file in (tmp_path / ".claude").iterdir()) == [f"{STEM}-2.md", f"{STEM}-3.md", f"{STEM}.md"]


def test_our_own_is_replaced_an_edited_one_is_left_a_deleted_one_makes_room(tmp_path: Path) -> None:
    name = put(tmp_path, b"one")
    assert put(tmp_path, b"two", name, sha256(b"one")) == name
    assert digest_of(tmp_path, ".claude", name or "") == sha256(b"two")
    (tmp_path / ".claude" / f"{STEM}.md").write_text("edited")
    assert put(tmp_path, b"three", name, sha256(b"two")) == f"{STEM}-2.md"
    (tmp_path / ".claude" / f"{STEM}.md").unlink()
    assert put(tmp_path, b"four", name, sha256(b"two")) == name, "the name is free again"


@pytest.mark.parametrize("kind", ["file", "link", "dangling", "link inside"])
def test_a_folder_that_is_not_one_is_told_and_nothing_is_written_outside(tmp_path: Path, kind: str) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir(), outside.mkdir()
    if kind == "file":
        (root / ".claude").write_text("x")
    elif kind == "link inside":
        (root / "real").mkdir()
        (root / ".claude").symlink_to("real")
    else:
        (root / ".claude").symlink_to(outside if kind == "link" else tmp_path / "nowhere")
    with pytest.raises(Undeliverable) as told:
        put(root, b"x")
    assert "symlink" in told.value.message and told.value.hint
    assert not list(outside.iterdir()) and not (tmp_path / "nowhere").exists()


def test_a_link_under_the_name_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / ".claude").mkdir()
    target = tmp_path / "target"
    (tmp_path / ".claude" / f"{STEM}.md").symlink_to(target)
    assert put(tmp_path, b"x") == f"{STEM}-2.md" and not target.exists()


def test_a_name_taken_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / ".claude").mkdir()
    (tmp_path / ".claude" / f"{STEM}.md").write_text("theirs")
    assert write(tmp_path, ".claude", Choice(f"{STEM}.md", STEM), b"ours") == f"{STEM}-2.md"
    assert (tmp_path / ".claude" / f"{STEM}.md").read_text() == "theirs"


def test_what_a_dead_writer_left_goes_and_a_living_ones_stays(tmp_path: Path) -> None:
    put(tmp_path, b"one")
    dead, living, other = (tmp_path / ".claude" / name for name in (f".{STEM}.0123456789ab.tmp", f".{STEM}.ba9876543210.tmp", f".{STEM}.mine.tmp"))
    for file in dead, living, other:
        file.write_bytes(b"ha")
    with living.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        sweep(tmp_path, ".claude")
        assert [file.exists() for file in (dead, living, other)] == [False, True, True]
    put(tmp_path, b"two")
    assert sorted(file.name for file in (tmp_path / ".claude").iterdir()) == [other.name, f"{STEM}-2.md", f"{STEM}.md"]


def test_there_may_be_nothing_to_sweep(tmp_path: Path) -> None:
    sweep(tmp_path, ".claude")
    assert not (tmp_path / ".claude").exists()


def test_eight_processes_get_eight_names(tmp_path: Path) -> None:
    code = f"from pathlib import Path; from handoffd.output.delivery import *; p=Path({str(tmp_path)!r})\nfor n in range(10): print(write(p, '.claude', choose(p, '.claude', '{STEM}', None, None), b'x'))"
    several = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=os.getcwd()) for _ in range(8)]
    names = [name for process in several for name in process.communicate()[0].split()]
    assert len(names) == len(set(names)) == 80
    assert len(list((tmp_path / ".claude").iterdir())) == 80


def test_an_unreadable_file_has_no_digest(tmp_path: Path) -> None:
    assert digest_of(tmp_path, ".claude", "none.md") == ""


def test_an_edit_between_choice_and_write_is_left(tmp_path: Path) -> None:
    """The process may have stood still between the two."""
    name = put(tmp_path, b"one")
    choice = choose(tmp_path, ".claude", STEM, name, sha256(b"one"))
    assert choice is not None
    (tmp_path / ".claude" / f"{STEM}.md").write_text("edited")
    assert write(tmp_path, ".claude", choice, b"two") == f"{STEM}-2.md"
    assert (tmp_path / ".claude" / f"{STEM}.md").read_text() == "edited"
