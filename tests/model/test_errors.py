"""Exit codes and hints of user errors."""

from handoffd.model.errors import UsageError, UserError


def test_a_user_error_carries_message_hint_and_code():
    error = UserError("no worktree here", "run `handoffd init`")
    assert (str(error), error.message, error.hint, error.code) == ("no worktree here", "no worktree here", "run `handoffd init`", 1)


def test_a_usage_error_is_a_user_error_with_code_2():
    error = UsageError("unknown verb: flsh", "did you mean flush?")
    assert isinstance(error, UserError)
    assert (error.code, error.hint) == (2, "did you mean flush?")
