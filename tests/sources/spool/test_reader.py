from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handoffd.model.errors import UserError
from handoffd.model.events import Event
from handoffd.model.facts import Handoff, Note, Unknown
from handoffd.sources.spool.reader import LONGEST, append, read
from handoffd.sources.spool.rotation import ROTATE


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    (tmp_path / "handoffd").mkdir()
    return tmp_path / "handoffd" / "spool"


def note(key: str, text: str = "") -> Event:
    return Event("note", 5.0, key, Note("doing", text), "worktrees/x", "main")


def line(**more: Any) -> bytes:
    return json.dumps({"v": 1, "kind": "note", "key": "k", "at": 5.0, "data": {"type": "doing", "text": "t"}} | more).encode() + b"\n"


def add(spool: Path, data: bytes) -> None:
    with spool.open("ab") as file:
        file.write(data)


def keys(spool: Path, cursor: dict[str, Any] | None = None) -> list[str]:
    return [event.key for event in read(spool, cursor, ".").events]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(exclude_categories=[])).filter(lambda text: text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") == text)
)
def test_what_is_appended_is_read(spool: Path, text: str) -> None:
    spool.unlink(missing_ok=True)
    events = [note("a", text + "\n\udc80"), Event("handoff", 6.0, "b", Handoff("n.md", "ab", "written", document={"a": [text]}), "worktrees/x")]
    for event in events:
        append(spool, event)
    told = read(spool, None, "worktrees/x")
    assert list(told.events) == events
    assert read(spool, told.cursor, "worktrees/x") == type(told)((), told.cursor)


def test_the_spool_is_the_owners_alone_and_nobody_elses_file(spool: Path, tmp_path: Path) -> None:
    append(spool, note("a"))
    assert spool.stat().st_mode & 0o777 == 0o600
    for path in tmp_path / "nowhere" / "spool", tmp_path / "link":
        (tmp_path / "link").unlink(missing_ok=True)
        (tmp_path / "link").symlink_to(spool)
        with pytest.raises(UserError):
            append(path, note("b"))
    assert keys(spool) == ["a"] and keys(tmp_path / "link") == []


def test_there_may_be_no_spool_or_something_else(spool: Path) -> None:
    assert read(spool, None, ".").events == ()
    os.mkfifo(spool)
    assert read(spool, None, ".").events == ()


def test_hooks_lines_only_wake(spool: Path) -> None:
    subprocess.run(["sh", "-c", 'printf "v1\\tpost-commit\\t%s\\t%s\\n" "$(date +%s)" $$ >> "$0"', str(spool)], check=True)
    told = read(spool, None, ".")
    assert told.events == () and told.cursor["skipped"] == 0 and told.cursor != read(spool.with_name("none"), None, ".").cursor


def test_a_torn_last_line_waits(spool: Path) -> None:
    whole = line(key="b")
    add(spool, line(key="a") + whole[:-9])
    first = read(spool, None, ".")
    assert [event.key for event in first.events] == ["a"]
    add(spool, whole[-9:])
    assert keys(spool, first.cursor) == ["b"]


def test_a_line_that_stays_torn_costs_no_other(spool: Path) -> None:
    add(spool, line(key="a") + line(key="lost")[:-9])
    append(spool, note("b"))
    told = read(spool, None, ".")
    assert [event.key for event in told.events] == ["a", "b"] and told.cursor["skipped"] == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"\n", b"\xff\xfe\n", b"null\n", b"[1]\n", b"{}\n", b"[" * 100000 + b"\n", line(v=2), line(kind="no such"), line(kind=3), line(key=""),
        line(key=7), line(key="k" * 501), line(at="x"), line(at=None), line(at=1e300), line(at=-1), line(at=True), line(branch=3), line(data=[]),
        line(data={"type": 1}), line(kind="new-kind", data=3), line(kind="commit", data={"old": "a", "new": "b", "action": "commit"}),
        line(kind="file", data={"path": "a", "action": "changed"}), b'{"v":1,"kind":"note","key":"k","at":NaN,"data":{}}\n',
        line(text="x" * LONGEST), b"x" * (LONGEST + 5) + b"\n",
    ],
)  # fmt: skip
def test_lines_that_make_no_sense_are_gone_over(spool: Path, raw: bytes) -> None:
    add(spool, raw + line(key="good"))
    told = read(spool, None, ".")
    assert [event.key for event in told.events] == ["good"] and read(spool, told.cursor, ".").events == ()


def test_a_kind_of_a_newer_version_is_kept(spool: Path) -> None:
    add(spool, line(kind="telepathy", data={"a": 1}) + line(key="b", data={"type": "doing", "text": "t", "new": 1}))
    events = read(spool, None, ".").events
    assert events[0].fact == Unknown({"a": 1}) and events[1].extra == {"new": 1}


def test_a_file_that_took_the_inode_of_another_is_read_from_its_start(spool: Path) -> None:
    add(spool, line(key="a") * 3)
    cursor = read(spool, None, ".").cursor
    with spool.open("r+b") as file:
        file.truncate()
        file.write(line(key="b") * 4)
    assert set(keys(spool, cursor)) == {"b"}


def test_a_consumed_spool_is_renamed_and_its_tail_read_on(spool: Path) -> None:
    late = spool.open("ab", buffering=0)
    late.write(line(key="a", data={"type": "doing", "text": "x" * ROTATE}))
    first = read(spool, None, ".")
    second = read(spool, first.cursor, ".")
    assert second.cursor == first.cursor and spool.stat().st_size == 0 and spool.stat().st_mode & 0o777 == 0o600
    late.write(line(key="late"))
    late.close()
    append(spool, note("b"))
    third = read(spool, second.cursor, ".")
    assert [event.key for event in third.events] == ["late", "b"]
    assert read(spool, third.cursor, ".").events == ()
    assert sorted(file.name for file in spool.parent.iterdir()) == ["spool", "spool.1"]


@pytest.mark.skipif(not hasattr(fcntl, "F_SETLEASE"), reason="the system does not tell who has a file open")
def test_what_a_writer_has_open_is_not_removed_however_long_it_stands_still(spool: Path) -> None:
    late = spool.open("ab", buffering=0)
    cursor: dict[str, Any] | None = None
    for number in range(3):
        add(spool, line(key=f"{number}", data={"type": "doing", "text": "x" * ROTATE}))
        for _ in range(2):
            cursor = read(spool, cursor, ".").cursor
    assert spool.stat().st_size > ROTATE
    late.write(line(key="late"))
    late.close()
    told = read(spool, cursor, ".")
    assert [event.key for event in told.events] == ["late"]
    assert read(spool, told.cursor, ".").events == () and spool.stat().st_size == 0


def test_what_the_journal_has_not_kept_is_never_renamed_away(spool: Path) -> None:
    append(spool, note("a", "x" * ROTATE))
    for _ in range(3):
        assert keys(spool) == ["a"]
    assert not spool.with_name("spool.1").exists()


HOOK = Path(__file__).parents[2] / "hooks" / "post-commit"
# What git does at a commit, and what a probe leaves: one line each, appended.
SHELL = """
n=0; while [ $n -lt 20 ]; do n=$((n + 1))
sh "$2"
printf '{"v":1,"kind":"note","key":"%s:%s","at":5.0,"data":{"type":"doing","text":"%02000d"}}\\n' "$1" "$n" 0 >>"$GIT_DIR/handoffd/spool"
done
"""
PYTHON = """
import sys
from pathlib import Path
from handoffd.model.events import Event
from handoffd.model.facts import Note
from handoffd.sources.spool.reader import append
for number in range(1, 151):
    append(Path(sys.argv[1]), Event("note", 5.0, f"{sys.argv[2]}:{number}", Note("doing", "x" * 9000)))
"""


def test_many_rotations_with_fifty_writers_at_work(spool: Path) -> None:
    spool.touch()
    env = {**os.environ, "GIT_DIR": str(spool.parent.parent)}
    shells = [subprocess.Popen(["sh", "-c", SHELL, "sh", f"s{name}", str(HOOK)], env=env) for name in range(48)]
    pythons = [subprocess.Popen([sys.executable, "-c", PYTHON, str(spool), f"p{name}"], cwd=HOOK.parents[1]) for name in range(2)]
    cursor: dict[str, Any] | None = None
    told: list[str] = []
    inodes: set[str] = set()
    over = False
    while not over:
        over = all(writer.poll() is not None for writer in (*shells, *pythons))
        result = read(spool, cursor, ".")
        told += [event.key for event in result.events]
        cursor = result.cursor
        inodes |= cursor["files"].keys()
    assert [writer.returncode for writer in (*shells, *pythons)] == [0] * 50
    wanted = {f"s{name}:{number}" for name in range(48) for number in range(1, 21)} | {
        f"p{name}:{number}" for name in range(2) for number in range(1, 151)
    }
    assert set(told) == wanted and len(inodes) > 1 and cursor and cursor["skipped"] == 0
