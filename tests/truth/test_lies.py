"""A checker that believes everything is worth nothing: each single lie put into a true document is caught."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.truth import acts_words
from tests.truth.books import Line, Mark, Note
from tests.truth.checks import check_document
from tests.truth.document import parse
from tests.truth.truth import Truth
from tests.truth.world import World

Lie = Callable[[str], str]


def _commit(world: World, subject: str, path: str, *rows: str) -> str:
    world.put(path, world.read(path) + "".join(f"{row}\n" for row in rows))
    world.git("add", "--", path)
    world.git("commit", "-q", "-m", subject)
    world.books.look(world)
    return world.head


def _note(world: World, kind: str, text: str) -> None:
    world.handoffd("note", kind, text)
    world.books.notes.append(Note(kind, text, world.books.line(world.branch) or world.books.lines[0], world.books.session))


def _branch(world: World, name: str) -> None:
    world.books.lines.append(Line(name, world.head, world.branch, world.books.session))
    world.git("switch", "-q", "-c", name)


def _day(world: World) -> None:
    """A branch with something of every kind."""
    _branch(world, "feature")
    _commit(world, "feat: add alpha", "src/app/io.py", "", "", "def alpha():", "    return 1")
    world.git("push", "-q", "-u", "origin", "feature")
    wrong = _commit(world, "fix: a wrong idea", "src/app/net.py", "", "", "def wrong():", "    return 2")
    world.git("revert", "--no-edit", wrong)
    world.books.look(world)
    _commit(world, "wip: half of beta", "tools/build.py", "", "", "def beta():", "    # TODO: look at part 901", "    return 3")
    world.books.marks.append(Mark("TODO", "look at part 901", "tools/build.py", world.books.session))
    lost = _commit(world, "feat: gone again", "src/app/core.py", "", "", "def gone():", "    return 4")
    world.handoffd("log", "--json")
    world.git("reset", "-q", "--hard", "HEAD~1")
    world.books.reset.add(lost)
    world.put("src/app/net.py", world.read("src/app/net.py") + "\n\ndef kept():\n    return 5\n")
    world.git("stash", "push", "-q", "-m", "for later")
    world.put("docs/plan.md", world.read("docs/plan.md") + "- [ ] do part 902\n")
    world.books.marks.append(Mark("box", "do part 902", "docs/plan.md", world.books.session))
    world.put("tests/test_io.py", world.read("tests/test_io.py") + '\n\n@pytest.mark.skip(reason="waits")\ndef test_skipped_903():\n    assert 1\n')
    world.books.marks.append(Mark("skip", "skipped_903", "tests/test_io.py", world.books.session))
    for kind in ("todo", "doing", "decision", "learning", "gotcha", "done"):
        _note(world, kind, f"words about part {len(world.books.notes) + 910}")
    _red(world)
    world.put("scratch.txt", "untracked\n")


def _red(world: World) -> None:
    """A run with one failing test."""
    acts_words.report(world, {acts_words.tests_in(world)[-2]})


def _merge(world: World) -> None:
    """A merge left open at a conflict."""
    _branch(world, "left")
    rows = world.read("src/app/core.py").split("\n")
    world.put("src/app/core.py", "\n".join([*rows[:4], "    left = 1", *rows[4:]]))
    world.git("commit", "-q", "-am", "feat: on the left")
    world.git("push", "-q", "origin", "left")
    world.git("switch", "-q", "main")
    world.put("src/app/core.py", "\n".join([*rows[:4], "    right = 1", *rows[4:]]))
    world.git("commit", "-q", "-am", "feat: on the right")
    world.does("merge", "left")
    world.books.look(world)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Truth, str]]:
    """The documents, each with the world that it is about, by name."""
    return {}


def document(made: dict[str, tuple[Truth, str]], name: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Truth, str]:
    """Made once a module."""
    if name not in made:
        made[name] = flushed(name, tmp_path_factory.mktemp(name) / "world")
    return made[name]


def flushed(name: str, folder: Path) -> tuple[Truth, str]:
    """A day or a merge, and the document about it."""
    world = World(folder, "python", 1)
    {"day": _day, "merge": _merge}[name](world)
    world.books.look(world)
    truth = Truth.of(world)
    world.handoffd("flush")
    world.books.flushed += 1
    return truth, world.handoffd("show")


def sub(old: str, new: str) -> Lie:
    """Replace the first place; a lie that finds none is an error of the test."""

    def lie(text: str) -> str:
        told, count = re.subn(old, new, text, count=1, flags=re.M)
        assert count, f"{old!r} is not in\n{text}"
        return told

    return lie


def drop(line: str, more: int = 0) -> Lie:
    """Take out the line that matches, and `more` after it."""
    return sub(rf"^.*{line}.*\n(?:.*\n){{{more}}}", "")


DAY: dict[str, Lie] = {
    "branch name": sub(r"\*\*Branch\*\*: feature", "**Branch**: feathre"),
    "ahead": sub(r"(\d) ahead", "7 ahead"),
    "upstream": sub(r"of origin/feature", "of origin/main"),
    "created": sub(r"; created this session[^)]*", ""),
    "created from": sub(r"from main at", "from master at"),
    "created at": sub(r"from main at [0-9a-f]{3}", "from main at 000"),
    "count of commits": sub(r"this session\*\*: 4", "this session**: 5"),
    "a commit's hash": sub(r"  - [0-9a-f]{7} feat: add", "  - 1234567 feat: add"),
    "a commit's subject": sub(r"feat: add alpha \(pushed\)", "feat: add alphas (pushed)"),
    "a commit's line": drop(r"  - [0-9a-f]+ fix: a wrong idea"),
    "order of commits": sub(r"^(  - [0-9a-f]{7} feat: add.*\n)(  - .*\n)", r"\2\1"),
    "pushed, removed": sub(r"add alpha \(pushed\)", "add alpha"),
    "pushed, added": sub(r"wip: half of beta$", "wip: half of beta (pushed)"),
    "reverted, removed": sub(r" \(reverted by [0-9a-f]+\)$", ""),
    "reverted by another": sub(r"\(reverted by [0-9a-f]{3}", "(reverted by 000"),
    "merge mark": sub(r"wip: half of beta$", "wip: half of beta (merge)"),
    "a pulled commit": sub(r"(\*\*Commits this session\*\*: 4\n)(  - )([0-9a-f]{7})", r"\1  - Pulled, not counted: \3 feat: add alpha (Kim)\n\2\3"),
    "an uncommitted path": sub(r"files modified \(docs/plan.md", "files modified (docs/plans.md"),
    "uncommitted count": sub(r"2 files modified", "3 files modified"),
    "uncommitted kind": sub(r"1 file untracked \(scratch.txt\)", "1 file added (scratch.txt)"),
    "an operation": sub(r"^- \*\*Branch", "- ⚠️ **Merge open**: x (1234567, 1 commit) into feature\n- **Branch"),
    "tests passed": sub(r"(\d+) passed, 1 failed", "9 passed, 1 failed"),
    "tests failed": sub(r"passed, 1 failed", "passed, 2 failed"),
    "tests, changed since": sub("scratch.txt changed since; junit", "2 files changed since; junit"),
    "tests, nothing changed": sub("; scratch.txt changed since", ""),
    "tests on a commit": sub(r"\(pytest, (\d\d:\d\d);", r"(pytest, \1 on 1234567;"),
    "run again": sub("Run the tests again: 1 file", "Run the tests again: 3 files"),
    "tests unseen": sub(r"^- \*\*Tests\*\*: .*$", "- **Tests**: No run seen this session"),
    "done line": drop("✓ Add alpha"),
    "done, never done": sub(r"^✓ Add alpha", "✓ Add omega (1 file)\n✓ Add alpha"),
    "done, reverted": sub(r"^✓ Add alpha", "✓ A wrong idea — adds wrong (1 file)\n✓ Add alpha"),
    "done, files": sub(r"(✓ Add alpha.*)\(1 file\)", r"\1(2 files)"),
    "done, a name": sub("adds alpha", "adds alpine"),
    "a file's name": sub(r"(`src/app/io.py` .*)adds alpha", r"\1adds alpine"),
    "first warning": drop("Incomplete work"),
    "TODO's word": sub("TODO: look at part 901", "FIXME: look at part 901"),
    "TODO's text": sub("look at part 901", "look at part 90"),
    "TODO's line": sub(r"tools/build.py:(\d)", r"tools/build.py:1\1"),
    "TODO missing": drop(r"tools/build.py:\d+ —", 1),
    "a place beyond the end": sub(r"tests/test_io.py:\d+", "tests/test_io.py:999"),
    "failing test's name": sub(r'Test: "[a-z_]*start_\w+"', 'Test: "test_other"'),
    "failing test missing": drop(r"  → Test: "),
    "WIP commit missing": drop("WIP commit, not pushed"),
    "WIP commit pushed": sub("WIP commit, not pushed", "WIP commit"),
    "WIP commit's sum": sub(r"(WIP commit, not pushed, 1 file, )\+\d+", r"\1+1"),
    "a date too many": sub(r"(WIP commit, not pushed.*)$", r"\1 (since 2020-01-01)"),
    "todo note": drop("^- words about part 910"),
    "doing note": drop("^- words about part 911"),
    "decision": drop(r"\*\*words about part 912"),
    "learning": drop("^- words about part 913"),
    "gotcha": drop("^- words about part 914"),
    "done note": drop("^✓ words about part 915"),
    "fix tests": drop("^- Fix 1 failing test"),
    "box": drop("do part 902"),
    "box's line": sub(r"docs/plan.md:\d+ — do part 902", "docs/plan.md:1 — do part 902"),
    "skip": drop("Test skipped"),
    "push count": sub(r"Push 3 commits", "Push 2 commits"),
    "push missing": drop("^- Push 3 commits"),
    "push target": sub(r"(Push 3 commits .*) to origin/feature", r"\1 to origin/main"),
    "push range": sub(r"Push 3 commits \([0-9a-f]{3}", "Push 3 commits (0001111, 000"),
    "another branch": sub(r"^- Push 3", "- On nowhere: 2 commits not pushed\n- Push 3"),
    "a file's sum": sub(r"(`src/app/io.py` .*)\+4 −0", r"\1+5 −0"),
    "a file missing": drop("^- `src/app/io.py`"),
    "a file that is not there": sub(r"^- `src/app/io.py`", "- `src/app/nowhere.py`"),
    "a file twice": sub(r"^(- `src/app/io.py`.*)$", r"\1\n\1"),
    "second warning": drop("Do not merge or deploy"),
    "stash missing": drop("Stash left"),
    "stash's index": sub(r"left at (.*)stash@\{0\}", r"left at \1stash@{1}"),
    "stash's index in a file": sub(r"changes in stash@\{0\}", "changes in stash@{1}"),
    "stash's hash": sub(r"(stash@\{0\} \()[0-9a-f]{3}", r"\g<1>000"),
    "stash's message": sub('"for later"', '"for now"'),
    "stash's sum": sub(r"(Stash left.*)\+4 −0", r"\1+4 −1"),
    "revert missing": drop("^- Reverted: "),
    "revert's hash": sub(r"(^- Reverted: )[0-9a-f]{3}", r"\g<1>000"),
    "lost missing": drop("^- Reset away"),
    "lost, but held": sub(r"^(- Reset away: )[0-9a-f]{7} .*? \((.*)show [0-9a-f]{7}$", "- Reset away: HELD feat: add alpha (\\2show HELD"),
    "force": sub(r"^- Stash left", "- feature was pushed at 1234567 and rewritten: push needs force\n- Stash left"),
    "resume branch": sub("> Continue working on feature branch", "> Continue working on main branch"),
    "resume commits": sub("branch. 4 commits this session", "branch. 3 commits this session"),
    "resume not pushed": sub(r"3 not pushed", "4 not pushed"),
    "next step": sub(r"^> Next step: .*$", "> Next step: Nothing open: see What's Done."),
    "no next step": drop("^> Next step"),
    "a heading": drop("^## Learnings Captured"),
}
MERGE: dict[str, Lie] = {
    "operation": drop("Merge open"),
    "another operation": sub("Merge open", "Rebase open"),
    "unresolved": sub("1 of 1 conflicted", "0 of 1 conflicted"),
    "conflict missing": drop("merge conflict, 1 place", 2),
    "conflict's line": sub(r"src/app/core.py:\d+ — merge", "src/app/core.py:1 — merge"),
    "conflict's places": sub("merge conflict, 1 place", "merge conflict, 2 places"),
    "sides swapped": lambda text: _swapped(text),
    "conflicted path": sub(r"1 file conflicted \(src/app/core.py\)", "1 file modified (src/app/core.py)"),
    "next step": sub(r"^> Next step: .*$", "> Next step: Push 1 commit."),
    "a warning": drop("Incomplete work"),
}


def _swapped(text: str) -> str:
    """The hashes of the two sides exchanged."""
    ours = re.search(r"→ HEAD side: ([0-9a-f]{7})", text)
    theirs = re.search(r"→ left side(?: \(as [^)]*\))?: ([0-9a-f]{7})", text)
    assert ours and theirs, text
    return text.replace(ours[0], f"→ HEAD side: {theirs[1]}").replace(theirs[0], f"→ left side: {ours[1]}")


@pytest.mark.parametrize("name", ["day", "merge"])
def test_the_true_document_has_no_finding(made: dict[str, tuple[Truth, str]], name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    truth, text = document(made, name, tmp_path_factory)
    assert not list(check_document(truth, parse(text))), text


@pytest.mark.parametrize(("name", "lie"), [("day", lie) for lie in DAY] + [("merge", lie) for lie in MERGE])
def test_a_lie_is_caught(made: dict[str, tuple[Truth, str]], name: str, lie: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    truth, text = document(made, name, tmp_path_factory)
    told = (DAY if name == "day" else MERGE)[lie](text).replace("HELD", truth.commit(truth.of_session[0]).short if name == "day" else "")
    assert told != text
    assert set(check_document(truth, parse(told))) - set(check_document(truth, parse(text))), f"{lie} went unseen in\n{told}"
