"""A worktree that is watched since NINE, with one commit of long before."""

from __future__ import annotations

from pathlib import Path

import pytest

from handoffd.pipeline.workspace import Workspace
from tests.pipeline.begun import DAY, NINE, begun
from tests.support import Repo


@pytest.fixture
def started(repo: Repo, home: Path) -> Repo:
    """One commit of two days before NINE, that no scan tells of."""
    repo.commit("chore: start", {"README.md": "start\n"}, at=NINE - 2 * DAY)
    return repo


@pytest.fixture
def place(started: Repo) -> Workspace:
    return begun(started)
