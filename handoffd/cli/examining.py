"""What `doctor` examines, gathered from the machine and the worktree."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handoffd import __version__
from handoffd.cli.keeping import installed
from handoffd.cli.program import program
from handoffd.cli.world import World
from handoffd.daemon.lifecycle import read_runtime, running, stands_still
from handoffd.journal.opening import sqlite_version
from handoffd.journal.schema import VERSION
from handoffd.model.errors import UserError
from handoffd.registry import Registry
from handoffd.setup.doctor import Surroundings
from handoffd.setup.machine import Machine

if TYPE_CHECKING:
    from handoffd.pipeline.place import Place


def machine(world: World) -> Machine:
    """The machine as it is now."""
    registry = Registry(world.state_place)
    dead = tuple(entry.root for entry in registry.entries() if not Path(entry.root).is_dir())
    found = running(world.state_place)
    runtime = read_runtime(world.state_place, found.pid) if found else {}
    return Machine(
        program=_program(),
        version=__version__,
        sqlite=sqlite_version(),
        daemon=(found.pid, found.version) if found else (0, ""),
        still=found is not None and stands_still(found.pid),
        wanted=registry.wanted(),
        trouble=str(runtime.get("trouble", "")),
        watched=runtime.get("worktrees", {}),
        dead=dead,
        damaged=registry.damaged,
        config=_config(world),
        state=world.state_place,
        service=installed(world),
    )


def surroundings(world: World, place: Place) -> Surroundings:
    """The worktree as it is now."""
    common_dir, version = str(place.worktree.common_dir), place.journal.version
    from handoffd.pipeline.remarks import remarks
    from handoffd.pipeline.setup import came_along

    return Surroundings(
        git=place.git,
        worktree=place.worktree,
        directory=place.settings.directory,
        journal=place.journal.folder,
        journal_bytes=place.journal.size(),
        journal_trouble=place.journal.trouble() or ("" if place.journal.path.exists() else "the file is missing"),
        spool=place.spool,
        program=_program() or Path("handoffd"),
        looked=place.journal.meta_number(f"looked {place.id}"),
        now=world.now(),
        registered=common_dir in [entry.common_dir for entry in Registry(world.state_place).entries()],
        stranger=came_along(place),
        newer=f"the journal was written by a newer handoffd (schema {version})" if version > VERSION else "",
        remarks=remarks(place),
    )


def _program() -> Path | None:
    try:
        return program()
    except UserError:
        return None


def _config(world: World) -> str:
    try:
        world.settings()
    except UserError as mistakes:
        return str(mistakes).replace("\n", "; ")
    return ""
