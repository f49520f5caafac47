"""What the daemon leaves for `status` and `doctor`: the same words on both sides, and nothing that another file says."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from handoffd.daemon.runtime_file import Runtime, read_runtime, write_runtime
from handoffd.model.watch_state import Watching, WatchState

FILE = "runtime.json"
RUNTIME = Runtime("the config: no", {"/a": Watching(WatchState.DEGRADED, 30), "/b": Watching("gone: \udcff"), "/c": Watching()})


def test_what_is_written_is_read_by_who_names_the_writer(tmp_path: Path) -> None:
    write_runtime(tmp_path, RUNTIME)
    assert read_runtime(tmp_path, os.getpid()) == RUNTIME
    assert read_runtime(tmp_path, os.getpid() + 1) == Runtime()
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600 and os.listdir(tmp_path) == [FILE]


def test_the_file_is_what_other_versions_read(tmp_path: Path) -> None:
    write_runtime(tmp_path, RUNTIME)
    found = json.loads((tmp_path / FILE).read_text())
    assert found["trouble"] == "the config: no" and found["worktrees"]["/a"] == {"state": "degraded: polling", "watches": 30}


@pytest.mark.parametrize(
    "shape", [{}, {"worktrees": []}, {"worktrees": {"x": 1}}, {"trouble": {}}, {"worktrees": {"x": {"state": 5, "watches": "many"}}}]
)
def test_a_file_of_another_form_is_read_as_far_as_it_goes(tmp_path: Path, shape: dict[str, object]) -> None:
    (tmp_path / FILE).write_text(json.dumps({"pid": 7, **shape}))
    said = read_runtime(tmp_path, 7)
    assert isinstance(said.problem, str) and all(isinstance(one.state, str) and isinstance(one.watches, int) for one in said.worktrees.values())


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "[" * 100_000])
def test_no_sound_file_says_nothing(tmp_path: Path, text: str) -> None:
    assert read_runtime(tmp_path, 7) == Runtime()
    (tmp_path / FILE).write_text(text)
    assert read_runtime(tmp_path, 7) == Runtime()
