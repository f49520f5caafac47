"""Single changes of the world between writing and reading, beyond the acts of work: each with what has to be there before the handoff is written."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.truth import acts
from tests.truth.acts import commit, edit
from tests.truth.acts_commits import resolve
from tests.truth.acts_words import report, tests_in
from tests.truth.books import Mark, Note
from tests.truth.world import MATE, World

Step = Callable[[World], "bool | None"]


@dataclass(frozen=True)
class LiveChange:
    """`before` the handoff, `after` it; a step that returns False found nothing to do."""

    before: Step
    after: Step


def nothing(_: World) -> None:
    """There is nothing to prepare."""


def _settled(world: World) -> None:
    """Nothing is open and nothing is uncommitted."""
    while world.operation:
        world.does(world.operation, "--abort")
    world.add_all()
    if world.lines("status", "--porcelain"):
        commit(world)
    if not world.branch:
        world.git("checkout", "-q", "main")


def conflict(world: World) -> bool:
    """A merge that stopped: both sides changed one line."""
    _settled(world)
    here, n = world.branch, world.number()
    path = world.shape.sources[0]
    if not (world.repo / path).is_file():
        return False
    world.git("checkout", "-q", "-b", f"both-{n}")
    _first_line(world, path, f"theirs {n}")
    commit(world)
    world.git("checkout", "-q", here)
    _first_line(world, path, f"ours {n}")
    commit(world)
    return not world.does("merge", "-q", f"both-{n}")


def _first_line(world: World, path: str, words: str) -> None:
    rows = world.read(path).split("\n")
    world.put(path, "\n".join([world.shape.comment(words), *rows[1:]]))
    world.add_all()


def resolve_all(world: World) -> None:
    for path in world.unmerged:
        resolve(world, path)


def conclude(world: World) -> bool:
    resolve_all(world)
    return world.does("commit", "-q", "--no-edit")


def give_up(world: World) -> bool:
    return world.does("merge", "--abort")


def _mark(world: World) -> bool | None:
    _settled(world)
    return acts.ACTS["todo"].do(world)


def _newest(world: World) -> Mark:
    return next(mark for mark in reversed(world.books.marks) if mark.kind not in ("box", "skip"))


def move_mark(world: World) -> None:
    """Lines come above it."""
    mark = _newest(world)
    rows = world.read(mark.path).split("\n")
    world.put(mark.path, "\n".join([rows[0], *(world.shape.comment(f"above {n}") for n in range(3)), *rows[1:]]))


def delete_file_of_mark(world: World) -> None:
    (world.repo / _newest(world).path).unlink()


def commit_mark(world: World) -> bool:
    world.add_all()
    return commit(world)


def _red(world: World) -> bool | None:
    _settled(world)
    tests = tests_in(world)
    return report(world, set(tests[:1])) if tests and world.shape.name == "python" else False


def _green(world: World) -> bool | None:
    _settled(world)
    return report(world, set()) if tests_in(world) and world.shape.name == "python" else False


def run_green(world: World) -> None:
    report(world, set())


def run_red(world: World) -> None:
    report(world, set(tests_in(world)[:1]))


def edit_after_run(world: World) -> bool:
    return bool(edit(world))


def remove_report(world: World) -> None:
    (world.repo / "junit.xml").unlink()


def _pushed(world: World) -> bool:
    _settled(world)
    return world.does("push", "-q", "-u", "origin", world.branch)


def unset_upstream(world: World) -> bool:
    return world.does("branch", "--unset-upstream")


def set_upstream(world: World) -> bool:
    return world.does("branch", "-q", "-u", "origin/main")


def mate_then_fetch(world: World) -> bool:
    acts.ACTS["mate_pushes"].do(world)
    return world.does("fetch", "-q", "origin")


def mate_then_pull(world: World) -> bool:
    acts.ACTS["mate_pushes"].do(world)
    return world.does("pull", "-q", "--ff-only")


def commit_of_mate(world: World) -> bool:
    """A colleague's patch, taken over here."""
    world.put(f"docs/patch_{world.number()}.md", "# By Kim\n")
    world.add_all()
    return world.does("commit", "-q", "-m", f"fix: of the colleague {world.number()}", "--author", f"{MATE[0]} <{MATE[1]}>")


def _dirty(world: World) -> bool:
    _settled(world)
    return bool(edit(world))


def touch(world: World) -> None:
    """The file's time is another, its content the same."""
    path = world.lines("diff", "--name-only")[0]
    os.utime(world.repo / path, (time.time() + 1, time.time() + 1))


def collect_garbage(world: World) -> bool:
    return world.does("gc", "-q")


def edit_twice(world: World) -> bool:
    return bool(edit(world, world.lines("diff", "--name-only")[0]))


def stage_it(world: World) -> bool:
    return world.add_all()


def discard(world: World) -> bool:
    return world.does("checkout", "-q", "--", ".")


def stash_it(world: World) -> bool:
    return world.does("stash", "push", "-q", "-m", "for later")


def _stashed(world: World) -> bool:
    return _dirty(world) and stash_it(world)


def stash_apply(world: World) -> bool:
    return world.does("stash", "apply", "-q")


def _untracked(world: World) -> None:
    _settled(world)
    world.put(f"notes_{world.number()}.txt", "some words\n")


def ignore_it(world: World) -> None:
    world.put(".gitignore", world.read(".gitignore") + "notes_*.txt\n")


def track_it(world: World) -> bool:
    world.add_all()
    return commit(world)


def remove_it(world: World) -> None:
    for path in world.lines("ls-files", "--others", "--exclude-standard"):
        (world.repo / path).unlink()


def lose_handoff(world: World) -> None:
    for file in (world.repo / ".claude").glob("handoff-*.md"):
        file.unlink()


def commit_and_revert(world: World) -> bool:
    world.add_all()
    return commit(world) and world.does("revert", "--no-edit", "HEAD")


def commit_and_back(world: World) -> bool:
    """A commit, and a hard reset that throws it away."""
    world.add_all()
    done = commit(world)
    world.books.look(world)
    world.books.reset.add(world.head)
    return done and world.does("reset", "-q", "--hard", "HEAD~1")


def whitespace(world: World) -> None:
    path = world.lines("diff", "--name-only")[0]
    world.put(path, world.read(path) + "\n\n")


def say_gotcha(world: World) -> bool:
    return _say(world, "gotcha")


def say_decision(world: World) -> bool:
    return _say(world, "decision")


def _say(world: World, kind: str) -> bool:
    line = world.books.line(world.branch)
    if line is None:
        return False
    text = f"words about part {world.number()}"
    world.handoffd("note", kind, text)
    world.books.notes.append(Note(kind, text, line, world.books.session))
    return True


CHANGES: Mapping[str, LiveChange] = {
    "conflict resolved": LiveChange(conflict, resolve_all),
    "merge concluded": LiveChange(conflict, conclude),
    "merge given up": LiveChange(conflict, give_up),
    "mark moved": LiveChange(_mark, move_mark),
    "mark committed": LiveChange(_mark, commit_mark),
    "file of a mark deleted": LiveChange(_mark, delete_file_of_mark),
    "mark discarded": LiveChange(_mark, discard),
    "red run turned green": LiveChange(_red, run_green),
    "green run turned red": LiveChange(_green, run_red),
    "edited after a green run": LiveChange(_green, edit_after_run),
    "edited after a red run": LiveChange(_red, edit_after_run),
    "report removed": LiveChange(_red, remove_report),
    "upstream unset": LiveChange(_pushed, unset_upstream),
    "upstream set": LiveChange(_settled, set_upstream),
    "commits of a colleague fetched": LiveChange(_pushed, mate_then_fetch),
    "commits of a colleague pulled": LiveChange(_pushed, mate_then_pull),
    "a colleague's patch": LiveChange(_settled, commit_of_mate),
    "file touched": LiveChange(_dirty, touch),
    "garbage collected": LiveChange(_settled, collect_garbage),
    "edited again": LiveChange(_dirty, edit_twice),
    "staged": LiveChange(_dirty, stage_it),
    "discarded": LiveChange(_dirty, discard),
    "stashed": LiveChange(_dirty, stash_it),
    "stash applied": LiveChange(_stashed, stash_apply),
    "untracked file ignored": LiveChange(_untracked, ignore_it),
    "untracked file committed": LiveChange(_untracked, track_it),
    "untracked file removed": LiveChange(_untracked, remove_it),
    "file of the handoff lost": LiveChange(_dirty, lose_handoff),
    "committed and reverted": LiveChange(_dirty, commit_and_revert),
    "committed and thrown away": LiveChange(_dirty, commit_and_back),
    "white space": LiveChange(_dirty, whitespace),
    "gotcha said": LiveChange(nothing, say_gotcha),
    "decision said": LiveChange(nothing, say_decision),
    "nothing": LiveChange(nothing, nothing),
}
