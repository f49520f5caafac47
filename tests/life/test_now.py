"""`now` tells of any repository, watched or not, and writes nothing anywhere."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.support import Repo, cli
from tests.watched import Watched

REPORT = '<testsuite name="s" tests="2" failures="1"><testcase classname="t" name="test_a"><failure message="boom"/></testcase><testcase classname="t" name="b"/></testsuite>'


@pytest.fixture
def clone(repo: Repo, tmp_path: Path) -> Repo:
    """A clone of somebody else's repository: every commit is Kim's."""
    for number in range(7):
        repo.write("a.py", f"a = {number}\n")
        repo.git("add", "-A")
        repo.git("commit", "-qm", f"feat: step {number}", "--author", "Kim <kim@example.org>", env={"GIT_COMMITTER_EMAIL": "kim@example.org"})
    repo.git("clone", "-q", str(repo.root), str(tmp_path / "clone"))
    return Repo(tmp_path / "clone")


def now(repo: Repo, *words: str) -> str:
    done = cli("now", *words, cwd=repo.root)
    assert done.returncode == 0, done.stderr
    return done.stdout


def part(text: str, heading: str) -> str:
    return text.partition(f"## {heading}\n")[2].partition("\n## ")[0]


def state(*folders: Path) -> dict[str, tuple[int, int]]:
    """Every file and folder with its size and times."""
    found = {}
    for folder in folders:
        for path in (folder, *folder.rglob("*")):
            seen = path.lstat()
            found[str(path)] = (seen.st_size, seen.st_mtime_ns)
    return found


def test_a_clone_as_it_came_is_told_with_its_last_commits_and_their_authors(clone: Repo) -> None:
    text = now(clone)
    assert "from git, the files and the reports alone: no own commits of the last 14 days." in text.split("\n")[2]
    lines = part(text, "Status").split("\n")
    assert lines[1] == "- **Commits of the last 14 days**: 0" and lines[2].endswith(" feat: step 6 (Kim)")
    assert [line.startswith("  - Last: ") for line in lines[2:8]] == [True] * 5 + [False]
    assert "this session" not in text and text.endswith("> Next step: Nothing open.\n")


def test_own_work_on_a_branch_is_told_as_a_handoff_tells_it(clone: Repo) -> None:
    clone.git("checkout", "-q", "-b", "feat")
    oid = clone.commit("feat: begin", {"new.py": "def f():\n    # TODO: zero\n    return 1\n"})
    clone.write("new.py", "def f():\n    # TODO: zero\n    return 2\n")
    clone.write("loose.txt", "x\n")
    text = now(clone)
    assert "own commits since origin/main." in text.split("\n")[2]
    assert f"**Commits since origin/main**: 1\n  - {oid[:7]} feat: begin\n" in text
    assert "1 file modified (new.py), 1 file untracked (loose.txt)" in text and "✓ Begin — adds f (1 file)" in text
    assert "→ TODO: zero" in part(text, "What's In Progress") and "Set an upstream for feat (1 commit)" in text
    assert "> Next step: TODO at new.py:2: zero." in text and "1 commit since origin/main, 1 not pushed" in text


def test_an_untracked_report_is_told_as_one_that_nobody_watched(clone: Repo) -> None:
    clone.write("reports/junit.xml", REPORT)
    text = now(clone)
    assert "⚠️ 1 passed, 1 failed (JUnit, report of " in text and ", not watched" in text and "Fix 1 failing test" in text
    os.utime(clone.root / "reports/junit.xml", (1_000_000_000, 1_000_000_000))
    assert "**Tests**: No report seen" in now(clone), "it is older than the checkout"
    clone.write("reports/junit.xml", REPORT)
    clone.git("add", "-A")
    clone.git("commit", "-qm", "test: keep a report")
    assert "**Tests**: No report seen" in now(clone), "git tracks it"


def test_nothing_is_written_anywhere(clone: Repo, tmp_path: Path) -> None:
    clone.write("a.py", "a = 'edited'\n")
    os.utime(clone.root / "a.py", ns=(clone.root.stat().st_mtime_ns, clone.root.stat().st_mtime_ns))
    before = state(tmp_path)
    now(clone)
    now(clone, "--json")
    assert state(tmp_path) == before


def test_a_watched_repository_is_said_to_be_one_and_its_journal_is_not_read(watched: Watched) -> None:
    watched.handoffd("note", "todo", "only in the journal")
    before = state(watched.repo.root, watched.home)
    text = watched.handoffd("now")
    assert "This repository is watched, its journal is not read here: handoffd resume." in text and "only in the journal" not in text
    assert state(watched.repo.root, watched.home) == before


def test_where_there_is_nothing_to_tell_of_it_says_so(clone: Repo, tmp_path: Path) -> None:
    clone.git("clone", "-q", "--bare", str(clone.root), str(tmp_path / "bare"))
    (tmp_path / "none").mkdir()
    for path, says in (
        (str(clone.root / "a.py"), "is a file"),
        (str(tmp_path / "bare"), "a bare repository"),
        (str(tmp_path / "none"), "is in no git worktree"),
    ):
        done = cli("now", path, cwd=tmp_path)
        assert done.returncode == 1 and says in done.stderr and "hint: " in done.stderr and not done.stdout
    assert cli("now", str(tmp_path / "nowhere"), cwd=tmp_path).returncode == 1


def test_before_the_first_commit_there_is_a_document(clone: Repo, tmp_path: Path) -> None:
    fresh = Repo.create(tmp_path / "fresh")
    text = now(fresh)
    assert "- **Branch**: main" in text and "**Commits of the last 14 days**: 0\n- **Uncommitted changes**: None" in text
    fresh.write("a.py", "def f():\n    pass\n")
    assert "1 file untracked (a.py)" in now(fresh)


def test_json_has_the_fields_of_every_document(clone: Repo) -> None:
    data = json.loads(now(clone, "--json"))
    assert data["schema"] == "handoff/2" and len(data["status"]["commits"]) == 5 and data["since"] is None
    assert {one["author"] for one in data["status"]["commits"]} == {"Kim"}


def test_an_open_merge_is_told(clone: Repo) -> None:
    clone.git("checkout", "-q", "-b", "feat")
    clone.commit("feat: mine", {"a.py": "a = 'mine'\n"})
    clone.git("checkout", "-q", "-b", "other", "HEAD~1")
    clone.commit("feat: other", {"a.py": "a = 'other'\n"})
    with pytest.raises(Exception, match="merge"):
        clone.git("merge", "-q", "feat")
    text = now(clone)
    assert "**Merge open**: feat" in text and "> Next step: Resolve the conflicts in a.py:1 (1 place), then commit the merge." in text
