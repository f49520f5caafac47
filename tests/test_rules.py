"""The rules of the house, held by the source itself: import arrows, one door a package, the clock, sizes."""

from __future__ import annotations

import ast
import graphlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent / "handoffd"
TIERS = {
    "cli": 7,
    "daemon": 6,
    "pipeline": 5,
    "reading": 5,
    "compose": 4,
    "sources": 3,
    "present": 3,
    "handoff": 3,
    "setup": 3,
    "git": 2,
    "code": 2,
    "journal": 2,
    "output": 2,
    "files": 1,
    "model": 0,
    "pytest_plugin": 0,
    "__init__": 0,
    "__main__": 8,
}
DOORS = {
    "watchdog": ("daemon/watch.py", "daemon/inotify.py"),
    "apscheduler": ("daemon/scheduler.py",),
    "pygit2": ("git/pygit2_reader.py",),
    "yaml": ("files/yaml_keys.py",),
    "sqlite3": ("journal/",),
    "pytest": ("pytest_plugin.py",),
    # It imports `inspect` and takes half a millisecond a class.
    "dataclasses": ("model/records.py",),
}
CLOCKS = {("time", "time"), ("time", "time_ns"), ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}
CLOCK_READERS = ("cli/", "daemon/", "sources/", "pytest_plugin.py")
LONGEST_FILE, LONGEST_FUNCTION = 300, 40
# Words that only we used this way; `docs/glossary.md` has the field's own.
PRIVATE = frozenset(
    ["look", "looks", "looked", "told", "news", "occasion", "making", "settle", "settled", "forget", "roll", "voice", "tend", "desk", "mend", "mended", "trouble", "world", "bag", "aligned", "whoever", "somebody", "adopt"]
)
PRIVATE_NAMES = frozenset({"Seen", "Place", "Written", "Movement", "Trace", "Mark", "one_each", "close_gap", "left", "no_news"})
# What holds a value of a closed set.
HOLDERS = frozenset({"kind", "kinds", "action", "trigger", "stage", "state", "role", "resolution", "verdict", "origin", "type"})

FILES = sorted(ROOT.rglob("*.py"))
TESTS = sorted(Path(__file__).resolve().parent.rglob("test_*.py"))


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


def imports(tree: ast.AST) -> Iterator[str]:
    """Dotted names of all modules that are imported, also inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part_of(path: str) -> str:
    return path.partition("/")[0].removesuffix(".py")


def upward(path: str, source: str) -> list[str]:
    """Imports that go up, or across within a tier."""
    own, found = part_of(path), []
    for module in imports(ast.parse(source)):
        parts = module.split(".")
        if parts[0] != "handoffd" or len(parts) < 2 or parts[1] not in TIERS or parts[1] == own:
            continue
        if TIERS[parts[1]] >= TIERS[own] and parts[1] != "__init__":
            found.append(module)
    return found


def behind_doors(path: str, source: str) -> list[str]:
    """Third-party packages that are imported in a file that is not their door."""
    packages = {module.partition(".")[0] for module in imports(ast.parse(source))}
    return [
        package
        for package, doors in DOORS.items()
        if package in packages and not any(path == door or (door.endswith("/") and path.startswith(door)) for door in doors)
    ]


def clock_reads(path: str, source: str) -> list[str]:
    if path.startswith(CLOCK_READERS):
        return []
    calls = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    named = [(call.value.id, call.attr) for call in calls if isinstance(call, ast.Attribute) and isinstance(call.value, ast.Name)]
    return [".".join(call) for call in named if call in CLOCKS]


def too_long(source: str) -> list[str]:
    tree = ast.parse(source)
    long = [] if source.count("\n") <= LONGEST_FILE else [f"{source.count(chr(10))} lines"]
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                long.append(f"{node.name}: {length}")
    return long


def inner_arrows(folder: str, sources: dict[str, str]) -> dict[str, set[str]]:
    """module -> modules of the same folder that it imports."""
    found: dict[str, set[str]] = {}
    for path, source in sources.items():
        own = path.removesuffix(".py").replace("/", ".")
        names = {module.removeprefix("handoffd.") for module in imports(ast.parse(source)) if module.startswith(f"handoffd.{folder}.")}
        modules = {other.removesuffix(".py").replace("/", ".") for other in sources}
        found[own] = {name for name in names if name in modules and name != own}
    return found


def without_module(tests: Iterable[str], modules: Iterable[str]) -> list[str]:
    """Tests in a folder of the product's name that name no module or folder there: `git/test_refs.py` and `git/test_refs_packed.py` are both of
    `git/refs.py`.

    A folder of another name is about the whole: crash, hostile, life.
    """
    known = {module.removesuffix(".py").removesuffix("/__init__") for module in modules}
    mirrored = [test for test in tests if "/" in test and part_of(test) in {part_of(module) for module in known if "/" in module}]

    def of_a_module(test: str) -> bool:
        folder, _, name = test.removesuffix(".py").rpartition("/")
        words = name.removeprefix("test_").split("_")
        return any(f"{folder}/{'_'.join(words[:count])}" in known for count in range(1, len(words) + 1))

    return [test for test in mirrored if not of_a_module(test)]


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_file_keeps_the_rules(file: Path) -> None:
    path, source = name_of(file), file.read_text(encoding="utf-8")
    assert not upward(path, source)
    assert not behind_doors(path, source)
    assert not clock_reads(path, source)
    assert not too_long(source)


@pytest.mark.parametrize("folder", sorted(name for name in TIERS if (ROOT / name).is_dir()))
def test_imports_within_a_folder_run_one_way(folder: str) -> None:
    sources = {name_of(file): file.read_text(encoding="utf-8") for file in FILES if name_of(file).startswith(f"{folder}/")}
    assert tuple(graphlib.TopologicalSorter(inner_arrows(folder, sources)).static_order()) or not sources


def test_every_folder_has_a_tier() -> None:
    assert {part_of(name_of(file)) for file in FILES} <= TIERS.keys()


def folders_listed(page: str) -> dict[str, int]:
    """Folder or file -> tier, from the rows `| 3 | `git/` | ...` of a page."""
    return {name.removesuffix("/"): int(tier) for tier, name in re.findall(r"^\| (\d) \| `([^`]+)` \|", page, re.M)}


def wrong_rows(page: str, folders: set[str]) -> set[str]:
    """Folders without a row, rows without a folder, and rows whose tier is another one."""
    rows = folders_listed(page)
    return (folders ^ {name for name in rows if not name.endswith(".py")}) | {name for name, tier in rows.items() if TIERS.get(part_of(name)) != tier}


def lost_files(text: str, places: Iterable[Path]) -> list[str]:
    """Python files in backticks that are in none of the places, nor anywhere below them when only the name stands there."""
    named = re.findall(r"`([\w/]+\.py)`", text)
    bases = list(places)
    return [name for name in named if not any((base / name).exists() or ("/" not in name and any(base.rglob(name))) for base in bases)]


def identifiers(source: str) -> Iterator[str]:
    """Every name that the source gives to something."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.id if isinstance(node, ast.Name) else node.attr


def private(source: str) -> set[str]:
    """Identifiers with a private word: `look_every`, `NewsDesk`."""

    def words(name: str) -> list[str]:
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().split("_")

    return {name for name in identifiers(source) if name in PRIVATE_NAMES or not PRIVATE.isdisjoint(words(name))}


def _holds_a_kind(node: ast.expr) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        node = node.args[0]
    elif isinstance(node, ast.Subscript):
        node = node.slice
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else getattr(node, "value", None)
    return name in HOLDERS


def compared_kinds(source: str, values: frozenset[str]) -> list[str]:
    """Comparisons of a kind with the text of a member of a closed set."""

    def texts(node: ast.AST) -> set[object]:
        return {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}

    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            literal = [side for side in sides if isinstance(side, ast.Constant | ast.Tuple | ast.Set | ast.List)]
            if any(texts(side) & values for side in literal) and any(_holds_a_kind(side) for side in sides):
                found.append(ast.unparse(node))
        elif isinstance(node, ast.Match) and _holds_a_kind(node.subject):
            found += [ast.unparse(case.pattern) for case in node.cases if texts(case.pattern) & values]
    return found


def closed_sets() -> frozenset[str]:
    """The text of every member of every enum of ours."""
    return frozenset(
        line.value.value
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and any(isinstance(base, ast.Name) and base.id == "StrEnum" for base in node.bases)
        for line in node.body
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant) and line.value.value
    )


def test_kinds_are_compared_as_members_of_their_set() -> None:
    values = closed_sets()
    assert {"commit", "pre-push", "done"} <= values
    assert not [(name_of(file), found) for file in FILES for found in compared_kinds(file.read_text(encoding="utf-8"), values)]


def test_no_private_word_is_in_an_identifier() -> None:
    """`private_words.txt` lists those that are left, and only those."""
    listed = (Path(__file__).parent / "private_words.txt").read_text(encoding="utf-8").split()
    assert sorted(set().union(*(private(file.read_text(encoding="utf-8")) for file in FILES))) == listed


def test_the_glossary_is_in_use() -> None:
    page = (ROOT.parent / "docs" / "glossary.md").read_text(encoding="utf-8")
    words = re.findall(r"^\| ([a-z ]+) \| (?!meaning)", page, re.M)
    pages = [*FILES, *(ROOT.parent / "docs").glob("architecture.md")]
    text = " ".join(file.read_text(encoding="utf-8") for file in pages).lower()
    assert len(words) > 20 and len(set(words)) == len(words)
    assert not [word for word in words if not re.search(rf"\b{word}", text) or word in PRIVATE]


def test_the_architecture_page_has_the_folders_of_the_tree() -> None:
    page = (ROOT.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert not wrong_rows(page, {str(file.parent.relative_to(ROOT)) for file in FILES} - {"."})
    assert not lost_files(page, (ROOT, ROOT.parent))


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_docstrings_name_files_that_are_there(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    documented = [node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)]
    lost = [name for node in documented for name in lost_files(ast.get_docstring(node) or "", (ROOT, ROOT.parent))]
    # `src/x.py` is an example of a user's file.
    assert not [name for name in lost if "/" not in name or part_of(name) in TIERS]


def test_tests_mirror_the_tree() -> None:
    tests = [str(file.relative_to(Path(__file__).resolve().parent)) for file in TESTS]
    assert not without_module(tests, map(name_of, FILES))


def test_the_rules_can_be_broken() -> None:
    """Each rule complains about a source that breaks it."""
    assert upward("git/run.py", "from handoffd.journal import store") == ["handoffd.journal", "handoffd.journal.store"]
    assert upward("sources/x.py", "def f():\n    import handoffd.present.refs") == ["handoffd.present.refs"]
    assert behind_doors("cli/log.py", "import sqlite3") == ["sqlite3"]
    assert behind_doors("git/refs.py", "from pygit2 import Repository") == ["pygit2"]
    assert clock_reads("handoff/x.py", "import time\ntime.time()") == ["time.time"]
    assert too_long("def f():\n" + "    pass\n" * 41) == ["f: 42"]
    assert too_long("#\n" * 301) == ["301 lines"]
    assert private("def look_every(a, told):\n    NewsDesk = bagpipe = 1\n    self.left = 2") == {"look_every", "told", "NewsDesk", "left"}
    kinds = "a.kind == 'push'; 'push' in x.kinds; i.get('kind') in ('x', 'push'); r['kind'] != 'push'; kind == 'other'; word == 'push'; a.kind == Kind.PUSH"
    assert len(compared_kinds(kinds, frozenset({"push"}))) == 4
    assert compared_kinds("match a.kind:\n    case 'push' | 'x':\n        pass", frozenset({"push"})) == ["'push' | 'x'"]
    assert wrong_rows("| 2 | `git/` | x |\n| 9 | `cli/` | x |\n| 2 | `gone/` | x |", {"git", "cli", "new"}) == {"cli", "gone", "new"}
    assert lost_files("`git/refs.py`, `flush.py`, `git/gone.py`", [ROOT]) == ["git/gone.py"]
    tests = ["git/test_refs.py", "git/test_refs_packed.py", "git/test_ref.py", "git/more/test_refs.py", "life/test_day.py", "test_refs.py"]
    assert without_module(tests, ["git/refs.py", "life.py"]) == ["git/test_ref.py", "git/more/test_refs.py"]
    circle = {"model/a.py": "import handoffd.model.b", "model/b.py": "import handoffd.model.a"}
    with pytest.raises(graphlib.CycleError):
        tuple(graphlib.TopologicalSorter(inner_arrows("model", circle)).static_order())


def test_nothing_speaks_of_where_it_was_made() -> None:
    words = ("/" + "work/", "sha" + "red/", "yard" + "stick")
    texts = [
        file
        for file in ROOT.parent.rglob("*")
        if file.suffix in (".py", ".md", ".sh", ".toml", ".yaml") and ".venv" not in file.parts and file.is_file()
    ]
    assert not [file for file in texts if any(word in file.read_text(encoding="utf-8", errors="replace") for word in words)]
