"""Delivery while somebody swaps folders, under any umask, and where a step of it fails: in its place or nowhere, and nothing is left over."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from handoffd.output.delivery import Undeliverable, choose, sha256, write

STEM = "handoff-2026-03-08"
WRITES = 10_000 if os.environ.get("HANDOFFD_NIGHTLY") == "1" else 1_000
# .claude is a folder, then not there, then a link to a folder outside, then the folder again, as fast as it goes.
SWAPPER = """
import contextlib, os, sys
outside, count = sys.argv[1], 0
print("ready", flush=True)
while True:
    count += 1
    with contextlib.suppress(OSError):
        os.rename(".claude", f"aside-{count}")
    with contextlib.suppress(OSError):
        os.symlink(outside, ".claude")
    with contextlib.suppress(OSError):
        os.unlink(".claude")
    with contextlib.suppress(OSError):
        os.rename(f"aside-{count}", ".claude")
"""


@contextmanager
def swapped(root: Path, outside: Path) -> Iterator[None]:
    """Inside, the worktree's .claude is swapped all the time for a link to `outside`."""
    (root / ".claude").mkdir(parents=True)
    outside.mkdir()
    process = subprocess.Popen([sys.executable, "-c", SWAPPER, str(outside)], cwd=root, stdout=subprocess.PIPE)
    try:
        assert process.stdout and process.stdout.readline()
        yield
    finally:
        process.kill()
        process.communicate()


def put(root: Path, data: bytes, own: str | None = None, sha: str | None = None) -> str | None:
    choice = choose(root, ".claude", STEM, own, sha)
    return write(root, ".claude", choice, data) if choice else None


def left_over(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.name.endswith(".tmp")]


def test_nothing_lands_outside_while_the_folder_is_swapped_for_a_link(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    outcomes = {"written": 0, "refused": 0}
    name, sha = None, None
    with swapped(root, outside):
        for number in range(WRITES):
            data = f"{number}\n".encode()
            try:
                name = put(root, data, name, sha)
                sha = sha256(data) if name else None
                outcomes["written"] += 1
            except Undeliverable:
                outcomes["refused"] += 1
    assert list(outside.iterdir()) == []
    assert left_over(root) == []
    # The race was one: both ways of it were met.
    assert min(outcomes.values()) > 0, outcomes


@pytest.mark.parametrize("umask", [0o000, 0o027, 0o077, 0o277])
def test_modes_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        name = put(tmp_path, b"one")
        put(tmp_path, b"two", name, sha256(b"one"))
    finally:
        os.umask(before)
    folder = tmp_path / ".claude"
    assert [stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()] == [0o600 & ~umask]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755 & ~umask


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    """A file system of one page that has no room for the bytes."""
    if os.geteuid() != 0 or not shutil.which("unshare"):
        pytest.skip("needs root and unshare to mount a small file system")
    code = f"""
import os, sys
sys.path.insert(0, {str(Path(__file__).resolve().parents[2])!r})
from pathlib import Path
from handoffd.output.delivery import Undeliverable
from tests.output.test_delivery import put
root = Path({str(tmp_path)!r})
assert put(root, b"small") == "{STEM}.md"
for data, own, sha in (b"x" * 10**6, None, None), (b"y" * 10**6, "{STEM}.md", __import__("hashlib").sha256(b"small").hexdigest()):
    try:
        put(root, data, own, sha)
        print("written")
    except Undeliverable as why:
        print(why.message.rpartition(": ")[2], sorted(os.listdir(root / ".claude")), (root / ".claude" / "{STEM}.md").read_text())
"""
    mounted = f'mount -t tmpfs -o size=64k none {tmp_path} && exec {sys.executable} -c "$0"'
    done = subprocess.run(["unshare", "--mount", "sh", "-c", mounted, code], capture_output=True, text=True, timeout=120, check=False)
    if "mount" in done.stderr:
        pytest.skip(f"cannot mount here: {done.stderr.strip()}")
    assert done.stdout.splitlines() == [f"No space left on device ['{STEM}.md'] small"] * 2, done.stderr


@pytest.fixture
def plain() -> Iterator[Path]:
    """A worktree of a user who may not do everything: root becomes another one for the while."""
    with tempfile.TemporaryDirectory() as folder:
        if os.geteuid() != 0:
            yield Path(folder)
            return
        os.chown(folder, 65534, 65534)
        os.seteuid(65534)
        try:
            yield Path(folder)
        finally:
            os.seteuid(0)


@pytest.mark.parametrize("mode", [0o000, 0o200, 0o300, 0o400, 0o500, 0o600])
def test_a_folder_without_rights_is_told(plain: Path, mode: int) -> None:
    folder = plain / ".claude"
    folder.mkdir(mode=mode)
    try:
        with pytest.raises(Undeliverable) as told:
            put(plain, b"x")
    finally:
        folder.chmod(0o700)
    assert "cannot be written" in told.value.message and told.value.hint and list(folder.iterdir()) == []
