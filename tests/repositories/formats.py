"""Shapes of how git stores a repository: objects, refs, index, where the parts of it lie."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.repositories.ground import Ground, shape
from tests.support import Repo

THREE = ("**Commits this session**: 3",)


@shape(says=THREE)
def files_backend(ground: Ground) -> Path:
    return ground.repo().root


@shape(says=THREE)
def reftable(ground: Ground) -> Path:
    return ground.repo("--ref-format=reftable").root


@shape(says=THREE)
def sha256(ground: Ground) -> Path:
    return ground.repo("--object-format=sha256").root


@shape(says=THREE)
def sha256_and_reftable(ground: Ground) -> Path:
    return ground.repo("--object-format=sha256", "--ref-format=reftable").root


@shape(says=THREE)
def compatObjectFormat(ground: Ground) -> Path:
    repo = ground.bare_start("--object-format=sha256")
    repo.git("config", "extensions.compatObjectFormat", "sha1")
    ground.can(repo, "commit", "-q", "--allow-empty", "-m", "chore: probe")
    ground.history(repo)
    ground.work(repo)
    return repo.root


@shape()
def split_index(ground: Ground) -> Path:
    repo = ground.repo()
    repo.git("update-index", "--split-index")
    repo.write("src/later.py", "x = 1\n")
    repo.git("add", "src/later.py")
    return repo.root


@shape()
def index_version_4(ground: Ground) -> Path:
    repo = ground.repo()
    repo.git("update-index", "--index-version", "4")
    return repo.root


@shape()
def untracked_cache(ground: Ground) -> Path:
    repo = ground.repo()
    repo.git("config", "core.untrackedCache", "true")
    repo.git("update-index", "--force-untracked-cache")
    repo.git("status")
    return repo.root


@shape()
def fsmonitor_index(ground: Ground) -> Path:
    """The index has the extension of a hook, which handoffd must not run; the oracle's git may."""
    repo = ground.repo()
    hook = ground.script("fsmonitor", f'[ -n "$ORACLE" ] || touch "{ground.canary}"\nprintf "token\\0/\\0"')
    repo.git("config", "core.fsmonitor", str(hook), env={"ORACLE": "1"})
    repo.git("update-index", "--fsmonitor", env={"ORACLE": "1"})
    repo.git("status", env={"ORACLE": "1"})
    return repo.root


@shape()
def skipHash_index(ground: Ground) -> Path:
    repo = ground.bare_start()
    repo.git("config", "index.skipHash", "true")
    repo.git("config", "feature.manyFiles", "true")
    ground.history(repo)
    ground.work(repo)
    return repo.root


@shape()
def sparse_checkout(ground: Ground) -> Path:
    return _sparse(ground, "--no-sparse-index")


@shape()
def sparse_index(ground: Ground) -> Path:
    return _sparse(ground, "--sparse-index")


def _sparse(ground: Ground, kind: str) -> Path:
    repo = ground.bare_start()
    ground.history(repo)
    ground.can(repo, "sparse-checkout", "set", "--cone", kind, "src", "docs")
    ground.work(repo)
    return repo.root


def _origin(ground: Ground) -> Path:
    """A bare repository that serves filtered clones."""
    source = ground.bare_start(name="source")
    ground.history(source)
    origin = ground.folder / "origin.git"
    source.git("clone", "-q", "--bare", "--template=", str(source.root), str(origin))
    for key in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"):
        source.git("--git-dir", str(origin), "config", key, "true")
    shutil.rmtree(source.root)
    return origin


def _partial(ground: Ground, *words: str) -> Repo:
    """A clone without old blobs whose promisor sings when it is asked again. Even the user's own consent to local transports does not help."""
    origin = _origin(ground)
    root = ground.folder / "repo"
    Repo(ground.folder).git("clone", "-q", "--template=", "--filter=blob:none", *words, f"file://{origin}", str(root))
    repo = Repo(root)
    served = ground.script("upload-pack", f'touch "{ground.canary}"\nexec git-upload-pack "$@"')
    repo.git("config", "remote.origin.uploadpack", str(served))
    repo.git("config", "protocol.file.allow", "always")
    assert repo.git("rev-list", "--all", "--objects", "--missing=print").count("\n?") or words, "nothing is missing: no partial clone"
    return repo


@shape()
def partial_clone(ground: Ground) -> Path:
    repo = _partial(ground)
    ground.work(repo)
    return repo.root


@shape()
def partial_and_sparse_clone(ground: Ground) -> Path:
    repo = _partial(ground, "--sparse")
    repo.git("sparse-checkout", "set", "--cone", "src", "docs")
    assert not ground.canary.unlink(missing_ok=True)
    ground.work(repo)
    return repo.root


@shape()
def shallow_clone(ground: Ground) -> Path:
    root = ground.folder / "repo"
    Repo(ground.folder).git("clone", "-q", "--template=", "--depth=2", f"file://{_origin(ground)}", str(root))
    ground.work(Repo(root))
    return root


@shape()
def alternates(ground: Ground) -> Path:
    root = ground.folder / "repo"
    Repo(ground.folder).git("clone", "-q", "--template=", "--shared", str(_origin(ground)), str(root))
    ground.work(Repo(root))
    return root


@shape()
def packed_refs(ground: Ground) -> Path:
    repo = ground.repo()
    repo.git("branch", "other", "HEAD~1")
    repo.git("tag", "v1")
    repo.git("pack-refs", "--all", "--prune")
    return repo.root


@shape()
def packs_with_index_and_graph(ground: Ground) -> Path:
    repo = ground.repo()
    repo.git("repack", "-q", "-d")
    repo.commit("feat: second pack", {"second.py": "x = 2\n"})
    repo.git("repack", "-q", "-d")
    repo.git("multi-pack-index", "write")
    repo.git("commit-graph", "write", "--reachable")
    repo.write("second.py", "x = 3\n")
    return repo.root


@shape()
def preciousObjects(ground: Ground) -> Path:
    repo = ground.repo()
    repo.git("config", "core.repositoryFormatVersion", "1")
    repo.git("config", "extensions.preciousObjects", "true")
    return repo.root


@shape()
def replaced_commit(ground: Ground) -> Path:
    repo = ground.repo()
    other = repo.git("commit-tree", "-p", "HEAD~2", "-m", "feat: what stands in for it", "HEAD~1^{tree}")
    repo.git("replace", "HEAD~1", other)
    return repo.root


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
    return _linked(ground, Repo(_origin(ground)))


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
    origin, repo = _origin(ground), ground.bare_start()
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
    return _origin(ground)


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
