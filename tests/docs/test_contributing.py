"""The recipes of CONTRIBUTING.md, followed on a copy of the package: what they name is there, and what they say is enough."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from tests.support import Repo

TOP = Path(__file__).resolve().parent.parent.parent
ROW = re.compile(r"^\| an? ([a-z ]+) \| (.+?) \| (.+?) \| (.+?) \|$", re.M)
RECIPES: Mapping[str, tuple[str, str]] = {name: (touch, run) for name, touch, _, run in ROW.findall((TOP / "CONTRIBUTING.md").read_text())}
AT_MOST_TWO = ("report format", "runner", "agent", "section", "claim")

FORMAT = """
from handoffd.sources.test_runs.formats.format import Counts, Format, Report
FORMAT = Format("dummy", lambda path, first: first.startswith(b"DUMMY"), lambda pieces, wanted, budget: Report(counts=Counts(passed=len(list(pieces)))))
"""
AGENT = """
from handoffd.model.events import Event
from handoffd.model.facts import Agent
from handoffd.model.kinds import FactKind
from handoffd.sources.source import Found

class Dummy:
    name, about, in_narrow_scan = "dummy", "the dummy's log", True

    def folders(self, settings):
        return ()

    def read(self, scan, cursor):
        fact = Agent("dummy", "edit", path="a.py")
        return Found((Event(FactKind.AGENT, scan.now, "dummy:1", fact, scan.reader.id),) if cursor is None else (), {"read": 1})
"""
SECTION = """
from handoffd.model.document import Item
from handoffd.model.kinds import ItemKind
from handoffd.model.sections import SectionKey

def dummy(view):
    return (Item(SectionKey.DUMMY, ItemKind.NOTE, "a dummy's line"),)
"""
VERB = '''
"""Do nothing.

example: handoffd dummy
"""

def arguments(parser):
    pass

def run(args, environment):
    print("a dummy's word")
    return 0
'''
# Recipe -> file -> what to put before which text ('' for a new file).
EDITS: Mapping[str, Mapping[str, tuple[tuple[str, str], ...]]] = {
    "report format": {
        "sources/test_runs/formats/dummy.py": (("", FORMAT),),
        "sources/test_runs/formats/all_formats.py": (('Row("junit")', 'Row("dummy"), '),),
    },
    "runner": {"sources/test_runs/runners.py": (('    Runner("vitest"', '    Runner("dummy", suite="dummysuite"),\n'),)},
    "agent": {
        "sources/dummy.py": (("", AGENT),),
        "sources/all_sources.py": (("\nALL_SOURCES", "from handoffd.sources.dummy import Dummy\n"), ("    Spool(),", "    Dummy(),\n")),
    },
    "section": {
        "handoff/sections/dummy.py": (("", SECTION),),
        "model/sections.py": (
            ('    GOTCHAS = "', '    DUMMY = "dummy"\n'),
            ("    Section(SectionKey.GOTCHAS", '    Section(SectionKey.DUMMY, "A Dummy\'s Heading", Markup.BULLET),\n'),
        ),
    },
    "trigger": {
        "model/triggers.py": (
            ("    @property\n    def closes", '    DUMMY = "dummy"\n\n'),
            ("Trigger.PRE_PUSH | ", "Trigger.DUMMY | "),
            ("    Trigger.PRE_PUSH:", '    Trigger.DUMMY: "a dummy asked",\n'),
        )
    },
    "claim": {
        "model/claims.py": (
            ("@dataclass(frozen=True, slots=True)\nclass Untracked", "@dataclass(frozen=True, slots=True)\nclass Dummy:\n    path: str\n\n\n"),
            ("    | Untracked", "    | Dummy\n"),
            ('    "untracked"', '    "dummy": Dummy,\n'),
        ),
        "present/claims.py": (
            ("    Untracked,\n    Verdict", "    Dummy,\n"),
            ("def _exists", "def _dummy(claim: Dummy, reader: WorktreeReader) -> Verdict:\n    return Verdict.CHANGED\n\n\n"),
            ("    Untracked: _un", "    Dummy: _dummy,\n"),
        ),
    },
    "config key": {
        "files/config.py": (
            ('    directory: str = ".claude"', "    dummy: float = 60.0\n"),
            ('    "directory": _Key(', '    "dummy": _Key("A dummy.", "1m", _duration(1, 86400)),\n'),
        )
    },
    "verb": {"cli/dummy.py": (("", VERB),), "cli/verbs.py": (('        "status":', '        "dummy": "do nothing",\n'),)},
    "doctor check": {
        "setup/checks/worktree.py": (
            ("def owners(", "def dummy(around: Surroundings) -> Iterator[Finding]:\n    yield Finding('dummy', False, 'a dummy failed', 'mend the dummy')\n\n\n"),
        ),
        "setup/checks/table.py": (("    of_worktree.index,", "    of_worktree.dummy,\n"),),
    },
}
HANDOFFD = "from handoffd.cli.main import main\nimport sys\nsys.exit(main(sys.argv[1:]))"


def follow(recipe: str, top: Path) -> list[str]:
    """Make the dummy in a copy of the package; the files that were touched."""
    shutil.copytree(TOP / "handoffd", top / "handoffd", ignore=shutil.ignore_patterns("__pycache__"))
    for name, edits in EDITS[recipe].items():
        file = top / "handoffd" / name
        assert file.exists() != (edits[0][0] == ""), name
        for before, put in edits:
            text = file.read_text() if file.exists() else ""
            assert not before or text.count(before) >= 1, (name, before)
            file.write_text(put.lstrip("\n") if not before else text.replace(before, put + before, 1))
    return [f"handoffd/{name}" for name in EDITS[recipe]]


def python(top: Path, code: str, *words: str, cwd: Path | None = None) -> str:
    """What the code prints with the package of `top`."""
    first = f"import sys; sys.path.insert(0, {str(top)!r}); import handoffd; assert handoffd.__file__.startswith({str(top)!r})\n"
    done = subprocess.run([sys.executable, "-c", first + code, *words], cwd=cwd or top, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_the_recipes_name_what_is_there() -> None:
    assert set(RECIPES) == set(EDITS)
    for touch, run in RECIPES.values():
        named = re.findall(r"`([^`]+)`", f"{touch} {run}")
        assert named and not [name for name in named if not (TOP / name.replace("NAME.py", "")).exists()]


@pytest.mark.parametrize("recipe", EDITS)
def test_a_dummy_touches_what_its_recipe_names(recipe: str) -> None:
    patterns = [name.replace("NAME", "*") for name in re.findall(r"`([^`]+)`", RECIPES[recipe][0])]
    assert all(any(fnmatchcase(f"handoffd/{name}", pattern) for pattern in patterns) for name in EDITS[recipe])
    assert recipe not in AT_MOST_TWO or len(EDITS[recipe]) <= 2


def test_a_format_and_a_runner_are_known(tmp_path: Path) -> None:
    follow("report format", tmp_path / "one")
    code = "from handoffd.sources.test_runs.report_files import format_of; print(format_of('a.txt', b'DUMMY 1').name)"
    assert python(tmp_path / "one", code) == "dummy\n"
    follow("runner", tmp_path / "two")
    assert python(tmp_path / "two", "from handoffd.sources.test_runs.runners import by_suite; print(by_suite({'name': 'dummysuite'}))") == "dummy\n"


def test_an_agent_is_journalled(tmp_path: Path, repo: Repo) -> None:
    follow("agent", tmp_path / "copy")
    repo.commit("one", {"a.py": "1\n"})
    python(tmp_path / "copy", HANDOFFD, "init", cwd=repo.root)
    assert '"tool":"dummy"' in python(tmp_path / "copy", HANDOFFD, "log", "--json", cwd=repo.root).replace(" ", "")


def test_a_section_is_written_with_its_heading(tmp_path: Path, repo: Repo) -> None:
    follow("section", tmp_path / "copy")
    repo.commit("one", {"a.py": "1\n"})
    python(tmp_path / "copy", HANDOFFD, "init", cwd=repo.root)
    repo.commit("feat: two", {"a.py": "2\n"})
    said = python(tmp_path / "copy", HANDOFFD, "flush", "--dry-run", cwd=repo.root)
    assert re.search(r"A Dummy's Heading\n+- a dummy's line\n+## Gotchas", said), said


def test_a_claim_is_kept_and_checked(tmp_path: Path) -> None:
    follow("claim", tmp_path)
    code = (
        "from handoffd.model.claims import Dummy, claim_data, claim_of; from handoffd.present.claims import check\n"
        "print(claim_of(claim_data(Dummy('a.py'))), check(Dummy('a.py'), None).name)"
    )
    assert python(tmp_path, code) == "Dummy(path='a.py') CHANGED\n"


def test_a_trigger_and_a_config_key_are_known(tmp_path: Path) -> None:
    follow("trigger", tmp_path / "one")
    code = "from handoffd.model.triggers import Trigger; print(Trigger('dummy').closes, Trigger('dummy').when)"
    assert python(tmp_path / "one", code) == "False a dummy asked\n"
    follow("config key", tmp_path / "two")
    assert python(tmp_path / "two", "from handoffd.files.config import parse; print(parse(b'dummy: 2m').dummy)") == "120.0\n"


def test_a_verb_runs_and_a_check_is_made(tmp_path: Path, repo: Repo) -> None:
    follow("verb", tmp_path / "one")
    assert python(tmp_path / "one", HANDOFFD, "dummy") == "a dummy's word\n"
    follow("doctor check", tmp_path / "two")
    repo.commit("one", {"a.py": "1\n"})
    python(tmp_path / "two", HANDOFFD, "init", cwd=repo.root)
    assert "a dummy failed" in python(tmp_path / "two", HANDOFFD, "doctor", cwd=repo.root)
