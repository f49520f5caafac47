"""What `resume` and `show` read: this branch's handoff as the world is now, or another one as it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handoffd.model.errors import UserError
from handoffd.model.local_time import day, minute
from handoffd.model.records import replace

if TYPE_CHECKING:
    from handoffd.cli.environment import Environment
    from handoffd.model.document import Document
    from handoffd.pipeline.ingest import Ingested
    from handoffd.pipeline.workspace import Workspace
    from handoffd.reading.choose import WrittenSession
    from handoffd.reading.live import Reading


def live_reading(place: Workspace, environment: Environment, news: Ingested | None = None) -> Reading | None:
    """This branch's handoff as the world is now; None where nothing is known of the branch. `news` is what was read a moment ago."""
    from handoffd.pipeline.scan import limits_of, reader_of
    from handoffd.reading.live import Unwritten, live

    seen = Unwritten(news.unwritten, news.status) if news is not None else Unwritten()
    with place.journal.reading():
        return live(reader_of(place), place.journal, limits_of(place, environment.now()), seen, lambda one: _edited(place, one))


def now_or_written(place: Workspace, environment: Environment, news: Ingested, branch: str | None, back: int) -> Document:
    """The document that `resume` was asked for. Raises UserError where there is nothing to go on from."""
    from handoffd.git.refs import head_branch
    from handoffd.reading.choose import nth, sessions, written

    here = place.redactor().text(head_branch(place.git, place.worktree))
    if back:
        fact = nth(written(place.journal, place.id), back)
        return _as_written(next(one for one in sessions(place.journal, place.id) if one.fact is fact or one.fact == fact), place, here)
    if branch is None or branch == here:
        reading = live_reading(place, environment, news)
        if reading is not None:
            return reading.document
    return _elsewhere(place, here, branch)


def _elsewhere(place: Workspace, here: str, branch: str | None) -> Document:
    """The newest handoff of another branch, or of another worktree, by its own words."""
    from handoffd.reading.choose import sessions

    every = sessions(place.journal, None)
    wanted = [one for one in every if one.fact.branch == branch] if branch is not None else every
    own = [one for one in wanted if one.worktree == place.id]
    if own or wanted:
        return _as_written((own or wanted)[0], place, here)
    if branch is not None:
        raise UserError(f"there is no handoff of a branch {branch}", hint="handoffd list --all")
    raise UserError(
        f"nothing to resume: no work was seen on {here or 'this detached HEAD'} yet, and no handoff was written here", hint=_last_known(place)
    )


def _as_written(one: WrittenSession, place: Workspace, here: str) -> Document:
    from handoffd.model import text
    from handoffd.output.json import from_json

    fact = one.fact
    of = f"branch {text.branch(fact.branch)}" if fact.branch else "a detached HEAD"
    where = "" if one.worktree == place.id else ", of another worktree"
    aside = f"Of {of}{where}, as it was written {day(fact.ended)} {minute(fact.ended)}, not looked up again."
    other = "" if fact.branch == here and not where else f" This is {text.branch(here) if here else 'a detached HEAD'}."
    document = from_json(fact.document)
    return replace(document, notes=(*document.notes, aside + other))


def _edited(place: Workspace, one: WrittenSession) -> tuple[str, ...]:
    """A file that was changed by hand is not what is read here."""
    from handoffd.model import text
    from handoffd.output.delivery import digest_of

    fact = one.fact
    directory = place.directory_of(fact)
    found = digest_of(place.root, directory, fact.name) if fact.name else ""
    # Another process may have written the file anew since the journal was read.
    if not found or found == fact.sha256 or place.journal.wrote(place.id, fact.name, found):
        return ()
    return (f"{text.path(f'{directory}/{fact.name}')} was edited, its edits are not read here",)


def _last_known(place: Workspace) -> str:
    """The state of the repository in a line."""
    from handoffd.git.log import log_records
    from handoffd.model import text

    newest = next(iter(log_records(place.git, ("%h", "%s", "%an"), "-1", "HEAD", "--")), None)
    if not newest:
        return "there is no commit yet; work here, then: handoffd flush"
    short, subject, author = newest
    said = place.redactor().text(f"{short} {subject} ({author})")
    return f"the last commit is {text.inline(said, 120)}; handoffd now tells of any repository from git alone"
