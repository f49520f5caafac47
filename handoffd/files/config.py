"""Settings: keys and values in, checked settings out. One schema checks the file, documents it and writes config.example.yaml.

`python -m handoffd.files.config` prints the example.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from handoffd.files.layout import CONFIG, FOLDER, RESTRICTIONS
from handoffd.files.xdg import base_folder
from handoffd.model.durations import duration, seconds_in
from handoffd.model.errors import UserError
from handoffd.model.records import dataclass

if TYPE_CHECKING:
    from handoffd.files.yaml_keys import Entry

LARGEST = 64 * 1024
REPORTS = (
    "junit.xml",
    "report.xml",
    "test-results/*.xml",
    "test-reports/*.xml",
    "reports/*.xml",
    "build/test-results/*/*.xml",
    "target/surefire-reports/*.xml",
    "target/nextest/*/junit.xml",
    "coverage/junit.xml",
)
MOST_PATTERNS, LONGEST_PATTERN = 64, 200
_MISTAKES = 50


class ConfigError(UserError):
    """Every mistake of the file, a line each: where, which key, what would be right."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Durations in seconds. `reports` are glob patterns relative to the worktree."""

    idle: float = 20 * 60.0
    backfill: float = 24 * 3600.0
    keep: float = 90 * 86400.0
    directory: str = ".claude"
    reports: tuple[str, ...] = REPORTS
    trusted_filters: tuple[str, ...] = ()
    session_gap: float = 4 * 3600.0


@dataclass(frozen=True, slots=True)
class Restrictions:
    """What a repository's own `.handoffd.yaml` may say: more patterns of paths that are no news, and that nothing is to be done here.
    `mistakes` are what it says beyond that, a line each; they change nothing."""

    ignore: tuple[str, ...] = ()
    enabled: bool = True
    mistakes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Key:
    """`check` gives the value or raises ValueError with what would be right."""

    about: str
    example: str
    check: Callable[[Any], Any]


def _duration(least: float, most: float) -> Callable[[Any], float]:
    def check(value: Any) -> float:
        seconds = seconds_in(value) if isinstance(value, str) else None
        if seconds is None:
            raise ValueError("a number with s, m, h or d, for example 20m")
        if not least <= seconds <= most:
            raise ValueError(f"between {duration(least)} and {duration(most)}")
        return seconds

    return check


def _inside(value: Any) -> str:
    """A relative folder or pattern that stays inside the worktree and out of .git."""
    text = value if isinstance(value, str) else ""
    parts = PurePosixPath(text).parts
    # git~1 and every spelling of .git are one folder where a disk does not tell them apart.
    in_git = any(part.lower().rstrip(". ") in (".git", "git~1") for part in parts)
    if not text.strip() or text.startswith(("/", "~")) or ".." in parts or in_git or not text.isprintable():
        raise ValueError("a path inside the worktree, printable, without .. and not in .git")
    return str(PurePosixPath(text))


def _directory(value: Any) -> str:
    path = _inside(value)
    if any(sign in path for sign in "*?[]!#\\\n") or path == ".":
        raise ValueError("a plain folder name, for example .claude")
    return path


def _pattern(value: Any) -> str:
    path = _inside(value)
    if "**" in path or any(sign in PurePosixPath(path).parts[0] for sign in "*?["):
        raise ValueError("a pattern below a fixed folder and without **, for example reports/*.xml")
    return path


def _ignored(value: Any) -> str:
    text = value if isinstance(value, str) else ""
    if not text.strip(" /") or len(text) > LONGEST_PATTERN or text.startswith("!") or ".." in text.split("/") or not text.isprintable():
        raise ValueError(f"patterns as in .gitignore, without ! and .., of at most {LONGEST_PATTERN} characters")
    return text


def _switch(value: Any) -> bool:
    if value not in ("true", "false"):
        raise ValueError("true or false")
    return bool(value == "true")


def _name(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a name")
    return value


def _list_of(check: Callable[[Any], str], most: int = LARGEST) -> Callable[[Any], tuple[str, ...]]:
    def checked(value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or len(value) > most:
            raise ValueError("a list, for example [a, b]" + (f", of at most {most}" if most < LARGEST else ""))
        return tuple(check(part) for part in value)

    return checked


SCHEMA: Mapping[str, _Key] = {
    "idle": _Key("When nothing happened for so long, the handoff is written. The session stays open.", "20m", _duration(1, 86400)),
    "session_gap": _Key("When nothing happened for so long, the session is over. Longer than idle.", "4h", _duration(1, 30 * 86400)),
    "backfill": _Key("How far back the first look at a repository goes.", "24h", _duration(0, 30 * 86400)),
    "keep": _Key("How long events stay in the journal.", "90d", _duration(86400, 3650 * 86400)),
    "directory": _Key("Where handoffs are written, relative to the worktree.", ".claude", _directory),
    "reports": _Key("Where test runners leave JUnit XML: patterns below fixed folders; ignored files count.", "", _list_of(_pattern)),
    "trusted_filters": _Key("Content filters (filter.NAME of git's config) that may be run, for example [crypt].", "[]", _list_of(_name)),
}

RESTRICTION_SCHEMA: Mapping[str, _Key] = {
    "ignore": _Key("Paths that are no news, as in .gitignore.", "[]", _list_of(_ignored, MOST_PATTERNS)),
    "enabled": _Key("false: nothing is watched, journalled or written in this worktree.", "true", _switch),
}


def default_path(env: Mapping[str, str]) -> Path:
    """$XDG_CONFIG_HOME/handoffd/config.yaml, by default below ~/.config."""
    return base_folder(env, "XDG_CONFIG_HOME", ".config") / FOLDER / CONFIG


def load(path: Path | None) -> Settings:
    """The settings of a file; the defaults where there is none. Raises ConfigError with every mistake at once."""
    if path is None:
        return Settings()
    try:
        if path.exists() and not path.is_file():
            raise ConfigError(f"{path}: is no regular file", hint="make it a file, or move it away")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        return Settings()
    except OSError as fault:
        raise ConfigError(f"{path}: cannot be read: {fault.strerror}", hint="check its owner and mode") from None
    return parse(data, str(path))


def parse(data: bytes, name: str = CONFIG) -> Settings:
    """The settings of a file's bytes."""
    mistakes: list[str] = []
    values = _values(data, SCHEMA, mistakes)
    if mistakes:
        raise ConfigError("\n".join(f"{name}:{mistake}" for mistake in mistakes), hint="mend the lines named; config.example.yaml shows every key")
    return Settings(**values)


def restrictions(data: bytes) -> Restrictions:
    """What a repository's file says. Never raises: a stranger's mistake must not stop anybody's work, and what is valid restricts."""
    mistakes: list[str] = []
    values = _values(data, RESTRICTION_SCHEMA, mistakes)
    return Restrictions(**values, mistakes=tuple(f"{RESTRICTIONS}:{mistake}" for mistake in mistakes))


def _values(data: bytes, schema: Mapping[str, _Key], mistakes: list[str]) -> dict[str, Any]:
    from handoffd.files.yaml_keys import NoKeys, entries

    if len(data) > LARGEST:
        mistakes.append(f"1: the file is larger than {LARGEST // 1024} KB")
        return {}
    try:
        found = entries(data)
        values = _checked(found, schema, mistakes)
        _compare(found, values, schema, mistakes)
        return values
    except NoKeys as fault:
        mistakes.append(str(fault))
        return {}


def _checked(entries: Sequence[Entry], schema: Mapping[str, _Key], mistakes: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    seen: set[str] = set()
    for entry in entries:
        if len(mistakes) >= _MISTAKES:
            mistakes.append(f"{entry.line}: and so on; mend these first")
            break
        if entry.key in seen:
            mistakes.append(f"{entry.line}: {entry.key}: stands twice; keep one")
        elif entry.key not in schema:
            mistakes.append(f"{entry.line}: {entry.key}: no such key; {_near(entry.key, schema)}")
        else:
            _check(schema[entry.key], entry, values, mistakes)
        seen.add(entry.key)
    return values


def _compare(entries: Sequence[Entry], values: Mapping[str, Any], schema: Mapping[str, _Key], mistakes: list[str]) -> None:
    """A session cannot end before it was idle. The line that is named is the gap's, or that of `idle` where the gap is the default one."""
    lines = {entry.key: entry.line for entry in entries if entry.key in ("idle", "session_gap") and entry.key in values}
    if "session_gap" not in schema or not lines:
        return
    default = Settings()
    idle, gap = values.get("idle", default.idle), values.get("session_gap", default.session_gap)
    if gap <= idle:
        gap_said = f"session_gap: must be longer than idle ({duration(idle)})"
        idle_said = f"idle: must be shorter than session_gap ({duration(gap)})"
        mistakes.append(f"{lines['session_gap']}: {gap_said}" if "session_gap" in lines else f"{lines['idle']}: {idle_said}")


def _near(key: str, schema: Mapping[str, _Key]) -> str:
    import difflib

    near = difflib.get_close_matches(key, schema, 1)
    return f"did you mean {near[0]}?" if near else "known are " + ", ".join(schema)


def _check(schema: _Key, entry: Entry, values: dict[str, Any], mistakes: list[str]) -> None:
    try:
        values[entry.key] = schema.check(entry.value)
    except ValueError as wrong:
        mistakes.append(f"{entry.line}: {entry.key}: must be {wrong}")


def example() -> str:
    """config.example.yaml."""
    lines = ["# handoffd's settings, each with its default. Copy to ~/.config/handoffd/config.yaml and change what you need."]
    for name, key in SCHEMA.items():
        lines += ["", f"# {key.about}"]
        if name == "reports":
            lines += ["reports:", *(f"  - {pattern}" for pattern in REPORTS)]
        else:
            lines.append(f"{name}: {key.example}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(example())
