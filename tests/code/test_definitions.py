from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoffd.code.definitions import LARGEST_TEXT, definitions, enclosing, indent_of, lines_of

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
        ("c", "int\nmain(void)\n{\n}\n\nint f(int x)\n{\n#ifdef A\n  return x;\n#endif\n}\n", [("main", 2, 4), ("f", 6, 11)]),
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
    ("line", "name"),
    [(7, "Decoder.__init__"), (14, "Decoder.flush"), (16, "Decoder.flush"), (8, "Decoder"), (31, None), (1, None), (13, "Decoder.flush")],
)
def test_enclosing_is_the_innermost_body_that_holds_the_line(line: int, name: str | None) -> None:
    text = lines_of(PYTHON)[line - 1]
    found = enclosing(definitions(PYTHON, "python"), line, indent_of(text) or (4 if line == 8 else 0))
    assert (found.full if found else None) == name


def test_lines_end_only_at_a_line_feed() -> None:
    assert lines_of("a\x0cb\r\nc\x85d\n") == ["a\x0cb", "c\x85d"]
    assert lines_of("") == []


def named(text: str, family: str) -> list[str]:
    """The full name of each line's definition, as a change of that line alone is named."""
    found = definitions(text, family)
    around = [enclosing(found, number, 1_000) if line.strip() else None for number, line in enumerate(lines_of(text), 1)]
    return [one.full if one else "" for one in around]


@pytest.mark.parametrize(
    ("family", "text", "expected"),
    [
        # What stands above a definition and belongs to it.
        ("python", "@a\n@b(\n    1,\n)\ndef f():\n    pass\n", ["f"] * 6),
        ("python", "@a\n# why\ndef f(): ...\n@b\nx = 1\n", ["f", "f", "f", "", ""]),
        ("rust", "/// text\n#[a]\n#[b(\n    c,\n)]\npub struct S;\n", ["", "S", "S", "S", "S", "S"]),
        ("rust", "#![a]\nfn f() {}\n", ["", "f"]),
        ("script", "class A {\n  @a({\n    b: 1,\n  })\n  f() {\n  }\n}\n", ["A", "A.f", "A.f", "A.f", "A.f", "A.f", "A"]),
        ("c", "x();\nstatic struct a *\nf(int b)\n{\n}\n", ["", "f", "f", "f", "f"]),
        ("c", "__attribute__((noreturn)) static void\nf(int b)\n{\n}\n", ["f"] * 4),
        ("c", "TEST(a)\n{\n}\nf(b)\n{\n}\ng(b)\n;\n", ["a"] * 3 + ["f"] * 3 + ["", ""]),
        # What stands at the margin inside a body.
        ("c", 'int f(int a)\n{\n#ifdef A\n  b(\n"text");\nout:\n  c();\n#endif\n}\n\n#endif\n', ["f"] * 9 + ["", ""]),
        ("c", "int f(int a)\n{\n#define B 1\n  c();\n}\n#define D 1\n", ["f", "f", "f.B", "f", "f", "D"]),
        ("c", "#define A(b) \\\n  c; \\\nd\ne\n", ["A", "A", "A", ""]),
        ("go", "func f() {\n\ta := `\nfunc no() {\n}\n`\nout:\n\tb()\n}\n", ["f"] * 8),
        ("script", "function f() {\n  a(`\nfunction no() {\n${'`'} }\n`)\n  b()\n}\n", ["f"] * 7),
        ("rust", 'fn f() {\n    a(r#"\nfn no() {\n}\n"#);\n    b();\n}\n', ["f"] * 7),
        ("python", 'def f():\n    a = \'"""\'\n    b = 1  # """\n\ndef g(): ...\n', ["f", "f", "f", "", "g"]),
        (
            "c",
            "class A\n{\n  function f()\n  {\n    b(<<<'EOT'\ntext\nEOT\n    );\n  }\n  function g() {\n  }\n}\n",
            ["A", "A"] + ["A.f"] * 7 + ["A.g"] * 2 + ["A"],
        ),
        ("ruby", "class A\n  def f\n    b(<<~TEXT)\ndef no\n    TEXT\n  end\n  def g\n  end\nend\n", ["A"] + ["A.f"] * 5 + ["A.g"] * 2 + ["A"]),
        ("shell", "f() {\n  cat <<EOT\nno() {\nEOT\n  b\n}\nc\n", ["f"] * 6 + [""]),
        # A comment is of what stands around it, not of what stands above it.
        ("script", "function f() {\n}\n\n/**\n * text\n */\nfunction g() {\n}\n", ["f", "f", "", "", "", "", "g", "g"]),
        ("c", "/*\nstruct no {\n*/\nint a;\n", ["", "", "", ""]),
        # A body does not reach over what closed it.
        ("python", "def f():\n    a\nif b:\n    def g():\n        c\n", ["f", "f", "", "g", "g"]),
        ("rust", 'struct A {\n    b: u8,\n}\nextern "C" {\n    fn f();\n}\n', ["A", "A", "A", "", "f", ""]),
        ("c", "typedef int a;\n#if B\n#define C 1\n#endif\n", ["a", "", "C", ""]),
        ("c", "int f(int a,\n      int b);\n#define C 1\n", ["f", "f", "C"]),
        # Definitions that more than one line shows.
        ("c", "typedef struct {\n  int a;\n} b;\n\ntypedef enum\n{\n  C\n} d;\n", ["b", "b", "b", "", "d", "d", "d", "d"]),
        ("go", "type (\n\tA struct {\n\t\tb int\n\t}\n\tC[T any] = D\n)\n\nvar x int\n", ["", "A", "A", "A", "C", "", "", "x"]),
        ("script", "class A {\n  f(\n    a: string,\n  ): void {\n  }\n}\n", ["A", "A.f", "A.f", "A.f", "A.f", "A"]),
        ("script", "class A {\n  f<\n    T\n  >(\n    a: T\n  ) {\n  }\n}\n", ["A"] + ["A.f"] * 6 + ["A"]),
        ("script", "function f() {\n  const g = (\n    a\n  ) => {\n  }\n  h(\n    1\n  )\n}\n", ["f"] + ["f.g"] * 4 + ["f"] * 4),
        ("script", "function f() {\n  g({\n    a\n  })\n  if (\n    b\n  ) {\n  }\n}\n", ["f"] * 9),
        ("rust", "impl<'a> A<'a>\n    for B\nwhere\n    C: D,\n{\n    fn f() {\n    }\n}\n", ["B"] * 5 + ["B.f", "B.f", "B"]),
    ],
)
def test_every_line_has_the_name_of_the_definition_around_it(family: str, text: str, expected: list[str]) -> None:
    assert named(text, family) == expected


@pytest.mark.parametrize("family", ["python", "script", "go", "rust", "c"])
@pytest.mark.parametrize("unit", ['\\"', "\\`", "(/[", '"', "'", "`", "${", "/*", 'r#"', 'R"a(', '"""', "{"])
def test_a_text_made_to_backtrack_costs_little(family: str, unit: str) -> None:
    began = time.process_time()
    definitions(f"({unit * (30_000 // len(unit))}", family)
    assert time.process_time() - began < 0.5


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
