"""Shapes of how git stores a repository: objects, refs, index, where the parts of it lie."""

from __future__ import annotations

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


def _partial(ground: Ground, *words: str) -> Repo:
    """A clone without old blobs whose promisor sings when it is asked again. Even the user's own consent to local transports does not help."""
    origin = ground.origin()
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
    Repo(ground.folder).git("clone", "-q", "--template=", "--depth=2", f"file://{ground.origin()}", str(root))
    ground.work(Repo(root))
    return root


@shape()
def alternates(ground: Ground) -> Path:
    root = ground.folder / "repo"
    Repo(ground.folder).git("clone", "-q", "--template=", "--shared", str(ground.origin()), str(root))
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
