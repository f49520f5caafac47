"""Which events belong to which branch, whatever session they came in: a fold over the whole journal. Pure.

    events ──> advance() ──> OpenWork ──> index_of(branch) ──> ids ──> journal ──> BranchWork

A branch is not its name. It begins when its name is first seen, a rename takes it along, and its deletion ends it. A branch that is made again at
the commit where it was deleted goes on; at another commit it is a new one. What was done on a detached HEAD belongs to its worktree, until a branch
is made there. Only ids are kept, so that the fold stays small; one event more is one step more, wherever the events are cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from handoffd.model.drops import Drop
from handoffd.model.events import Event
from handoffd.model.facts import Branch, Checkout, Commit, Note, Reset, Test
from handoffd.model.kinds import BranchAction, CheckoutAction, FactKind
from handoffd.model.records import dataclass, field, replace
from handoffd.model.session import F, Recorded, Session
from handoffd.model.test_runs import merge_witnesses

# The kinds of events that the fold looks at. Files are not among them: most events are of files.
KINDS = (FactKind.COMMIT, FactKind.CHECKOUT, FactKind.RESET, FactKind.BRANCH, FactKind.TEST, FactKind.NOTE, FactKind.DROP)
# The newest that are kept of a branch.
MOST_RUNS = 100
MOST_NOTES = 1000
MOST_COMMITS = 2000


@dataclass(frozen=True, slots=True)
class BranchIndex:
    """The events of one branch, as ids in the journal's order. `id` is the first event's. `tip`: the commit that HEAD last had on it. `begin` is
    the commit where the branch begins and `begin_from` the ref that this was taken from, '' where nobody has found it yet."""

    id: int
    name: str
    tip: str = ""
    notes: tuple[int, ...] = ()
    tests: tuple[int, ...] = ()
    commits: tuple[int, ...] = ()
    begin: str = ""
    begin_from: str = ""
    made_at: str = ""
    drops: tuple[int, ...] = ()

    @property
    def ids(self) -> tuple[int, ...]:
        """All of them."""
        return tuple(sorted({*self.notes, *self.tests, *self.commits, *self.drops}))


@dataclass(frozen=True, slots=True)
class OpenWork:
    """`through` is the id of the last event folded. `branches` are all that are known, by their ids. `names`: name -> id of the branch that has it
    now. `deleted`: name -> id of the branch that had it last. `detached`: worktree -> id of what was done there on no branch. `rebased`: worktree ->
    the branch that an open rebase will come back to. `on`: worktree -> the branch that its HEAD is on. `renamed`:
    a name that was given up -> [id, when]."""

    through: int = 0
    branches: tuple[BranchIndex, ...] = ()
    names: Mapping[str, int] = field(default_factory=dict)
    deleted: Mapping[str, int] = field(default_factory=dict)
    detached: Mapping[str, int] = field(default_factory=dict)
    rebased: Mapping[str, str] = field(default_factory=dict)
    on: Mapping[str, str] = field(default_factory=dict)
    renamed: Mapping[str, Any] = field(default_factory=dict)

    def index_of(self, branch: str, worktree: str) -> BranchIndex:
        """The branch that has this name now; without a name, the worktree's detached HEAD."""
        wanted = self.names.get(branch) if branch else self.detached.get(worktree)
        return next((one for one in self.branches if one.id == wanted), BranchIndex(0, branch))


@dataclass(frozen=True, slots=True)
class BranchWork:
    """What the journal knows of one branch: a person's words, test runs, commits and drops of all its sessions, each in the journal's order."""

    name: str = ""
    notes: tuple[Recorded[Note], ...] = ()
    tests: tuple[Recorded[Test], ...] = ()
    commits: tuple[Recorded[Commit], ...] = ()
    begin: str = ""
    begin_from: str = ""
    made_at: str = ""
    drops: tuple[Recorded[Drop], ...] = ()


def work_of(index: BranchIndex, events: Iterable[Event], session: Session) -> BranchWork:
    """The branch's facts. `events` are those that `index` names, as far as the journal still has them; `session` is the open one, whose words and
    runs count although they came on another branch."""
    known = list(events)
    return BranchWork(
        index.name,
        _with_open(_recorded(Note, known), session.notes),
        merge_witnesses(_with_open(_recorded(Test, known), session.tests)),
        _recorded(Commit, known),
        index.begin,
        index.begin_from,
        index.made_at,
        _with_open(_recorded(Drop, known), session.drops),
    )


def with_words(work: BranchWork, words: Iterable[Recorded[Note]]) -> BranchWork:
    """The branch with words of others, each once, in the journal's order."""
    return replace(work, notes=_with_open(work.notes, tuple(words)))


def _recorded(kind: type[F], events: Iterable[Event]) -> tuple[Recorded[F], ...]:
    return tuple(Recorded(event.id, event.at, event.branch, event.fact) for event in events if isinstance(event.fact, kind))


def _with_open(found: tuple[Recorded[F], ...], open_now: tuple[Recorded[F], ...]) -> tuple[Recorded[F], ...]:
    """With those of the open session, each event once."""
    by_id = {seen.id: seen for seen in (*found, *open_now)}
    return tuple(by_id[id_] for id_ in sorted(by_id))


def advance(work: OpenWork, events: Iterable[Event]) -> OpenWork:
    """The fold, some events further. Events that were folded before change nothing."""
    fold = _Fold(work)
    for event in events:
        if event.id > fold.through:
            fold.add(event)
    return fold.done()


class _Fold:
    """OpenWork while it is being made."""

    def __init__(self, work: OpenWork) -> None:
        self.through = work.through
        self._branches = {one.id: one for one in work.branches}
        self._names, self._deleted, self._detached = dict(work.names), dict(work.deleted), dict(work.detached)
        self._rebased, self._on, self._aliases = dict(work.rebased), dict(work.on), dict(work.renamed)

    def add(self, event: Event) -> None:
        self.through = max(self.through, event.id)
        match event.fact:
            case Branch() as fact:
                self._branch(event, fact)
            case Checkout() as fact:
                self._checkout(event, fact)
            case Reset() as fact:
                self._at(event, fact.new)
            case Commit() as fact:
                self._at(event, fact.new)
                self._keep(event, commits=(event.id,))
            case Note():
                self._keep(event, notes=(event.id,))
            case Test():
                self._keep(event, tests=(event.id,))
            case Drop():
                here = self._here(event)
                self._put(replace(here, drops=_newest(MOST_NOTES, here.drops, (event.id,))))
            case _:
                pass

    def done(self) -> OpenWork:
        branches = tuple(sorted(self._branches.values(), key=lambda one: one.id))
        return OpenWork(self.through, branches, self._names, self._deleted, self._detached, self._rebased, self._on, self._aliases)

    def _branch(self, event: Event, fact: Branch) -> None:
        match fact.action:
            case BranchAction.CREATED:
                self._created(event, fact)
            case BranchAction.RENAMED:
                self._renamed(fact.source, fact.name, event.at)
            case BranchAction.DELETED:
                self._removed(fact)
            case BranchAction.BEGUN:
                self._put(replace(self._named(event, fact.name), begin=fact.commit, begin_from=fact.source))

    def _created(self, event: Event, fact: Branch) -> None:
        """A new branch, or one that goes on: the deleted one of this name at this commit, or what was done there on a detached HEAD."""
        own = self._named(event, fact.name)
        own = own if own.made_at else replace(own, made_at=fact.commit)
        self._put(own)
        before = self._branches.get(self._deleted.get(fact.name, 0))
        if before is not None and before.tip == fact.commit:
            del self._deleted[fact.name]
            own = self._joined(own, before)
        stretch = self._branches.get(self._detached.get(event.worktree, 0))
        if stretch is not None and stretch.tip == fact.commit:
            del self._detached[event.worktree]
            self._joined(own, stretch)

    def _renamed(self, old: str, new: str, at: float) -> None:
        """The log of HEAD and the branch's own both tell of a rename: the second changes nothing."""
        moved = self._branches.get(self._names.pop(old, 0))
        if moved is None:
            return
        there = self._branches.get(self._names.get(new, 0))
        self._names[new] = moved.id
        self._aliases[old] = [moved.id, at]
        moved = replace(moved, name=new)
        self._put(moved)
        if there is not None and there.id != moved.id:
            self._joined(moved, there)
        for worktree, name in self._rebased.items():
            self._rebased[worktree] = new if name == old else name

    def _removed(self, fact: Branch) -> None:
        gone = self._branches.get(self._names.pop(fact.name, 0))
        if gone is not None:
            self._put(replace(gone, tip=fact.commit or gone.tip))
            self._deleted[fact.name] = gone.id

    def _joined(self, own: BranchIndex, other: BranchIndex) -> BranchIndex:
        """Both as one, under the name of `own`."""
        del self._branches[other.id]
        joined = replace(
            own,
            notes=_newest(MOST_NOTES, other.notes, own.notes),
            tests=_newest(MOST_RUNS, other.tests, own.tests),
            commits=_newest(MOST_COMMITS, other.commits, own.commits),
            drops=_newest(MOST_NOTES, other.drops, own.drops),
            begin=own.begin or other.begin,
            begin_from=own.begin_from or other.begin_from,
        )
        self._put(joined)
        return joined

    def _checkout(self, event: Event, fact: Checkout) -> None:
        if fact.action == CheckoutAction.RENAME:
            self._renamed(fact.source, fact.target, event.at)
        if fact.action == CheckoutAction.REBASE_START:
            self._rebased[event.worktree] = event.branch or self._on.get(event.worktree, "")
        elif fact.action in (CheckoutAction.REBASE_FINISH, CheckoutAction.REBASE_ABORT, CheckoutAction.CHECKOUT):
            self._rebased.pop(event.worktree, None)
        if not event.branch and fact.action == CheckoutAction.CHECKOUT and self._on.get(event.worktree):
            # HEAD left a branch: what is done from here on has no name.
            self._detached.pop(event.worktree, None)
        self._at(event, fact.new)

    def _at(self, event: Event, commit: str) -> None:
        """HEAD is at `commit` now."""
        self._put(replace(self._here(event), tip=commit))

    def _keep(self, event: Event, notes: tuple[int, ...] = (), tests: tuple[int, ...] = (), commits: tuple[int, ...] = ()) -> None:
        here = self._here(event)
        self._put(
            replace(
                here,
                notes=_newest(MOST_NOTES, here.notes, notes),
                tests=_newest(MOST_RUNS, here.tests, tests),
                commits=_newest(MOST_COMMITS, here.commits, commits),
            )
        )

    def _here(self, event: Event) -> BranchIndex:
        """Where the event belongs: HEAD's branch, the one that is being rebased, or the worktree's detached HEAD."""
        name = event.branch or self._rebased.get(event.worktree, "")
        self._on[event.worktree] = name
        if name:
            return self._named(event, name)
        known = self._branches.get(self._detached.get(event.worktree, 0))
        if known is None:
            known = BranchIndex(event.id, "")
            self._detached[event.worktree] = known.id
        return known

    def _named(self, event: Event, name: str) -> BranchIndex:
        known = self._branches.get(self._names.get(name, 0)) or self._before_rename(event, name)
        if known is None:
            known = BranchIndex(self._free(event.id), name)
            self._names[name] = known.id
        return known

    def _before_rename(self, event: Event, name: str) -> BranchIndex | None:
        """git's log has whole seconds: words of the second in which a branch was renamed may still name it as it was called before."""
        id_, at = self._aliases.get(name, (0, 0.0))
        return self._branches.get(id_) if id_ and event.at <= at + 1 else None

    def _free(self, id_: int) -> int:
        """One event may be the first that is seen of two branches: the second has its negative id."""
        return id_ if id_ not in self._branches else -id_

    def _put(self, one: BranchIndex) -> None:
        self._branches[one.id] = one


def _newest(most: int, *groups: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted({id_ for group in groups for id_ in group})[-most:])
