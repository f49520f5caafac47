"""What must hold after each restart. Every check looks from outside: git's own files, the handoffs on disk, `log --json`, the model.

Each yields complaints, none when all is well.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.crash.work import Model
from tests.crash.world import GAP, World

HEADINGS = (
    "## Status", "## What's Done", "## What's In Progress", "## What's Pending", "## Key Decisions Made", "## Learnings Captured", "## Files Touched",
    "## Gotchas for Next Session", "## Resume Command",
)  # fmt: skip
STARTS_SESSION = {"commit", "file", "test", "note", "agent"}
# Times of the harness and of handoffd are read one after the other.
SLACK = 0.5

Log = list[dict[str, Any]]


def read_log(world: World, root: Path) -> Log:
    """The journal of a worktree as the command line tells it."""
    done = world.call("log", "--json", cwd=root)
    assert done.code == 0, done.err.read_text()
    return [json.loads(line) for line in done.out.read_text().splitlines()]


def when(event: dict[str, Any]) -> float:
    """Its time in epoch seconds."""
    return datetime.fromisoformat(event["at"]).timestamp()


def of(log: Log, *kinds: str) -> list[dict[str, Any]]:
    return [event["data"] for event in log if event["kind"] in kinds]


def making(log: Log) -> list[int]:
    """Ids of the events that make a session."""
    return [event["id"] for event in log if event["kind"] in STARTS_SESSION]


def ends(log: Log) -> list[int]:
    """The last event of each closed session, in order."""
    handoffs = of(log, "handoff")
    return sorted({data["through"] for data in handoffs if data["stage"] == "written" and data.get("closes")})


def in_words(log: Iterable[dict[str, Any]]) -> str:
    """Events in a complaint, a line each."""
    return "".join(f"\n  {one['id']} {one['at'][17:]} {one['by']} {one['kind']} {one['data']}"[:200] for one in log)


def goes_on(before: Log, now: Log) -> Iterator[str]:
    """What was told once is told again, in the same order, with nothing put between."""
    for old, new in zip(before, now, strict=False):
        if old != new:
            yield f"told before: {str(old)[:300]} and now: {str(new)[:300]}"
            return
    if len(now) < len(before):
        yield f"{len(before) - len(now)} events are gone, the first: {str(before[len(now)])[:300]}"


def movements(root: Path, git_dir: Path, log: Log) -> Iterator[str]:
    """HEAD's movements are git's own, each once, in git's order."""
    lines = (git_dir / "logs/HEAD").read_bytes().decode("utf-8", "surrogateescape").splitlines()
    truth = [tuple(line.split(" ", 2)[:2]) for line in lines]
    told = [(data["old"], data["new"]) for data in of(log, "commit", "checkout", "reset") if data["ref"] == "HEAD"]
    if told == truth:
        return
    lost, more = Counter(truth) - Counter(told), Counter(told) - Counter(truth)
    yield f"{root}: movements lost {len(lost)} {list(lost)[:2]}, doubled or invented {len(more)} {list(more)[:2]}, order kept: {not (lost or more)}"


def pushes(git_dir: Path, log: Log) -> Iterator[str]:
    """Each push that git logged, once."""
    truth: Counter[tuple[str, ...]] = Counter()
    for file in (git_dir / "logs/refs/remotes").rglob("*"):
        if file.is_file():
            lines = [line.split(" ", 2)[:2] for line in file.read_text().splitlines() if line.endswith("update by push")]
            truth.update((f"refs/{file.relative_to(git_dir / 'logs/refs')}", *line) for line in lines)
    told = Counter((data["ref"], data["old"], data["new"]) for data in of(log, "push"))
    if told - truth or any(count > 1 for count in told.values()):
        yield f"pushes doubled or invented: {told - truth}"
    if truth - told:
        yield f"pushes lost: {truth - told}"


def stashes(world: World, log: Log) -> Iterator[str]:
    """Each stash that is there was told, none twice."""
    told = Counter((data["oid"], data["action"]) for data in of(log, "stash"))
    there = world.repo.git("stash", "list", "--format=%H").split()
    yield from (f"stash {oid} was not told" for oid in there if not told[oid, "made"])
    yield from (f"stash told {count} times: {key}" for key, count in told.items() if count > 1)


def notes(model: Model, log: Log) -> Iterator[str]:
    """An acknowledged note is there once; one whose process died is there once or not at all; their order is that in which they were made."""
    told = [data["text"] for data in of(log, "note")]
    count = Counter(told)
    yield from (f"acknowledged and lost: {text}" for text, sure in model.notes.items() if sure and not count[text])
    yield from (f"told {number} times or never said: {text}" for text, number in count.items() if number > 1 or text not in model.notes)
    spoken = [int(text.split()[-1]) for text in told if text.startswith("note ")]
    if spoken != sorted(spoken):
        yield f"notes out of order: {spoken}"


def reports(model: Model, log: Log) -> Iterator[str]:
    """No run twice, none invented, and the report that lies there now was told."""
    told = Counter(data["passed"] for data in of(log, "test") if data.get("report"))
    yield from (f"test run told {count} times: {passed}" for passed, count in told.items() if count > 1 or passed not in model.reports)
    if model.last_report and not told[model.last_report]:
        yield f"test run lost: {model.last_report}"


def runs(model: Model, log: Log) -> Iterator[str]:
    """A wrapped command's start and end are there once each, its end too when its exit code was seen; none that was never begun. Reports that were
    written while it went stand for its end, each of them."""
    wrapped = [data for data in of(log, "test") if data.get("run")]
    told = Counter((data["command"], data.get("state") == "running") for data in wrapped if not data.get("report"))
    ended = {data["command"] for data in wrapped if data.get("state") != "running"}
    yield from (f"run told {count} times or never made: {key}" for key, count in told.items() if count > 1 or key[0] not in model.runs)
    yield from (f"run acknowledged and lost: {command}" for command, sure in model.runs.items() if sure and command not in ended)


def files(root: Path, env: dict[str, str], model: Model, log: Log) -> Iterator[str]:
    """Each file that git calls changed was told as it is; no state of a file twice; no handoff or leftover of ours as news."""
    told = of(log, "file")
    states = Counter(
        (data["path"], data.get("size", 0), data.get("mtime", 0), data["action"]) for data in told if data["action"] in ("created", "changed")
    )
    yield from (f"file state told {count} times: {state}" for state, count in states.items() if count > 1)
    yield from (f"our own file told: {data['path']}" for data in told if data["path"].startswith(".claude/"))
    gone = Counter(data["path"] for data in told if data["action"] == "deleted" and not data.get("untracked"))
    twice = [path for path, count in gone.items() if count > model.removed[path] + model.unstashed]
    yield from (
        f"{path} deleted {gone[path]} times:{in_words(one for one in log if one['kind'] != 'file' or one['data']['path'] == path)}" for path in twice
    )
    seen = {(data["path"], data.get("size", 0)) for data in told}
    status = subprocess.run(["git", "status", "--porcelain", "-z", "-uall", "--no-renames"], cwd=root, env=env, capture_output=True, check=True)
    for entry in os.fsdecode(status.stdout).split("\0"):
        file = root / entry[3:]
        if entry[3:] and file.is_file() and (entry[3:], file.stat().st_size) not in seen:
            yield f"changed and not told: {entry}"


def handoffs(root: Path, log: Log) -> Iterator[str]:
    """Each file in the folder is a whole handoff that the journal knows to be written, and nothing else lies there. Also one whose process
    died before it said so: whoever looks next takes it for its own."""
    known = {(data["name"], data["sha256"]) for data in of(log, "handoff") if data["stage"] == "written"}
    for file in sorted(root.glob(".claude/*")):
        data = file.read_bytes()
        if not file.match("handoff-*.md"):
            yield f"left over: {file.name}"
            continue
        lines = data.decode().split("\n")
        if [line for line in lines if line.startswith("## ")] != list(HEADINGS) or not data.endswith(b"\n"):
            yield f"not whole: {file.name}"
        if (file.name, hashlib.sha256(data).hexdigest()) not in known:
            yield f"not as journalled: {file.name}"


def sessions(root: Path, log: Log) -> Iterator[str]:
    """One file a session."""
    written = [event for event in log if event["kind"] == "handoff" and event["data"]["stage"] == "written"]
    owner: dict[int, set[str]] = {}
    for event in written:
        name, through = event["data"]["name"], event["data"].get("through") or event["id"]
        session = next((end for end in ends(log) if end >= through), 0)
        if name and (root / ".claude" / name).exists():
            owner.setdefault(session, set()).add(name)
    told = in_words(event for event in log if event["kind"] in ("handoff", "push"))
    yield from (f"session through {end} has files {sorted(names)}:{told}" for end, names in owner.items() if len(names) > 1)
    names = Counter(name for found in owner.values() for name in found)
    yield from (f"{name} stands for {count} sessions:{told}" for name, count in names.items() if count > 1)


def gaps(log: Log, going: Sequence[tuple[float, float]]) -> Iterator[str]:
    """No closed session holds a gap longer than `session_gap` after something that was worth a handoff, but where a wrapped command was `going`."""
    start = 0
    for end in ends(log):
        latest, traces = 0.0, set[str]()
        # The first session holds what was there before the first look: its gaps close nothing.
        for event in (event for event in log if 0 < start < event["id"] <= end and event["kind"] in STARTS_SESSION):
            bridged = any(began <= latest + GAP and ended >= when(event) - GAP for began, ended in going)
            if traces and not bridged and when(event) - latest > GAP + 0.002:
                told = in_words(one for one in log if start < one["id"] <= end)
                yield f"a gap of {when(event) - latest:.2f} s before {event['id']} within the session through {end}:{told}"
            latest = max(latest, when(event))
            traces = _traces(traces, event)
        start = end


def _traces(before: set[str], event: dict[str, Any]) -> set[str]:
    """What a session leaves: a path that looks as HEAD has it again, and an untracked file that is gone, leave nothing."""
    data = event["data"]
    if event["kind"] != "file":
        return before | {str(event["id"])}
    if data["action"] == "restored" or (data["action"] == "deleted" and data.get("untracked")):
        return before - {data["path"]}
    return before | {data["path"]}


def reconstructed(world: World, log: Log) -> Iterator[str]:
    """A session that ended by itself says that it was put together afterwards, where no daemon lived and no handoff told all of it before."""
    told = 0.0
    for data in of(log, "handoff"):
        if data["stage"] != "written":
            continue
        if not data.get("closes"):
            told = max(told, data["ended"])
        if data.get("trigger") != "gap" or data.get("reconstructed") or told >= data["ended"]:
            continue
        over = data["ended"] + GAP
        lives = [*world.lives, *([(world.daemon.began, over + 1)] if world.daemon else [])]
        if not any(began - SLACK <= over <= ended + SLACK for began, ended in lives):
            yield f"{data['name']} ended with nobody there and does not say so"


def database(common: Path, acknowledged: dict[str, int]) -> Iterator[str]:
    """SQLite finds the file sound, and worktrees that are gone keep what they had. A linked one is kept under its name and when it was made."""
    with closing(sqlite3.connect(f"file:{common}/handoffd/journal.db?mode=ro", uri=True)) as connection:
        said = connection.execute("PRAGMA quick_check").fetchone()[0]
        if said != "ok":
            yield f"journal.db: {said}"
        for worktree, number in acknowledged.items():
            (found,) = connection.execute("SELECT count(*) FROM event WHERE worktree = ?1 OR worktree LIKE ?1 || '@%'", (worktree,)).fetchone()
            if found < number:
                yield f"{worktree}: {number - found} events are gone"
