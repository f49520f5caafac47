from __future__ import annotations

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoffd.code.definitions import lines_of
from handoffd.code.describe_change import describe, lines_wording, old_text_of
from handoffd.code.marks import removed_lines
from handoffd.handoff.wording import wording
from handoffd.model.change import Change, Hunk, HunkPlace, Patch


def patch_of(old: str, new: str, path: str = "a.py", kind: str = "changed") -> Patch:
    """The patch between two texts, without context, numbered as git numbers it."""
    before, after = lines_of(old), lines_of(new)
    hunks = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            old_start, new_start = (a + 1 if b > a else a), (c + 1 if d > c else c)
            hunks.append(Hunk(old_start, b - a, new_start, d - c, tuple(before[a:b]), tuple(after[c:d])))
    added, removed = sum(hunk.new_count for hunk in hunks), sum(hunk.old_count for hunk in hunks)
    return Patch(path, kind, added=added, removed=removed, hunks=tuple(hunks))


def change_of(old: str, new: str, path: str = "a.py", kind: str = "changed") -> Change:
    patch = patch_of(old, new, path, kind)
    return describe(patch, None if kind == "deleted" else new, None if kind == "created" else old, removed_lines([patch]))


def told(change: Change) -> str:
    return wording(change.adds, change.names, change.removes, change.lines, str)


BASE = """\
import os


class Gzip:
    def __init__(self):
        self.x = 1

    def flush(
        self,
    ):
        return b""


@cached
def top(a):
    if a:
        return 1
    return 2
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('        return b""', '        return b"x"', "Gzip.flush"),
        ("    return 2\n", "    return 2\n\n\ndef added():\n    pass\n", "adds added"),
        ("        return 1\n", "", "top"),
        ("def top(a):", "def top(a, b):", "top"),
        ("def top(a):", "def renamed(a):", "adds renamed, removes top"),
        ("@cached\n", "@cached(3)\n", "top"),
        ("    ):\n", "    ) -> bytes:\n", "Gzip.flush"),
        ("        self.x = 1\n", "        self.x = 1\n\n    def decode(self):\n        pass\n", "adds Gzip.decode"),
        ("    def __init__(self):\n        self.x = 1\n\n", "", "removes Gzip.__init__"),
        ("import os", "import re", "line 1: import re"),
        ("import os\n", "", "line 1: removes import os"),
        ("class Gzip:", "class Zstd:", "adds Zstd, removes Gzip"),
    ],
)
def test_a_hunk_is_named_by_what_it_changes(old: str, new: str, expected: str) -> None:
    assert old in BASE
    change = change_of(BASE, BASE.replace(old, new, 1))
    assert told(change) == expected


def test_the_old_text_is_put_together_when_it_is_not_given() -> None:
    new = BASE.replace("    def __init__(self):\n        self.x = 1\n\n", "").replace("import os", "import os, re\nimport json")
    patch = patch_of(BASE, new)
    assert old_text_of(new, patch.hunks) == BASE
    assert describe(patch, new, None, frozenset()) == describe(patch, new, BASE, frozenset())


def test_places_and_definitions_are_of_the_new_text() -> None:
    new = BASE.replace("import os\n", "import os\nimport re\n").replace("    return 2", "    return 3")
    change = change_of(BASE, new)
    assert change.places == (HunkPlace(2, 2, ""), HunkPlace(19, 19, "top"))
    assert change.definitions == (HunkPlace(16, 19, "top"),)
    assert change.lines == ""


def test_whole_files() -> None:
    created = change_of("", BASE, kind="created")
    assert created.adds == ("Gzip", "Gzip.__init__", "Gzip.flush", "top") and created.definitions[0] == HunkPlace(4, 11, "Gzip")
    assert told(created) == "adds Gzip, top, Gzip.__init__, flush"
    deleted = change_of(BASE, "", kind="deleted")
    assert deleted.removes == created.adds and not deleted.names and not deleted.lines
    assert told(change_of("", "just text\n", "test", "created")) == ""


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        ("CHANGELOG.md", "# C\n## [Unreleased]\n- a\n", "# C\n## 0.28.0 (...)\n- a\n", "adds 0.28.0 (...), removes [Unreleased]"),
        ("CHANGELOG.md", "# C\n## 1.0\n- a\n", "# C\n## 1.0\n- a\n- b\n", "1.0"),
        ("pyproject.toml", "[project]\nx = [\n  'a>=1',\n]\n", "[project]\nx = [\n  'a>=2',\n]\n", "line 3: a>=2"),
        ("pyproject.toml", "[project]\n", "[project]\n[tool.ruff]\n", "adds tool.ruff"),
        ("data.json", '{\n"a": 1,\n"b": 2,\n"c": 3\n}\n', '{\n"a": 2,\n"b": 2,\n"c": 4\n}\n', "lines 2, 4"),
        ("t.ts", "register({\n  a: 1,\n});\n", "register({\n  a: 2,\n});\n", "register"),
        ("t.ts", "describe('x', () => {\n});\n", "describe('x', () => {\n  it('y', () => {\n  });\n});\n", 'adds "y"'),
        ("t.py", "T = 1\ndef f():\n    pass\n", "def f():\n    pass\nT = 1\n", "removes T"),
    ],
)
def test_other_kinds_of_text(path: str, old: str, new: str, expected: str) -> None:
    change = change_of(old, new, path)
    assert told(change) == expected or (path == "t.py" and not change.adds and not change.removes)


def test_a_second_definition_of_a_name_is_an_added_one() -> None:
    old, new = "# C\n## 2\n## 1\n### Added\n- a\n", "# C\n## 2\n### Added\n- b\n## 1\n### Added\n- a\n"
    assert change_of(old, new, "CHANGELOG.md").adds == ("Added",)


def test_without_texts_the_hunks_alone_are_told() -> None:
    patch = Patch("a.go", "changed", hunks=(Hunk(3, 1, 3, 2, ("func old() {",), ("func one() {", "func two() {")),))
    change = describe(patch, None, None, frozenset())
    assert (change.adds, change.removes) == (("one", "two"), ("old",))
    assert describe(Patch("x.png", "changed", binary=True), None, None, frozenset()).lines == ""


@pytest.mark.parametrize(
    ("added", "removed", "expected"),
    [
        (('    "zstandard>=0.23.0",',), (), "line 5: zstandard>=0.23.0"),
        (('  "version": "1.2.3",',), (), 'line 5: "version": "1.2.3"'),
        (("}", "", "word " * 20), (), "line 7: word word word word word word word word word wo…"),
        (("",), (), "line 5"),
    ],
)
def test_lines_wording_of_one_hunk(added: tuple[str, ...], removed: tuple[str, ...], expected: str) -> None:
    assert lines_wording([Hunk(5, len(removed), 5, len(added), removed, added)]) == expected


def test_lines_wording_of_many_hunks() -> None:
    assert lines_wording([Hunk(n, 1, n, 1, ("a",), ("b",)) for n in (3, 40, 50, 60, 70)]) == "lines 3, 40, 50, +2 more"


LINE = st.sampled_from(["def f():", "class A:", "    def g(self):", "        x = 1", "", "}", "# TODO: a", "import b", "## h", "é\x0c"])
TEXT = st.lists(LINE, max_size=25).map(lambda lines: "".join(line + "\n" for line in lines))


@given(TEXT, TEXT, st.sampled_from(["a.py", "a.md", "a.ts", "a.yml", "a"]))
def test_names_come_from_the_texts(old: str, new: str, path: str) -> None:
    change = change_of(old, new, path)
    for full in change.adds + change.names:
        assert all(part in new for part in full.split("."))
    for full in change.removes:
        assert all(part in old for part in full.split("."))
    count = max(1, len(lines_of(new)))
    assert all(1 <= place.line <= place.last <= count for place in change.places + change.definitions)
    assert old_text_of(new, patch_of(old, new, path).hunks).rstrip("\n") == old.rstrip("\n")
    if patch_of(old, new).hunks:
        assert told(change)
