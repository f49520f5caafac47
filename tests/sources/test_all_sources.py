"""The table of sources."""

from __future__ import annotations

from pathlib import Path

from handoffd.files.config import Settings
from handoffd.sources.all_sources import ALL_SOURCES
from handoffd.sources.watched_folders import watched_folders


def test_the_names_stand_in_journals_and_never_change() -> None:
    assert {source.name for source in ALL_SOURCES} >= {"reflog", "refs", "worktree", "reports", "spool", "clock"}
    assert len({source.name for source in ALL_SOURCES}) == len(ALL_SOURCES)


def test_refs_are_read_before_the_files_that_a_stash_may_have_cleaned() -> None:
    names = [source.name for source in ALL_SOURCES]
    assert names.index("refs") < names.index("worktree")


def test_the_daemon_watches_what_the_sources_want() -> None:
    settings = Settings(reports=("out/*/junit.xml", "junit.xml"))
    wanted = [folder for source in ALL_SOURCES for folder in source.folders(settings)]
    assert list(watched_folders(settings)) == wanted and {Path("out"), Path()} <= set(wanted)


def test_each_says_what_it_reads() -> None:
    """As in: ... could not be read."""
    assert all(source.about and not source.about.endswith(".") for source in ALL_SOURCES)
