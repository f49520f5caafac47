from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoffd.code.definitions import LARGEST_TEXT, below_decorators, definitions, enclosing, indent_of, lines_of

PYTHON = '''\
import os

class Decoder:
    """def not_me():"""

    def __init__(self) -> None:
        self.x = 1

    def flush(
        self,
    ) -> bytes:
        if self.x:
# a comment at the margin
            return b""

        return b"x"


TEXT = """
def quoted():
    pass
"""


def last():
    def inner():
        pass
    return inner


print(1)
'''


def spans(text: str, family: str) -> list[tuple[str, int, int]]:
    return [(item.full, item.line, item.last) for item in definitions(text, family)]


def test_python_bodies_and_full_names() -> None:
    assert spans(PYTHON, "python") == [
        ("Decoder", 3, 16),
        ("Decoder.__init__", 6, 7),
        ("Decoder.flush", 9, 16),
        ("TEXT", 19, 22),
        ("last", 25, 28),
        ("last.inner", 26, 27),
    ]


@pytest.mark.parametrize(
    ("family", "text", "expected"),
    [
        ("script", "register({\n  name: 'x',\n});\n\nfoo();\n", [("register", 1, 3)]),
        ("script", "describe('a', () => {\n  it('b', () => {\n    x();\n  });\n});\n", [('"a"', 1, 5), ('"b"', 2, 4)]),
        ("go", "type T struct {\n\tx int\n}\n\nfunc (t *T) Get() int {\nagain:\n\treturn t.x\n}\n", [("T", 1, 3), ("T.Get", 5, 8)]),
        ("c", "int\nmain(void)\n{\n}\n\nint f(int x)\n{\n#ifdef A\n  return x;\n#endif\n}\n", [("f", 6, 11)]),
        ("rust", "impl A {\n    #[inline]\n    fn f() {\n    }\n}\n", [("A", 1, 5), ("A.f", 3, 4)]),
        ("ruby", "class A\n  def f\n    1\n  rescue\n    2\n  end\nend\n", [("A", 1, 7), ("A.f", 2, 6)]),
        ("sql", "create table p (\n  id int\n);\nselect 1;\n", [("p", 1, 3)]),
        ("markdown", "# A\n\ntext\n```sh\n# no\n```\n## B\nb\n# C\n", [("A", 1, 8), ("B", 7, 8), ("C", 9, 9)]),
        ("shell", "a() {\n  b\n}\nc\n", [("a", 1, 3)]),
        ("", "def f():\n  pass\n", []),
    ],
)
def test_bodies_of_other_families(family: str, text: str, expected: list[tuple[str, int, int]]) -> None:
    assert spans(text, family) == expected


@pytest.mark.parametrize(
    ("line", "name"), [(7, "Decoder.__init__"), (14, "Decoder.flush"), (16, "Decoder.flush"), (8, "Decoder"), (31, None), (1, None), (13, None)]
)
def test_enclosing_is_the_innermost_body_that_is_indented_less(line: int, name: str | None) -> None:
    text = lines_of(PYTHON)[line - 1]
    found = enclosing(definitions(PYTHON, "python"), line, indent_of(text) or (4 if line == 8 else 0))
    assert (found.full if found else None) == name


def test_lines_end_only_at_a_line_feed() -> None:
    assert lines_of("a\x0cb\r\nc\x85d\n") == ["a\x0cb", "c\x85d"]
    assert lines_of("") == []


def test_a_decorator_belongs_to_what_stands_below() -> None:
    lines = lines_of(textwrap.dedent("@a\n@b(1)\ndef f():\n    pass\n"))
    assert below_decorators(lines, 1) == 3
    assert below_decorators(lines, 3) == 3


def test_a_text_above_the_limit_has_no_definitions() -> None:
    assert definitions("def f(): pass\n" + "#" * LARGEST_TEXT, "python") == ()


PIECES = ["def f():", "class A:", "  def g(self):", "    x", "", "}", "func (a *A) B() {"]
PIECES += ["it('t', () => {", "# h", "```", '"""', "\tpub fn z() {", "é"]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=20)), st.sampled_from(["python", "script", "go", "rust", "markdown", "c", "yaml"]))
def test_every_definition_lies_in_the_text(pieces: list[str], family: str) -> None:
    text = "\n".join(pieces)
    count = len(lines_of(text))
    found = definitions(text, family)
    assert [item.line for item in found] == sorted({item.line for item in found})
    for item in found:
        assert 1 <= item.line <= item.last <= count
        assert item.full.endswith(item.name)
