"""Tells handoffd of a pytest run: one line in the spool of the watched worktree that the tests stand in. `-p no:handoffd` switches it off.

    pytest_configure ──> _Probe ──(when all else has ended)──> pytest_unconfigure ──> one line

It runs in other people's processes: standard library only, nothing of ours is imported, whatever goes wrong here is nobody's business, and where
there is no spool nothing is done. Counts are the terminal reporter's own, so they are what pytest prints. A run that is inside of another run's
test (pytester, a test that starts pytest) and the workers of xdist are no runs of their own. A process that dies leaves no record.

The line's fields are those of `handoffd.model.facts.Test`.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import stat
import sys
import time
from typing import Any

FAILURES = 50
FIXED = 200
FRAMES = 10
TEXT = 300
SCOPE = 200
# One write of a line; a longer one loses its failures first.
LINE = 64 * 1024
# Words that cut a run down to some of the tests. True: the next word belongs to it.
_SELECTING = {
    "-k": True, "-m": True, "--deselect": True, "--ignore": True, "--ignore-glob": True,
    "--lf": False, "--last-failed": False, "--sw": False, "--stepwise": False,
}  # fmt: skip
_NO_RUN = ("showfixtures", "show_fixtures_per_test", "setuponly", "setupplan", "markers", "version", "help", "cacheshow")
_PROBE = "handoffd-probe"


def pytest_configure(config: Any) -> None:
    """Watch this run, where it is one of its own in a watched worktree."""
    try:
        if hasattr(config, "workerinput") or "PYTEST_CURRENT_TEST" in os.environ or any(config.getoption(name, False) for name in _NO_RUN):
            return
        place = _spool(str(config.rootpath)) or _spool(str(config.invocation_params.dir))
        if place is not None:
            config.pluginmanager.register(_Probe(config, *place), _PROBE)
    except Exception:
        pass  # never in the way of the run


def pytest_unconfigure(config: Any) -> None:
    """Leave the record. This is called when reports are written and the exit code is known."""
    probe = config.pluginmanager.get_plugin(_PROBE)
    if probe is not None:
        config.pluginmanager.unregister(probe)
        probe.tell()


class _Probe:
    """What must be remembered from the start of a run to its end; it asks nothing while tests run."""

    def __init__(self, config: Any, root: str, spool: str) -> None:
        self._config, self._root, self._spool = config, root, spool
        self._started = time.time()
        self._session: Any = None
        self._failed_before: set[str] = set()
        self._stats: dict[str, list[Any]] = {}

    def pytest_sessionstart(self, session: Any) -> None:
        """Remember the session, and what failed before by pytest's own cache."""
        self._session = session
        try:
            self._failed_before = set(self._config.cache.get("cache/lastfailed", {}))
        except Exception:
            pass  # no cache, or somebody else's
        if not self._config.pluginmanager.has_plugin("terminalreporter"):
            self._config.pluginmanager.register(_Counting(self._config, self._stats))

    def tell(self) -> None:
        """Append the record; a run that never began leaves none."""
        try:
            if self._session is not None:
                _append(self._spool, self._record())
        except Exception:
            pass  # a full disk, an odd plugin: the run's result stands all the same

    def _record(self) -> dict[str, Any]:
        import pytest

        now, config = time.time(), self._config
        data = {
            "runner": "pytest",
            "version": pytest.__version__,
            "folder": _inside(self._root, str(config.rootpath)),
            "started": self._started,
            "ended": now,
            "duration": round(now - self._started, 3),
            "exit": int(self._session.exitstatus),
            "command": _command(config, self._root),
            "report": _inside(self._root, os.path.join(config.invocation_params.dir, config.getoption("xmlpath", None) or "")),
        }
        data |= {"state": "collected", "passed": 0, "failed": 0} if config.getoption("collectonly", False) else self._results()
        return {"v": 1, "kind": "test", "key": f"pytest:{os.urandom(12).hex()}", "at": now, "branch": "", "data": data}

    def _results(self) -> dict[str, Any]:
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        stats = self._stats if reporter is None else reporter.stats
        number = {name: _count(stats, name) for name in ("passed", "failed", "error", "skipped", "xfailed", "xpassed")}
        # One test may fail and then fail to clean up: two counts, one failure.
        bad = list({report.nodeid: report for name in ("error", "failed") for report in stats.get(name, ())}.values())
        fixed = [report.nodeid for report in stats.get("passed", ()) if report.nodeid in self._failed_before] if self._failed_before else []
        still = {report.nodeid for report in bad}
        return {
            "passed": number["passed"],
            "failed": number["failed"] + number["error"],
            "errors": number["error"],
            "skipped": number["skipped"],
            "xfailed": number["xfailed"],
            "xpassed": number["xpassed"],
            "failures": [_failure(report, self._root, str(self._config.rootpath)) for report in bad[:FAILURES]],
            "fixed": ["::".join(_names(nodeid)) for nodeid in fixed if nodeid not in still][:FIXED],
            "scope": self._scope(sum(number.values()), _count(stats, "deselected")),
        }

    def _scope(self, ran: int, deselected: int) -> str:
        """`all`, or what the run was cut down to in the words that were typed."""
        session, config = self._session, self._config
        words = _selection(config)
        said = [f"only {' '.join(words)}"[:SCOPE]] if words else []
        if deselected and not words and not (config.getoption("keyword", "") or config.getoption("markexpr", "")):
            said.append(f"{deselected} deselected")
        workers = config.pluginmanager.get_plugin("dsession")
        asked = session.shouldstop or session.shouldfail or getattr(workers, "shouldstop", False)
        if int(session.exitstatus) in (2, 3) or (asked and ran < session.testscollected):
            said.append("stopped early")
        return ", ".join(said) or "all"


class _Counting:
    """Counts where there is no terminal reporter that does (`-p no:terminal`), by the categories that the other plugins and it would give."""

    def __init__(self, config: Any, stats: dict[str, list[Any]]) -> None:
        self._config, self._stats = config, stats

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Of setup, call and teardown; one that passed counts at its call alone."""
        try:
            told = self._config.hook.pytest_report_teststatus(report=report, config=self._config)
        except Exception:
            told = None  # another plugin's fault is not ours to raise
        beside = report.when != "call"
        plain = ("" if report.passed else "error" if report.failed else report.outcome) if beside else report.outcome
        self._stats.setdefault(told[0] if told else plain, []).append(report)

    def pytest_collectreport(self, report: Any) -> None:
        """A file that could not be collected is an error."""
        if report.failed:
            self._stats.setdefault("error", []).append(report)


def _count(stats: Any, name: str) -> int:
    """As pytest's last line counts: a report may ask not to be counted."""
    return sum(1 for report in stats.get(name, ()) if getattr(report, "count_towards_summary", True))


def _typed(config: Any) -> list[str]:
    return [*shlex.split(os.environ.get("PYTEST_ADDOPTS", "")), *(os.fspath(word) for word in config.invocation_params.args)]


def _selection(config: Any) -> list[str]:
    """The words of the command that choose tests: paths, unless they are the root itself, and options; what the project's settings say is its own."""
    typed, found, take = _typed(config), [], False
    for word in typed:
        name = word.partition("=")[0]
        if take or name in _SELECTING or (word[:2] in ("-k", "-m") and len(word) > 2):
            found.append(word)
            take = not take and _SELECTING.get(name, False) and "=" not in word
    chosen = [str(arg) for arg in config.args if not _is_root(config, str(arg))]
    source = getattr(getattr(config, "args_source", None), "name", "ARGS")
    return ([_shown(config, arg) for arg in chosen] if source != "TESTPATHS" else []) + found


def _is_root(config: Any, arg: str) -> bool:
    return bool(os.path.realpath(os.path.join(config.invocation_params.dir, arg)) == os.path.realpath(config.rootpath))


def _shown(config: Any, arg: str) -> str:
    """An absolute path as one from the root."""
    path, sign, rest = arg.partition("::")
    inside = _inside(str(config.rootpath), os.path.join(config.invocation_params.dir, path))
    return (inside or path) + sign + rest


def _command(config: Any, root: str) -> str:
    """The command as it was typed, where pytest was started by one; '' where a program called it."""
    words = [os.fspath(word) for word in config.invocation_params.args]
    name = os.path.basename(sys.argv[0])
    if sys.argv[1:] != words:
        return ""
    if name == "__main__.py":
        start = ["python", "-m", "pytest"]
    elif name in ("pytest", "py.test"):
        start = [name]
    else:
        return ""
    folder = _inside(root, str(config.invocation_params.dir))
    return (f"cd {shlex.quote(folder)} && " if folder else "") + shlex.join([*start, *words])


def _failure(report: Any, root: str, rootdir: str) -> dict[str, Any]:
    """One failing test: id as in pytest's JUnit report, the file it stands in, the frames of its trace that lie in the worktree."""
    where = report.nodeid.partition("::")[0]
    path = _inside(root, os.path.join(rootdir, where))
    location = getattr(report, "location", None)
    line = location[1] + 1 if location and isinstance(location[1], int) and location[0] == where else 0
    message, frames = _trace(report.longrepr, root, rootdir)
    place, name = _names(report.nodeid)
    return {"id": f"{place}::{name}", "name": name, "path": path, "line": line, "message": message, "frames": frames}


def _trace(longrepr: Any, root: str, rootdir: str) -> tuple[str, list[list[Any]]]:
    """First line of the message, and (path, line) outermost first."""
    crash = getattr(longrepr, "reprcrash", None)
    text = crash.message if crash is not None else longrepr[2] if isinstance(longrepr, tuple) else _last_line(str(longrepr or ""))
    entries = getattr(getattr(longrepr, "reprtraceback", None), "reprentries", ())
    places = [entry.reprfileloc for entry in entries if getattr(entry, "reprfileloc", None) is not None]
    frames = [[_inside(root, os.path.join(rootdir, place.path)), int(place.lineno)] for place in places]
    return next(iter(str(text).strip().splitlines()), "")[:TEXT], [frame for frame in frames if frame[0]][-FRAMES:]


def _last_line(text: str) -> str:
    """A collection error's text ends in the exception, marked `E`."""
    marked = [line[1:].strip() for line in text.splitlines() if line.startswith("E ")]
    return marked[-1] if marked else text


def _names(nodeid: str) -> tuple[str, str]:
    """tests/test_x.py::TestA::test_b[1] -> tests.test_x.TestA, test_b[1]: classname and name as in pytest's JUnit report."""
    plain, bracket, parameters = nodeid.partition("[")
    names = plain.split("::")
    names[0] = re.sub(r"\.py$", "", names[0].replace("/", "."))
    return ".".join(names[:-1]) or "pytest", f"{names[-1]}{bracket}{parameters}"


def _inside(root: str, path: str) -> str:
    """`path` relative to `root`, '' for the root itself and for what lies outside."""
    inside = os.path.relpath(os.path.realpath(path), os.path.realpath(root))
    return "" if inside == "." or inside == ".." or inside.startswith("../") else inside.replace("\\", "/")


def _spool(folder: str) -> tuple[str, str] | None:
    """(worktree, spool) of the worktree that holds `folder`; None where there is none or it is not watched."""
    folder = os.path.realpath(folder)
    while True:
        git = os.path.join(folder, ".git")
        if os.path.lexists(git):
            git_dir = _git_dir(git)
            spool = os.path.join(git_dir, "handoffd", "spool")
            return (folder, spool) if git_dir and os.path.isfile(spool) and not _linked(spool) else None
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def _linked(spool: str) -> bool:
    return os.path.islink(spool) or os.path.islink(os.path.dirname(spool))


def _git_dir(git: str) -> str:
    """`.git` itself, or where it says that the git dir is: a linked worktree's, a submodule's. '' where it leads nowhere."""
    if os.path.isdir(git):
        return git
    if not os.path.isfile(git):  # a pipe would keep us waiting
        return ""
    with open(git, "rb") as file:
        said = os.fsdecode(file.read(4096).rstrip(b"\r\n"))
    return os.path.join(os.path.dirname(git), said.removeprefix("gitdir: ")) if said.startswith("gitdir: ") else ""


def _append(spool: str, record: dict[str, Any]) -> None:
    """One write at the end of a spool that exists: appending writes of one call do not mix on a local file system."""
    while True:
        line = b"\n" + json.dumps(record, separators=(",", ":")).encode("ascii") + b"\n"
        if len(line) <= LINE or not record["data"].get("failures"):
            break
        record["data"]["failures"] = record["data"]["failures"][: len(record["data"]["failures"]) // 2]
    handle = os.open(spool, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if stat.S_ISREG(os.fstat(handle).st_mode):
            os.write(handle, line)
    finally:
        os.close(handle)
