"""Record days: `python -m tests.golden.record NAME...` plays days/NAME/play.py and writes the day's JSON beside it; without a name all of them.

A script says in its docstring what the day is about; `BUDGETS` are the sizes that `resume` is asked for; `play(day)` works in a real repository and
ends in a handoff:

    'One commit and a note.'

    BUDGETS = (400, 800)

    def play(day):
        day.start({"a.py": "x = 1\\n"})
        day.commit("feat: two", {"a.py": "x = 2\\n"})
        day.note("todo", "ask Ada")
        day.flush()

Every step takes a minute of the day and is seen at once, as by a daemon. The clock, the identity, every file's time and so all hashes are fixed:
a script that is played again gives the same recording.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from handoffd.compose.branch_work import branch_of, open_work
from handoffd.model.fact_codec import plain
from handoffd.model.facts import Handoff
from handoffd.model.snapshot import Snapshot
from tests.golden.load import DAYS, Day, data_of_snapshot, line_of, moment
from tests.golden.recorder import Recorder
from tests.support import environment

ROOT = "/repo"
"""In the place of the folder where the day was played."""


def recording(base: Path, play: Callable[[Recorder], None]) -> dict[str, str]:
    """File name -> content of what the script's last handoff was made of."""
    recorder = Recorder(base)
    play(recorder)
    place = recorder.place
    newest = next(event for event in place.journal.handoffs(place.id, 1))
    handoff = newest.fact
    assert isinstance(handoff, Handoff)
    closed = [event.fact for event in place.journal.handoffs(place.id, 100) if event.id < newest.id]
    before = max((fact.through for fact in closed if isinstance(fact, Handoff) and fact.closes), default=0)
    events = list(place.journal.events(place.id, after=before, until=handoff.through))
    snapshot = place.journal.last(place.id, "snapshot")
    assert snapshot is not None and isinstance(snapshot.fact, Snapshot)
    index = open_work(place.journal).index_of(branch_of(snapshot.fact), place.id)
    earlier = [event for event in place.journal.events_of(index.ids) if event.id not in {one.id for one in events}]
    files = {
        "events.jsonl": "".join(json.dumps(line_of(event)) + "\n" for event in events if event.kind not in ("snapshot", "handoff")),
        "snapshot.json": "".join(_lines(data_of_snapshot(snapshot.fact))),
        "day.json": json.dumps(_about(handoff), indent=1) + "\n",
        "branch.json": json.dumps(plain(index)) + "\n",
        **({"earlier.jsonl": "".join(json.dumps(line_of(event)) + "\n" for event in earlier)} if earlier else {}),
    }
    own = str(place.root)
    files = {name: text.replace(own, ROOT) for name, text in files.items()}
    assert not [name for name, text in files.items() if str(base) in text]
    return {**files, "handoff.md": handoff.markdown.replace(own, ROOT)}


def _about(handoff: Handoff) -> dict[str, Any]:
    said = {"worktree": ROOT, "trigger": handoff.trigger, "ended": moment(handoff.ended)}
    return {**said, **({"reconstructed": True} if handoff.reconstructed else {}), **({} if handoff.closes else {"checkpoint": True})}


def _lines(data: Mapping[str, Any]) -> Iterator[str]:
    """JSON with a line for each field, and for each part of a list."""
    for number, (name, value) in enumerate(data.items()):
        parts = value if isinstance(value, list) and len(json.dumps(value)) > 100 else None
        yield (",\n " if number else "{\n ") + json.dumps(name) + ": "
        yield json.dumps(value) if parts is None else "[\n  " + ",\n  ".join(map(json.dumps, parts)) + "\n ]"
    yield "\n}\n" if data else "{}\n"


def record(folder: Path, base: Path) -> list[str]:
    """Play the day's script and write what changed; the names of these files. Raises AssertionError where the product composes another handoff from
    the recording than it wrote."""
    script = runpy.run_path(str(folder / "play.py"))
    files = recording(base, script["play"])
    about = {"about": script["__doc__"].strip(), **json.loads(files["day.json"]), **({"budgets": script["BUDGETS"]} if "BUDGETS" in script else {})}
    files["day.json"] = json.dumps(about, indent=1) + "\n"
    written = files.pop("handoff.md")
    changed = [name for name, text in files.items() if not (folder / name).exists() or (folder / name).read_text() != text]
    for name in changed:
        (folder / name).write_text(files[name])
    made = Day(folder).made()["handoff.md"]
    assert made == written, f"{folder.name}: recorded\n{made}\nwritten\n{written}"
    return [*changed, *Day(folder).rewrite()]


def main(names: list[str]) -> int:
    for folder in sorted(file.parent for file in DAYS.glob("*/play.py")):
        if names and folder.name not in names:
            continue
        with tempfile.TemporaryDirectory() as base:
            home = Path(base) / "home"
            own = environment(home)
            os.environ.clear()
            os.environ.update(own)
            time.tzset()
            (Path(base) / "day").mkdir()
            for name in record(folder, Path(os.path.realpath(base)) / "day"):
                print(f"tests/golden/days/{folder.name}/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
