"""Reading a handoff after the world moved: work, flush, a change or two, `resume`; all that it says is checked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from handoffd.model.document import says_the_same
from tests.support import cli
from tests.truth import acts, acts_branches, acts_commits, acts_files, acts_words  # noqa: F401  the table is filled by them
from tests.truth.checks import Finding, check_document
from tests.truth.document import parse
from tests.truth.live_changes import CHANGES
from tests.truth.truth import Truth
from tests.truth.world import World

BEFORE = 12
WHOLE = ("--budget", "100000")
_OF_THE_READING = ("since", "title", "session")


def live_findings(folder: Path, shape: str, seed: int, changes: Sequence[str], documents: Path | None = None) -> Iterator[Finding] | None:
    """What `resume` says falsely, or does not say, after the changes (of CHANGES and of the acts); None where one of them found nothing to do."""
    world = World(folder, shape, seed)
    acts.work(world, BEFORE, lambda: None)
    for name in changes:
        if name in CHANGES and CHANGES[name].before(world) is False:
            return None
    world.books.look(world)
    world.handoffd("flush")
    written = json.loads(world.handoffd("show", "--json"))
    for name in changes:
        if name in CHANGES:
            world.log.append(f"{name}: ")
            done = CHANGES[name].after(world) is not False
            world.books.look(world)
        else:
            acts.perform(world, name)
            done = world.log[-1] != f"{name}: nothing to do"
        if not done:
            return None
    return _read(world, written, f"{shape}/{seed}/{'+'.join(changes)}", documents)


def _read(world: World, written: Mapping[str, Any], where: str, documents: Path | None) -> Iterator[Finding]:
    truth = Truth.of(world)
    resumed, data = world.handoffd("resume", *WHOLE), json.loads(world.handoffd("resume", "--json"))
    if documents:
        documents.mkdir(parents=True, exist_ok=True)
        (documents / f"{where.replace('/', '-').replace(' ', '_')}.md").write_text("\n".join([resumed, "", "WRITTEN", "", world.handoffd("show"), "", *world.log]))
    for kind, what in check_document(truth, parse(resumed)):
        yield Finding(where, kind, what)
    since = data["since"]
    said = bool(since["moves"]) or any(since[kind] for kind in ("lost", "done", "gone", "changed", "new"))
    same = says_the_same(_plain(written), _plain(data))
    if written["branch"] == data["branch"] and said == same:
        yield Finding(where, "since", f"{'something' if said else 'nothing'} is told, the documents are {'the same' if same else 'others'}")
    code = cli("resume", "--exit-code", cwd=world.repo, env=world.env).returncode
    if code != (10 if said else 0):
        yield Finding(where, "since: exit code", str(code))
    for line in resumed.split("\n## Status")[0].split("\n"):
        if len(line) > 160:
            yield Finding(where, "since: long line", line)
    if len(resumed.split("\n\n## Status")[0].split("\n")) > 8:
        yield Finding(where, "since: long head", resumed[:600])


def _plain(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in document.items() if name not in _OF_THE_READING}
