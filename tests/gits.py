"""Every git that tests of the user's git are run with: the one on PATH, and those that HANDOFFD_TEST_GITS names (as PATH does)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

GITS = [shutil.which("git") or "git", *filter(None, os.environ.get("HANDOFFD_TEST_GITS", "").split(os.pathsep))]


def name_of(program: str) -> str:
    """For the ids of tests."""
    return "installed git" if program == GITS[0] else program


def path_with(program: str) -> str:
    """A PATH on which this git is the first."""
    return os.pathsep.join((os.path.dirname(program), os.environ["PATH"]))


def version_of(program: str) -> tuple[int, int]:
    """(2, 39)"""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"(\d+)\.(\d+)", said)
    assert found, said
    return int(found[1]), int(found[2])
