"""A remote for the watched repository, a clock that can be set, file systems that hang."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support import wait_for
from tests.watched import Watched


@pytest.fixture
def pushed(watched: Watched, tmp_path: Path) -> Callable[[], None]:
    """Gives the repository a bare remote that main follows."""
    bare = tmp_path / "origin.git"

    def make() -> None:
        watched.repo.git("init", "-q", "--bare", str(bare))
        watched.repo.git("remote", "add", "origin", str(bare))
        watched.repo.git("push", "-q", "-u", "origin", "main")

    return make


@pytest.fixture
def set_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put the wall clock of all processes that the test starts so many seconds forward, counted from the machine's; `asleep`: so many of them
    in suspend."""
    if not shutil.which("cc"):
        pytest.skip("no cc to build a clock that can be set")
    library, file = tmp_path / "wall_clock.so", tmp_path / "offset"
    source = Path(__file__).with_name("wall_clock.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"], check=True)
    file.write_text("0 0")
    monkeypatch.setenv("WALL_CLOCK", str(file))
    monkeypatch.setenv("LD_PRELOAD", str(library))

    def put(seconds: int, asleep: int = 0) -> None:
        fresh = file.with_name("offset.new")
        fresh.write_text(f"{seconds} {asleep}")
        fresh.replace(file)

    return put


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """A file system at folder/mount that another program answers for: stopped, it answers nobody."""
    if not shutil.which("bindfs") or not os.access("/dev/fuse", os.R_OK | os.W_OK):
        pytest.skip("no bindfs and /dev/fuse to make a file system that a program answers for")
    (folder / "real").mkdir()
    (folder / "mount").mkdir()
    process = subprocess.Popen(["bindfs", "-f", *options, str(folder / "real"), str(folder / "mount")], stderr=subprocess.PIPE)
    try:
        wait_for(lambda: os.path.ismount(folder / "mount") or process.poll() is not None, seconds=60)
        if process.poll() is not None:
            pytest.skip("this user may not mount a file system")
        yield process
    finally:
        process.kill()
        process.communicate()
        subprocess.run(["umount", "-l", str(folder / "mount")], check=False, capture_output=True)


@pytest.fixture
def hanging(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    with mounted(tmp_path) as process:
        yield process


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Path]:
    """A folder that the mount table calls a network file system."""
    with mounted(tmp_path, "-o", "subtype=sshfs"):
        yield tmp_path / "mount"
