"""What's Done: notes, then a line for each finished commit, then tests that went from red to green. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from handoffd.code.file_roles import is_test
from handoffd.code.languages import family_of
from handoffd.handoff.facts.notes import newest_first, of_agents, of_persons, origin, said, strength
from handoffd.handoff.facts.test_runs import green_again
from handoffd.handoff.facts.view import View
from handoffd.handoff.words import done_subject, is_wip, series
from handoffd.model import text
from handoffd.model.change import Change
from handoffd.model.claims import Ancestor
from handoffd.model.counts import plural
from handoffd.model.document import TOOL, Item, Rank
from handoffd.model.facts import Commit, Note
from handoffd.model.kinds import CommitAction, ItemKind, NoteType
from handoffd.model.lazy import lazy
from handoffd.model.sections import SectionKey
from handoffd.model.session import Recorded

MOST_NAMES = 3
FEW = 2
_HEADED = ("markdown", "toml", "yaml", "ini")
_MERGED = lazy(r"Merge (?:remote-tracking )?(?:branch|tag|commit) '([^']+)'")


def done(view: View) -> tuple[Item, ...]:
    """Notes newest first, commits oldest first, as the work was done."""
    notes = newest_first(view.notes.now(NoteType.DONE))
    return (*map(_note, of_persons(notes)), *_commits(view), *_green(view), *map(_note, of_agents(notes)))


def _note(seen: Recorded[Note]) -> Item:
    fact = seen.fact
    return Item(SectionKey.DONE, ItemKind.NOTE, said(fact), origin(fact), evidence=(seen.id,), rank=Rank(strength(fact), False, seen.at))


def _commits(view: View) -> Iterator[Item]:
    for seen in view.commits.live:
        fact = seen.fact
        if is_wip(fact.subject) or (fact.action == CommitAction.PULL and len(fact.parents) > 1):
            continue
        claim = Ancestor(fact.new, "HEAD")
        paths = tuple(change.path for change in fact.changes)
        rank = Rank(TOOL, False, seen.at)
        yield Item(
            SectionKey.DONE, ItemKind.COMMIT, _text(view, seen), evidence=(seen.id,) if seen.id else (), claims=(claim,), paths=paths, rank=rank
        )


def _text(view: View, seen: Recorded[Commit]) -> str:
    fact = seen.fact
    subject = text.subject(done_subject(fact.subject)) if fact.subject else f"commit {view.short(fact.new)}"
    if len(fact.parents) > 1:
        other = _MERGED.match(fact.subject)
        what = f"Merge {text.branch(other[1])}" if other else subject
        return f"{what} ({plural(fact.arrived, 'commit')})" if fact.arrived else what
    if view.commits.is_bulk(seen):
        words = f"; {text.name(fact.words[0][0])} to {text.name(fact.words[0][1])} in {fact.words[0][2]}" if fact.words else ""
        return f"{subject} ({plural(fact.count, 'file')}{words})"
    names = _names(fact.changes)
    if not names and 0 < fact.count <= FEW:
        return f"{subject} ({', '.join(text.path(change.path) for change in fact.changes)})"
    return f"{subject}{names} ({plural(fact.count, 'file')})" if fact.count else subject


def _names(changes: Sequence[Change]) -> str:
    """` — adds NAMES` or ` — in NAMES`, at most three from all files, tests last; the headings of documents and settings are no names here."""
    ordered = sorted((change for change in changes if family_of(change.path) not in _HEADED), key=lambda change: is_test(change.path))
    adds = [name for change in ordered for name in change.adds]
    if adds:
        return f" — adds {series([text.name(name, 60) for name in dict.fromkeys(adds)], MOST_NAMES)}"
    names = [name for change in ordered for name in change.names]
    return f" — in {series([text.name(name, 60) for name in dict.fromkeys(names)], MOST_NAMES)}" if names else ""


def _green(view: View) -> Iterator[Item]:
    """Tests that a run of this session saw red and a later one, on another tree, saw pass. Flaky ones are not among them."""
    fixed = green_again(view.work.tests, view.began)
    trees = {(run.fact.head, run.fact.dirty) for run in view.work.tests}
    if not fixed or len(trees) < 2:
        return
    names = list(dict.fromkeys(text.inline(name, 80) for name, _ in fixed))
    evidence = tuple(sorted({run.id for _, run in fixed}))
    rank = Rank(TOOL, False, fixed[-1][1].at)
    yield Item(SectionKey.DONE, ItemKind.GREEN, f"Tests green again: {series(names, MOST_NAMES)}", evidence=evidence, rank=rank)
