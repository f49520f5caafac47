"""Four kinds of repository, written by code: what their files, functions, marks, tests and skips look like."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

WORDS = ["parser", "cache", "router", "token", "buffer", "index", "queue", "session", "filter", "loader", "writer", "reader", "config", "merge", "limit", "retry", "batch", "cursor"]


@dataclass(frozen=True)
class Shape:
    """`function(name, lines)` and the like give whole lines, without the last newline."""

    name: str
    sources: tuple[str, ...]
    tests: tuple[str, ...]
    suffix: str
    comment: Callable[[str], str]
    function: Callable[[str, list[str]], str]
    test: Callable[[str], str]
    skip: Callable[[str, str], str]
    header: str = ""

    def start(self, rng: random.Random) -> dict[str, str]:
        """The first files: every source with three functions of four lines, every test file with two tests."""
        files = {"README.md": "# Project\n\nWhat it does.\n", "docs/plan.md": "# Plan\n\nWhat to do.\n"}
        for at, path in enumerate(self.sources):
            blocks = [self.function(f"{rng.choice(WORDS)}_{at}{n}", [f"v{at}{n}{k} = {at}{n}{k}" for k in range(4)]) for n in range(3)]
            files[path] = self.header + "\n\n".join(blocks) + "\n"
        for at, path in enumerate(self.tests):
            files[path] = self.header + "\n\n".join(self.test(f"start_{at}{n}") for n in range(2)) + "\n"
        return files


def _python(name: str, lines: list[str]) -> str:
    return "\n".join([f"def {name}():", *(f"    {line}" for line in lines), "    return 1"])


def _typescript(name: str, lines: list[str]) -> str:
    return "\n".join([f"export function {name}() {{", *(f"  let {line};" for line in lines), "  return 1;", "}"])


def _go(name: str, lines: list[str]) -> str:
    return "\n".join([f"func {name}() int {{", *(f"\t{line.replace('=', ':=')}" for line in lines), "\treturn 1", "}"])


def _docs(name: str, lines: list[str]) -> str:
    return "\n".join([f"## {name}", "", *(f"Text {line} stands here." for line in lines)])


SHAPES = {
    "python": Shape(
        "python", ("src/app/core.py", "src/app/io.py", "src/app/net.py", "tools/build.py"), ("tests/test_core.py", "tests/test_io.py"), ".py",
        lambda text: f"    # {text}", _python, lambda name: f"def test_{name}():\n    assert 1 == 1",
        lambda name, why: f'@pytest.mark.skip(reason="{why}")\ndef test_{name}():\n    assert 1 == 1', "import os\n\n\n",
    ),
    "typescript": Shape(
        "typescript", ("src/core.ts", "src/io.ts", "src/net/client.ts", "tools/build.ts"), ("test/core.test.ts", "test/io.test.ts"), ".ts",
        lambda text: f"  // {text}", _typescript, lambda name: f'test("{name}", () => {{\n  expect(1).toBe(1);\n}});',
        lambda name, why: f'test.skip("{name}", () => {{\n  expect(1).toBe(1);\n}});', 'import os from "node:os";\n\n',
    ),
    "go": Shape(
        "go", ("core.go", "io.go", "net/client.go", "cmd/build.go"), ("core_test.go", "io_test.go"), ".go",
        lambda text: f"\t// {text}", _go, lambda name: f"func Test_{name}(t *testing.T) {{\n\t_ = 1\n}}",
        lambda name, why: f'func Test_{name}(t *testing.T) {{\n\tt.Skip("{why}")\n}}', "package main\n\n",
    ),
    "docs": Shape(
        "docs", ("guide/start.md", "guide/use.md", "reference/api.md", "about.md"), (), ".md",
        lambda text: f"<!-- {text} -->", _docs, lambda name: "", lambda name, why: "", "",
    ),
}
