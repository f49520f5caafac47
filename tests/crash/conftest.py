"""One launcher for all seeds of a worker."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.world import Launcher, World


@pytest.fixture(scope="module")
def launcher() -> Iterator[Launcher]:
    if not hasattr(os, "pidfd_open"):
        pytest.skip("needs pidfd_open, which Linux has")
    one = Launcher()
    yield one
    one.close()


@pytest.fixture
def world(launcher: Launcher, home: Path) -> Iterator[World]:
    one = World(launcher, home)
    yield one
    one.close()
