"""The table of acts: a name, how often it comes, and when it can be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.truth.world import World

Do = Callable[[World], "bool | None"]


@dataclass(frozen=True)
class Act:
    name: str
    weight: int
    during: bool
    """Whether it may be done while a merge or rebase is open."""
    do: Do


ACTS: dict[str, Act] = {}


def act(weight: int, during: bool = False) -> Callable[[Do], Do]:
    """Put a function into the table; it returns False when it found nothing to do."""

    def enter(do: Do) -> Do:
        ACTS[do.__name__] = Act(do.__name__, weight, during, do)
        return do

    return enter


def work(world: World, count: int, after: Callable[[], None]) -> None:
    """Do `count` acts, chosen by the world's own dice; `after` is called after each."""
    done = tries = 0
    while done < count and tries < count * 6:
        tries += 1
        open_now = bool(world.operation)
        possible = [one for one in ACTS.values() if one.during or not open_now]
        (chosen,) = world.rng.choices(possible, [one.weight for one in possible])
        if open_now and world.rng.random() < 0.3:
            chosen = ACTS["settle"]
        perform(world, chosen.name)
        after()
        done += world.log[-1] != f"{chosen.name}: nothing to do"


def perform(world: World, name: str) -> None:
    """One act, and the books after it."""
    world.log.append(f"{name}: ")
    if ACTS[name].do(world) is False:
        world.log.append(f"{name}: nothing to do")
        return
    world.books.kinds.add(name)
    world.books.acts.append(name)
    world.books.look(world)


def commit(world: World, subject: str = "", *words: str) -> bool:
    """Commit what is staged. A subject that is not given is made up, always unlike all others."""
    n = world.number()
    kind, scope = world.rng.choice(("feat", "fix", "refactor", "docs", "test", "")), world.rng.choice(("", "", "(io)"))
    said = subject or (f"{kind}{scope}: " if kind else "") + f"{world.rng.choice(('change', 'handle', 'cover', 'rename'))} part {n}"
    return world.does("commit", "-q", "-m", said, *words)


def edit(world: World, path: str = "", root: object = None) -> str:
    """Change a source file as an editor would: a function more, a line changed, lines taken out. Returns the path, '' when there is none."""
    sources = [one for one in world.tracked if one.endswith(world.shape.suffix) and (world.repo / one).is_file() and one not in world.unmerged]
    path = path or (world.rng.choice(sources) if sources else "")
    if not path:
        return ""
    rows = world.read(path).split("\n")
    n, how = world.number(), world.rng.random()
    full = [at for at, row in enumerate(rows) if row.startswith(("    v", "  let v", "\tv", "Text v"))]
    if how < 0.4 or not full:
        rows = [*"\n".join(rows).rstrip("\n").split("\n"), "", "", *world.shape.function(f"fresh_{n}", [f"v9{n} = {n}"]).split("\n"), ""]
    elif how < 0.8:
        at = world.rng.choice(full)
        rows[at] = rows[at].rstrip(";.0123456789 ") + f" {n}" if "=" not in rows[at] else rows[at].partition("=")[0].rstrip(": ") + f" = {n}000"
    else:
        at = world.rng.choice(full)
        rows[at : at + 1] = []
    world.put(path, "\n".join(rows))
    return path


def default(world: World) -> str:
    """The tip that everybody starts from."""
    return "main"
