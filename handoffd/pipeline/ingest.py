"""ingest(): read, then one transaction appends what is new and moves the short cuts.

Whoever calls it, daemon or command line, whenever it dies: natural keys make every fact stand in the journal once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handoffd.files.crash_points import reached
from handoffd.files.run_locks import going
from handoffd.git.parse import Status
from handoffd.journal.lock import Busy
from handoffd.journal.reader import Reader
from handoffd.journal.row_codec import short
from handoffd.journal.store import Damaged, Writer
from handoffd.model.errors import in_words
from handoffd.model.events import Event
from handoffd.model.facts import Daemon, Handoff
from handoffd.model.kinds import DaemonAction, FactKind, HandoffStage
from handoffd.model.progress import Stage, counted
from handoffd.model.records import dataclass, replace
from handoffd.model.session_gaps import last_making, split_at_gaps
from handoffd.output.delivery import digest_of, sweep
from handoffd.pipeline.prompt_file import keep_prompt
from handoffd.pipeline.retention import prune_daily
from handoffd.pipeline.scan import News, read_news
from handoffd.pipeline.sessions import close_gap, open_events
from handoffd.pipeline.workspace import Place
from handoffd.sources.git.scan_scope import Mark, Scope

WAIT = 2.0
TRIES = 5


@dataclass(frozen=True, slots=True)
class Ingested:
    """`new`: what was appended. `unwritten`: what was read but could not be written, and `problem` why: the lock is held elsewhere, the disk is full.
    `busy`: git was in the middle of something, look again soon. `pushed`: a push is journalled that no handoff was looked at for. `status`: git's,
    of the whole tree, when it was looked at; `mark`: how git's own files stood then."""

    new: tuple[Event, ...] = ()
    unwritten: tuple[Event, ...] = ()
    busy: bool = False
    problem: str = ""
    pushed: bool = False
    status: Status | None = None
    mark: Mark | None = None


def ingest(place: Place, by: str, now: float, said: Sequence[Event] = (), wait: float = WAIT, scope: Scope | None = None) -> Ingested:
    """Bring the journal up to date, with what a person `said` now as its newest events. A session that ended at a gap before newer events is
    closed inside the transaction. `scope`: what alone of the tree can have changed since the look before.

    Where somebody else journalled a look meanwhile, or the journal turned out damaged and was rebuilt, the sources are asked again: what is new
    is told from how it was before (a deleted file has no time of its own), and two who tell it from the same state would tell it twice. When
    that happened twice, all that was there at the start stands in the journal by the hands of others.
    What a process that died while it wrote a handoff has left half done goes first. Raises SwitchedOff.
    """
    place.restricted.require_on()
    sweep(place.root, place.settings.directory)
    with place.journal.reading():
        for _ in range(TRIES):
            done = _ingest(place, by, now, said, wait, scope)
            if done is not None:
                return done
        return Ingested(unwritten=tuple(number(place, place.redactor().data(said))), busy=True)


def _ingest(place: Place, by: str, now: float, said: Sequence[Event], wait: float, scope: Scope | None) -> Ingested | None:
    """None when the journal is not any more as it was when it was asked how far the sources were read."""
    before = _mark(place, place.journal)
    news = read_news(place, now, scope)
    news = replace(news, events=(*news.events, *said))
    if nothing_new(place, news):
        return Ingested(busy=news.look.busy, pushed=bool(push_due(place, place.journal)), status=news.look.status, mark=news.look.mark)
    try:
        with place.journal.write(now, by, wait) as writer:
            if _mark(place, writer) != before:
                return None
            adopt(place, writer)
            appended = tuple(_append(place, writer, news))
            keep_prompt(place, writer)
            return Ingested(appended, busy=news.look.busy, pushed=bool(push_due(place, writer)), status=news.look.status, mark=news.look.mark)
    except Damaged:
        return None
    except Busy as held:
        unwritten = tuple(number(place, place.redactor().data(news.events)))
        return Ingested(unwritten=unwritten, busy=news.look.busy, problem=in_words(held), status=news.look.status, mark=news.look.mark)


def _mark(place: Place, reader: Reader) -> tuple[str, dict[str, Any]]:
    """Another after every look that was journalled."""
    return reader.meta("rebuilt") or "", dict(reader.cursor(place.id, "clock") or {})


def nothing_new(place: Place, news: News) -> bool:
    """True when not even a short cut moved: then the journal is left alone."""
    if news.first or news.events or news.look.rows or news.look.gone or unsettled(place, place.journal):
        return False
    return all(dict(place.journal.cursor(place.id, name) or {}) == dict(value) for name, value in news.cursors.items())


def push_due(place: Place, reader: Reader) -> int:
    """The newest push, when no handoff was looked at since it was journalled: whoever saw it may have died before that. 0 when there is none."""
    push = reader.last(place.id, FactKind.PUSH)
    return push.id if push and push.id > int(reader.meta(f"refreshed {place.id}") or 0) else 0


def number(place: Place, events: Sequence[Event]) -> list[Event]:
    """Events that are only in memory, with ids after all that is in the journal."""
    start = place.journal.last_id() + 1
    return [replace(event, key=short(event.key), id=start + at, seen=event.at, by="cli") for at, event in enumerate(events)]


def _append(place: Place, writer: Writer, news: News) -> list[Event]:
    known = writer.has_keys([event.key for event in news.events])
    fresh = [event for event in news.events if event.key not in known]
    last = last_making(open_events(place, writer))
    idle = place.settings.idle if not news.first else float("inf")
    appended: list[Event] = []
    for number_of, group in enumerate(split_at_gaps(fresh, last, idle, _going(place, news.now))):
        if number_of:
            close_gap(place, writer, news.now)
        appended += writer.append(counted(group, place.progress, Stage.EVENTS))
    reached("keeping")
    _keep(place, writer, news)
    return appended


def _going(place: Place, now: float) -> list[tuple[float, float]]:
    return [(run.since, now) for run in going(place.spool.parent)]


def _keep(place: Place, writer: Writer, news: News) -> None:
    for source, cursor in news.cursors.items():
        writer.set_cursor(place.id, source, dict(cursor))
    writer.set_cursor(place.id, "clock", dict(news.clock))
    writer.set_rows(place.id, news.look.rows, news.look.gone)
    prune_daily(writer, place.settings.keep, news.now)
    if not news.look.busy:
        writer.set_meta(f"looked {place.id}", repr(news.now))
    if writer.rebuilt:
        fact = Daemon(DaemonAction.REBUILT, writer.rebuilt)
        writer.append([Event(FactKind.DAEMON, news.now, f"rebuilt:{news.now}", fact, place.id)])


def unsettled(place: Place, reader: Reader) -> list[Event]:
    """Intents of which it is not known yet what became of them: their process may be at work still, or dead."""
    return reader.intents(place.id, int(reader.meta(f"adopted {place.id}") or 0))


def adopt(place: Place, writer: Writer) -> None:
    """A file that bears an intended hash is ours: whoever wrote it died between the rename and the journal.

    Whoever journals an intent keeps the lock until its file is in place: under the lock there are none but those of the dead.
    """
    left = unsettled(place, writer)
    for event in left:
        fact = event.fact
        if isinstance(fact, Handoff) and digest_of(place.root, place.directory_of(fact), fact.name) == fact.sha256:
            reached("adopting")
            written = replace(fact, stage=HandoffStage.WRITTEN)
            writer.append([Event(FactKind.HANDOFF, event.at, f"{event.key}:written", written, place.id, event.branch)])
    if left:
        writer.set_meta(f"adopted {place.id}", str(left[-1].id))
