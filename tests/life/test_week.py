"""A week of five days on three branches with a colleague: each morning nothing that is open is missing, and nothing that is done stands."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from tests.support import Repo
from tests.watched import Watched

DAY, HOUR = 86400, 3600
RED = '<testsuite name="s" tests="2" failures="1"><testcase classname="t" name="test_retry" file="tests/test_a.py" line="2"><failure message="assert 1 == 2"/></testcase><testcase classname="t" name="test_b"/></testsuite>'
GREEN = '<testsuite name="s" tests="2"><testcase classname="t" name="test_retry" file="tests/test_a.py" line="2"/><testcase classname="t" name="test_b"/></testsuite>'
KIM = {f"GIT_{who}_{what}": said for who in ("AUTHOR", "COMMITTER") for what, said in (("NAME", "Kim"), ("EMAIL", "kim@example.org"))}


class Week:
    """The repository, the colleague's clone, and the clock."""

    def __init__(self, watched: Watched, folder: Path, set_clock: Callable[..., None]) -> None:
        self.watched, self.repo, self._set = watched, watched.repo, set_clock
        # At nine in the morning, whenever the test runs.
        self._first = (int(time.time()) // DAY + 1) * DAY + 9 * HOUR - int(time.time())
        self.mate = Repo(folder / "kim")

    def at(self, day: int, hour: float = 0) -> None:
        self._set(int(self._first + day * DAY + hour * HOUR))

    def evening(self, day: int) -> None:
        self.at(day, 8)
        self.watched.handoffd("flush")

    def pushes(self, message: str, files: dict[str, str]) -> None:
        """By the colleague, to main."""
        self.mate.git("checkout", "-q", "main")
        self.mate.git("pull", "-q", "--ff-only")
        for path, text in files.items():
            self.mate.write(path, text)
        self.mate.git("add", "-A")
        self.mate.git("commit", "-q", "-m", message, env=KIM)
        self.mate.git("push", "-q")

    def morning(self, *open_now: str, done: tuple[str, ...] = ()) -> str:
        """What `resume` says, held against what is open and what is not."""
        text = self.watched.handoffd("resume", "--budget", "100000")
        assert [words for words in open_now if words not in text] == [], text
        assert [words for words in done if words in text.partition("\n## Status")[2]] == [], text
        return text


def test_each_morning_of_a_week_names_all_that_is_open(watched: Watched, tmp_path: Path, set_clock: Callable[..., None]) -> None:
    repo, week = watched.repo, Week(watched, tmp_path, set_clock)
    week.at(0)
    origin = tmp_path / "origin"
    repo.git("init", "-q", "--bare", "-b", "main", str(origin))
    repo.git("remote", "add", "origin", str(origin))
    repo.commit("chore: begin", {".gitignore": "reports/\n", "a.py": "def a():\n    return 1\n", "tests/test_a.py": "def test_retry():\n    pass\n"})
    repo.git("push", "-q", "-u", "origin", "main")
    repo.git("clone", "-q", str(origin), str(week.mate.root))

    # Monday: retry is begun, red at the end, an idea is put aside.
    repo.git("checkout", "-q", "-b", "feat/retry")
    repo.commit("feat: retry", {"a.py": "def a():\n    # TODO: count the tries\n    return 1\n"})
    watched.handoffd("note", "decision", "Raise after three tries", "--why", "The server bans after five.")
    watched.handoffd("note", "todo", "ask Kim about the limit")
    watched.handoffd("note", "gotcha", "the proxy strips Retry-After")
    repo.write("a.py", "def a():\n    # TODO: count the tries\n    return 99\n")
    repo.git("stash", "push", "-q", "-m", "another way")
    repo.write("reports/junit.xml", RED)
    week.evening(0)
    week.at(1)
    of_retry = ("→ TODO: count the tries", "Raise after three tries", "ask Kim about the limit", "the proxy strips Retry-After", '"another way"')
    week.morning(*of_retry, "1 test failing", "Set an upstream for feat/retry (1 commit)", "Nothing changed since")

    # Tuesday: a fix is more urgent, and stays half done; Kim pushes to main.
    repo.git("checkout", "-q", "main")
    repo.git("checkout", "-q", "-b", "fix/leak")
    repo.commit("wip: half of the leak", {"leak.py": "def close():\n    # FIXME: the second handle\n    return 0\n", "PLAN.md": "- [ ] close both\n- [ ] say so\n"})
    week.pushes("fix: by Kim", {"kim.py": "k = 1\n"})
    week.evening(1)
    week.at(2)
    of_leak = ("wip: half of the leak — WIP commit, not pushed", "→ FIXME: the second handle", "close both", "say so", "On feat/retry: 1 commit not pushed")
    week.morning(*of_leak, "do not merge yet", done=("count the tries", "ask Kim"))

    # Wednesday: retry is finished, renamed, green and pushed; the decision stands, what was asked is done.
    repo.git("checkout", "-q", "feat/retry")
    week.morning(*of_retry, "On fix/leak: 1 commit not pushed", done=("half of the leak",))
    repo.git("branch", "-m", "feat/retry", "feat/retries")
    repo.commit("feat: count the tries", {"a.py": "def a(tries=3):\n    return tries\n"})
    watched.handoffd("note", "done", "ask Kim about the limit")
    repo.write("reports/junit.xml", GREEN)
    repo.git("push", "-q", "-u", "origin", "feat/retries")
    week.evening(2)
    week.at(3)
    week.morning(
        "Raise after three tries",
        "the proxy strips Retry-After",
        '"another way"',
        "up to date with origin/feat/retries",
        "2 passed, 0 failed",
        done=("→ TODO: count the tries", "1 test failing", "Push ", "Set an upstream"),
    )

    # Thursday: the leak is mended on what Kim pushed; a commit is taken back.
    repo.git("checkout", "-q", "fix/leak")
    week.morning(*of_leak[:4])
    repo.git("fetch", "-q")
    repo.git("rebase", "-q", "origin/main")
    repo.commit("fix: close the second handle", {"leak.py": "def close():\n    return 0\n", "PLAN.md": "- [x] close both\n- [ ] say so\n"})
    wrong = repo.commit("feat: log each close", {"log.py": "l = 1\n"})
    repo.git("revert", "--no-edit", wrong)
    week.evening(3)
    week.at(4)
    week.morning(
        "half of the leak",
        "say so",
        f"Reverted: {repo.git('rev-parse', '--short', wrong)} feat: log each close",
        "Set an upstream for fix/leak (4 commits)",
        done=("FIXME: the second handle", "- PLAN.md:1", "new file"),
    )

    # Friday: Kim squashes retries into main, as a forge does; its warning stands there, and nothing of it is to be pushed.
    week.mate.git("fetch", "-q")
    week.mate.git("checkout", "-q", "main")
    week.mate.git("pull", "-q", "--ff-only")
    week.mate.git("merge", "-q", "--squash", "origin/feat/retries")
    week.mate.git("commit", "-q", "-m", "feat: retries (#7)", env={**KIM, "GIT_AUTHOR_NAME": "Ada Author", "GIT_AUTHOR_EMAIL": "ada@example.com"})
    week.mate.git("push", "-q")
    repo.git("checkout", "-q", "main")
    repo.git("pull", "-q", "--ff-only")
    repo.commit("docs: say how", {"README.md": "# How\n"})
    week.evening(4)
    week.at(7)
    text = week.morning(
        "the proxy strips Retry-After", "docs: say how", "fix: by Kim (Kim)", "On fix/leak: 4 commits not pushed", "Push 1 commit", done=("Raise after three tries", "On feat/retries")
    )
    assert "Nothing changed since" in text and "(since 20" not in text, "ages, where it is read"
    repo.git("checkout", "-q", "feat/retries")
    week.morning("its changes are in ", '"another way"', "Raise after three tries", done=("Push ", "not pushed;"))
