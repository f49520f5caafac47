"""Each test once for each git."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gits import GITS, name_of, path_with

TOP = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(params=GITS, ids=name_of)
def git(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A git program, first on PATH for this test; our package is found from any folder."""
    program: str = request.param
    monkeypatch.setenv("PATH", path_with(program))
    monkeypatch.setenv("PYTHONPATH", str(TOP))
    return program
