"""Mistakes that the person at the keyboard can mend.

    Exception
     └─ UserError        exit code 1: a message and a hint
         └─ UsageError   exit code 2: the words of the command line are wrong

Everything else that is raised is a bug (exit code 3).
"""

from __future__ import annotations


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
