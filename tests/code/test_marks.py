from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoffd.code.definitions import lines_of
from handoffd.code.marks import MOST_MARKS, marks, marks_in, removed_lines, todo_in
from handoffd.model.change import Hunk, Mark, Patch


def marks_of(path: str, text: str, removed: frozenset[str] = frozenset()) -> list[tuple[str, int, str, str]]:
    lines = tuple(lines_of(text))
    patch = Patch(path, "created", hunks=(Hunk(0, 0, 1, len(lines), (), lines),))
    return [(mark.kind, mark.line, mark.text, mark.reason) for mark in marks(patch, removed, text)]


@pytest.mark.parametrize(
    ("family", "line", "text"),
    [
        ("python", "x = 1  # TODO: raise when eof is not set", "raise when eof is not set"),
        ("python", "# FIXME(alice): later", "later"),
        ("python", "#TODO", ""),
        ("python", "    TODO: written in a docstring", "written in a docstring"),
        ("python", "# a hack, TODO remove it", "remove it"),
        ("python", "# the table of TODO comments", None),
        ("python", "# todo: lower case", None),
        ("python", "KINDS = ('TODO', 'FIXME')", None),
        ("python", 'PATTERN = "# TODO: x"', None),
        ("python", "# 'TODO' is a word", None),
        ("python", "TODOS = 3", None),
        ("script", "  /* XXX check this */", "check this"),
        ("script", "   * TODO: in a block", "in a block"),
        ("script", "{/* TODO: jsx */}", "jsx"),
        ("script", "const a = 'x'; // HACK around it", "around it"),
        ("script", "const url = 'http://x/ TODO: no';", None),
        ("script", "const words = /TODO|FIXME/;", None),
        ("go", "// TODO(bob) fix", "fix"),
        ("rust", "fn f<'a>(x: &'a str) {} // TODO: lifetimes", "lifetimes"),
        ("sql", "-- TODO index", "index"),
        ("yaml", "a: b # TODO pin", "pin"),
        ("yaml", "TODO: b", None),
        ("markdown", "<!-- TODO: write -->", "write"),
        ("markdown", "- **TODO**: bold", "bold"),
        ("markdown", "See the TODO list", None),
        ("", "TODO buy milk", "buy milk"),
    ],
)
def test_todo_in(family: str, line: str, text: str | None) -> None:
    assert todo_in(line, family) == text


def test_a_line_that_stands_among_the_removed_ones_was_not_added() -> None:
    old = Patch("b.py", "changed", hunks=(Hunk(1, 1, 0, 0, ("  # TODO: moved",), ()),))
    assert marks_of("a.py", "# TODO: moved\n# TODO: new\n", removed_lines([old])) == [("todo", 2, "new", "")]


def test_boxes_and_learnings() -> None:
    assert marks_of("PLAN.md", "- [ ] write it\n- [x] done\n1. [ ] numbered\n[LEARN] Git: logs lie\n") == [
        ("box", 1, "write it", ""),
        ("box", 3, "numbered", ""),
        ("learning", 4, "Git: logs lie", ""),
    ]
    added = Patch("sub/CLAUDE.md", "changed", hunks=(Hunk(1, 0, 2, 1, (), ("- Use uv",)),))
    assert [(mark.kind, mark.text) for mark in marks(added, frozenset())] == [("learning", "Use uv")]
    assert marks_of("sub/CLAUDE.md", "# Rules\n- Use uv\n[LEARN] really\n") == [("learning", 3, "really", "")], "a whole new file is one thing"
    assert marks_of("notes.md", "- Use uv\n") == []
    assert marks_of("a.py", "# [LEARN] keep it\n") == [("learning", 1, "keep it", "")]


@pytest.mark.parametrize(
    ("path", "text", "name", "reason"),
    [
        ("tests/test_a.py", '@pytest.mark.skip(reason="slow")\ndef test_x():\n    assert f()\n', "test_x", "slow"),
        ("tests/test_a.py", "class TestA:\n    @pytest.mark.xfail\n    def test_x(self):\n        assert f()\n", "TestA.test_x", ""),
        ("tests/test_a.py", '@unittest.skip("not now")\ndef test_x():\n    assert f()\n', "test_x", "not now"),
        ("tests/test_a.py", 'def test_x():\n    pytest.skip("no network")\n', "test_x", "no network"),
        ("a.test.ts", "it.skip('works', () => {\n});\n", '"works"', ""),
        ("a.test.ts", "  xit('works', () => {\n});\n", '"works"', ""),
        ("a.test.ts", "test.todo('later');\n", '"later"', ""),
        ("a_test.go", 'func TestA(t *testing.T) {\n\tt.Skip("flaky")\n}\n', "TestA", "flaky"),
        ("src/lib.rs", '#[test]\n#[ignore = "slow"]\nfn works() {\n}\n', "works", "slow"),
        ("src/test/ATest.java", 'class ATest {\n  @Disabled("broken")\n  @Test\n  void a() {\n  }\n}\n', "ATest.a", "broken"),
        ("spec/a_spec.rb", "describe 'A' do\n  xit 'works' do\n  end\nend\n", '"works"', ""),
    ],
)
def test_skips(path: str, text: str, name: str, reason: str) -> None:
    assert [(mark[2], mark[3]) for mark in marks_of(path, text) if mark[0] == "skip"] == [(name, reason)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a_test.go", 'func TestA(t *testing.T) {\n\tif testing.Short() {\n\t\tt.Skip("short")\n\t}\n}\n'),
        ("src/queue.ts", "it.skip('works');\n"),
        ("tests/test_a.py", "TABLE = [\n    \"it.skip('x')\",\n]\n"),
    ],
)
def test_no_skips(path: str, text: str) -> None:
    assert marks_of(path, text) == []


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.py", "def f():\n    raise NotImplementedError\n", ["f: raise NotImplementedError"]),
        ("a.py", "def f(): ...\n", ["f: ..."]),
        ("a.py", 'class A:\n    def f(\n        self,\n    ) -> int:\n        """Doc."""\n        pass\n', ["A.f: pass"]),
        ("a.py", "def f():\n    pass\n    return 1\n", []),
        ("a.py", "class Error(Exception):\n    pass\n", []),
        ("a.py", "class A(Protocol):\n    def f(self) -> int: ...\n", []),
        ("a.py", "class A:\n    @abstractmethod\n    def f(self):\n        raise NotImplementedError\n", []),
        ("a.pyi", "def f(): ...\n", []),
        ("tests/test_a.py", "def helper():\n    pass\n", []),
        ("a.rs", "fn f() {\n    todo!()\n}\n", ["f: todo!()"]),
        ("a.rs", 'fn f() {\n    print("todo!()")\n}\n', []),
        ("a.go", 'func f() {\n\tpanic("not implemented")\n}\n', ['f: panic("not implemented")']),
        ("a.go", 'func f() {\n\tpanic("bad input")\n}\n', []),
        ("a.ts", 'function f() {\n  throw new Error("not implemented");\n}\n', ['f: throw new Error("not implemented");']),
        ("a.cs", "class A {\n  void F() {\n    throw new NotImplementedException();\n  }\n}\n", ["A.F: throw new NotImplementedException();"]),
    ],
)
def test_unfinished_bodies(path: str, text: str, expected: list[str]) -> None:
    assert [mark[2] for mark in marks_of(path, text) if mark[0] == "unfinished"] == expected


def test_marks_are_at_most_so_many_and_work_without_the_text() -> None:
    lines = tuple(f"# TODO: {n}" for n in range(MOST_MARKS + 3))
    assert len(marks(Patch("a.py", "created", hunks=(Hunk(0, 0, 1, len(lines), (), lines),)), frozenset())) == MOST_MARKS


def test_what_is_quoted_asks_nobody() -> None:
    assert [mark.line for mark in marks_in("a.md", "- [ ] a\n```\n- [ ] b\n```\n> - [ ] c\n- [ ] d\n")] == [1, 6]
    assert [mark.line for mark in marks_in("a.py", 'T = """\nTODO: x\n"""\ndef f():\n    """\n    TODO: y\n    """\n')] == [6]


def test_a_todo_has_its_own_word_and_the_name_around_it() -> None:
    (mark,) = marks_in("a.py", "def f():\n    # FIXME: b\n    return 1\n")
    assert (mark.word, mark.name) == ("FIXME", "f")


def test_todos_in_a_whole_text() -> None:
    assert marks_in("a.py", "a\n# TODO: b\n") == (Mark("todo", 2, "b", word="TODO"),)


LINES = ["# TODO: x", "// FIXME(a) y */", "def f():", "    pass"]
LINES += ["@pytest.mark.skip(", "- [ ] a", "it.skip('x'", "todo!("]
LINE = st.sampled_from(LINES) | st.text(max_size=30)


@given(st.lists(LINE, max_size=12), st.sampled_from(["tests/a.py", "a.test.ts", "a.md", "a_test.go", "a.rs", "x", "AGENTS.md"]))
def test_marks_lie_on_added_lines(lines: list[str], path: str) -> None:
    text = "\n".join(lines)
    assert all(1 <= mark[1] <= len(lines_of(text)) and "\n" not in mark[2] for mark in marks_of(path, text))
