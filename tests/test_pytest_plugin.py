"""The pytest plugin in real runs of pytest: what it records, and that it is never in the way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from handoffd.model.facts import Test
from handoffd.sources.spool import reader as spool
from handoffd.sources.test_runs.formats import junit
from handoffd.sources.test_runs.formats.format import id_of
from handoffd.sources.test_runs.text_budget import TextBudget
from tests.support import Repo

TOP = Path(__file__).resolve().parent.parent
EVERY = """
import pytest

def test_ok(): pass

@pytest.mark.parametrize("x", ["a::b/c]", 2])
def test_bad(x):
    assert x == 1, "no"

@pytest.mark.xfail
def test_xfails(): assert 0

@pytest.mark.xfail
def test_xpasses(): pass

@pytest.mark.skip
def test_skipped(): pass

@pytest.fixture
def torn():
    yield
    raise ValueError("torn")

def test_teardown(torn): pass
"""
GREEN = "def test_a(): pass\ndef test_b(): pass\n"


class Project:
    """A repository with a spool, and this tree's plugin installed as a distribution of its own beside pytest."""

    def __init__(self, repo: Repo, site: Path) -> None:
        self.repo, self.site = repo, site
        self.spool = repo.root / ".git" / "handoffd" / "spool"
        self.spool.parent.mkdir(parents=True)
        self.spool.touch()
        points = tomllib.loads((TOP / "pyproject.toml").read_text())["project"]["entry-points"]["pytest11"]
        info = site / "probe-0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: probe\nVersion: 0\n")
        (info / "entry_points.txt").write_text("[pytest11]\n" + "".join(f"{name} = {value}\n" for name, value in points.items()))

    def python(self, *words: str, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
        """Run Python with no other plugin of pytest's than ours."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_", "COVERAGE_"))}
        own = {"PYTHONPATH": f"{self.site}:{TOP}", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "handoffd.pytest_plugin"}
        return subprocess.run(
            [sys.executable, *words],
            cwd=cwd or self.repo.root,
            env={**inherited, **own, **env},
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=120,
            check=False,
        )

    def pytest(self, *words: str, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
        return self.python("-m", "pytest", *words, cwd=cwd, **env)

    def runs(self) -> list[Test]:
        """What the spool's reader makes of the records."""
        told = spool.read(self.spool, None, ".")
        assert told.cursor["skipped"] == 0
        facts = [event.fact for event in told.events]
        assert all(isinstance(fact, Test) for fact in facts)
        return facts  # type: ignore[return-value]

    def run(self, *words: str, **env: str) -> Test:
        """The record of one more run."""
        before = len(self.runs())
        done = self.pytest(*words, **env)
        assert len(self.runs()) == before + 1, done.stdout + done.stderr
        return self.runs()[-1]


@pytest.fixture
def project(repo: Repo, tmp_path: Path) -> Project:
    return Project(repo, tmp_path / "site")


def test_every_outcome_is_counted_as_pytest_counts_it(project: Project) -> None:
    project.repo.write("tests/test_every.py", EVERY)
    done = project.pytest("--junitxml=out/junit.xml")
    assert "2 failed, 2 passed, 1 skipped, 1 xfailed, 1 xpassed, 1 error" in done.stdout and done.returncode == 1
    (run,) = project.runs()
    assert (run.passed, run.failed, run.errors, run.skipped, run.xfailed, run.xpassed) == (2, 3, 1, 1, 1, 1)
    assert (run.runner, run.version, run.exit, run.scope, run.folder) == ("pytest", pytest.__version__, 1, "all", "")
    assert run.report == "out/junit.xml" and run.command == "python -m pytest --junitxml=out/junit.xml"
    assert 0 < run.started < run.ended and run.ended >= project.repo.path("out/junit.xml").stat().st_mtime
    failures = {failure.name: failure for failure in run.failures}
    assert set(failures) == {"test_bad[a::b/c]]", "test_bad[2]", "test_teardown"}
    bad = failures["test_bad[2]"]
    assert (bad.path, bad.line, bad.message, bad.frames) == ("tests/test_every.py", 6, "AssertionError: no", (("tests/test_every.py", 8),))
    report = junit.parse([project.repo.path("out/junit.xml").read_bytes()], frozenset(), TextBudget())
    assert {id_of(case.attributes, case.suites) for case in report.failures} == {failure.id for failure in run.failures}
    assert {failure.name for failure in run.failures} == {case.attributes["name"] for case in report.failures}


@pytest.mark.parametrize(
    ("files", "words", "exit", "counts", "scope"),
    [
        ({"test_a.py": GREEN}, (), 0, (2, 0), "all"),
        ({"test_a.py": GREEN}, ("test_a.py",), 0, (2, 0), "only test_a.py"),
        ({"test_a.py": GREEN}, (".", "-p", "no:terminal"), 0, (2, 0), "all"),
        ({"test_a.py": GREEN}, ("test_a.py::test_a",), 0, (1, 0), "only test_a.py::test_a"),
        ({"test_a.py": GREEN}, ("-k", "test_a and not test_b"), 0, (1, 0), "only -k test_a and not test_b"),
        ({"test_a.py": GREEN}, ("-ktest_zzz",), 5, (0, 0), "only -ktest_zzz"),
        ({"test_a.py": GREEN, "pytest.ini": "[pytest]\naddopts = -k 'not test_b'\n"}, (), 0, (1, 0), "all"),
        ({"test_a.py": "def test_a(): assert 0\n" + GREEN.replace("_a", "_c")}, ("-x",), 1, (0, 1), "stopped early"),
        ({"test_a.py": GREEN + "def test_c(): assert 0\n"}, ("-x",), 1, (2, 1), "all"),
        ({"test_a.py": "def test_a(): pass\ndef test_b(): raise KeyboardInterrupt\n"}, (), 2, (1, 0), "stopped early"),
        ({"test_a.py": "import nothing_of_this_name\n", "test_b.py": GREEN}, (), 2, (0, 1), "stopped early"),
        ({"conftest.py": "def pytest_runtest_setup(item): assert item.name != 'test_b', 'broken'\n", "test_a.py": GREEN}, (), 1, (1, 1), "all"),
        ({"conftest.py": "def pytest_runtest_protocol(item): raise SystemError(1)\n", "test_a.py": GREEN}, (), 3, (0, 0), "stopped early"),
        ({"test_a.py": GREEN}, ("gone.py",), 4, (0, 0), "only gone.py"),
        ({"readme.txt": ""}, (), 5, (0, 0), "all"),
        ({"conftest.py": "def pytest_collection_modifyitems(items, config):\n    config.hook.pytest_deselected(items=[items.pop()])\n", "test_a.py": GREEN}, (), 0, (1, 0), "1 deselected"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_run_is_recorded_as_what_it_was(
    project: Project, files: dict[str, str], words: Sequence[str], exit: int, counts: tuple[int, int], scope: str
) -> None:
    for path, text in files.items():
        project.repo.write(path, text)
    run = project.run(*words)
    assert (run.exit, (run.passed, run.failed), run.scope, run.state) == (exit, counts, scope, "")


def test_workers_are_no_runs_and_a_crashed_one_is_a_failure(project: Project) -> None:
    project.repo.write("test_a.py", GREEN + "import os\ndef test_c(): os._exit(3)\ndef test_d(): assert 0, 'd'\n")
    run = project.run("-p", "xdist", "-n", "2")
    assert (run.passed, run.failed, run.exit, run.scope) == (2, 2, 1, "all")
    assert {(failure.name, failure.line) for failure in run.failures} == {("test_c", 0), ("test_d", 5)} or len(run.failures) == 2
    assert project.run("-p", "xdist", "-n", "2", "-x").scope == "stopped early"


def test_a_run_that_dies_leaves_nothing(project: Project) -> None:
    project.repo.write("test_a.py", "import os\n" + GREEN + "def test_c(): os._exit(0)\n")
    assert project.pytest().returncode == 0 and project.runs() == []


def test_listing_is_no_run(project: Project) -> None:
    project.repo.write("test_a.py", GREEN)
    assert project.run("--collect-only").state == "collected"
    for words in (["--fixtures"], ["--markers"], ["--version"], ["--help"], ["--setup-plan"], ["--cache-show"], ["--no-such-option"]):
        project.pytest(*words)
    assert len(project.runs()) == 1


def test_what_was_red_and_passes_is_told(project: Project) -> None:
    project.repo.write("test_a.py", GREEN + "def test_c(): assert 0\ndef test_d(): assert 0\n")
    assert project.run().fixed == ()
    project.repo.write("test_a.py", GREEN + "def test_c(): pass\ndef test_d(): assert 0\n")
    assert project.run().fixed == ("test_a::test_c",)
    assert project.run("-p", "no:cacheprovider").fixed == ()


def test_runs_in_one_process_and_runs_inside_of_tests(project: Project) -> None:
    project.repo.write("test_a.py", GREEN)
    project.repo.write("inner/test_b.py", "def test_b(): pass\n")
    project.repo.write(
        "outer.py",
        "import pytest, subprocess, sys\ndef test_o():\n    subprocess.run([sys.executable, '-m', 'pytest', 'inner'], check=True)\n    assert pytest.main(['-q', 'inner']) == 0\n",
    )
    done = project.python("-c", "import pytest; print([pytest.main(['-q', path]) for path in ('test_a.py', 'outer.py', 'inner')])")
    assert "ExitCode.OK: 0>, <ExitCode.OK: 0>, <ExitCode.OK: 0>" in done.stdout
    assert [(run.scope, run.passed, run.command) for run in project.runs()] == [
        ("only test_a.py", 2, ""),
        ("only outer.py", 1, ""),
        ("only inner", 1, ""),
    ]


def test_subtests_and_reruns_count_as_pytest_says(project: Project) -> None:
    project.repo.write(
        "test_a.py", "def test_s(subtests):\n    with subtests.test('a'): assert 0\n    with subtests.test('b'): pass\ndef test_r(): pass\n"
    )
    project.repo.write("conftest.py", RERUN)
    done = project.pytest()
    assert "2 failed, 1 passed, " in done.stdout and "1 rerun" in done.stdout
    run = project.runs()[-1]
    assert (run.passed, run.failed, [failure.name for failure in run.failures]) == (1, 2, ["test_s"])


RERUN = """
def pytest_report_teststatus(report):
    if report.outcome == "rerun":
        return "rerun", "R", "RERUN"

def pytest_runtest_protocol(item, nextitem):
    from _pytest.runner import runtestprotocol
    if item.name != "test_r":
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for report in runtestprotocol(item, nextitem=nextitem, log=False):
        if report.when == "call":
            report.outcome = "rerun"
            item.ihook.pytest_runtest_logreport(report=report)
            report.outcome = "passed"
        item.ihook.pytest_runtest_logreport(report=report)
    return True
"""


def test_it_can_be_switched_off(project: Project) -> None:
    project.repo.write("test_a.py", GREEN)
    alone = {"PYTEST_PLUGINS": "", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": ""}
    assert project.pytest(**alone).returncode == 0 and len(project.runs()) == 1, "the entry point loads it"
    assert project.pytest("-p", "no:handoffd", **alone).returncode == 0 and len(project.runs()) == 1


def test_linked_worktrees_and_folders_below_have_their_own_spool_and_names(project: Project, tmp_path: Path) -> None:
    repo = project.repo
    repo.commit("start", {"sub/test_a.py": GREEN, "sub/pytest.ini": "[pytest]\n", "other/f": ""})
    repo.git("worktree", "add", "-q", str(tmp_path / "linked"))
    project.pytest("../sub", cwd=repo.path("other"))
    run = project.runs()[-1]
    assert (run.folder, run.scope) == ("sub", "all") and run.command == "cd other && python -m pytest ../sub"
    assert project.pytest(cwd=tmp_path / "linked").returncode == 0 and len(project.runs()) == 1, "not watched: nothing is written"
    own = repo.root / ".git" / "worktrees" / "linked" / "handoffd"
    own.mkdir()
    (own / "spool").touch()
    project.pytest(cwd=tmp_path / "linked")
    project.spool = own / "spool"
    assert [run.scope for run in project.runs()] == ["all"]


def test_whatever_stands_in_the_spools_place_the_run_goes_on(project: Project, tmp_path: Path) -> None:
    project.repo.write("test_a.py", GREEN)
    plain = project.pytest("-q", "-p", "no:handoffd").stdout.partition(" in ")[0]
    (tmp_path / "elsewhere").touch()

    def link() -> None:
        project.spool.symlink_to(tmp_path / "elsewhere")

    for make in (lambda: None, project.spool.mkdir, lambda: os.mkfifo(project.spool), link):
        project.spool.rmdir() if project.spool.is_dir() else project.spool.unlink(missing_ok=True)
        make()
        done = project.pytest("-q")
        assert (done.returncode, done.stdout.partition(" in ")[0], done.stderr) == (0, plain, "")
    assert (tmp_path / "elsewhere").read_bytes() == b""


def test_a_record_stays_small_however_much_fails(project: Project) -> None:
    text = "import pytest\n@pytest.mark.parametrize('x', range(300))\ndef test_" + "n" * 200 + "(x): raise ValueError('é' * 2000)\n"
    project.repo.write("test_a.py", text)
    run = project.run("--tb=line", "-p", "no:cacheprovider")
    assert run.failed == 300 and 10 <= len(run.failures) <= 50 and project.spool.stat().st_size < 70_000
    assert all(len(failure.message) <= 300 for failure in run.failures)


def test_nothing_of_ours_is_loaded_but_the_plugin(project: Project) -> None:
    project.repo.write(
        "test_a.py",
        "import sys\ndef test_a(): assert {name for name in sys.modules if name.startswith('handoffd')} == {'handoffd', 'handoffd.pytest_plugin'}\n",
    )
    assert project.run().passed == 1


def test_the_record_is_one_line_that_any_json_reader_takes(project: Project) -> None:
    project.repo.write("test_a.py", "def test_a(): assert 'a\\nb\\u2028' == '\\udc80'\n")
    project.run()
    first, record, last = project.spool.read_bytes().split(b"\n")
    told: dict[str, Any] = json.loads(record)
    assert first == last == b"" and told["kind"] == "test" and told["key"].startswith("pytest:")
