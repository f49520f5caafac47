"""Where a user's files belong when the environment is odd."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from handoffd.files.xdg import base_folder, home

OWN = Path(pwd.getpwuid(os.getuid()).pw_dir)


@pytest.mark.parametrize("value", [None, "", "rel", "./home", "~"])
def test_a_home_that_is_no_absolute_path_is_the_user_database_s(value: str | None) -> None:
    assert home({} if value is None else {"HOME": value}) == OWN


@pytest.mark.parametrize("value", ["", "state", "../state"])
def test_a_relative_xdg_folder_is_ignored(value: str) -> None:
    assert base_folder({"HOME": "/home/a", "XDG_STATE_HOME": value}, "XDG_STATE_HOME", ".local/state") == Path("/home/a/.local/state")


def test_an_absolute_one_holds() -> None:
    assert base_folder({"HOME": "/home/a", "XDG_STATE_HOME": "/var/b"}, "XDG_STATE_HOME", ".local/state") == Path("/var/b")
