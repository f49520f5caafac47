"""The handoff files' line in info/exclude, which belongs to this clone alone, put in and taken out byte for byte."""

from __future__ import annotations

import itertools
import stat
from pathlib import Path
from typing import NamedTuple

from handoffd.files.atomic_write import write_whole
from handoffd.files.layout import handoff_names
from handoffd.files.safe_open import open_regular
from handoffd.git.repository import Worktree, exclude_file
from handoffd.git.run import Git

MARK = "# handoffd"
OPEN_END = "# handoffd (no newline before)"
OWN = "# handoffd (this file is handoffd's own)"
OWN_FOLDER = "# handoffd (this file and its folder are handoffd's own)"
# What a rule does not take as it stands.
_SIGNS = "*?[]\\!#"
_MARKS = (OPEN_END, OWN, OWN_FOLDER, MARK)


def _line(directory: str) -> str:
    return f"/{handoff_names(directory)}\n"


def hide(worktree: Worktree, directory: str) -> str:
    """Keep handoff files out of `git status`. Doing it twice changes nothing. '' or why it was not done: a link leads out of the git dir."""
    file = exclude_file(worktree)
    if _is_elsewhere(file):
        return _left(file, directory)
    text = _read(file)
    if any(f"{mark}\n{_line(directory)}" in (text or "") for mark in _MARKS):
        return ""
    if text is None:
        mark, text = (OWN if file.parent.is_dir() else OWN_FOLDER), ""
        file.parent.mkdir(exist_ok=True)
    else:
        mark = MARK if text.endswith("\n") or not text else OPEN_END
    joint = "\n" if mark == OPEN_END else ""
    _write(file, f"{text}{joint}{mark}\n{_line(directory)}")
    return ""


def _left(file: Path, directory: str) -> str:
    return f"{file} is a link and is left as it is; add the line {_line(directory).strip()} to it"


def unhide(worktree: Worktree, directory: str) -> None:
    """Take the line out; a file that we made goes when nothing else is in it."""
    file = exclude_file(worktree)
    text = None if _is_elsewhere(file) else _read(file)
    if text is None:
        return
    for own in (OWN, OWN_FOLDER):
        if text == f"{own}\n{_line(directory)}":
            file.unlink()
            if own == OWN_FOLDER and not any(file.parent.iterdir()):
                file.parent.rmdir()
            return
    for mark in _MARKS:
        joint = "\n" if mark == OPEN_END else ""
        found = f"{joint}{mark}\n{_line(directory)}"
        if found in text:
            _write(file, text.replace(found, "", 1))
            return


class Unignored(NamedTuple):
    """Why handoff files show up in `git status`: a sentence that names the rule which lets them in, and the remedy. `by_init`: the remedy is
    `handoffd init`."""

    says: str
    by_init: bool = False


def unignored(git: Git, worktree: Worktree, directory: str) -> Unignored | None:
    """None when handoff files stay out of `git status`."""
    if _plainly_hidden(worktree, directory):
        return None
    probe = f"{directory}/handoff-2000-01-01.md"
    said = git.try_run("check-ignore", "--verbose", "--no-index", "-z", "--stdin", input=f"{probe}\0".encode(), literal=False)
    if not said and _is_elsewhere(exclude_file(worktree)):
        return Unignored(_left(exclude_file(worktree), directory))
    if not said:
        return Unignored(f"git does not ignore {handoff_names(directory)}: run handoffd init", by_init=True)
    source, line, pattern, *_ = said.decode("utf-8", "surrogateescape").split("\0")
    if pattern.startswith("!"):
        return Unignored(f"{source}:{line} ({pattern}) lets handoff files into git status; add the line /{handoff_names(directory)} below it")
    return None


def _plainly_hidden(worktree: Worktree, directory: str) -> bool:
    """Whether the line is there and nothing can let the files in again: there is no `!` in it, nor in a file whose rules count for more. False says
    nothing; then git is asked, which takes longer than to read these few files."""
    folders = itertools.accumulate(directory.split("/"), Path.joinpath, initial=worktree.root)
    texts = [_rules(file) for file in (exclude_file(worktree), *(folder / ".gitignore" for folder in folders))]
    plain = not {*directory} & {*_SIGNS}
    return plain and _line(directory).encode() in texts[0].splitlines(keepends=True) and not any(b"!" in text for text in texts)


def _rules(file: Path) -> bytes:
    """A `!` where they cannot be read."""
    try:
        with open_regular(file) as opened:
            return opened.read()
    except FileNotFoundError:
        return b""
    except (OSError, ValueError):
        return b"!"


def _is_elsewhere(file: Path) -> bool:
    return file.is_symlink() or file.parent.is_symlink()


def _read(file: Path) -> str | None:
    try:
        return file.read_bytes().decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return None


def _write(file: Path, text: str) -> None:
    write_whole(file, text, stat.S_IMODE(file.stat().st_mode) if file.exists() else 0o644)
