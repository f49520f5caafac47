"""Tests that are switched off in their own source: the ways of the common test frameworks, one table a family."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from handoffd.code.definitions import indent_of
from handoffd.code.file_roles import is_test
from handoffd.code.languages import definition_in
from handoffd.model.lazy import lazy
from handoffd.model.records import dataclass

_BELOW: Final = {
    "python": lazy(r"@(?:pytest\.mark\.(?:skip|skipif|xfail)\b|(?:unittest\.)?(?:skip(?:If|Unless)?\(|expectedFailure\b))"),
    "rust": lazy(r"#\[ignore\b"),
    "c": lazy(r"@(?:Disabled|Ignore)\b|\[Ignore\b|\[(?:Fact|Theory|Test)\([^)\"]*(?:Skip|Ignore)\s*="),
}
_AROUND: Final = {
    "python": lazy(r"(?:pytest\.(?:skip|xfail)|self\.skipTest)\("),
    "go": lazy(r"\w+\.Skip(?:f|Now)?\("),
    "c": lazy(r"(?:throw\s+XCTSkip|\$this->markTest(?:Skipped|Incomplete)|(?:self|static)::markTestSkipped|GTEST_SKIP)\("),
    "ruby": lazy(r"(?:skip|pending)(?:\s*\(?\s*[\"']|\s*$)"),
    "script": lazy(r"(?:this|t|ctx|context)\.skip\("),
}
_OWN: Final = {
    "script": lazy(
        r"(?:x(?:it|test|describe|context)|(?:it|test|describe|suite|context)\.(?:concurrent\.)?"
        r"(?:skip|todo|fixme|skipIf)\b)\s*\("
    ),
    "ruby": lazy(r"x(?:it|describe|context|specify)\b"),
}
_ANYWHERE: Final = ("@pytest.mark.", "#[ignore", "@unittest.")
_GUARD: Final = lazy(r"[})]*\s*(?:if|elif|else|unless|case|switch|catch|except|rescue|try|guard|when)\b")
_NAMED: Final = lazy(r"(?:reason|Skip|Ignore|because|msg)\s*[=:]\s*(?:\"((?:\\.|[^\"\\])*)\"|'((?:\\.|[^'\\])*)')")
_FIRST: Final = lazy(r"(?:[(=]|\bskip|\bpending)\s*(?:\"((?:\\.|[^\"\\])*)\"|'((?:\\.|[^'\\])*)')")


@dataclass(frozen=True, slots=True)
class Skip:
    """A skip: of the definition `below`, of the test `name` on its own line, else of the definition around the line."""

    reason: str
    name: str = ""
    below: bool = False


def skip_in(path: str, family: str, line: str, lines: Sequence[str], number: int) -> Skip | None:
    """The skip that `line` (line `number` of `lines`, where known) makes; only in test files, where the words mean nothing else."""
    code = line.strip()
    if not (is_test(path) or code.startswith(_ANYWHERE)):
        return None
    for table, below in ((_BELOW, True), (_AROUND, False)):
        if family in table and table[family].match(code) and (below or not _guarded(lines, number)):
            return Skip(_reason(_statement(code, lines, number)), below=below)
    if family in _OWN and _OWN[family].match(code):
        return Skip("", definition_in(code, family))
    return None


def _guarded(lines: Sequence[str], number: int) -> bool:
    """Whether the line runs only under a condition: a guard for other machines, not a test that is switched off."""
    if not 1 <= number <= len(lines):
        return False
    indent = indent_of(lines[number - 1])
    for line in reversed(lines[max(0, number - 50) : number - 1]):
        if line.strip() and indent_of(line) < indent:
            return bool(_GUARD.match(line.lstrip()))
    return False


def _statement(code: str, lines: Sequence[str], number: int) -> str:
    """The line, with up to three more when its call is still open."""
    if code.count("(") <= code.count(")") or not 1 <= number <= len(lines):
        return code
    return " ".join(part.strip()[:500] for part in lines[number - 1 : number + 3])


def _reason(statement: str) -> str:
    match = _NAMED.search(statement) or _FIRST.search(statement)
    return (match[1] or match[2] or "") if match else ""
