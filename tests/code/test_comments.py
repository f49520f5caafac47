"""A line of source in two: code with its strings emptied, and the comment."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handoffd.code.comments import split_comment
from handoffd.code.languages import LONGEST_LINE

FAMILIES = ["python", "ruby", "shell", "toml", "yaml", "ini", "script", "go", "rust", "c", "sql", "markdown", "", "unheard-of"]


@pytest.mark.parametrize(
    ("family", "line", "code", "comment"),
    [
        ("python", "x = 1  # why", "x = 1  ", "# why"),
        ("python", 'x = "# no" + 1', 'x = "" + 1', ""),
        ("python", r"x = 'it\'s # no'  # yes", "x = ''  ", "# yes"),
        ("shell", "echo a#b # c", "echo a#b ", "# c"),
        ("yaml", "name: it's # c", "name: it's ", "# c"),
        ("ini", "; all of it", "", "; all of it"),
        ("script", "go('http://x') // c", "go('') ", "// c"),
        ("script", "see http://x", "see http://x", ""),
        ("script", "f(`a // b`) /* c */", "f(``) ", "/* c */"),
        ("go", "r := '\"' // c", "r := '' ", "// c"),
        ("rust", "fn f<'a>(x: &'a str) // c", "fn f<'a>(x: &'a str) ", "// c"),
        ("c", " * inside a block comment", "", "* inside a block comment"),
        ("sql", "SELECT 'a--b' -- c", "SELECT '' ", "-- c"),
        ("markdown", "text <!-- c -->", "text ", "<!-- c -->"),
        ("", "a --b -- c", "a --b ", "-- c"),
    ],
)
def test_code_and_comment(family: str, line: str, code: str, comment: str) -> None:
    assert split_comment(line, family) == (code, comment)


def test_a_line_that_is_too_long_has_neither() -> None:
    assert split_comment("x" * LONGEST_LINE + "# c", "python") == ("", "")
    assert split_comment("x" * (LONGEST_LINE - 3) + "# c", "python")[1] == "# c"


@given(st.sampled_from(FAMILIES), st.text(st.sampled_from("ab #'\"`\\/*-;<!"), max_size=30))
@example("script", "* ")
def test_the_comment_is_the_end_of_the_line_and_nothing_is_invented(family: str, line: str) -> None:
    code, comment = split_comment(line, family)
    assert line.endswith(comment) or comment == line.strip(), "a line within a block is all comment, without its margins"
    rest = iter(line.removesuffix(comment))
    assert all(sign in "\"'`" or sign in rest for sign in code), "the code is the line with pieces of its strings left out"
