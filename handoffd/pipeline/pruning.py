"""When to prune, and what stays."""

from __future__ import annotations

from handoffd.model.progress import Stage
from handoffd.pipeline.pinned_events import pinned_events
from handoffd.pipeline.retention import DAY, PRUNED, Due, confirmed, prune_events
from handoffd.pipeline.scan import reader_of
from handoffd.pipeline.workspace import Workspace


def prune(place: Workspace, before: float, now: float) -> int:
    """Prune the closed sessions' events of before a time, but those that open work rests on; returns how many. Raises Busy, Unwritable."""
    place.progress(Stage.PRUNING, 0, 0)
    kept = pinned_events(place, reader_of(place), before)
    with place.journal.write(now, "cli") as writer:
        return prune_events(writer, before, kept)


def due(place: Workspace, now: float) -> Due | None:
    """Once a day, what is older than the settings say, by the confirmed time. None while nothing is to be pruned.
    It asks git and the files, so it is called without the journal's lock.
    A last time that lies in the future was taken before the clock was set back."""
    before = confirmed(place.journal, now) - place.settings.keep
    if before <= 0 or abs(now - place.journal.meta_number(PRUNED)) < DAY:
        return None
    return Due(before, pinned_events(place, reader_of(place), before))
