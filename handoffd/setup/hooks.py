"""Install, take out and inspect the two git hooks without trampling on anybody's.

git >= 2.54   config hooks of this repository, beside whatever hook files there are
older         a marked block in a hook file: our own, or an untracked shell script; any other file is left and named
"""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from handoffd.git.repository import Worktree, git_version, hooks_dir
from handoffd.git.run import Git
from handoffd.resources import hook_file
from handoffd.setup.config_hooks import add_section, has_section, remove_section
from handoffd.setup.hook_text import has_block, insert_block, is_own_file, own_file, remove_block

EVENTS = ("post-commit", "pre-push")
CONFIG_HOOKS = (2, 54, 0)
_MOVED = (".legacy", ".old")
_MADE_FOLDER = "made-hooks-folder"


@dataclass(frozen=True, slots=True)
class HookFinding:
    """Whether git will run our hook for `event`; `says` where it stands, `remedy` what to do when it will not."""

    event: str
    effective: bool
    says: str
    remedy: str = ""


def script(event: str, program: Path) -> str:
    """The hook's text with the program's absolute path, quoted for sh."""
    return hook_file(event).read_text(encoding="utf-8").replace("@PROGRAM@", shlex.quote(os.fspath(program)))


def plan(git: Git, worktree: Worktree, program: Path) -> list[str]:
    """What `install` would do."""
    if git_version() >= CONFIG_HOOKS:
        return [f"would add hook.handoffd-{event} to {worktree.common_dir / 'config'}" for event in EVENTS]
    found = []
    for event in EVENTS:
        file = hooks_dir(git, worktree) / event
        reason = _left_alone(git, worktree, file)
        found.append(f"would leave {file} ({reason})" if reason else f"would {'change' if file.exists() else 'make'} {file}")
    return [*found, f"program: {program}"]


def install(git: Git, worktree: Worktree, program: Path) -> list[str]:
    """Put both hooks in; returns lines that say what was done. Twice changes nothing."""
    if git_version() >= CONFIG_HOOKS:
        return [_install_config(worktree, event, program) for event in EVENTS]
    return [_install_file(git, worktree, event, program) for event in EVENTS]


def _install_config(worktree: Worktree, event: str, program: Path) -> str:
    copy = worktree.common_dir / "handoffd" / "hooks" / event
    copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    copy.write_text(script(event, program), encoding="utf-8", errors="surrogateescape")
    add_section(worktree.common_dir / "config", event, f"sh {shlex.quote(os.fspath(copy))}")
    return f"{event}: hook.handoffd-{event} in the repository's config"


def _install_file(git: Git, worktree: Worktree, event: str, program: Path) -> str:
    file = hooks_dir(git, worktree) / event
    reason = _left_alone(git, worktree, file)
    body = script(event, program)
    if reason:
        return f"{event}: {file} is left as it is ({reason}); {remedy(event, program)}"
    if not file.exists():
        _make_folder(worktree, file.parent)
        _write(file, own_file(body), 0o755)
        return f"{event}: {file}"
    before = _read(file)
    mode = stat.S_IMODE(file.stat().st_mode)
    # A hook of theirs that is not executable was switched off by somebody; ours was not.
    after, wanted = (own_file(body), mode | 0o111) if is_own_file(before) else (insert_block(before, body), mode)
    if after is not None and (after, wanted) != (before, mode):
        _write(file, after, wanted)
    return f"{event}: {file}"


def remedy(event: str, program: Path) -> str:
    """The line that does by hand what the hook would do."""
    if event == "post-commit":
        return "commits are seen without it"
    quoted = shlex.quote(os.fspath(program))
    return f"add this line to it: ({quoted} flush --trigger pre-push </dev/null >/dev/null 2>&1 &)"


def _left_alone(git: Git, worktree: Worktree, file: Path) -> str:
    """Why a hook file is not ours to change, '' when it is."""
    if file.is_symlink() or (file.exists() and not file.is_file()):
        return "no regular file"
    ours = file.resolve().is_relative_to(worktree.common_dir.resolve())
    if not ours and not file.resolve().is_relative_to(worktree.root.resolve()):
        return "outside of this repository"
    if not ours and not _ignored(git, worktree, file):
        return "part of the project"
    if file.exists() and insert_block(_read(file), "") is None:
        return "no sh, dash or bash script"
    return ""


def _ignored(git: Git, worktree: Worktree, file: Path) -> bool:
    path = str(file.relative_to(worktree.root))
    tracked = git.try_run("ls-files", "--error-unmatch", "--", path) is not None
    return not tracked and git.try_run("check-ignore", "--quiet", "--no-index", "--", path) is not None


def _make_folder(worktree: Worktree, folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(parents=True)
        (worktree.common_dir / "handoffd" / _MADE_FOLDER).touch()


def _read(file: Path) -> str:
    return file.read_bytes().decode("utf-8", "surrogateescape")


def _write(file: Path, text: str, mode: int) -> None:
    """Whole or not at all: git may run the hook at this moment."""
    temporary = file.with_name(f".{file.name}.handoffd")
    temporary.write_bytes(text.encode("utf-8", "surrogateescape"))
    temporary.chmod(mode)
    temporary.replace(file)


def uninstall(git: Git, worktree: Worktree) -> list[str]:
    """Take both out, byte for byte; returns lines that say what was done."""
    said = []
    for event in EVENTS:
        if remove_section(worktree.common_dir / "config", event):
            said.append(f"{event}: taken out of the repository's config")
    for file in _files(git, worktree):
        text = _read(file)
        if is_own_file(text):
            file.unlink()
        elif has_block(text):
            _write(file, remove_block(text), stat.S_IMODE(file.stat().st_mode))
        else:
            continue
        said.append(f"{file.name}: taken out of {file.parent}")
    _remove_folder(worktree, hooks_dir(git, worktree))
    return said


def _files(git: Git, worktree: Worktree) -> Iterator[Path]:
    """Every file that may hold our block: the hooks, and where a manager moved them to."""
    for folder in dict.fromkeys((hooks_dir(git, worktree), worktree.common_dir / "hooks")):
        for event in EVENTS:
            for ending in ("", *_MOVED):
                file = folder / f"{event}{ending}"
                if file.is_file() and not file.is_symlink():
                    yield file


def _remove_folder(worktree: Worktree, folder: Path) -> None:
    made = worktree.common_dir / "handoffd" / _MADE_FOLDER
    if made.exists() and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
    made.unlink(missing_ok=True)


def inspect(git: Git, worktree: Worktree) -> tuple[HookFinding, ...]:
    """Whether git will run them."""
    return tuple(_inspect(git, worktree, event) for event in EVENTS)


def _inspect(git: Git, worktree: Worktree, event: str) -> HookFinding:
    if git_version() >= CONFIG_HOOKS and has_section(worktree.common_dir / "config", event):
        return HookFinding(event, True, "in the repository's config")
    file = hooks_dir(git, worktree) / event
    if not file.is_file() or not has_block(_read(file)):
        reason = _left_alone(git, worktree, file)
        optional = event == "post-commit"
        return HookFinding(event, optional, f"not in {file}{f' ({reason})' if reason else ''}", "handoffd init")
    if not os.access(file, os.X_OK):
        return HookFinding(event, False, f"{file} is not executable", f"chmod +x {shlex.quote(os.fspath(file))}")
    return HookFinding(event, True, str(file))
