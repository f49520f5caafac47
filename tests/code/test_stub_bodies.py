"""Bodies that say of themselves that they are not written yet."""

from __future__ import annotations

import pytest

from handoffd.code.stub_bodies import empty_body, unfinished_in


def unfinished(family: str, text: str, number: int = 1) -> str:
    lines = text.split("\n")
    return unfinished_in(family, lines[number - 1], lines, number)


@pytest.mark.parametrize(
    ("family", "line"),
    [
        ("python", "    raise NotImplementedError"),
        ("ruby", "  raise NotImplementedError"),
        ("rust", "    todo!()"),
        ("rust", "let x = unimplemented!();"),
        ("rust", 'panic!("not implemented")'),
        ("c", "throw new NotImplementedException();"),
        ("c", 'TODO("later")'),
        ("go", 'panic("not yet implemented")'),
        ("script", "throw new Error('implement me')"),
    ],
)
def test_statements_that_admit_it(family: str, line: str) -> None:
    assert unfinished(family, line) == line.strip()


@pytest.mark.parametrize(
    ("family", "line"),
    [
        ("python", 'x = "raise NotImplementedError"'),
        ("python", "# raise NotImplementedError"),
        ("go", 'panic("index out of range")'),
        ("script", "throw new Error('bad input')"),
        ("rust", 'panic!("no such file")'),
        ("", "raise NotImplementedError"),
    ],
)
def test_statements_that_do_not(family: str, line: str) -> None:
    assert unfinished(family, line) == ""


@pytest.mark.parametrize(
    "text",
    [
        "class A(ABC):\n    def f(self):\n        raise NotImplementedError",
        "class A(Protocol[T]):\n    def f(self):\n        raise NotImplementedError",
        "class A:\n    @abc.abstractmethod\n    def f(self):\n        raise NotImplementedError",
    ],
)
def test_what_is_declared_to_have_no_body_lacks_none(text: str) -> None:
    assert unfinished("python", text, text.count("\n") + 1) == ""


def test_a_plain_class_beside_an_abstract_one_is_unfinished() -> None:
    text = "class A(ABC):\n    x = 1\nclass B:\n    def f(self):\n        raise NotImplementedError"
    assert unfinished("python", text, 5) == "raise NotImplementedError"


def empty(text: str, number: int = 1, path: str = "a.py", family: str = "python") -> str:
    return empty_body(path, family, text.split("\n"), number)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("def f(): ...", "..."),
        ("async def f(): pass  # later", "pass"),
        ("def f(\n    a,\n):\n    pass", "pass"),
        ('def f():\n    """What it does."""\n    ...\nx = 1', "..."),
        ("def f():\n    # why\n\n    pass", "pass"),
        ("def f():\n    return 1", ""),
        ("def f():\n    pass\n    return 1", ""),
        ("x = 1", ""),
    ],
)
def test_a_body_of_nothing(text: str, found: str) -> None:
    assert empty(text) == found


def test_stubs_overloads_and_helpers_of_tests_are_meant_to_be_empty() -> None:
    assert empty("def f(): ...", path="a.pyi") == ""
    assert empty("@overload\ndef f(): ...", 2) == ""
    assert empty("class A(Protocol):\n    def f(self): ...", 2) == ""
    assert empty("def helper(): pass", path="tests/test_a.py") == ""
    assert empty("def test_a(): pass", path="tests/test_a.py") == "pass"


def test_other_languages_and_lines_that_are_not_there() -> None:
    assert empty("def f(): pass", family="ruby") == "" and empty("def f(): pass", 2) == "" and empty("def f(): pass", 0) == ""
