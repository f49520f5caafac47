"""Which settings of a repository would make git run a program, what overrides them, and which files that answer was read from."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from handoffd.files.git_dir import git_dir_of, top_of
from handoffd.files.stamp import Stamp, stamp_of
from handoffd.model.records import dataclass, field

FIXED = (
    ("core.hooksPath", os.devnull),
    ("core.pager", "cat"),
    ("log.showSignature", "false"),
    ("diff.external", ""),
    ("diff.algorithm", "default"),
    ("diff.indentHeuristic", "true"),
    ("core.quotePath", "true"),
    ("color.ui", "false"),
    ("diff.noprefix", "false"),
    ("diff.mnemonicPrefix", "false"),
    ("diff.srcPrefix", "a/"),
    ("diff.dstPrefix", "b/"),
    ("diff.orderFile", os.devnull),
    ("diff.submodule", "short"),
    # `git diff` would write the index anew, under its lock, where a file was only touched: --no-optional-locks does not keep it from that.
    ("diff.autoRefreshIndex", "false"),
    ("diff.interHunkContext", "0"),
    ("submodule.recurse", "false"),
    ("protocol.allow", "never"),
    ("maintenance.auto", "false"),
    ("gc.auto", "0"),
)
_LFS = {"clean": "git-lfs clean -- %f", "smudge": "git-lfs smudge -- %f", "process": "git-lfs filter-process"}
# git-lfs itself runs what these say.
_LFS_PROGRAMS = ("lfs.extension.", "lfs.customtransfer.", "lfs.standalonetransferagent")
_YES = frozenset({"true", "1", "yes", "on"})


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of the configuration: section and variable are lower case as git prints them; `file` is where it stands."""

    name: str
    value: str
    file: str


@dataclass(frozen=True, slots=True)
class Defences:
    """`config` overrides what could run a program; `blanked` names the content filters among it: paths under them cannot be compared.
    `said` is what the configuration's files say themselves, of each variable the last word."""

    config: tuple[tuple[str, str], ...]
    blanked: frozenset[str]
    said: Mapping[str, str] = field(default_factory=dict)


def settings_of(raw: bytes, root: str) -> tuple[Setting, ...]:
    """`git config --null --list --show-origin` run in `root`."""
    fields = iter(raw.decode("utf-8", "surrogateescape").split("\0"))
    found = []
    for origin, record in zip(fields, fields, strict=False):
        name, given, value = record.partition("\n")
        scheme, _, path = origin.partition(":")
        # A variable without "=" says yes.
        found.append(Setting(name, value if given else "true", os.path.abspath(os.path.join(root, path)) if scheme == "file" else ""))
    return tuple(found)


def defences(settings: Collection[Setting], trusted: Collection[str]) -> Defences:
    """Fsmonitor only as git's own; no filter that nobody vouched for; no differ, textconv or configured hook."""
    last = {setting.name: setting.value for setting in settings}
    extra = [("core.fsmonitor", "true" if last.get("core.fsmonitor", "").lower() in _YES else "false")]
    blanked = {name for name, commands in _filters(last).items() if name not in trusted and not _is_lfs(name, commands, last)}
    for name in sorted(blanked):
        extra += [(f"filter.{name}.{kind}", "") for kind in ("clean", "smudge", "process")] + [(f"filter.{name}.required", "false")]
    # Flags switch differs off too, but a command may forget the flag.
    extra += [(name, "") for name in last if name.startswith("diff.") and name.endswith((".command", ".textconv"))]
    extra += [(f"hook.{name}.enabled", "false") for name in _hooks(last)]
    return Defences((*FIXED, *extra), frozenset(blanked), {setting.name: setting.value for setting in settings if setting.file})


def _filters(settings: Mapping[str, str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name, value in settings.items():
        section, _, rest = name.partition(".")
        driver, _, kind = rest.rpartition(".")
        if section == "filter" and kind in ("clean", "smudge", "process") and value:
            found.setdefault(driver, {})[kind] = value
    return found


def _is_lfs(name: str, commands: Mapping[str, str], settings: Mapping[str, str]) -> bool:
    """git-lfs as it installs itself. Where it is not there git would fail at each of its files: then it is a filter like any other."""
    import shutil

    standard = name == "lfs" and all(commands[kind] == _LFS[kind] for kind in commands)
    return standard and not any(key.startswith(_LFS_PROGRAMS) for key in settings) and shutil.which("git-lfs") is not None


def _hooks(settings: Mapping[str, str]) -> list[str]:
    """Names of hooks that git 2.54 and newer take from the configuration, which core.hooksPath does not switch off."""
    named = [name.removeprefix("hook.").rpartition(".") for name in settings if name.startswith("hook.")]
    return list(dict.fromkeys(name for name, _, kind in named if name and kind in ("command", "event")))


def files_behind(settings: Collection[Setting], root: str) -> frozenset[str]:
    """Every file that the configuration in `root` is read from, those that are not there yet too."""
    included = (_target(setting) for setting in settings if setting.name.startswith("include") and setting.name.endswith(".path"))
    return frozenset({*(setting.file for setting in settings), *included, *_usual(root)} - {""})


def _target(setting: Setting) -> str:
    return os.path.abspath(os.path.join(os.path.dirname(setting.file), os.path.expanduser(setting.value)))


def _usual(root: str) -> Iterator[str]:
    """The repository's files, the user's, and the machine's where most have it. HEAD is among them because an include may hang on the branch."""
    yield os.environ.get("GIT_CONFIG_SYSTEM") or "/etc/gitconfig"
    home = os.environ.get("HOME", "")
    yield os.environ.get("GIT_CONFIG_GLOBAL") or os.path.join(home, ".gitconfig")
    yield os.path.join(os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config"), "git", "config")
    top = top_of(Path(os.path.abspath(root)))
    git_dir = git_dir_of(top) if top else None
    if git_dir:
        own = os.fspath(git_dir)
        common = os.path.abspath(os.path.join(own, _first_line(os.path.join(own, "commondir")) or "."))
        yield from (os.path.join(common, "config"), os.path.join(own, "config.worktree"), os.path.join(own, "HEAD"))
        yield os.path.join(own, "reftable", "tables.list")


def _first_line(path: str) -> str:
    """'' where there is no regular file: a pipe would never answer."""
    try:
        with open(path if os.path.isfile(path) else os.devnull, "rb") as file:
            return os.fsdecode(file.read(8192).partition(b"\n")[0])
    except OSError:
        return ""


def stamps(files: Collection[str]) -> dict[str, Stamp | None]:
    """The stamp of each file, None for a file that is not there."""
    return {file: stamp_of(file) for file in files}
