"""Source texts to hold the definitions against: files of packages at pinned versions, fetched with the registries' own clients."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

PYPI, NPM = "PyPI", "npm"
SOURCES = {
    "python": (PYPI, ".py", ["Django==5.1.4", "Flask==3.1.0", "httpx==0.28.1", "requests==2.32.3"]),
    # wandb ships a program in Go with the 90 modules that it is made of.
    "go": (PYPI, ".go", ["wandb==0.19.1"]),
    "rust": (PYPI, ".rs", ["cryptography==44.0.0", "maturin==1.8.0", "pydantic_core==2.27.2", "tokenizers==0.21.0", "uv==0.5.11"]),
    "c": (
        PYPI,
        ".c .h",
        [
            "brotli==1.1.0",
            "cffi==1.17.1",
            "lz4==4.3.3",
            "psutil==6.1.1",
            "psycopg2==2.9.10",
            "pygit2==1.16.0",
            "PyNaCl==1.5.0",
            "uWSGI==2.0.28",
            "zstandard==0.23.0",
        ],
    ),
    "typescript": (
        NPM,
        ".ts .tsx",
        [
            "@reduxjs/toolkit@2.5.0",
            "@tanstack/query-core@5.62.8",
            "@trpc/server@10.45.2",
            "effect@3.12.1",
            "immer@10.1.1",
            "mobx@6.13.5",
            "msw@2.7.0",
            "rxjs@7.8.1",
        ],
    ),
    "javascript": (NPM, ".js", ["eslint@9.17.0", "express@4.21.2", "underscore@1.13.7"]),
}
"""By language: the registry, the endings of its files, the packages."""
MOST_FILES = 400
"""Of one package: as many, spread over its folders."""
LARGEST_FILE, LONGEST_LINE = 400_000, 2_000


class NotHere(Exception):
    """A package that cannot be had on this machine: no network, or no client."""


def texts(language: str, folder: Path) -> Iterator[tuple[str, str]]:
    """(path, text) of the files of every package of a language. Raises NotHere."""
    registry, endings, packages = SOURCES[language]
    for number, package in enumerate(packages):
        place = folder / f"{language}-{number}"
        place.mkdir()
        _unpack(_fetch(registry, package, place), place)
        files = sorted(path for path in place.rglob("*") if path.suffix in endings.split() and path.is_file())
        for path in files[:: max(1, len(files) // MOST_FILES)]:
            text = path.read_text("utf-8", "surrogateescape")
            if _is_written_by_hand(text):
                yield f"{package}/{path.relative_to(place)}", text


def _is_written_by_hand(text: str) -> bool:
    return len(text) <= LARGEST_FILE and "\r" not in text and all(len(line) <= LONGEST_LINE for line in text.split("\n"))


def _fetch(registry: str, package: str, folder: Path) -> Path:
    npm = shutil.which("npm")
    if registry == NPM and not npm:
        raise NotHere(f"{package}: there is no npm")
    unearth = [sys.executable, "-m", "unearth", "--no-binary", "--download", str(folder), package]
    command = [npm, "pack", package, "--pack-destination", str(folder)] if npm and registry == NPM else unearth
    ran = subprocess.run(command, capture_output=True, text=True, timeout=600)
    found = [*folder.glob("*.tar.gz"), *folder.glob("*.tgz")]
    if ran.returncode or not found:
        told = [line for line in ran.stderr.splitlines() if line.strip() and "complete log" not in line]
        raise NotHere(f"{package} is not to be had from {registry}: {told[-1] if told else 'nothing was fetched'}")
    return found[0]


def _unpack(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")
