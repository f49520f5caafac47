"""From a report's failing case to where it stands in the worktree: the test's file and line, the frames of its trace, one line of message."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from handoffd.code.file_roles import is_test
from handoffd.model.facts import Failure
from handoffd.model.lazy import lazy
from handoffd.model.text import uncoloured
from handoffd.sources.test_runs.formats.format import Case, id_of
from handoffd.sources.test_runs.runners import counts_lines_from_zero

MESSAGE = 300
FRAMES = 50
_FILE = 2 * 1024 * 1024
# File "a b.py", line 3 | at f (a.ts:1:2) | ❯ a.ts:1:2 | a_test.go:9: | /abs/FooTest.php:25 | file:///abs/a.mjs:1:2
# Only the end of a path is searched for; a pattern for the whole would take quadratic time on a long word.
_TRACE = lazy(r'File "(?P<quoted>[^"\n]{1,400})", line (?P<at>\d{1,8})|\.[A-Za-z]\w{0,9}(?=:(?P<line>\d{1,8})\b)')
_OUTSIDE = frozenset(" \t\r\n\v\f:\"'()<>|[]")
_LONGEST = 400
_JAVA = lazy(r"\bat (?P<class>[\w.$]{1,300})\.[\w$<>]{1,100}\((?P<file>\w{1,100}\.(?:java|kt|scala|groovy)):(?P<line>\d{1,8})\)")
_STACK = lazy(r"^[ \t]*(?:at |❯ )", re.M)
# pytest writes the escape character in XML as text.
_COLOUR = lazy(r"#x1[bB]\[[0-9;]*m")
_JAVA_FOLDERS = tuple(f"src/{part}/{language}/" for part in ("test", "main") for language in ("java", "kotlin", "scala", "groovy"))
_JAVA_ENDINGS = (".java", ".kt", ".scala", ".groovy")
_FOREIGN = lazy(r"(?:^|/)(?:node_modules|site-packages|dist-packages|\.?venv|\.tox|\.git)/")
_EMPTY_MESSAGES = frozenset({"", "failed", "failure", "error"})
_NOISE = lazy(r"^(?:=== |--- |\s*$)")


class Tree:
    """Which paths of a report lie in the worktree at `root`. `folder` is the report's, '/' separated: its runner may have started further up."""

    def __init__(self, root: Path, folder: str) -> None:
        self._root = root
        parts = [part for part in folder.split("/") if part]
        self._bases = [""] + ["/".join(parts[:count]) + "/" for count in range(1, len(parts) + 1)]
        self.find = cache(self._find)
        self.lines = cache(self._lines)

    def _find(self, said: str) -> str:
        """The path relative to the worktree, '' when there is no such regular file in it."""
        name = said.removeprefix("file://").replace("\\", "/")
        if name.startswith("/"):
            inside = [name.removeprefix(f"{start}/") for start in {str(self._root), str(self._root.resolve())} if name.startswith(f"{start}/")]
            return next((path for path in inside if self._is(path)), "")
        name = name.removeprefix("./")
        return next((base + name for base in self._bases if self._is(base + name)), "")

    def _is(self, path: str) -> bool:
        if not path or "\0" in path or ".." in path.split("/") or len(path) > 1000:
            return False
        try:
            return (self._root / path).is_file()
        except OSError:
            return False

    def _lines(self, path: str) -> Sequence[str]:
        """Lines of a file of the worktree; none when it is too big."""
        try:
            with (self._root / path).open("rb") as file:
                data = file.read(_FILE + 1)
        except OSError:
            return ()
        return data.decode("utf-8", "replace").split("\n") if len(data) <= _FILE else ()


def failure_of(case: Case, tree: Tree, runner: str) -> Failure:
    """The failing test as it is journalled."""
    attributes = case.attributes
    text = _plain(case.text)
    frames = _frames(text, attributes.get("classname", ""), tree)
    path = _path(case, tree) or next((place for place, _ in reversed(frames) if is_test(place)), "")
    return Failure(
        id=id_of(attributes, case.suites),
        name=attributes.get("name", ""),
        path=path,
        line=_line(case, path, tree, runner),
        message=message_of(case, text),
        suite=case.suites[-1] if case.suites else "",
        frames=frames,
    )


def message_of(case: Case, text: str) -> str:
    """The first line that says something: of the message, else of the text, else the exception's class."""
    message = _plain(case.message).strip()
    if "panicked at" in message.partition("\n")[0]:
        _, _, message = text.partition("panicked at")
        message = message.partition("\n")[2]
    if message.lower() in _EMPTY_MESSAGES:
        message = _first_of(text, id_of(case.attributes, case.suites)) or case.type or message
    line = message.strip().partition("\n")[0].strip()
    return line.removesuffix(" // Object.is equality")[:MESSAGE]


def _first_of(text: str, name: str) -> str:
    for line in text.split("\n"):
        if not _NOISE.match(line) and line.strip() != name:
            return re.sub(r"^\s*[\w./-]+\.go:\d+: ", "", line)
    return ""


def _plain(text: str) -> str:
    return uncoloured(_COLOUR.sub("", text))


def _frames(text: str, classname: str, tree: Tree) -> tuple[tuple[str, int], ...]:
    """(path, line) in the worktree, outermost first: traces that are written innermost first are turned round."""
    found: list[tuple[str, int]] = []
    for said, line in _places(text):
        path = tree.find(said) or next(filter(None, (tree.find(f"{folder}/{said}") for folder in _packages(classname))), "")
        if path and not _FOREIGN.search(path) and (path, line) not in found[-1:]:
            found.append((path, line))
        if len(found) >= FRAMES:
            break
    return tuple(reversed(found)) if _STACK.search(text) else tuple(found)


def _places(text: str) -> Iterator[tuple[str, int]]:
    for found in _TRACE.finditer(text):
        yield found["quoted"] or _leading(text, found.start(), found.end()), int(found["at"] or found["line"])
    for found in _JAVA.finditer(text):
        package = found["class"].rpartition(".")[0].replace(".", "/")
        for folder in _JAVA_FOLDERS:
            yield f"{folder}{package}/{found['file']}".replace("//", "/"), int(found["line"])


def _leading(text: str, start: int, end: int) -> str:
    """The path whose ending stands at start..end, '' when it is too long to be one."""
    first = start
    while first > 0 and start - first <= _LONGEST and text[first - 1] not in _OUTSIDE:
        first -= 1
    # What is left of file:///abs
    path = text[first:end]
    return "" if start - first > _LONGEST else path[2:] if path.startswith("///") else path


def _packages(classname: str) -> list[str]:
    """Folders that a Go package's import path may mean: its shorter and shorter ends."""
    parts = classname.split("/")
    return ["/".join(parts[start:]) for start in range(1, len(parts))] if len(parts) < 20 else []


def _path(case: Case, tree: Tree) -> str:
    attributes = case.attributes
    classname = attributes.get("classname") or attributes.get("class") or ""
    said = [attributes.get("file", ""), classname, *reversed(case.files), *reversed(case.suites)]
    return next((path for path in (tree.find(name) for name in said if name) if path), "") or _of_class(classname, tree)


def _of_class(classname: str, tree: Tree) -> str:
    """tests.files.test_config.TestLoad -> tests/files/test_config.py; com.acme.BarTest$Inner -> src/test/java/com/acme/BarTest.java."""
    parts = classname.partition("$")[0].split(".")
    if len(parts) > 30:
        return ""
    for count in range(len(parts), 0, -1):
        path = tree.find("/".join(parts[:count]) + ".py")
        if path:
            return path
    name = "/".join(parts)
    return next(filter(None, (tree.find(f"{folder}{name}{ending}") for folder in _JAVA_FOLDERS for ending in _JAVA_ENDINGS)), "")


def _line(case: Case, path: str, tree: Tree, runner: str) -> int:
    """The report's line, counted from 1. Of a runner that counts from 0 the line is kept only if the test's name stands there. 0: none."""
    said = case.attributes.get("line", "")
    if not path or not said.isascii() or not said.isdigit() or len(said) > 8:
        return 0
    from_zero = counts_lines_from_zero(runner)
    line = int(said) + from_zero
    lines = tree.lines(path)
    if not 0 < line <= len(lines):
        return 0
    name = case.attributes.get("name", "").partition("[")[0]
    return line if not from_zero or name in lines[line - 1] else 0
