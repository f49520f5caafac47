"""Patterns that are compiled late: they behave as compiled ones, and none of the product's is wrong."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import handoffd
from handoffd.model.lazy import lazy

SOURCES = sorted(Path(handoffd.__file__).parent.rglob("*.py"))


def literals(source: str) -> list[str | bytes]:
    """The patterns that stand whole in calls of `lazy`."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "lazy"]
    return [call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str | bytes)]


def test_it_answers_as_the_compiled_one() -> None:
    late, compiled = lazy(r"(?P<word>a+)b", re.I), re.compile(r"(?P<word>a+)b", re.I)
    for _ in range(2):
        assert late.sub("-", "xAABx") == compiled.sub("-", "xAABx") == "x-x"
        assert [found["word"] for found in late.finditer("ab AAB")] == ["a", "AA"]
        assert (late.pattern, late.flags) == (compiled.pattern, compiled.flags)
    assert lazy(rb"\d+").findall(b"1 22") == [b"1", b"22"]


def test_nothing_is_compiled_before_it_is_used() -> None:
    wrong = lazy("(")
    with pytest.raises(re.error):
        wrong.match("")


@pytest.mark.parametrize("file", [file for file in SOURCES if literals(file.read_text(encoding="utf-8"))], ids=lambda file: file.name)
def test_every_pattern_of_the_product_is_one(file: Path) -> None:
    for source in literals(file.read_text(encoding="utf-8")):
        re.compile(source)
