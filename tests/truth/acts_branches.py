"""Acts on branches, worktrees, tags and remotes, and the colleague's."""

from __future__ import annotations

from tests.truth.acts import act, commit, edit
from tests.truth.books import Line
from tests.truth.world import World


@act(4)
def branch_new(world: World) -> bool:
    n, source = world.number(), world.branch
    name = f"{world.rng.choice(('feat', 'fix', 'topic'))}-{n}"
    at = world.head
    if not world.does(*world.rng.choice((("switch", "-q", "-c", name), ("checkout", "-q", "-b", name)))):
        return False
    world.books.lines.append(Line(name, at, source, world.books.session))
    return True


@act(4)
def switch(world: World) -> bool:
    others = sorted(name for name in world.branches if name != world.branch)
    if not others or not world.does("switch", "-q", world.rng.choice(others)):
        return False
    # What another worktree committed there was on the branch when HEAD came to it: the session of that worktree made it.
    world.books.found_there |= world.linked & set(world.lines("rev-list", "HEAD"))
    return True


@act(1)
def branch_rename(world: World) -> bool:
    old = world.branch
    if old in ("main", ""):
        return False
    new = f"renamed-{world.number()}"
    line = world.books.line(old)
    if not world.does("branch", "-m", old, new):
        return False
    if line:
        line.name, line.moved = new, True
    return True


@act(1)
def branch_delete(world: World) -> bool:
    others = sorted(name for name in world.branches if name not in (world.branch, "main"))
    if not others:
        return False
    name = world.rng.choice(others)
    world.books.reset |= set(world.lines("rev-list", name, "--not", "HEAD", "--remotes"))
    return world.does("branch", "-q", "-D", name)


@act(1)
def branch_elsewhere(world: World) -> bool:
    """A branch that is made and not checked out."""
    name, at = f"kept-{world.number()}", world.head
    if not world.does("branch", name):
        return False
    world.books.lines.append(Line(name, at, world.branch, world.books.session))
    return True


@act(1)
def tag(world: World) -> bool:
    return world.does("tag", f"v0.{world.number()}")


@act(1)
def linked_worktree(world: World) -> bool:
    n = world.number()
    folder = world.folder / f"linked-{n}"
    at = world.head
    if not world.does("worktree", "add", "-q", "-b", f"side-{n}", str(folder)):
        return False
    world.books.lines.append(Line(f"side-{n}", at, world.branch, world.books.session))
    name = world.shape.sources[0]
    world.put(name, world.read(name, root=folder) + f"{world.shape.comment(f'side {n}')}\n", root=folder)
    world.git("add", "-A", at=folder)
    world.git("commit", "-q", "-m", f"feat: in the linked worktree {n}", at=folder)
    world.linked.add(world.git("rev-parse", "HEAD", at=folder))
    if world.rng.random() < 0.5:
        world.git("worktree", "remove", "--force", str(folder))
    return True


@act(5)
def mate_pushes(world: World) -> bool:
    """The colleague commits and pushes to main, or to the branch that is worked on."""
    mate, n = world.mate, world.number()
    world.git("fetch", "-q", "--prune", at=mate)
    remote = world.git("branch", "-r", "--list", f"origin/{world.branch}", at=mate).strip() if world.branch else ""
    name = world.branch if remote and world.rng.random() < 0.5 else "main"
    world.git("checkout", "-q", "-B", name, f"origin/{name}", at=mate)
    for k in range(world.rng.choice((1, 1, 2))):
        if world.rng.random() < 0.6:
            world.put(f"docs/mate_{n}_{k}.md", f"# By Kim {n}\n\nText.\n", root=mate)
        else:
            path = world.rng.choice(world.shape.sources)
            rows = world.read(path, root=mate).split("\n")
            at = min(len(rows) - 1, world.rng.randrange(3, 9))
            rows.insert(at, world.shape.comment(f"by Kim {n} {k}"))
            world.put(path, "\n".join(rows), root=mate)
        world.git("add", "-A", at=mate)
        world.git("commit", "-q", "-m", f"fix: by the colleague {n}.{k}", at=mate)
    world.git("push", "-q", "origin", f"HEAD:{name}", at=mate)
    return True


@act(2, during=True)
def fetch(world: World) -> bool:
    return world.does("fetch", "-q", "origin")


def _pull(world: World, *words: str) -> bool:
    if world.dirty or not world.git("rev-parse", "-q", "--verify", "@{u}", fails=True):
        return False
    world.git("fetch", "-q", "origin", fails=True)
    if "--rebase" in words:
        world.books.replaced |= set(world.lines("rev-list", "@{u}..HEAD", "--author=ada"))
    if not world.does("pull", "-q", "--no-edit", *words) and world.operation and world.rng.random() < 0.5:
        world.does(world.operation, "--abort")
    return True


@act(2)
def pull_merge(world: World) -> bool:
    return _pull(world, "--no-rebase")


@act(2)
def pull_rebase(world: World) -> bool:
    return _pull(world, "--rebase")


@act(2)
def pull_fast_forward(world: World) -> bool:
    return _pull(world, "--ff-only")


@act(4)
def push(world: World) -> bool:
    if not world.branch:
        return False
    has = bool(world.git("rev-parse", "-q", "--verify", "@{u}", fails=True))
    world.does("push", "-q") if has else world.does("push", "-q", "-u", "origin", world.branch)
    return True


@act(1)
def push_force(world: World) -> bool:
    if not world.branch or world.branch == "main" or not world.git("rev-parse", "-q", "--verify", "@{u}", fails=True):
        return False
    return world.does("push", "-q", "--force-with-lease")


@act(1)
def triangular(world: World) -> bool:
    """From now on pushes go to a fork, while pulls come from the origin."""
    if world.fork.exists():
        return False
    world.git("clone", "-q", "--bare", str(world.origin), str(world.fork), at=world.folder)
    world.git("remote", "add", "fork", str(world.fork))
    world.git("config", "push.default", "current")
    return world.does("config", "remote.pushDefault", "fork") and world.does("fetch", "-q", "fork")


@act(1)
def commit_detached(world: World) -> bool:
    """A commit on a detached HEAD, then back."""
    if world.dirty or not world.branch:
        return False
    back = world.branch
    if not world.does("checkout", "-q", "--detach"):
        return False
    path = edit(world)
    if path:
        world.git("add", "--", path)
        commit(world)
    world.books.look(world)
    world.books.reset.add(world.head)
    return world.does("switch", "-q", back)
