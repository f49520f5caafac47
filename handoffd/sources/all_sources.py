"""Every source, in the order in which a scan reads them. To add a source, add a row.

The order matters where one source needs another: `WorkingTree` asks whether `Refs` found a new stash.
"""

from __future__ import annotations

from importlib import import_module

from handoffd.sources.clock import Clock
from handoffd.sources.git.head import Head
from handoffd.sources.git.refs import Refs
from handoffd.sources.git.working_tree import WorkingTree
from handoffd.sources.source import Source
from handoffd.sources.spool.reader import Spool
from handoffd.sources.test_runs.formats.all_formats import all_formats
from handoffd.sources.test_runs.reports import Reports

ALL_SOURCES: tuple[Source, ...] = (
    Clock(),
    Head(),
    Refs(),
    WorkingTree(),
    Reports(),
    Spool(),
)

_LATE = ("handoffd.sources.git.commit_facts", "handoffd.sources.test_runs.failure_places")


def load_late_modules() -> None:
    """Load what the sources load when they first need it. A daemon loads it at its start: later there may be no descriptor left for a file, or
    another version may stand in its place."""
    for module in _LATE:
        import_module(module)
    all_formats()
