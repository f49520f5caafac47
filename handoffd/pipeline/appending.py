"""The journal's lock is held to append, never to compose.

newest event ──> compose        without the lock
lock ──> no event came meanwhile? ──> append; else compose once more
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

from handoffd.files.crash_points import reached
from handoffd.journal.lock import Busy
from handoffd.journal.reader import Reader
from handoffd.journal.store import Writer
from handoffd.model.events import Event
from handoffd.model.facts import Handoff
from handoffd.model.kinds import FactKind, HandoffStage
from handoffd.model.records import replace
from handoffd.output.delivery import digest_of
from handoffd.pipeline.workspace import Workspace

ROUNDS = 3
"""So often it is composed until no event comes meanwhile. Then it is appended as it is: the events that came belong to what is written next."""
_MOST = 10
"""So often where another process writes a handoff each time, which may have closed the session."""

Made = TypeVar("Made")
Result = TypeVar("Result")


def append_composed(
    place: Workspace,
    transaction: Callable[[], AbstractContextManager[Writer]],
    compose: Callable[[int], Made],
    append: Callable[[Writer, Made], Result],
) -> Result:
    """What `append` returns for what `compose` made of the events up to an id. Raises Busy."""
    for tried in range(1, _MOST + 1):
        last = place.journal.newest_id(place.id)
        made = compose(last)
        with transaction() as writer:
            newest = writer.newest_id(place.id)
            if newest == last or (tried >= ROUNDS and newest > last and not _handed_over_since(place, writer, last)):
                return append(writer, made)
    raise Busy("other handoffd processes write handoffs all the time", hint="handoffd status tells which daemon runs")


def _handed_over_since(place: Workspace, reader: Reader, last: int) -> bool:
    return next(reader.events(place.id, after=last, kinds=(FactKind.HANDOFF,)), None) is not None


@contextmanager
def handing_over(place: Workspace, by: str, now: float, wait: float = 2.0) -> Iterator[Writer]:
    """A transaction that may write a handoff. What a process left half done that had the lock until now goes first: its file is ours."""
    with place.journal.write(now, by, wait) as writer:
        claim_orphaned_file(place, writer)
        yield writer


def unsettled(place: Workspace, reader: Reader) -> list[Event]:
    """Intents of which it is not known yet what became of them: their process may be at work still, or dead."""
    return reader.intents(place.id, int(reader.meta(f"adopted {place.id}") or 0))


def claim_orphaned_file(place: Workspace, writer: Writer) -> None:
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
