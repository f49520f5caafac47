"""What a person should know of a worktree that is watched as it should be."""

from __future__ import annotations

from handoffd.files.layout import RESTRICTIONS
from handoffd.model.counts import plural
from handoffd.pipeline.workspace import Workspace
from handoffd.sources.test_runs import reports

_TORN = "a writer was killed in the middle of a line, or something else writes there; see docs/troubleshooting.md"


def remarks(place: Workspace) -> tuple[str, ...]:
    """What its own file leaves out and where it is mistaken; what was left out of the spool; test reports
    that were not read."""
    said = place.restricted.said()
    ignoring = (f"{RESTRICTIONS} ignores {plural(len(said.ignore), 'pattern')}",) if said.ignore else ()
    skipped = (place.journal.cursor(place.id, "spool") or {}).get("skipped") or 0
    torn = (f"{plural(skipped, 'line')} of {place.spool} made no sense and were left out ({_TORN})",) if skipped else ()
    return (*said.mistakes, *ignoring, *torn, *reports.refused(place.journal.cursor(place.id, "reports") or {}))
