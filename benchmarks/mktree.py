"""The same tree every time: tracked files in folders of ten, and the two folders of ignored files that every project of that kind has.

src/m0007/f0000070.py ...   `files` tracked files of about 400 bytes, ten a folder
node_modules/  .venv/       50,000 files in 7,000 folders and 7,000 files in 600 folders, ignored
"""

from __future__ import annotations

import io
import os
import random
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_PERSON = {"NAME": "a", "EMAIL": "a@b", "DATE": "1700000000 +0000"}
IDENTITY = {f"GIT_{role}_{kind}": value for role in ("AUTHOR", "COMMITTER") for kind, value in _PERSON.items()}
PER_FOLDER = 10


class Ignored(NamedTuple):
    """A folder that git ignores: its name, how many files are in it and in how many folders."""

    name: str
    files: int
    folders: int


IGNORED = (Ignored("node_modules", 50_000, 7_000), Ignored(".venv", 7_000, 600))


def tracked(files: int) -> Iterator[str]:
    """Paths of the tracked files."""
    return (f"src/m{number // PER_FOLDER:05d}/f{number:07d}.py" for number in range(files))


def spread(prefix: str, files: int, folders: int) -> Iterator[str]:
    """Paths of `files` files in `folders` folders, every seventh folder a level deeper than the one before it."""
    names: list[str] = []
    for number in range(folders):
        above = names[-1] if number % 7 else prefix
        names.append(f"{above}/d{number:04d}" if above.count("/") < 6 else f"{prefix}/d{number:04d}")
    return (f"{names[number % folders]}/f{number:06d}.js" for number in range(files))


def content(number: int) -> bytes:
    """About 400 bytes that differ from file to file."""
    chance = random.Random(number)
    return "".join(f"def f{chance.randrange(10**6)}():\n    return {chance.randrange(10**6)}\n" for _ in range(10)).encode()


def make(root: Path, files: int, ignored: tuple[Ignored, ...] = IGNORED) -> Path:
    """A repository at `root` with one commit."""
    root.mkdir(parents=True)
    git(root, "init", "-q", "-b", "main", "--template=")
    (root / ".git" / "info").mkdir(exist_ok=True)
    _write(root, {path: content(number) for number, path in enumerate(tracked(files))})
    (root / ".gitignore").write_text("".join(f"{part.name}/\n" for part in ignored))
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    for part in ignored:
        _write(root, dict.fromkeys(spread(part.name, part.files, part.folders), b"x\n"))
    return root


def folders(root: Path) -> int:
    """How many folders of the working tree git does not ignore, the root among them."""
    names = git(root, "ls-files", "-z").split("\0")
    return len({parent for name in names if name for parent in Path(name).parents})


def archive(path: Path, files: int, folders: int) -> Path:
    """A tar of `files` files in `folders` folders below `unpacked/`, the same bytes every time."""
    made: set[str] = set()
    with tarfile.open(path, "w") as tar:
        for number, name in enumerate(spread("unpacked", files, folders)):
            for folder in reversed(Path(name).parents[:-1]):
                if str(folder) not in made:
                    made.add(str(folder))
                    entry = tarfile.TarInfo(str(folder))
                    entry.type, entry.mode = tarfile.DIRTYPE, 0o755
                    tar.addfile(entry)
            entry = tarfile.TarInfo(name)
            entry.size = len(data := content(number))
            tar.addfile(entry, io.BytesIO(data))
    return path


def git(root: Path, *words: str) -> str:
    """stdout of git in `root`; raises CalledProcessError."""
    env = {**os.environ, **IDENTITY}
    return subprocess.run(["git", "-C", str(root), *words], env=env, check=True, stdout=subprocess.PIPE).stdout.decode("utf-8", "surrogateescape")


def _write(root: Path, files: dict[str, bytes]) -> None:
    for folder in {os.path.dirname(path) for path in files}:
        os.makedirs(root / folder, exist_ok=True)
    for path, data in files.items():
        handle = os.open(root / path, os.O_WRONLY | os.O_CREAT, 0o644)
        os.write(handle, data)
        os.close(handle)
