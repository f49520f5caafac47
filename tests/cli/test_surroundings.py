"""Odd surroundings: locales that are not UTF-8, a config that cannot be read to an end."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.support import cli
from tests.watched import Watched


@pytest.mark.parametrize("env", [{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"LC_ALL": "POSIX", "PYTHONUTF8": "0"}])
def test_paths_are_utf_8_whatever_the_locale(watched: Watched, env: dict[str, str]) -> None:
    watched.repo.write("日本.py", "x = 1\n")
    for verb in ("status", "log", "flush", "resume", "show"):
        done = cli(verb, cwd=watched.repo.root, env=env)
        assert done.returncode == 0, done.stderr
    assert "日本.py" in watched.files()[0].read_text()
    assert json.loads(cli("show", "--json", cwd=watched.repo.root, env=env).stdout)["status"]["changes"]["untracked"] == ["日本.py"]


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["fifo", "folder"])
def test_a_config_that_is_no_file_is_told(watched: Watched, make: object, home: Path) -> None:
    file = home / ".config" / "handoffd" / "config.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    assert callable(make)
    make(file)
    done = cli("log", cwd=watched.repo.root, timeout=20)
    assert done.returncode == 1 and "is no regular file" in done.stderr and "hint:" in done.stderr
