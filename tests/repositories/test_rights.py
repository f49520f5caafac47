"""Folders that may not be read: told as git's status tells them, and nothing is taken for deleted."""

from __future__ import annotations

import os
import shutil

import pytest

from tests.repositories.asking import ask, oracle
from tests.repositories.ground import Ground

_RIGHTS = "-dac_override,-dac_read_search"


def by_mode_alone() -> list[str]:
    """Words before a command to which the modes of files apply: root's right to read everything is taken away."""
    if os.geteuid():
        return []
    if not shutil.which("setpriv"):
        pytest.skip("root reads every folder, and setpriv (util-linux) is missing")
    return ["setpriv", f"--bounding-set={_RIGHTS}", f"--inh-caps={_RIGHTS}"]


@pytest.mark.parametrize("pygit2", [True, False])
def test_an_unreadable_folder_is_told_as_git_tells_it(ground: Ground, pygit2: bool) -> None:
    by, repo = by_mode_alone(), ground.repo()
    repo.write("shut/new.py", "x = 1\n")
    locked = [repo.path("lib"), repo.path("shut")]
    for folder in locked:
        folder.chmod(0)
    try:
        started, flushed, shown = ask(repo.root, ("init",), ("flush",), ("show", "--json"), pygit2=pygit2, by=by)
        truth = oracle(repo.root, by=by)
    finally:
        for folder in locked:
            folder.chmod(0o755)
    assert (started.code, flushed.code) == (0, 0), (started, flushed)
    document = shown.document
    told = {kind: set(paths) for kind, paths in document["status"]["changes"].items() if kind != "not_compared"}
    assert told == truth and "lib/d.py" not in truth["deleted"]
    assert [item for item in document["files"] if "lib/d.py" in item["paths"] and "deleted" in item["text"]] == []
