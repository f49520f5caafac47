"""Shapes of where a repository lies: linked worktrees, submodules, one in another, a working tree apart from its git dir."""

from __future__ import annotations

from pathlib import Path

from tests.repositories.ground import Ground, shape
from tests.support import Repo


@shape()
def worktreeConfig(ground: Ground) -> Path:
    repo = ground.repo()
    repo.git("config", "extensions.worktreeConfig", "true")
    repo.git("config", "--worktree", "core.ignoreCase", "false")
    return _linked(ground, repo)


@shape()
def linked_worktree(ground: Ground) -> Path:
    return _linked(ground, ground.repo())


@shape(says=("**Commits this session**: 1",))
def worktree_at_the_first_commit(ground: Ground) -> Path:
    """Its log's first line has no words: nobody made that commit there."""
    repo = ground.bare_start()
    repo.commit("feat: first", {"first.py": "x = 1\n"})
    linked = Repo(ground.folder / "linked")
    repo.git("worktree", "add", "-q", "-b", "side", str(linked.root))
    linked.commit("feat: own", {"own.py": "x = 2\n"})
    return linked.root


@shape()
def relative_worktree(ground: Ground) -> Path:
    return _linked(ground, ground.repo(), "--relative-paths")


@shape()
def worktree_of_a_bare_repository(ground: Ground) -> Path:
    return _linked(ground, Repo(ground.origin()))


@shape()
def reftable_worktree(ground: Ground) -> Path:
    return _linked(ground, ground.repo("--ref-format=reftable"))


def _linked(ground: Ground, repo: Repo, *words: str) -> Path:
    linked = Repo(ground.folder / "linked")
    ground.can(repo, "worktree", "add", "-q", *words, "-b", "side", str(linked.root))
    linked.commit("feat: on the side", {"side.py": "def side():\n    return 7\n"})
    ground.work(linked)
    return linked.root


@shape()
def separate_git_dir(ground: Ground) -> Path:
    return ground.repo(f"--separate-git-dir={ground.folder / 'elsewhere.git'}").root


@shape()
def superproject(ground: Ground) -> Path:
    return _super(ground).root


@shape()
def inside_a_submodule(ground: Ground) -> Path:
    repo = Repo(_super(ground).root / "part")
    repo.git("checkout", "-q", "main")
    repo.commit("feat: of the part", {"part.py": "x = 1\n"})
    return repo.root


def _super(ground: Ground) -> Repo:
    """A superproject whose submodule has a new commit, and a second one that is only dirty inside."""
    origin, repo = ground.origin(), ground.bare_start()
    ground.history(repo)
    for name in ("part", "other"):
        repo.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(origin), name)
    repo.commit("feat: parts")
    ground.work(repo)
    Repo(repo.root / "part").commit("feat: newer part", {"newer.py": "x = 1\n"})
    repo.write("other/lib/d.py", "D = 5\n")
    return repo


@shape()
def nested_repository(ground: Ground) -> Path:
    repo = ground.repo()
    Repo.create(repo.root / "vendor" / "nested").commit("feat: nested", {"n.py": "x = 1\n"})
    return repo.root


@shape()
def inside_a_nested_repository(ground: Ground) -> Path:
    repo = ground.repo()
    nested = ground.bare_start(name="repo/vendor/nested")
    ground.history(nested)
    ground.work(nested)
    assert repo.git("status", "--porcelain").count("vendor") == 1
    return nested.root


@shape(refused="does not lead to its repository")
def working_tree_elsewhere(ground: Ground) -> Path:
    """core.worktree points to a folder that knows nothing of it."""
    repo = ground.repo()
    (ground.folder / "elsewhere").mkdir()
    repo.git("config", "core.worktree", str(ground.folder / "elsewhere"))
    return repo.root


@shape(refused="a bare repository")
def bare(ground: Ground) -> Path:
    return ground.origin()


@shape(refused="inside a git dir")
def inside_the_git_dir(ground: Ground) -> Path:
    return ground.repo().root / ".git"


@shape(refused="unknown repository extension")
def unknown_extension(ground: Ground) -> Path:
    """What every git says of a format that came after it."""
    repo = ground.repo()
    repo.git("config", "core.repositoryFormatVersion", "1")
    repo.git("config", "extensions.futureFormat", "true")
    return repo.root
