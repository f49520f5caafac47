"""Begin and end watching a repository, as far as journal and registry go (hooks are setup's)."""

from __future__ import annotations

import shutil
from pathlib import Path

from handoffd.files.layout import PROMPT, SPOOL, handoff_order, is_handoff, linked_folders, own_folder
from handoffd.files.registry import Entry, Registry
from handoffd.files.set_aside import set_aside
from handoffd.files.stamp import identity_of
from handoffd.git.refs import tracked
from handoffd.model.counts import plural
from handoffd.model.events import Event
from handoffd.model.facts import Daemon, Note
from handoffd.model.kinds import DaemonAction, FactKind
from handoffd.model.records import replace
from handoffd.pipeline.ingest import ingest
from handoffd.pipeline.workspace import Workspace, make_spool
from handoffd.sources.spool import reader as spool


def begin(place: Workspace, state: Path, now: float) -> bool:
    """Make the journal and take the first look (the last 24 hours); False when it was there already."""
    place.restricted.require_on()
    fresh = not place.journal.exists
    # Also where there is one: in a copied repository it takes the copy's identity.
    place.journal.create(identity_of(place.worktree.common_dir), now)
    place = replace(place, id=place.journal.named(place.id))
    if fresh:
        with place.journal.write(now, "cli") as writer:
            writer.set_meta("began", repr(now))
    make_spool(place)
    Registry(state).add(Entry(str(place.worktree.common_dir), str(place.root)))
    # Last, so that the log begins with what happened before.
    begun = Event(FactKind.DAEMON, now, f"init:{now}", Daemon(DaemonAction.INIT), place.id)
    ingest(place, "cli", now, [begun] if fresh else [])
    return fresh


def came_along(place: Workspace) -> str:
    """'' or what is told of a journal that was made for another git dir, or of a spool without a journal: their notes stand in handoffs as a
    person's words, also where another user wrote them."""
    known = place.journal.meta("identity") if place.journal.exists else None
    if known and known.rpartition(":")[2] == identity_of(place.worktree.common_dir).rpartition(":")[2]:
        return ""
    found = {event.key: event for event in (*(place.journal.events(None) if known else ()), *spool.read(place.spool, None, place.id).events)}
    if not found:
        return ""
    notes = sum(isinstance(event.fact, Note) for event in found.values())
    what = "the journal came with a copy of the repository" if known else "there is a spool here and no journal"
    return f"{what}, with {plural(len(found), 'event')} and {plural(notes, 'note')}"


def set_journal_aside(place: Workspace, now: float) -> str:
    """Move the journal's folder away, redaction key and all; returns its new path, '' when there was none."""
    folder = place.journal.folder
    return str(set_aside(folder, now)) if folder.is_dir() else ""


def end(place: Workspace, state: Path) -> None:
    """Forget the repository with all its worktrees, whichever is asked. The spool goes, so that a hook left somewhere writes nothing; the prompt's
    line too."""
    Registry(state).remove_repository(str(place.worktree.common_dir))
    common = place.worktree.common_dir
    for folder in (place.spool.parent, own_folder(common), *linked_folders(common)):
        for name in (SPOOL, PROMPT):
            (folder / name).unlink(missing_ok=True)


def handoff_files(place: Workspace) -> list[Path]:
    """The handoff files that stand in the worktree, in order."""
    directory = place.settings.directory
    try:
        names = sorted((place.root / directory).iterdir(), key=lambda file: handoff_order(file.name))
    except OSError:
        return []
    return [file for file in names if is_handoff(f"{directory}/{file.name}", directory)]


def purge_all(place: Workspace) -> None:
    """Remove the journal and the handoff files, and their folder when nothing else is in it. A handoff that someone committed is the project's."""
    committed = tracked(place.git, place.settings.directory)
    for file in handoff_files(place):
        if str(file.relative_to(place.root)) not in committed:
            file.unlink(missing_ok=True)
    folder = place.root / place.settings.directory
    if folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir()):
        folder.rmdir()
    for folder in (place.journal.folder, place.spool.parent, *linked_folders(place.worktree.common_dir)):
        shutil.rmtree(folder, ignore_errors=True)
