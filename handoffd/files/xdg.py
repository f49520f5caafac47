"""Where a user's files belong: the XDG base directories. Relative values are ignored, as the specification says, and a relative HOME likewise."""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping
from pathlib import Path


def base_folder(env: Mapping[str, str], variable: str, default: str) -> Path:
    """The folder that `variable` (XDG_CONFIG_HOME, ...) names, else `default` below the home folder."""
    named = env.get(variable, "")
    return Path(named) if os.path.isabs(named) else home(env) / default


def home(env: Mapping[str, str]) -> Path:
    """$HOME, or what the user database says where that is not set to an absolute path (cron, containers)."""
    named = env.get("HOME", "")
    if os.path.isabs(named):
        return Path(named)
    try:
        return Path(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:  # a container's user without a name
        return Path("/")
