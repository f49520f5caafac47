"""Every git that the matrix is asked with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gits import GITS, name_of, path_with
from tests.repositories.ground import Ground


@pytest.fixture(params=GITS, ids=name_of)
def git(request: pytest.FixtureRequest, home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A git program, first on PATH for this test, that tidies no repository up in the background: its lock would be taken for ours."""
    program: str = request.param
    (home / ".gitconfig").write_text("[maintenance]\n\tauto = false\n[gc]\n\tauto = 0\n")
    monkeypatch.setenv("PATH", path_with(program))
    return program


@pytest.fixture
def ground(git: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ground:
    """An empty folder for this git's repositories."""
    return Ground(tmp_path, monkeypatch)
