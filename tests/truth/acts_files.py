"""Acts on the working tree: edits, new files, renames, modes, stashes, restores."""

from __future__ import annotations

from tests.truth.acts import act, edit
from tests.truth.world import World


@act(12, during=True)
def edit_file(world: World) -> bool:
    return bool(edit(world))


@act(2)
def stage(world: World) -> bool:
    path = edit(world)
    return bool(path) and world.does("add", "--", path)


@act(3, during=True)
def new_file(world: World) -> bool:
    n = world.number()
    path = world.rng.choice((f"src/new_{n}", f"new_{n}", f"lib/deep/new_{n}")) + world.shape.suffix
    world.put(path, world.shape.header + world.shape.function(f"made_{n}", [f"v7{n} = {n}"]) + "\n")
    return True


@act(1)
def new_data(world: World) -> bool:
    world.put(f"data_{world.number()}.bin", "some bytes\n")
    return True


@act(2)
def rename(world: World) -> bool:
    found = [path for path in world.tracked if path.endswith(world.shape.suffix) and path not in world.shape.tests and (world.repo / path).is_file()]
    if not found:
        return False
    old = world.rng.choice(found)
    new = f"moved/{world.number()}_{old.rpartition('/')[2]}"
    (world.repo / "moved").mkdir(exist_ok=True)
    done = world.does("mv", "--", old, new)
    if done:
        for mark in world.books.marks:
            mark.path = new if mark.path == old else mark.path
    return done


@act(1)
def delete(world: World) -> bool:
    found = [path for path in world.tracked if path.endswith(world.shape.suffix) and path not in world.shape.tests and (world.repo / path).is_file()]
    if len(found) < 4:
        return False
    path = world.rng.choice(found)
    if world.rng.random() < 0.5:
        (world.repo / path).unlink()
        return True
    return world.does("rm", "-q", "-f", "--", path)


@act(1)
def mode(world: World) -> bool:
    found = [path for path in world.tracked if (world.repo / path).is_file()]
    file = world.repo / world.rng.choice(found)
    file.chmod(file.stat().st_mode ^ 0o111)
    return True


@act(2)
def restore(world: World) -> bool:
    changed = world.lines("diff", "--name-only", "--diff-filter=MD")
    return bool(changed) and world.does("checkout", "-q", "--", world.rng.choice(changed))


@act(1)
def clean(world: World) -> bool:
    return bool(world.lines("ls-files", "--others", "--exclude-standard")) and world.does("clean", "-fdq")


@act(4)
def stash_push(world: World) -> bool:
    if not world.dirty:
        edit(world)
    words = ["-m", f"later {world.number()}"] if world.rng.random() < 0.6 else []
    words += ["-u"] if world.rng.random() < 0.3 else []
    return world.dirty and world.does("stash", "push", "-q", *words)


@act(2)
def stash_pop(world: World) -> bool:
    count = len(world.lines("stash", "list"))
    if not count or world.dirty:
        return False
    if not world.does("stash", "pop", "-q", f"stash@{{{world.rng.randrange(count)}}}") and world.unmerged:
        world.does("checkout", "-q", "-f", "HEAD")
    return True


@act(1)
def stash_drop(world: World) -> bool:
    count = len(world.lines("stash", "list"))
    return bool(count) and world.does("stash", "drop", "-q", f"stash@{{{world.rng.randrange(count)}}}")
