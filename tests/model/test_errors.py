"""Exit codes and hints of user errors."""

import errno
import os

import pytest

from handoffd.model.errors import UsageError, UserError, in_words, remedy


def test_a_user_error_carries_message_hint_and_code():
    error = UserError("no worktree here", "run `handoffd init`")
    assert (str(error), error.message, error.hint, error.code) == ("no worktree here", "no worktree here", "run `handoffd init`", 1)


def test_a_usage_error_is_a_user_error_with_code_2():
    error = UsageError("unknown verb: flsh", "did you mean flush?")
    assert isinstance(error, UserError)
    assert (error.code, error.hint) == (2, "did you mean flush?")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EROFS, "mount it writable"),
        (errno.ENOSPC, "free some space"),
        (errno.EISDIR, "move it away"),
        (errno.ENXIO, "move it away"),
        (0, "rights"),
    ],
)
def test_a_file_that_cannot_be_written_has_the_remedy_for_what_is_so(number: int, said: str) -> None:
    assert said in remedy(OSError(number, os.strerror(number), "file"))


def test_a_fault_is_told_with_its_remedy_on_one_line() -> None:
    assert in_words(UserError("one\ntwo", hint="mend it")) == "one; two (mend it)"
    assert in_words(OSError(errno.EROFS, "Read-only file system", "/x")).startswith("/x: Read-only file system (")
    assert in_words(OSError(errno.EBADF, "Bad file descriptor")) == "[Errno 9] Bad file descriptor"
