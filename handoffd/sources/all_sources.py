"""Every source, in the order in which a scan reads them. To add a source, add a row.

The order matters where one source needs another: `WorkingTree` asks whether `Refs` found a new stash.
"""

from __future__ import annotations

from handoffd.sources.clock import Clock
from handoffd.sources.git.head import Head
from handoffd.sources.git.refs import Refs
from handoffd.sources.git.working_tree import WorkingTree
from handoffd.sources.source import Source
from handoffd.sources.spool.reader import Spool
from handoffd.sources.test_runs.reports import Reports

ALL_SOURCES: tuple[Source, ...] = (
    Clock(),
    Head(),
    Refs(),
    WorkingTree(),
    Reports(),
    Spool(),
)
