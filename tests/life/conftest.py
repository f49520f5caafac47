"""A remote for the watched repository."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

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
