"""Acts that make and change commits of the branch."""

from __future__ import annotations

import shlex
import sys

from tests.truth.acts import act, commit, edit
from tests.truth.world import World


def _own_unpushed(world: World) -> list[str]:
    """Own commits of the branch that no remote has, newest first, up to the first merge."""
    oids = []
    for line in world.lines("log", "--format=%H %ae %P", "HEAD", "--not", "--remotes"):
        oid, mail, *parents = line.split(" ")
        if mail != "ada@example.com" or len(parents) != 1:
            break
        oids.append(oid)
    return oids


def _settled(world: World, done: bool) -> None:
    """After a command that may have stopped at a conflict: often it is given up, sometimes left open."""
    if not done and world.operation and world.rng.random() < 0.5:
        world.does(world.operation, "--abort")


@act(12)
def commit_edit(world: World) -> bool:
    for _ in range(world.rng.choice((1, 1, 2, 3))):
        path = edit(world)
        if not path:
            return False
        world.git("add", "--", path)
    return commit(world)


@act(3)
def commit_all(world: World) -> bool:
    if not world.git("status", "--porcelain"):
        return False
    world.add_all()
    return commit(world)


@act(2)
def commit_wip(world: World) -> bool:
    path = edit(world)
    if not path:
        return False
    world.git("add", "--", path)
    return commit(world, f"wip: half of {world.number()}")


@act(4)
def amend(world: World) -> bool:
    mine = world.git("log", "-1", "--format=%ae %P").split(" ")
    if mine[0] != "ada@example.com" or len(mine) != 2:
        return False
    old = world.head
    if world.rng.random() < 0.5:
        path = edit(world)
        if path:
            world.git("add", "--", path)
        done = world.does("commit", "-q", "--amend", "--no-edit")
    else:
        done = world.does("commit", "-q", "--amend", "-m", f"feat: better words {world.number()}")
    world.books.replaced.add(old)
    return done


@act(2)
def fixup(world: World) -> bool:
    mine = _own_unpushed(world)
    path = edit(world) if mine else ""
    if not path:
        return False
    world.git("add", "--", path)
    return world.does("commit", "-q", f"--fixup={world.rng.choice(mine)}")


@act(2)
def autosquash(world: World) -> bool:
    mine = _own_unpushed(world)
    if not mine or world.dirty or not any("fixup!" in line for line in world.lines("log", "--format=%s", *mine[:1], f"-{len(mine)}")):
        return False
    world.books.replaced |= set(mine)
    _settled(world, world.does("rebase", "-q", "-i", "--autosquash", f"{mine[-1]}~1"))
    return True


@act(2)
def rebase_reorder(world: World) -> bool:
    """An interactive rebase that swaps, drops or squashes."""
    mine = _own_unpushed(world)
    if len(mine) < 2 or world.dirty:
        return False
    how = world.rng.choice(("swap", "drop", "squash", "reword"))
    code = {
        "swap": "rows[0], rows[1] = rows[1], rows[0]", "drop": "del rows[0]", "squash": "rows[1] = 'fixup' + rows[1][4:]", "reword": "rows[0] = 'reword' + rows[0][4:]",
    }[how]
    script = f"import sys; p = sys.argv[1]; rows = open(p).read().split(chr(10)); {code}; open(p, 'w').write(chr(10).join(rows))"
    if how == "drop":
        world.books.replaced |= set(mine[:-1])
        world.books.reset.add(mine[-1])
    else:
        world.books.replaced |= set(mine)
    _settled(world, world.with_editor(f"{sys.executable} -c {shlex.quote(script)}", "rebase", "-q", "-i", f"{mine[-1]}~1"))
    return True


@act(2)
def rebase_main(world: World) -> bool:
    if world.branch == "main" or not world.branch or world.dirty:
        return False
    onto = world.rng.choice(("main", "origin/main"))
    world.books.replaced |= set(world.lines("rev-list", f"{onto}..HEAD", "--author=ada"))
    _settled(world, world.does("rebase", "-q", onto))
    return True


@act(1)
def rebase_given_up(world: World) -> bool:
    """Begun, stopped at the first commit, given up."""
    mine = _own_unpushed(world)
    if len(mine) < 2 or world.dirty:
        return False
    world.with_editor("sed -i 1s/^pick/edit/", "rebase", "-q", "-i", f"{mine[-1]}~1")
    return world.does("rebase", "--abort")


@act(2)
def revert(world: World) -> bool:
    mine = list(world.lines("log", "-5", "--no-merges", "--author=ada", "--format=%H"))
    if not mine or world.dirty:
        return False
    _settled(world, world.does("revert", "--no-edit", world.rng.choice(mine)))
    return True


@act(2)
def cherry_pick(world: World) -> bool:
    others = world.lines("rev-list", "--no-merges", "--branches", "--remotes", "--not", "HEAD")
    if not others or world.dirty:
        return False
    _settled(world, world.does("cherry-pick", world.rng.choice(others[:4])))
    return True


@act(2)
def merge(world: World) -> bool:
    others = [name for name, tip in sorted(world.branches.items()) if not world.reaches(tip, "HEAD")]
    if not others or world.dirty or not world.branch:
        return False
    words = ["--no-ff"] if world.rng.random() < 0.5 else []
    _settled(world, world.does("merge", "-q", "--no-edit", *words, world.rng.choice(others)))
    return True


@act(1)
def squash_merge(world: World) -> bool:
    others = [name for name, tip in sorted(world.branches.items()) if not world.reaches(tip, "HEAD")]
    if not others or world.dirty or not world.branch:
        return False
    if not world.does("merge", "-q", "--squash", world.rng.choice(others)) or not world.dirty:
        world.does("reset", "-q", "--hard")
        return True
    return commit(world)


@act(2)
def reset(world: World) -> bool:
    how = world.rng.choice(("--soft", "--mixed", "--hard"))
    mine = _own_unpushed(world)
    if not mine:
        return False
    count = world.rng.randint(1, min(2, len(mine)))
    (world.books.reset if how == "--hard" else world.books.undone).update(mine[:count])
    return world.does("reset", "-q", how, f"{mine[count - 1]}~1")


@act(1)
def reset_squash(world: World) -> bool:
    """Several commits made one, by a soft reset."""
    mine = _own_unpushed(world)
    if len(mine) < 2 or world.dirty:
        return False
    world.books.replaced |= set(mine)
    return world.does("reset", "-q", "--soft", f"{mine[-1]}~1") and commit(world)


@act(1)
def reset_hard(world: World) -> bool:
    return world.dirty and world.does("reset", "-q", "--hard")


@act(1)
def plumbing(world: World) -> bool:
    """The newest message is written anew as filter-branch does it: a new commit, and the ref moved."""
    mine = _own_unpushed(world)
    if not mine or not world.branch:
        return False
    tree, parent = world.git("rev-parse", "HEAD^{tree}"), world.git("rev-parse", "HEAD~1")
    fresh = world.git("commit-tree", "-m", f"feat: written anew {world.number()}", "-p", parent, tree)
    world.books.replaced.add(mine[0])
    return world.does("update-ref", f"refs/heads/{world.branch}", fresh)


@act(0, during=True)
def settle(world: World) -> bool:
    """Go on with what is open: resolve and continue, or give it up."""
    kind = world.operation
    if not kind:
        return False
    if world.rng.random() < 0.4:
        return world.does(kind, "--abort")
    for path in world.unmerged:
        resolve(world, path)
    if kind == "merge":
        return world.does("commit", "-q", "--no-edit")
    if not world.does(kind, "--continue") and world.operation and not world.unmerged:
        world.does(kind, "--skip")
    return True


def resolve(world: World, path: str) -> None:
    """Keep the lines of both sides, or what one side has."""
    if not (world.repo / path).is_file():
        world.does("rm", "-q", "--cached", "--", path)
        return
    rows = [row for row in world.read(path).split("\n") if not row.startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||"))]
    world.put(path, "\n".join(rows))
    world.git("add", "--", path)


@act(2, during=True)
def resolve_one(world: World) -> bool:
    if not world.unmerged:
        return False
    resolve(world, world.rng.choice(world.unmerged))
    return True
