"""flush(): the handoff of the open session, now. catch_up(): what every reading verb does first."""

from __future__ import annotations

import os
from collections.abc import Sequence

from handoffd.compose.document_now import document_now
from handoffd.files.layout import handoff_stem
from handoffd.files.run_locks import going
from handoffd.git.refs import tracked
from handoffd.git.run import GitDistrusts, GitError
from handoffd.journal.lock import Busy
from handoffd.journal.store import Writer
from handoffd.model.drops import Drop
from handoffd.model.errors import UserError, in_words
from handoffd.model.events import Event
from handoffd.model.facts import Handoff, Note
from handoffd.model.handoff_request import HandoffRequest
from handoffd.model.kinds import FactKind, HandoffStage, NoteType
from handoffd.model.records import dataclass, replace
from handoffd.model.session import Session, fold
from handoffd.model.session_gaps import is_over
from handoffd.model.triggers import Trigger
from handoffd.output.delivery import Undeliverable, choose, digest_of, write
from handoffd.pipeline.appending import append_composed, handing_over
from handoffd.pipeline.deliver import Delivered, deliver, encoded, handoff_fact, own_handoff
from handoffd.pipeline.handing_over import hand_over_now, look
from handoffd.pipeline.ingest import WAIT, Ingested, ingest, number, push_due
from handoffd.pipeline.scan import reader_of
from handoffd.pipeline.sessions import handed_over, has_unread_moves, open_events, stopped_just_now
from handoffd.pipeline.workspace import Workspace
from handoffd.sources.spool import reader as spool

PATIENCE = 5.0
"""Seconds for which a flush that closes the session waits for the journal."""


@dataclass(frozen=True, slots=True)
class Flushed:
    """What a flush did. `written` is None when the session is empty; `last` is then the newest handoff's path, '' when there is none, and `busy` says
    that git kept us from looking at the files. `open_why`: the session was to be closed and is not, and why."""

    written: Delivered | None
    last: str = ""
    busy: bool = False
    open_why: str = ""


def flush(place: Workspace, trigger: Trigger, by: str, now: float, message: str = "", dry_run: bool = False, agent: str = "") -> Flushed:
    """Ingest, then write the open session's handoff. A checkpoint's trigger leaves the session open. What closes the session waits for those that
    write the journal. `agent`: whose words the message is, '' a person's."""
    said = [_words(place, Note(NoteType.MESSAGE, message, agent=agent), now)] if message and not dry_run else []
    request = HandoffRequest(trigger, now, closes=trigger.closes)
    with place.journal.reading():
        news = _ingest_with(place, said, by, now, PATIENCE if trigger.closes and not dry_run else WAIT)
        if news.pushed and not dry_run:
            refresh(place, by, now)
        done = _write(place, request, by, now, news, dry_run)
        if done.written is None and place.journal.meta("rebuilt"):
            # There was no news, so that only this write found the damage: git and the files are asked again.
            news = _ingest_with(place, [], by, now)
            done = _write(place, request, by, now, news, dry_run)
    return replace(done, busy=news.busy)


def settle(place: Workspace, by: str, now: float, since: float) -> Flushed:
    """Write the handoff of a session that has been quiet for the idle time, and close one that has been quiet for a session's gap; both are dated
    back to its last event. A session that was over before `since`, when the caller began to watch, and of which nobody wrote a handoff before, is
    reconstructed. A wrapped test run that goes on is not quiet. Nobody waits for it: where the journal cannot be written, Busy is raised and the
    session stays as it is for the next try."""
    if going(place.spool.parent):
        return Flushed(None)

    def ask(session: Session) -> HandoffRequest | None:
        told, gap = handed_over(place, place.journal, session), place.settings.session_gap
        if is_over(session.ended, gap, now):
            return HandoffRequest(Trigger.GAP, session.ended, reconstructed=not told and is_over(session.ended, gap, since))
        if is_over(session.ended, place.settings.idle, now) and not told:
            return HandoffRequest(Trigger.IDLE, session.ended, closes=False)
        return None

    if has_unread_moves(place):
        # A commit of a moment ago belongs to what comes after the pause, not into its handoff.
        ingest(place, by, now)
    session = fold(open_events(place), place.id)
    if session.empty or ask(session) is None:
        return Flushed(None)
    return Flushed(hand_over_now(place, ask, by, now))


def catch_up(place: Workspace, by: str, now: float, watched: bool) -> Ingested:
    """Ingest, mend what a push made false, and close a session that nobody was there to close. `watched`: a daemon is up and will do that itself."""
    with place.journal.reading():
        news = ingest(place, by, now)
        if news.pushed:
            refresh(place, by, now)
        if not watched and not news.unwritten:
            _settle_quietly(place, by, now, news)
        return news


def _settle_quietly(place: Workspace, by: str, now: float, news: Ingested) -> None:
    """Nobody waits for it. Where a source could not be read, git may have nothing to say for the snapshot either: the session stays open."""
    try:
        settle(place, by, now, since=now)
    except Busy:
        return
    except GitError:
        if not news.failures:
            raise


def _write(place: Workspace, request: HandoffRequest, by: str, now: float, news: Ingested, dry_run: bool) -> Flushed:
    if dry_run or news.unwritten:
        return _without_lock(place, request, now, news, dry_run)
    try:
        wait = PATIENCE if request.closes else WAIT
        written = hand_over_now(place, lambda session: None if stopped_just_now(session, request) else request, by, now, news.status, wait)
    except Busy as held:
        placed = _placed(place, now)
        if placed:
            return Flushed(placed, open_why=in_words(held) if request.closes else "")
        return _without_lock(place, request, now, replace(news, problem=in_words(held)), dry_run)
    written = written or _of_a_moment_ago(place, request)
    return Flushed(written, last_path(place) if written is None else "")


def _of_a_moment_ago(place: Workspace, request: HandoffRequest) -> Delivered | None:
    """The handoff that makes another one of an agent's stop too many."""
    own = stopped_just_now(fold(open_events(place), place.id), request) if request.trigger is Trigger.AGENT_STOP else None
    return Delivered(str(place.root / place.directory_of(own) / own.name), own.markdown, fresh=False) if own else None


def _placed(place: Workspace, now: float) -> Delivered | None:
    """The file of this flush, when it was in its place before the journal refused: its intent is journalled, the next look knows it as ours."""
    directory = place.settings.directory
    for event in reversed(place.journal.intents(place.id)):
        fact = event.fact
        if event.at == now and isinstance(fact, Handoff) and digest_of(place.root, directory, fact.name) == fact.sha256:
            return Delivered(str(place.root / directory / fact.name), fact.markdown)
    return None


def _without_lock(place: Workspace, request: HandoffRequest, now: float, news: Ingested, dry_run: bool) -> Flushed:
    """The lock is held by a process that stands still: compose from what can be read, replace nothing, leave the record in the spool."""
    events = [*open_events(place), *news.unwritten]
    session = fold(events, place.id)
    if session.empty:
        return Flushed(None, last_path(place))
    snapshot = look(place, session, now, news.status)
    made = document_now(reader_of(place), place.journal, session, snapshot, request)
    fact = handoff_fact(made, snapshot, 0, request)
    if dry_run:
        return Flushed(Delivered("", fact.markdown))
    name, problem = _put(place, fact, handoff_stem(made.ended))
    # Which events it covers is not known by id before they are journalled: it closes nothing, the next handoff of the session replaces it.
    record = replace(fact, name=name, stage=HandoffStage.WRITTEN, closes=False, directory=place.settings.directory)
    path = str(place.root / place.settings.directory / name) if name else ""
    why = news.problem if request.closes else ""
    try:
        spool.append(place.spool, Event(FactKind.HANDOFF, now, f"handoff:{place.id}:{os.urandom(16).hex()}", record, place.id, snapshot.branch))
    except UserError as refused:
        return Flushed(Delivered(path, fact.markdown, problem or in_words(refused), kept=False), open_why=why)
    return Flushed(Delivered(path, fact.markdown, problem), open_why=why)


def _put(place: Workspace, fact: Handoff, stem: str) -> tuple[str, str]:
    """The name under which the file was put in place, '' and the reason when it could not be."""
    directory = place.settings.directory
    try:
        names = tracked(place.git, directory)
        choice = choose(place.root, directory, stem, None, None, frozenset(path.removeprefix(f"{directory}/") for path in names))
        return write(place.root, directory, choice, encoded(fact.markdown)), ""
    except Undeliverable as problem:
        return "", in_words(problem)


def refresh(place: Workspace, by: str, now: float) -> None:
    """A push made "not pushed" false: write the newest handoff's file again where it says something else now."""

    def ask(session: Session) -> HandoffRequest | None:
        return HandoffRequest(Trigger.PUSH, session.ended, closes=False) if own_handoff(session) is not None else None

    try:
        if not fold(open_events(place), place.id).empty:
            hand_over_now(place, ask, by, now)
        append_composed(
            place,
            lambda: handing_over(place, by, now),
            lambda _: (push_due(place, place.journal), _closed_anew(place, now)),
            lambda writer, made: _append_refreshed(place, writer, *made, now),
        )
    except Busy:
        return


def _closed_anew(place: Workspace, now: float) -> tuple[Handoff, Handoff] | None:
    """The newest closed session's handoff as it is and as it would be written now, when it was written for the branch that HEAD is on and no session
    is open. None where it says the same."""
    closed = [fact for fact in place.journal.handoff_facts(place.id, 20) if fact.closes]
    if not closed or not closed[0].name or place.directory_of(closed[0]) != place.settings.directory:
        return None
    if not fold(open_events(place), place.id).empty:
        return None
    own = closed[0]
    before = next((fact.through for fact in closed[1:] if fact.through < own.through), 0)
    session = fold(place.journal.events(place.id, after=before, until=own.through), place.id)
    snapshot = look(place, session, now)
    if snapshot.branch != own.branch:
        return None
    request = HandoffRequest(own.trigger, own.ended, reconstructed=own.reconstructed)
    made = document_now(reader_of(place), place.journal, session, snapshot, request)
    fact = handoff_fact(made, snapshot, own.through, request)
    return (own, fact) if fact.sha256 != own.sha256 else None


def _append_refreshed(place: Workspace, writer: Writer, push: int, anew: tuple[Handoff, Handoff] | None, now: float) -> None:
    if anew is not None:
        own, fact = anew
        deliver(place, writer, fact, own, now, in_place=True)
        writer.thin_out(place.id)
    if push:
        writer.set_meta(f"refreshed {place.id}", str(push))


def add_note(place: Workspace, note: Note | Drop, by: str, now: float, branch: str = "") -> None:
    """Journal a person's words, or what was taken off, after all that was done before them; where the lock cannot be had they wait in the spool."""
    event = _words(place, note, now, branch)
    try:
        if _ingest_with(place, [event], by, now).pushed:
            refresh(place, by, now)
    except GitDistrusts:
        raise
    except GitError:
        # They are nowhere else, so they are kept also where git has nothing to say; the next look that succeeds finds them.
        _leave(place, event)


def _words(place: Workspace, note: Note | Drop, now: float, branch: str = "") -> Event:
    kind = FactKind.DROP if isinstance(note, Drop) else FactKind.NOTE
    return Event(kind, now, f"{kind}:{os.urandom(16).hex()}", note, place.id, branch)


def _ingest_with(place: Workspace, said: Sequence[Event], by: str, now: float, wait: float = WAIT) -> Ingested:
    """Ingest with what was `said`; what cannot be written now waits in the spool."""
    news = ingest(place, by, now, said, wait)
    for event in said if news.unwritten else ():
        _leave(place, event)
    # What was appended is read from the journal again: of very many files it is not held while a handoff is composed.
    return replace(news, new=())


def _leave(place: Workspace, event: Event) -> None:
    """In the spool, without secrets as in the journal."""
    spool.append(place.spool, replace(event, fact=place.redactor().data(event.fact)))


def last_path(place: Workspace) -> str:
    """Path of the newest handoff that stands in a file, '' when none was written."""
    fact = next((fact for fact in place.journal.handoff_facts(place.id, 50) if fact.name), None)
    return str(place.root / place.directory_of(fact) / fact.name) if fact else ""


__all__ = ["Flushed", "add_note", "catch_up", "flush", "last_path", "look", "number", "refresh", "settle"]
