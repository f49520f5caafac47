"""Install, take out and inspect the two git hooks without trampling on anybody's.

git >= 2.54   config hooks of this repository, beside whatever hook files there are
older         a marked block in a hook file: our own, or an untracked shell script; any other file is left and named

A hook manager that is installed again writes its files anew; `put_back` then gives them our block again.
"""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Iterator
from pathlib import Path

from handoffd.files.atomic_write import write_whole
from handoffd.files.layout import HOOKS, MADE_HOOKS_FOLDER, own_folder
from handoffd.files.resources import hook_file
from handoffd.git.repository import Worktree, git_version, hooks_dir, hooks_dirs
from handoffd.git.run import Git
from handoffd.model.records import dataclass, replace
from handoffd.setup.config_hooks import add_section, has_section, remove_section
from handoffd.setup.hook_managers import LEGACY, MOVED, by_hand, calls_by_hand, is_generated, runs_legacy
from handoffd.setup.hook_text import has_block, insert_block, is_own_file, own_file, program_in, remove_block

EVENTS = ("post-commit", "pre-push")
CONFIG_HOOKS = (2, 54, 0)
_OF_PROJECT = "part of the project"


@dataclass(frozen=True, slots=True)
class HookFinding:
    """Whether git will run our hook for `event`; `says` where it stands, `remedy` what to do when it will not, and
    `fixable` whether `install` does it."""

    event: str
    effective: bool
    says: str
    remedy: str = ""
    fixable: bool = True


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
    for event in EVENTS:
        _keep(worktree, event, script(event, program))
    if git_version() < CONFIG_HOOKS:
        return [_install_file(git, worktree, event, program) for event in EVENTS]
    _clear_files(git, worktree)  # an older git put them there; both would run
    return [_install_config(worktree, event) for event in EVENTS]


def put_back(git: Git, worktree: Worktree) -> list[str]:
    """Put our block into files that a hook manager wrote anew since `install`; returns lines that say what was done.

    What a user took out of a hook of their own stays out, and after `uninstall` there is nothing to put back.
    """
    said, folder = [], hooks_dir(git, worktree)
    for event in EVENTS:
        file, copy = folder / event, _copy(worktree, event)
        if not copy.is_file() or not file.is_file() or _caller(file, event):
            continue
        if is_generated(_read(file)) and not _in_config(worktree, event) and not _left_alone(git, worktree, file):
            _put_in(worktree, file, _read(copy))
            said.append(f"{event}: put back into {file}")
    return said


def _copy(worktree: Worktree, event: str) -> Path:
    """Where `install` keeps the script: config hooks run it, and it can be put back from there."""
    return own_folder(worktree.common_dir) / HOOKS / event


def _keep(worktree: Worktree, event: str, body: str) -> None:
    copy = _copy(worktree, event)
    copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(copy, body)


def _in_config(worktree: Worktree, event: str) -> bool:
    return has_section(worktree.common_dir / "config", event) and git_version() >= CONFIG_HOOKS


def _install_config(worktree: Worktree, event: str) -> str:
    copy = shlex.quote(os.fspath(_copy(worktree, event)))
    # A user who removes .git/handoffd by hand must still be able to push.
    add_section(worktree.common_dir / "config", event, f"test ! -r {copy} || sh {copy}")
    return f"{event}: hook.handoffd-{event} in the repository's config"


def _install_file(git: Git, worktree: Worktree, event: str, program: Path) -> str:
    file = hooks_dir(git, worktree) / event
    reason = _left_alone(git, worktree, file)
    caller = _caller(file, event)
    if reason and not caller:
        return f"{event}: {file} is left as it is ({reason}); {_remedy(event, program, file, reason)}"
    if not reason and not (caller and calls_by_hand(event, remove_block(_read(caller)))):
        _put_in(worktree, caller or file, script(event, program))
    return f"{event}: {caller or file}"


def _put_in(worktree: Worktree, file: Path, body: str) -> None:
    """Our block into a file that is ours to change, or a file of our own."""
    if not file.exists():
        _make_folder(worktree, file.parent)
        write_whole(file, own_file(body), 0o755)
        return
    before = _read(file)
    mode = stat.S_IMODE(file.stat().st_mode)
    # A hook of theirs that is not executable was switched off by its user; ours was not.
    after, wanted = (own_file(body), mode | 0o111) if is_own_file(before) else (insert_block(before, body), mode)
    if after is not None and (after, wanted) != (before, mode):
        write_whole(file, after, wanted)


def _remedy(event: str, program: Path, file: Path, reason: str) -> str:
    return by_hand(event, program, _read(file) if file.is_file() else None, reason == _OF_PROJECT)


def _caller(file: Path, event: str) -> Path | None:
    """The file with what calls us when git runs the hook `file`: itself, or the hook that pre-commit moved away and runs. None: nothing does."""
    if not file.is_file():
        return None
    text = _read(file)
    if has_block(text) or calls_by_hand(event, text):
        return file
    legacy = file.with_name(f"{file.name}{LEGACY}")
    if runs_legacy(text) and os.access(legacy, os.X_OK) and has_block(_read(legacy)):
        return legacy
    return None


def _left_alone(git: Git, worktree: Worktree, file: Path) -> str:
    """Why a hook file is not ours to change, '' when it is."""
    if file.is_symlink() or (file.exists() and not file.is_file()):
        return "no regular file"
    real, root = file.resolve(), worktree.root.resolve()  # the folder may be a link
    ours = real.is_relative_to(worktree.common_dir.resolve())
    if not ours and not real.is_relative_to(root):
        return "outside of this repository"
    if not ours and not _ignored(git, str(real.relative_to(root))):
        return _OF_PROJECT
    if file.exists() and insert_block(_read(file), "") is None:
        return "no sh, dash or bash script"
    return ""


def _ignored(git: Git, path: str) -> bool:
    tracked = git.try_run("ls-files", "--error-unmatch", "--", path) is not None
    return not tracked and git.try_run("check-ignore", "--quiet", "--no-index", "--", path, literal=False) is not None


def _make_folder(worktree: Worktree, folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(parents=True)
        (own_folder(worktree.common_dir) / MADE_HOOKS_FOLDER).touch()


def _read(file: Path) -> str:
    return file.read_bytes().decode("utf-8", "surrogateescape")


def uninstall(git: Git, worktree: Worktree) -> list[str]:
    """Take both out, byte for byte; returns lines that say what was done."""
    said = []
    for event in EVENTS:
        if remove_section(worktree.common_dir / "config", event):
            said.append(f"{event}: taken out of the repository's config")
        _copy(worktree, event).unlink(missing_ok=True)
    said += _clear_files(git, worktree)
    _remove_folder(worktree, hooks_dir(git, worktree))
    return said


def _clear_files(git: Git, worktree: Worktree) -> list[str]:
    """Our block out of every hook file; returns lines that say where it was."""
    said = []
    for file in _files(git, worktree):
        text = _read(file)
        if is_own_file(text):
            file.unlink()
        elif has_block(text):
            write_whole(file, remove_block(text), stat.S_IMODE(file.stat().st_mode))
        else:
            continue
        said.append(f"{file.name}: taken out of {file.parent}")
    return said


def _files(git: Git, worktree: Worktree) -> Iterator[Path]:
    """Every file that may hold our block: the hooks of each worktree, and where a manager moved them to."""
    for folder in dict.fromkeys((*hooks_dirs(git, worktree), worktree.common_dir / "hooks")):
        for event in EVENTS:
            for ending in ("", *MOVED):
                file = folder / f"{event}{ending}"
                if file.is_file() and not file.is_symlink():
                    yield file


def _remove_folder(worktree: Worktree, folder: Path) -> None:
    made = own_folder(worktree.common_dir) / MADE_HOOKS_FOLDER
    if made.exists() and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
    made.unlink(missing_ok=True)


def was_installed(worktree: Worktree) -> bool:
    """Whether `install` was here and `uninstall` was not."""
    return any(_copy(worktree, event).is_file() for event in EVENTS)


def inspect(git: Git, worktree: Worktree, program: Path) -> tuple[HookFinding, ...]:
    """Whether git will run them; `program` is for the line to add by hand where it will not."""
    return tuple(_inspect(git, worktree, event, program) for event in EVENTS)


def _inspect(git: Git, worktree: Worktree, event: str, program: Path) -> HookFinding:
    if _in_config(worktree, event):
        copy = _copy(worktree, event)
        if not copy.is_file():
            return HookFinding(event, False, f"{copy}, which the repository's config calls, is missing", "handoffd init")
        return _calling(event, copy, program) or HookFinding(event, True, "in the repository's config")
    file = hooks_dir(git, worktree) / event
    caller, reason = _caller(file, event), _left_alone(git, worktree, file)
    if caller is None:
        return _missing(event, file, program, reason)
    if not os.access(file, os.X_OK):
        return HookFinding(event, False, f"{file} is not executable", f"chmod +x {shlex.quote(os.fspath(file))}")
    gone = _calling(event, caller, program)
    if gone and (reason or calls_by_hand(event, remove_block(_read(caller)))):
        return replace(gone, remedy=f"name this one there: {program}", fixable=False)
    return gone or HookFinding(event, True, str(caller))


def _missing(event: str, file: Path, program: Path, reason: str) -> HookFinding:
    """git runs nothing of ours. Where we may not put it in, that is wrong for a push alone: commits are found without a hook."""
    if not reason:
        return HookFinding(event, False, f"not in {file}", "handoffd init")
    remedy = _remedy(event, program, file, reason)
    if event == "post-commit":
        return HookFinding(event, True, f"not in {file} ({reason}); {remedy}", remedy, False)
    return HookFinding(event, False, f"not in {file} ({reason})", remedy, False)


def _calling(event: str, caller: Path, program: Path) -> HookFinding | None:
    """Wrong where `caller` calls another program than ours that is not there any more: it says nothing, and does nothing."""
    called = program_in(_read(caller))
    if not os.path.isabs(called) or called == os.fspath(program) or os.access(called, os.X_OK):
        return None
    return HookFinding(event, False, f"{caller} calls {called}, which is not there any more", "handoffd init")
