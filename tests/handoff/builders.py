"""Sessions and snapshots made by hand, and arbitrary ones for laws."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from handoffd.handoff.compose import compose
from handoffd.handoff.facts.view import View
from handoffd.model.change import Change, Dependency, HunkPlace
from handoffd.model.claims import claim_data
from handoffd.model.document import Document, Item
from handoffd.model.events import Event
from handoffd.model.facts import (
    Arrival,
    Branch,
    Checkout,
    Commit,
    Daemon,
    Failure,
    File,
    Note,
    Push,
    Reset,
    Stash,
    Suite,
    Test,
)
from handoffd.model.records import replace
from handoffd.model.session import Session, arrivals_of, fold
from handoffd.model.snapshot import (
    Conflict,
    Entry,
    FailurePlace,
    OpenMark,
    OpenOperation,
    PushTarget,
    Reference,
    RunTree,
    Snapshot,
    StashState,
)
from handoffd.output.markdown import render
from tests.amounts import examples

NINE = 1_700_000_000.0  # 2023-11-14 22:13 UTC
KIND = {
    Commit: "commit",
    Checkout: "checkout",
    Reset: "reset",
    Stash: "stash",
    Push: "push",
    Branch: "branch",
    File: "file",
    Test: "test",
    Note: "note",
    Daemon: "daemon",
}


def oid(number: int) -> str:
    """A full object name; its first seven are `aNNNNNN`."""
    return f"a{number:06d}" + "0" * 33


def session_of(*facts: Any, branch: str = "work") -> Session:
    """The facts as events a minute apart, folded; ids count from 1."""
    events = [Event(KIND[type(fact)], NINE + 60 * at, f"k{at}", fact, ".", branch, at) for at, fact in enumerate(facts, 1)]
    return fold(events)


def made(number: int, subject: str, *changes: Change, action: str = "commit", **more: Any) -> Commit:
    """Commit `number` on top of the one before it."""
    return Commit(oid(number - 1), oid(number), action, subject=subject, parents=(oid(number - 1),), changes=changes, count=len(changes), **more)


def handoff(session: Session, snapshot: Snapshot, **more: Any) -> Document:
    """The document, half an hour after the session's start."""
    return compose(session, waiting(session, snapshot), more.pop("work", None), worktree="/w", trigger=more.pop("trigger", "flush"), ended=NINE + 1800, **more)


def view(*facts: Any, snapshot: Snapshot | None = None, **more: Any) -> View:
    """What the sections see, half an hour after the session's start; without a snapshot a clean tree on which commit 1 is."""
    session = session_of(*facts)
    return View(session, waiting(session, on_head(1) if snapshot is None else snapshot), more.pop("work", None), NINE + 1800, **more)


def claims_of(item: Item) -> list[tuple[str, dict[str, Any]]]:
    """The claims of an item: which check with which values."""
    return [(str(values.pop("check")), values) for values in map(claim_data, item.claims)]


def text_of(session: Session, snapshot: Snapshot, **more: Any) -> str:
    return render(handoff(session, snapshot, **more))


def part(text: str, heading: str) -> list[str]:
    """The lines of a section."""
    return text.split(f"## {heading}\n", 1)[1].split("\n\n## ", 1)[0].rstrip("\n").split("\n")


def on_head(*numbers: int, **more: Any) -> Snapshot:
    """A clean tree at the last of the commits, on branch work without an upstream."""
    names = tuple(oid(number) for number in numbers)
    return Snapshot(head=names[-1] if names else oid(0), branch="work", on_head=names, **{"has_remote": True, **more})


def waiting(session: Session, snapshot: Snapshot) -> Snapshot:
    """The snapshot with what git would say of the session's commits, where it says nothing of it: not pushed, lost, brought, and where a push goes."""
    own = {seen.fact.new for seen in session.commits}
    replaced = {seen.fact.old for seen in session.commits if seen.fact.action == "amend"}
    reached = {*snapshot.on_head, *dict(snapshot.on_branches), *snapshot.on_remotes}
    missing: dict[str, Any] = {}
    if not snapshot.unpushed and not snapshot.upstream:
        missing["unpushed"] = tuple(Reference(name) for name in snapshot.on_head if name in own and name not in snapshot.on_remotes)
    if not snapshot.lost and snapshot.known:
        missing["lost"] = tuple(seen.fact.new for seen in session.commits if seen.fact.new not in reached | replaced)
    if not snapshot.arrivals:
        missing["arrivals"], missing["arrived"] = arrivals_of(session)
    if snapshot.push is None:
        old = next((name for name in replaced if name in snapshot.on_remotes), "")
        follows = snapshot.upstream and not snapshot.upstream_gone
        if follows or old:
            missing["push"] = PushTarget(snapshot.upstream or "origin/work", True, snapshot.ahead, 0, old, bool(old))
    return replace(snapshot, **missing)


# For laws of arbitrary sessions, which take long to make.
law = settings(max_examples=examples(60, nightly=3000), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

# Arbitrary ones. Few distinct values, so that they meet each other.
WORD = st.sampled_from(["a", "retry", "GZip.flush", "__init__", "wip", "x_", "TODO", "fix: b", "*", "src/"])
TEXT = st.lists(WORD, min_size=1, max_size=3).map(" ".join) | st.text(min_size=1, max_size=12)
PATH = st.sampled_from(["a.py", "src/b.ts", "src/c/d.go", "test_a.py", "package.json", "yarn.lock", "docs/e.md", "odd\nname", "\udc80.c"])
OID = st.integers(0, 12).map(oid)
AT = st.floats(NINE, NINE + 3600)
LINE = st.integers(0, 50)
PLACE = st.builds(HunkPlace, LINE, LINE, st.sampled_from(["", "retry", "GZip.flush"]))
NAMES = st.lists(st.sampled_from(["retry", "GZip.flush", "__init__", "Other"]), max_size=3).map(tuple)
CHANGE = st.builds(
    Change,
    PATH,
    st.sampled_from(["created", "changed", "deleted", "renamed", "untracked", "type"]),
    st.sampled_from(["", "", "src/old.ts", "a.py"]),
    st.integers(0, 30),
    st.integers(0, 30),
    st.booleans(),
    NAMES,
    NAMES,
    NAMES,
    st.sampled_from(["", "line 3: x", "lines 3, 40"]),
    st.lists(PLACE, max_size=3).map(tuple),
    st.lists(PLACE, max_size=3).map(tuple),
    dependencies=st.lists(st.builds(Dependency, WORD, st.sampled_from(["", "1"]), st.sampled_from(["", "2"]), LINE), max_size=2).map(tuple),
    role=st.sampled_from(["", "", "generated", "schema", "ci", "decision"]),
)
CHANGES = st.lists(CHANGE, max_size=5, unique_by=lambda change: change.path).map(tuple)
BULK = st.integers(21, 30).map(lambda count: tuple(Change(f"bulk/f{at}.py", "renamed", f"old/f{at}.py", 1, 1) for at in range(count)))
COMMIT = st.builds(
    Commit,
    OID,
    OID,
    st.sampled_from(["commit", "amend", "merge", "revert", "rebase", "pull", "cherry-pick"]),
    subject=TEXT,
    trailers=st.lists(st.tuples(st.sampled_from(["Decision", "Why", "Trade-off", "Learned", "Gotcha", "Signed-off-by"]), TEXT), max_size=3).map(
        tuple
    ),
    parents=st.lists(OID, max_size=2).map(tuple),
    changes=CHANGES | BULK,
    count=st.integers(0, 30),
    reverts=st.sampled_from(["", "", oid(3)]),
    arrivals=st.lists(st.builds(Arrival, OID, TEXT, TEXT), max_size=4).map(tuple),
    arrived=st.integers(0, 6),
)
FAILURE = st.builds(Failure, TEXT, TEXT, PATH, LINE, TEXT)
FACT = (
    COMMIT
    | st.builds(
        Checkout,
        OID,
        OID,
        st.sampled_from(["checkout", "rebase-start", "pull", "fast-forward"]),
        arrivals=st.lists(st.builds(Arrival, OID, TEXT, TEXT), max_size=2).map(tuple),
    )
    | st.builds(Reset, OID, OID)
    | st.builds(Stash, OID, st.sampled_from(["made", "gone"]), TEXT)
    | st.builds(Branch, st.sampled_from(["work", "side"]), OID, st.sampled_from(["", "main"]))
    | st.builds(File, PATH, st.sampled_from(["created", "changed", "deleted", "restored"]), mtime=AT)
    | st.builds(
        Test,
        st.sampled_from(["pytest", ""]),
        st.integers(0, 30),
        st.integers(0, 5),
        st.integers(0, 2),
        st.lists(FAILURE, max_size=25).map(tuple),
        st.lists(TEXT, max_size=2).map(tuple),
        st.lists(st.builds(Suite, TEXT, LINE, LINE, LINE), max_size=3).map(tuple),
        st.sampled_from(["junit.xml", "other.xml", ""]),
        st.sampled_from(["", "make test"]),
    )
    | st.builds(
        Note,
        st.sampled_from(["done", "doing", "todo", "decision", "learning", "gotcha", "message"]),
        TEXT,
        TEXT,
        TEXT,
        PATH | st.just(""),
        LINE,
        LINE,
        st.lists(TEXT, max_size=3).map(tuple),
        TEXT | st.just(""),
    )
    | st.builds(Daemon, st.sampled_from(["rebuilt", "redacted", "init"]), TEXT, st.integers(0, 3))
)
SESSION = st.lists(FACT, max_size=8).map(lambda facts: session_of(*facts))
ENTRY = st.builds(
    Entry,
    PATH,
    st.sampled_from(["conflicted", "modified", "deleted", "renamed", "untracked"]),
    st.just(""),
    st.booleans(),
    st.booleans(),
    AT,
    LINE,
    st.booleans(),
)
REFERENCES = st.lists(st.builds(Reference, OID, TEXT), max_size=3).map(tuple)
SNAPSHOT = st.builds(
    Snapshot,
    OID,
    st.sampled_from(["work", ""]),
    upstream=st.sampled_from(["", "origin/work"]),
    upstream_gone=st.booleans(),
    ahead=st.integers(0, 3),
    behind=st.integers(0, 3),
    operation=st.none()
    | st.builds(
        OpenOperation,
        st.sampled_from(["merge", "rebase", "cherry-pick", "revert", "bisect", "am"]),
        st.sampled_from(["", "origin/main"]),
        OID,
        LINE,
        OID,
        st.sampled_from(["", "work"]),
        LINE,
        LINE,
        AT,
        st.lists(PATH, max_size=2).map(tuple),
    ),
    entries=st.lists(ENTRY, max_size=6, unique_by=lambda entry: entry.path).map(tuple),
    changes=CHANGES,
    conflicts=st.lists(
        st.builds(
            Conflict,
            PATH,
            st.lists(LINE, max_size=3).map(tuple),
            st.sampled_from(["", "head", "other", "merged"]),
            REFERENCES,
            REFERENCES,
            st.sampled_from(["", "old.py"]),
        ),
        max_size=2,
        unique_by=lambda one: one.path,
    ).map(tuple),
    marks=st.lists(
        st.builds(
            OpenMark,
            st.sampled_from(["todo", "box", "skip", "unfinished", "learning"]),
            PATH,
            LINE,
            TEXT,
            TEXT,
            st.sampled_from(["", oid(2)]),
            AT,
            st.booleans(),
        ),
        max_size=5,
    ).map(tuple),
    stashes=st.lists(st.builds(StashState, OID, LINE, TEXT, AT, st.just(""), CHANGES), max_size=2).map(tuple),
    failures=st.lists(st.builds(FailurePlace, TEXT, PATH, LINE, NAMES, st.booleans()), max_size=3).map(tuple),
    runs=st.lists(st.builds(RunTree, st.integers(1, 8), st.lists(PATH, max_size=2).map(tuple)), max_size=2).map(tuple),
    on_head=st.lists(OID, max_size=8, unique=True).map(tuple),
    on_branches=st.lists(st.tuples(OID, st.just("side")), max_size=3).map(tuple),
    on_remotes=st.lists(OID, max_size=3).map(tuple),
    unpushed=REFERENCES,
    base=st.sampled_from(["", oid(0)]),
    totals=st.lists(st.tuples(PATH, LINE, LINE), max_size=4).map(tuple),
    trouble=st.sampled_from(["", "the index is corrupt"]),
    known=st.booleans(),
)
