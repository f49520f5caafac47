"""Mistakes that the person at the keyboard can mend.

    Exception
     └─ UserError        exit code 1: a message and a hint
         └─ UsageError   exit code 2: the words of the command line are wrong

Everything else that is raised is a bug (exit code 3), but for what the machine itself refuses: `refusal` turns that into a UserError.
"""

from __future__ import annotations

import errno
import os

_SPACE = "free some space on that disk"
_RIGHTS = "check the owner and mode of the file and its folder"
_OPEN_FILES = "close some programs, or raise the limit of open files (ulimit -n)"
_REMEDIES = {
    errno.ENOSPC: _SPACE,
    errno.EDQUOT: _SPACE,
    errno.EIO: "the disk or the network file system failed: see the system's log",
    errno.EROFS: "the file system is mounted read-only: mount it writable",
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EMFILE: _OPEN_FILES,
    errno.ENFILE: _OPEN_FILES,
    errno.ENOMEM: "close some programs: memory is short",
    errno.ESTALE: "the network file system lost the file: mount it again",
}
_IN_THE_WAY = "something else stands in its place: move it away"
_MISPLACED = dict.fromkeys((errno.EISDIR, errno.ENOTDIR, errno.ELOOP, errno.ENXIO, errno.EEXIST), _IN_THE_WAY)


class UserError(Exception):
    """`message` is a sentence that says what is wrong, `hint` one that says what to do; `code` is the process's exit code."""

    def __init__(self, message: str, hint: str = "", code: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code


class UsageError(UserError):
    """The command line cannot be understood."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint, 2)


def remedy(fault: OSError) -> str:
    """What to do where a file of ours cannot be opened or written."""
    return (_REMEDIES | _MISPLACED).get(fault.errno or 0, "free some space, or mend the folder's rights")


def refusal(fault: OSError, what: str = "") -> UserError | None:
    """What to tell the person when disk, rights or limits are at fault; `what` failed (default: the file that the fault names).
    None for any other fault: that one is ours."""
    hint = _REMEDIES.get(fault.errno or 0)
    if hint is None:
        return None
    named = os.fsdecode(fault.filename) if isinstance(fault.filename, str | bytes) else "a file"
    return UserError(f"{what or named}: {fault.strerror}", hint)


def in_words(problem: UserError | OSError) -> str:
    """What is wrong, with the remedy where there is one, on one line."""
    told = problem if isinstance(problem, UserError) else refusal(problem)
    words = f"{told} ({told.hint})" if told and told.hint else f"{problem}"
    return words.replace("\n", "; ")


def shell(path: str | os.PathLike[str]) -> str:
    """A path as one word of a line for the shell: hints are pasted."""
    import shlex  # it loads `re`, which most commands do without

    return shlex.quote(os.fspath(path))
