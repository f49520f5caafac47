"""What the session left on each path, put together from its commits, the working tree and its stashes. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from handoffd.handoff.facts.history import Reverted
from handoffd.handoff.facts.view import View
from handoffd.model.change import Change, Dependency
from handoffd.model.facts import Commit
from handoffd.model.kinds import ChangeKind, CommitAction, FileRole, StashAction
from handoffd.model.records import dataclass, field
from handoffd.model.session import Recorded


@dataclass(slots=True)
class FileHistory:
    """One file, by its newest name. `paths`: that name and every older one. `commits`: live ones, oldest first, with their change.
    `elsewhere`: branches other than HEAD's that hold changes. `nothing_left`: only reverted, reset or stashed changes."""

    path: str
    olds: list[str] = field(default_factory=list)
    commits: list[tuple[Recorded[Commit], Change]] = field(default_factory=list)
    reverted: list[tuple[Reverted, tuple[str, ...]]] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    uncommitted: Change | None = None
    bulk: int = 0
    others: int = 0

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([self.path, *self.olds]))

    @property
    def changes(self) -> list[Change]:
        return [change for _, change in self.commits] + ([self.uncommitted] if self.uncommitted else [])

    @property
    def adds(self) -> list[str]:
        """Definitions that are new since the session's start and still there."""
        found: dict[str, None] = {}
        for change in self.changes:
            found.update(dict.fromkeys(change.adds))
            for name in change.removes:
                found.pop(name, None)
        return list(found)

    @property
    def names(self) -> list[str]:
        added = set(self.adds)
        return [name for name in dict.fromkeys(name for change in self.changes for name in change.names) if name not in added]

    @property
    def removes(self) -> list[str]:
        ever_added = {name for change in self.changes for name in change.adds}
        return [name for name in dict.fromkeys(name for change in self.changes for name in change.removes) if name not in ever_added]

    @property
    def lines(self) -> str:
        """The wording where nothing has a name: of the newest change."""
        return next((change.lines for change in reversed(self.changes) if change.lines), "")

    @property
    def dependencies(self) -> list[Dependency]:
        return [one for change in self.changes for one in change.dependencies]

    @property
    def renamed_from(self) -> str:
        return self.olds[-1] if self.olds and self.olds[-1] != self.path and not self.deleted else ""

    @property
    def created(self) -> bool:
        return bool(self.changes) and self.changes[0].kind == ChangeKind.CREATED

    @property
    def deleted(self) -> bool:
        return bool(self.changes) and self.changes[-1].kind == ChangeKind.DELETED

    @property
    def generated(self) -> bool:
        return bool(self.changes) and all(change.role == FileRole.GENERATED for change in self.changes)

    @property
    def bulk_only(self) -> bool:
        return self.bulk == 1 and not self.others and self.uncommitted is None

    @property
    def submodule(self) -> bool:
        """Whether it is a repository of its own."""
        return bool(self.changes) and all(change.lines.startswith("submodule") and not change.places for change in self.changes)

    @property
    def nothing_left(self) -> bool:
        return not self.changes


def traces(view: View) -> list[FileHistory]:
    """Every path of the session: of commits that HEAD reaches, of other branches', of reverted, reset away and stashed ones, and dirty ones."""
    found: dict[str, FileHistory] = {}
    replaced = {seen.fact.old for seen in view.session.commits if seen.fact.action == CommitAction.AMEND}
    elsewhere = {seen.fact.new: branch for branch, seen in view.commits.history.elsewhere if seen.fact.new not in replaced}
    lost = {lost.commit.fact.new for lost in view.commits.history.lost}
    others = [seen for _, seen in view.commits.history.elsewhere if seen.fact.new in elsewhere]
    own = [*view.commits.counted, *view.commits.history.picked, *others, *(one.commit for one in view.commits.history.lost)]
    for seen in sorted(own, key=lambda one: one.id):
        for change in seen.fact.changes:
            trace = _moved(found, change) if seen.fact.new not in lost else _unmoved(found, change)
            _add(view, trace, seen, change, elsewhere.get(seen.fact.new, ""), seen.fact.new in lost)
    for change in view.snapshot.changes:
        if _in_session(view, change):
            _moved(found, change).uncommitted = change
    made = {seen.fact.oid for seen in view.session.stashes if seen.fact.action == StashAction.MADE}
    for stash in view.snapshot.stashes:
        for change in stash.changes if stash.oid in made else ():
            _unmoved(found, change)
    return _under_their_names(found.values())


def _in_session(view: View, change: Change) -> bool:
    """A dirty path is told whenever it was written, but not one that was so before handoffd first looked and that nothing touched since."""
    paths = [path for path in (change.path, change.old_path) if path]
    entry = view.entries.get(change.path)
    return entry is None or not entry.baseline or any(path in view.touched or path in view.session.files for path in paths)


def _unmoved(found: dict[str, FileHistory], change: Change) -> FileHistory:
    """The trace of a change that is not in the worktree: a rename that was stashed or reset away moved nothing."""
    path = change.old_path if change.kind == ChangeKind.RENAMED and change.path not in found else change.path
    moved = next((trace for trace in found.values() if path in trace.olds), None)
    return moved or found.setdefault(path, FileHistory(path))


def _under_their_names(traces: Iterable[FileHistory]) -> list[FileHistory]:
    """A file that was renamed and then deleted is told by the name that it had."""
    told = list(traces)
    for trace in told:
        if trace.deleted and trace.olds and not trace.elsewhere:
            first = trace.olds[-1]
            trace.olds = [*(name for name in trace.olds if name != first), trace.path]
            trace.path = first
    return told


def _moved(found: dict[str, FileHistory], change: Change) -> FileHistory:
    """The trace of the change's path; a rename takes the old name's trace along."""
    if change.kind == ChangeKind.RENAMED and change.old_path in found and change.path not in found:
        trace = found.pop(change.old_path)
        trace.olds.insert(0, change.old_path)
        trace.path = change.path
        found[change.path] = trace
    trace = found.setdefault(change.path, FileHistory(change.path))
    if change.old_path and change.kind == ChangeKind.RENAMED and change.old_path not in trace.olds:
        trace.olds.append(change.old_path)
    return trace


def _add(view: View, trace: FileHistory, seen: Recorded[Commit], change: Change, branch: str, lost: bool) -> None:
    trace.bulk += view.commits.is_bulk(seen)
    trace.others += not view.commits.is_bulk(seen)
    pair = next((pair for pair in view.commits.reverts if pair.oid == seen.fact.new and pair.original), None)
    if pair is not None:
        trace.reverted.append((pair, (*change.names, *change.adds)))
    elif seen.fact.new in view.commits.reverted or lost:
        return
    else:
        trace.commits.append((seen, change))
        if branch:
            trace.elsewhere.append(branch)
