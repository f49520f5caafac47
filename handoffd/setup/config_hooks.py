"""Hooks of git 2.54 and newer: a section of the repository's own config a hook, put in and taken out as text so that every other byte stays."""

from __future__ import annotations

import re
from pathlib import Path

from handoffd.files.atomic_write import write_under_git_lock


def section(event: str, command: str) -> str:
    """The section's text. `parallel`: one serial hook would make all of a user's parallel hooks of that event wait."""
    quoted = command.replace("\\", "\\\\").replace('"', '\\"')
    return f'[hook "handoffd-{event}"]\n\tcommand = "{quoted}"\n\tevent = {event}\n\tparallel = true\n'


def _pattern(event: str) -> re.Pattern[str]:
    return re.compile(rf'(?P<joint>\n?)^\[hook "handoffd-{event}"\]\n\tcommand = "[^\n]*"\n\tevent = {event}\n\tparallel = true\n', re.M)


def has_section(config: Path, event: str) -> bool:
    """Whether our section stands in the file."""
    return bool(_pattern(event).search(_read(config)))


def add_section(config: Path, event: str, command: str) -> None:
    """Put it at the end of the file, in place of an older one."""
    before = _read(config)
    bare = _pattern(event).sub(_joint, before)
    joint = "" if bare.endswith("\n") or not bare else "\n"
    after = bare + joint + section(event, command)
    if after != before:
        _write(config, after)


def remove_section(config: Path, event: str) -> bool:
    """Take it out; False when it was not there."""
    before = _read(config)
    after = _pattern(event).sub(_joint, before)
    if after == before:
        return False
    _write(config, after)
    return True


def _joint(found: re.Match[str]) -> str:
    """The newline before the section is the line before's own."""
    return found["joint"]


def _read(config: Path) -> str:
    try:
        return config.read_bytes().decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return ""


def _write(config: Path, text: str) -> None:
    write_under_git_lock(config, text, config.stat().st_mode & 0o7777 if config.exists() else 0o644)
