"""The Status section: open operation, branch, commits, uncommitted changes, tests. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from handoffd.handoff.facts.history import is_own
from handoffd.handoff.facts.test_runs import broken, counts, last_green, outcome, runner
from handoffd.handoff.facts.view import View
from handoffd.model import text
from handoffd.model.counts import plural
from handoffd.model.document import CommitLine, Status, TestLine
from handoffd.model.facts import Arrival, Commit, Test
from handoffd.model.kinds import BranchAction, EntryKind, OperationKind
from handoffd.model.session import Recorded
from handoffd.model.snapshot import EMPTY_TREES, Entry
from handoffd.model.test_runs import RUNNING, UNCOUNTED, counted, partial
from handoffd.model.triggers import Trigger

MOST_COMMITS = 10
NEWEST = 8
MOST_PATHS = 5
MOST_ARRIVALS = 3
NOT_OWN = "Not own"
PULLED = "Pulled, not counted"
NO_RUN = "No run seen this session"
NO_REPORT = "No report seen"
_WORDS = {"staged": "staged by the merge", "not_compared": "not compared"}
_KINDS = ("conflicted", "staged", "modified", "added", "deleted", "renamed", "submodule", "untracked", "not_compared")


def status(view: View) -> Status:
    """All facts of the section, and its lines."""
    tests, commits = tests_line(view), commit_lines(view)
    changes = changes_by_kind(view)
    lines = [*_reason(view), *_operation(view), _branch(view), *_commits(view, commits)]
    lines += [f"**Uncommitted changes**: {_changes(view)}", f"**Tests**: {tests.text}", *_suites(view)]
    operation = view.snapshot.operation
    return Status(
        tuple(lines),
        upstream=view.snapshot.upstream,
        ahead=view.snapshot.ahead,
        behind=view.snapshot.behind,
        operation=operation.kind if operation else "",
        commits=tuple(commits),
        changes=changes,
        tests=tests,
    )


def _reason(view: View) -> Iterator[str]:
    if view.reconstructed:
        yield "⚠️ **Reconstructed**: no handoff was written at the end, made from the log"
    elif view.checkpoint:
        # The journal of another version may hold a trigger that this version does not know.
        when = next((f"{trigger.when}, " for trigger in Trigger if trigger == view.trigger), "")
        yield f"**Checkpoint**: {when}session still open"
    if view.snapshot.trouble:
        yield f"⚠️ **Not all could be read**: {text.inline(view.snapshot.trouble)}"


def _operation(view: View) -> Iterator[str]:
    operation = view.snapshot.operation
    if operation is None:
        return
    listed = len(operation.conflicts) or len(view.snapshot.conflicts)
    conflicts = f" — {len(view.unresolved)} of {plural(listed, 'conflicted file')} unresolved" if listed else ""
    since = f" since {view.clock(operation.since)}" if operation.since else ""
    if operation.kind == OperationKind.MERGE:
        other = text.branch(operation.other) if operation.other else "a commit"
        where = f"{other} ({view.short(operation.other_oid)}, {plural(operation.commits, 'commit')}) into {view.branch}"
        yield f"⚠️ **Merge open**: {where}{since}{conflicts}"
    elif operation.kind in (OperationKind.REBASE, OperationKind.AM):
        onto = text.branch(operation.other) if operation.other else view.short(operation.onto)
        step = f", step {operation.step} of {operation.total}" if operation.total else ""
        what = f"{view.operation} of {text.branch(operation.branch) if operation.branch else 'detached HEAD'}" + (f" onto {onto}" if onto else "")
        yield f"⚠️ **{view.operation.capitalize()} open**: {what}{step}{since}{conflicts}"
    else:
        of = f" of {view.short(operation.other_oid)}" if operation.other_oid else ""
        yield f"⚠️ **{view.operation.capitalize()} open**: {view.operation}{of}{since}{conflicts}"


def _branch(view: View) -> str:
    snapshot, parts = view.snapshot, []
    if snapshot.branch and snapshot.known:
        if not snapshot.upstream:
            parts.append("no upstream")
        elif snapshot.upstream_gone:
            parts.append(f"upstream {text.branch(snapshot.upstream)} is gone")
        else:
            parts.append(_tracking(snapshot.ahead, snapshot.behind, text.branch(snapshot.upstream)))
    parts += _created(view)
    parts += [f"its changes are in {text.branch(snapshot.merged)}"] if snapshot.merged and snapshot.known else []
    return f"**Branch**: {view.branch}" + (f" ({'; '.join(parts)})" if parts else "")


def _tracking(ahead: int, behind: int, upstream: str) -> str:
    if ahead and behind:
        return f"{ahead} ahead, {behind} behind {upstream}"
    if ahead or behind:
        return f"{ahead} ahead of {upstream}" if ahead else f"{behind} behind {upstream}"
    return f"up to date with {upstream}"


def _created(view: View) -> list[str]:
    made, name = None, view.snapshot.branch
    for fact in (seen.fact for seen in reversed(view.session.branches)):
        if fact.name == name and fact.action == BranchAction.RENAMED:
            name = fact.source
        elif fact.name == name and fact.action == BranchAction.CREATED and fact.commit:
            made = fact
            break
    closed = max((seen.at for seen in view.session.handoffs if seen.fact.closes), default=0.0)
    if made is None or not view.snapshot.branch or 0 < made.made < closed:
        return []
    source = f" from {text.branch(made.source)}" if made.source else ""
    return [f"created this session{source} at {view.short(made.commit)}"]


def commit_lines(view: View) -> list[CommitLine]:
    """The session's commits in the order of Status; `group` says why one is not counted."""
    reverted = {pair.oid: view.short(pair.revert.fact.new) for pair in view.commits.reverts}
    history = view.commits.history
    lines = [_line(view, seen, _mark(view, seen, reverted), "") for seen in history.counted]
    lines += [_line(view, seen, _by(seen), NOT_OWN) for seen in history.picked]
    lines += [_line(view, seen, "", _on(view, to, seen)) for to, seen in history.elsewhere]
    lines += [_arrival(view, one, PULLED) for one in history.arrivals]
    return lines + [_arrival(view, one, f"On {text.branch(to)}, pulled") for to, one in history.elsewhere_arrivals]


def _arrival(view: View, one: Arrival, group: str) -> CommitLine:
    return CommitLine(one.oid, view.short(one.oid), one.subject, "arrival", "", group, one.author)


def _on(view: View, branch: str, seen: Recorded[Commit]) -> str:
    author = f" by {text.inline(seen.fact.author, 80)}" if not is_own(view.snapshot, seen.fact) and seen.fact.author.strip() else ""
    return f"On {text.branch(branch)}{author}"


def _by(seen: Recorded[Commit]) -> str:
    """Whose commit it is that was taken over here."""
    author = text.inline(seen.fact.author, 80) if seen.fact.author.strip() else ""
    return f"by {author}, picked" if author else "picked"


def _line(view: View, seen: Recorded[Commit], mark: str, group: str) -> CommitLine:
    return CommitLine(seen.fact.new, view.short(seen.fact.new), seen.fact.subject, seen.fact.action, mark, group, seen.fact.author)


def _mark(view: View, seen: Recorded[Commit], reverted: Mapping[str, str]) -> str:
    marks = ["merge"] if len(seen.fact.parents) > 1 else []
    marks += ["pushed"] if view.commits.pushed(seen.fact.new) else []
    marks += [f"reverted by {reverted[seen.fact.new]}"] if seen.fact.new in reverted else []
    return ", ".join(marks)


def _commits(view: View, lines: Sequence[CommitLine]) -> Iterator[str]:
    counted = [line for line in lines if not line.group]
    yield f"**Commits {view.span.words}**: {len(counted)}"
    shown = counted
    if len(counted) > MOST_COMMITS:
        bulk = {seen.fact.new for seen in view.commits.counted if view.commits.is_bulk(seen)}
        newest = {line.oid for line in counted[-NEWEST:]}
        shown = [line for line in counted if line.oid in newest or line.oid in bulk]
    for line in shown:
        yield _commit(line)
    if len(shown) < len(counted):
        start = view.snapshot.base if view.snapshot.base not in EMPTY_TREES.values() else ""
        base = start or next((parent for parent in view.commits.counted[0].fact.parents[:1]), "")
        where = f"git log {view.short(base)}..HEAD" if base else "git log"
        yield f"  +{len(counted) - len(shown)} more ({where})"
    for line in lines:
        if line.group == NOT_OWN:
            yield _commit(line)
    others = [line for line in lines if line.group.startswith("On ") and line.action != "arrival"]
    for line in others[:MOST_COMMITS]:
        yield f"  {line.group}: {line.short} {text.subject(line.subject, text.WHOLE)}"
    if len(others) > MOST_COMMITS:
        yield f"  +{len(others) - MOST_COMMITS} more on other branches"
    arrivals = [line for line in lines if line.action == "arrival"]
    groups = dict.fromkeys(line.group for line in arrivals)
    for group in groups:
        own = [line for line in arrivals if line.group == group]
        yield from _arrivals(group, own, view.commits.history.arrived if group == PULLED else len(own))


def _commit(line: CommitLine) -> str:
    mark = f" ({line.mark})" if line.mark else ""
    return f"  {line.short} {text.subject(line.subject, text.WHOLE)}{mark}"


def _arrivals(group: str, lines: Sequence[CommitLine], count: int) -> Iterator[str]:
    if count > MOST_ARRIVALS:
        yield f"  {group}: {plural(count, 'commit')} ({lines[0].short}..{lines[-1].short})"
        return
    for line in lines:
        author = f" ({text.inline(line.author, 80)})" if line.author.strip() else ""
        yield f"  {group}: {line.short} {text.subject(line.subject, text.WHOLE)}{author}"


def changes_by_kind(view: View) -> dict[str, tuple[str, ...]]:
    """Uncommitted paths by kind, exact."""
    kinds: dict[str, list[str]] = {}
    for entry in view.listed:
        kinds.setdefault(_kind(view, entry), []).append(entry.path)
        if entry.staged and not view.merging:
            kinds.setdefault("staged", []).append(entry.path)
        if entry.compared and entry.kind != EntryKind.NOT_COMPARED:
            kinds.setdefault("not_compared", []).append(entry.path)
    return {kind: tuple(paths) for kind, paths in kinds.items()}


def _kind(view: View, entry: Entry) -> str:
    if view.merging and entry.staged and not entry.unstaged and entry.kind != EntryKind.CONFLICTED:
        return "staged"
    return entry.kind


def _changes(view: View) -> str:
    if not view.snapshot.known:
        return "not known"
    by_kind: dict[str, list[Entry]] = {}
    for entry in view.listed:
        by_kind.setdefault(_kind(view, entry), []).append(entry)
    parts = [_part(by_kind[kind], _WORDS.get(kind, kind)) for kind in _KINDS if kind in by_kind]
    return ", ".join(parts) or "None"


def _part(entries: Sequence[Entry], word: str) -> str:
    said = f"{plural(len(entries), 'submodule')} changed" if word == EntryKind.SUBMODULE else f"{plural(len(entries), 'file')} {word}"
    why = ", ".join(dict.fromkeys(text.inline(entry.compared) for entry in entries if entry.compared))
    if len(entries) > MOST_PATHS:
        return said + (f" ({why})" if why else "")
    mixed = word not in _WORDS.values() and any(entry.unstaged for entry in entries)
    names = [text.path(entry.path) + (" staged" if entry.staged and mixed and not entry.unstaged else "") for entry in entries]
    return f"{said} ({', '.join(names)}{f'; {why}' if why else ''})"


def tests_line(view: View) -> TestLine:
    """What the newest runs told: the sum of several reports, or the newest run where one is only a part of another."""
    told, going = view.tests.in_bullet, view.snapshot.going
    if not told:
        return TestLine(NO_RUN if view.span.watched else NO_REPORT)
    newest, run = told[0], told[0].fact
    around = [*dict.fromkeys(runner(one.fact) for one in told), _moment(view, newest)]
    around += [text.inline(run.scope, 200)] if partial(run) else []
    brackets = ", ".join(around) + "".join(f"; {part}" for part in _since(view, newest, view.tests.failed))
    red = view.tests.failed or any(broken(one.fact, going) for one in view.tests.runs)
    last = "" if view.tests.seen_now else f"{NO_RUN}; last: "
    line = f"{last}{'⚠️ ' if red else ''}{outcome(told, going)} ({brackets})"
    passed, failed, skipped = (sum(getattr(one.fact, name) for one in told) for name in ("passed", "failed", "skipped"))
    return TestLine(line, run.runner, passed, failed, skipped, newest.at, view.tests.changed_since, True, counted(run))


def _moment(view: View, run: Recorded[Test]) -> str:
    clean = run.fact.head and not run.fact.dirty
    on = f" on {view.short(run.fact.head)}" if clean else ""
    operation = view.snapshot.operation
    before = f", before the {view.operation}" if operation and operation.since and run.at < operation.since else ""
    since = "since " if run.fact.state == RUNNING else ""
    return f"{since}{view.clock(run.at)}{on}{before}" if view.span.watched else f"report of {view.clock(run.at)}{on}, not watched"


def _since(view: View, run: Recorded[Test], failed: int) -> Iterator[str]:
    changed = view.tests.changed_since
    if broken(run.fact, view.snapshot.going) and run.fact.state not in (RUNNING, UNCOUNTED):
        # A runner that broke before it could count, or a step of the command that is no test.
        yield f"exit code {run.fact.exit}"
    if len(changed) == 1:
        yield f"{text.path(changed[0])} changed since"
    elif changed:
        yield f"{plural(len(changed), 'file')} changed since"
    green = last_green(view.work.tests, run)
    if failed and green is not None:
        on = f" on {view.short(green.fact.head)}" if green.fact.head and not green.fact.dirty else ""
        yield f"last green {view.clock(green.at)}{on}"
    if run.fact.report and len(view.tests.runs) == 1:
        yield text.path(run.fact.report)


def _suites(view: View) -> Iterator[str]:
    """A line each where there are several runs, but for one that the bullet tells alone; or suites in one."""
    if len(view.tests.runs) > 1:
        for run in [run for run in view.tests.runs if view.tests.in_bullet != (run,)][:MOST_COMMITS]:
            name = text.path(run.fact.report) if run.fact.report else runner(run.fact)
            only = f", {text.inline(run.fact.scope, 120)}" if partial(run.fact) else ""
            yield f"  {name}{only} — {outcome((run,), view.snapshot.going)} ({view.clock(run.at)})"
    elif view.tests.runs and len(view.tests.runs[0].fact.suites) > 1:
        for suite in view.tests.runs[0].fact.suites[:MOST_COMMITS]:
            yield f"  {text.inline(suite.name, 80)} — {counts(suite.passed, suite.failed, suite.skipped)}"
