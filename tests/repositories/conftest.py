"""Every git that the matrix is asked with."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.repositories.ground import Ground

GITS = [shutil.which("git") or "git", *filter(None, os.environ.get("HANDOFFD_TEST_GITS", "").split(os.pathsep))]


def _name(program: str) -> str:
    return "installed git" if program == GITS[0] else program


@pytest.fixture(params=GITS, ids=_name)
def git(request: pytest.FixtureRequest, home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A git program, first on PATH for this test, that tidies no repository up in the background: its lock would be taken for ours."""
    program: str = request.param
    (home / ".gitconfig").write_text("[maintenance]\n\tauto = false\n[gc]\n\tauto = 0\n")
    monkeypatch.setenv("PATH", os.pathsep.join((os.path.dirname(program), os.environ["PATH"])))
    return program


@pytest.fixture
def ground(git: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ground:
    """An empty folder for this git's repositories."""
    return Ground(tmp_path, monkeypatch)
