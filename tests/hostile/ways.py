"""The ways in which a repository makes git run a program, each as a function that arms an arena."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.hostile.arena import Arena

Arm = Callable[[Arena], None]

COMMIT = "git commit -qam more"
# What a person does that runs each hook git knows.
HOOKS = {
    "applypatch-msg": "git am ../patch",
    "pre-applypatch": "git am ../patch",
    "post-applypatch": "git am ../patch",
    "pre-commit": COMMIT,
    "prepare-commit-msg": COMMIT,
    "commit-msg": COMMIT,
    "post-commit": COMMIT,
    "pre-merge-commit": "git stash; git merge --no-edit side",
    "post-merge": "git stash; git merge --no-edit side",
    "pre-rebase": "git stash; git rebase side",
    "post-rewrite": "git commit -qa --amend -m other",
    "post-checkout": "git stash; git checkout side",
    "pre-push": "git init -q --bare ../bare; git push ../bare main",
    "pre-receive": "git push . HEAD:refs/heads/new",
    "update": "git push . HEAD:refs/heads/new",
    "post-receive": "git push . HEAD:refs/heads/new",
    "post-update": "git push . HEAD:refs/heads/new",
    "proc-receive": "git push . HEAD:refs/for/new",
    "push-to-checkout": "git push . +side:main",
    "reference-transaction": "git branch new",
    "pre-auto-gc": "mkdir -p .git/objects/17; for n in 1 2 3 4 5 6 7 8 9; do : >.git/objects/17/0000000000000000000000000000000000000$n; done; git -c gc.auto=1 gc --auto",
    "post-index-change": "git add -A",
    "sendemail-validate": "git send-email --to=a@b --dry-run ../patch",
    "p4-changelist": "git p4 submit",
    "p4-prepare-changelist": "git p4 submit",
    "p4-post-changelist": "git p4 submit",
    "p4-pre-submit": "git p4 submit",
}
# Two lines of the signature are enough for git to ask the program.
SIGNATURES = {"gpg.program": "PGP SIGNATURE", "gpg.ssh.program": "SSH SIGNATURE", "gpg.x509.program": "SIGNED MESSAGE"}


def key(name: str, control: str, value: str = "{}", attributes: str = "") -> Arm:
    """A key whose value is the canary, `{}` in name or value."""

    def arm(arena: Arena) -> None:
        arena.config(name.replace("{}", arena.canary()), value.replace("{}", arena.canary()))
        if attributes:
            arena.attributes(attributes)
        arena.control(control)

    return arm


def remote(name: str, control: str, url: str, value: str = "{}") -> Arm:
    """The same with a remote; the repository allows itself every protocol."""

    def arm(arena: Arena) -> None:
        arena.config("remote.origin.url", url.replace("{}", arena.canary()))
        arena.config("remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*")
        for protocol in ("ext", "git", "file", "ssh"):
            arena.config(f"protocol.{protocol}.allow", "always")
        key(name, control, value)(arena)

    return arm


def side_branch(arena: Arena) -> None:
    """A branch that parted from main, its patch beside the worktree; pushes into the repository itself are taken."""
    git = arena.repo.git
    git("checkout", "-q", "-b", "side")
    arena.repo.commit("feat: side", {"d.txt": "side\n"})
    (arena.root.parent / "patch").write_text(git("format-patch", "-1", "--stdout") + "\n")
    git("checkout", "-q", "main")
    arena.repo.commit("feat: main", {"b.txt": "main\n"})
    arena.config("receive.procReceiveRefs", "refs/for")
    arena.config("receive.denyCurrentBranch", "updateInstead")


def hooks(arena: Arena, folder: str) -> None:
    """A program for each hook in `folder` of the tree."""
    side_branch(arena)
    (arena.root / folder).mkdir(exist_ok=True)
    for name, control in HOOKS.items():
        canary = f"{arena.name} {name}"
        shutil.copy2(arena.canary(canary), arena.root / folder / name)
        arena.control(control, canary)


def hooks_path(arena: Arena) -> None:
    hooks(arena, "evil-hooks")
    arena.config("core.hooksPath", str(arena.root / "evil-hooks"))


def config_hooks(arena: Arena) -> None:
    side_branch(arena)
    for name, control in HOOKS.items():
        canary = f"{arena.name} {name}"
        arena.config(f"hook.a.b {name}.command", f"'{arena.canary(canary)}'")
        arena.config(f"hook.a.b {name}.event", name)
        arena.control(control, canary)


def merge_driver(arena: Arena) -> None:
    side_branch(arena)
    arena.repo.git("checkout", "-q", "side")
    arena.repo.commit("feat: other", {"b.txt": "side\n"})
    arena.repo.git("checkout", "-q", "main")
    key("merge.evil.driver", "git stash; git merge --no-edit side", attributes="*.txt merge=evil")(arena)


def included(arena: Arena, condition: str) -> None:
    arena.config("remote.origin.url", "https://example.com/x")
    arena.config("core.fsmonitor", arena.canary(), "../evil.config")
    arena.config(f"{condition}.path", "../../evil.config")
    arena.control("git status")


def worktree_config(arena: Arena) -> None:
    arena.config("core.repositoryFormatVersion", "1")
    arena.config("extensions.worktreeConfig", "true")
    arena.config("core.fsmonitor", arena.canary(), ".git/config.worktree")
    arena.control("git status")


def linked_worktree(arena: Arena) -> None:
    """The hostile key stands in the linked worktree's own configuration; the worktree is the one that is looked at."""
    arena.config("core.repositoryFormatVersion", "1")
    arena.config("extensions.worktreeConfig", "true")
    arena.repo.git("worktree", "add", "-q", "-b", "linked", "../linked")
    arena.config("core.fsmonitor", arena.canary(), ".git/worktrees/linked/config.worktree")
    arena.watched = arena.root.parent / "linked"
    arena.control("git worktree repair ../linked && git -C ../linked status")


def signed(arena: Arena, program: str, kind: str) -> None:
    git = arena.repo.git
    raw = git("cat-file", "commit", "HEAD")
    head, _, message = raw.partition("\n\n")
    signature = f"gpgsig -----BEGIN {kind}-----\n \n iQ\n -----END {kind}-----"
    (arena.root.parent / "commit").write_text(f"{head}\n{signature}\n\n{message}\n")
    git("update-ref", "HEAD", git("hash-object", "-t", "commit", "-w", str(arena.root.parent / "commit")))
    arena.config("log.showSignature", "true")
    arena.config("gpg.ssh.allowedSignersFile", str(arena.root.parent / "commit"))
    key(program, "git log -1")(arena)


def promisor(arena: Arena, way: tuple[str, str, str]) -> None:
    """A partial clone that lacks the blob which every diff needs."""
    remote(way[0], "git diff HEAD; git cat-file -p HEAD:a.txt", way[1], way[2])(arena)
    oid = arena.repo.git("rev-parse", "HEAD:a.txt")
    (arena.root / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    arena.config("core.repositoryFormatVersion", "1")
    arena.config("extensions.partialClone", "origin")
    arena.config("remote.origin.promisor", "true")
    arena.config("remote.origin.partialCloneFilter", "blob:none")


def submodule(arena: Arena) -> Path:
    """A submodule at sub/, checked out; returns its git dir."""
    other = Arena(arena.folder, f"{arena.name}-sub")
    arena.repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other.root), "sub")
    arena.repo.git("commit", "-qm", "feat: submodule")
    return arena.root / ".git" / "modules" / "sub"


def submodule_update(arena: Arena) -> None:
    submodule(arena)
    arena.repo.git("-C", "sub", "checkout", "-q", "--detach", "HEAD")
    arena.repo.git("-C", "sub", "commit", "-q", "--allow-empty", "-m", "elsewhere")
    key("submodule.sub.update", "git submodule update", "!{}")(arena)


def inside_submodule(arena: Arena, name: str, attributes: str) -> None:
    """The key stands in the submodule's own configuration, where overrides of the process above do not reach."""
    git_dir = submodule(arena)
    arena.repo.write("sub/a.txt", "one\nTWO\n")
    arena.config(name, arena.canary(), str(git_dir / "config"))
    (git_dir / "info").mkdir(exist_ok=True)
    (git_dir / "info" / "attributes").write_text(attributes)
    arena.config("submodule.sub.ignore", "none")
    arena.config("diff.ignoreSubmodules", "none")
    arena.control("git diff HEAD; git status")


def embedded(arena: Arena) -> None:
    """A folder of the tree that is itself a git dir."""
    shutil.copytree(arena.root / ".git", arena.root / "inner")
    arena.config("core.worktree", "..", "inner/config")
    arena.config("core.bare", "false", "inner/config")
    arena.config("core.fsmonitor", arena.canary(), "inner/config")
    arena.control("git -C inner status")


def modules(arena: Arena) -> None:
    """Python's own way: modules of the tree must not stand in for ours."""
    for name in ("yaml", "pygit2", "json", "sitecustomize", "handoffd"):
        arena.repo.write(f"{name}.py", f"import subprocess\nsubprocess.run([{arena.canary()!r}], stdin=subprocess.DEVNULL)\n")
    arena.control("python3 -c 'import yaml'")


FETCH = "git fetch"
EXT = "ext::{}"
LFS = "git-lfs clean -- %f"
WAYS: dict[str, Arm] = {
    "core.fsmonitor": key("core.fsmonitor", "git status"),
    "core.hooksPath": hooks_path,
    "hooks": partial(hooks, folder=".git/hooks"),
    "hook.*.command": config_hooks,
    "diff.external": key("diff.external", "git diff"),
    "diff.*.command": key("diff.evil.command", "git diff", attributes="*.txt diff=evil"),
    "diff.*.textconv": key("diff.evil.textconv", "git diff", attributes="*.txt diff=evil"),
    "filter.*.clean": key("filter.evil.clean", "git diff", attributes="*.txt filter=evil"),
    "filter.*.smudge": key("filter.evil.smudge", "rm a.txt; git checkout a.txt", attributes="*.txt filter=evil"),
    "filter.*.process": key("filter.evil.process", "git diff", attributes="*.txt filter=evil"),
    "filter.lfs.clean": key("filter.lfs.clean", "git diff", f"{{}} {LFS}", attributes="*.txt filter=lfs"),
    "merge.*.driver": merge_driver,
    "core.sshCommand": remote("core.sshCommand", FETCH, "ssh://example.com/x"),
    "core.gitProxy": remote("core.gitProxy", FETCH, "git://example.com/x"),
    "remote ext::": remote("x.y", FETCH, EXT),
    "url.*.insteadOf": remote("url.ext::{}.insteadOf", FETCH, "https://example.com", "https://example.com"),
    "remote.*.uploadpack": remote("remote.origin.uploadpack", FETCH, "."),
    "remote.*.receivepack": remote("remote.origin.receivepack", "git push origin main:new", "."),
    "promisor ext::": partial(promisor, way=("x.y", EXT, "{}")),
    "promisor ssh": partial(promisor, way=("core.sshCommand", "ssh://example.com/x", "{}")),
    "promisor uploadpack": partial(promisor, way=("remote.origin.uploadpack", ".", "{}")),
    "core.pager": key("core.pager", "git log"),
    "pager.*": key("pager.status", "git status"),
    **{name: partial(signed, program=name, kind=kind) for name, kind in SIGNATURES.items()},
    "credential.helper": key("credential.helper", "printf 'protocol=https\\nhost=x\\n\\n' | git credential fill", "!{}"),
    "core.askPass": key("core.askPass", "printf 'protocol=https\\nhost=x\\n\\n' | git credential fill"),
    "alias.*": key("alias.st", "git st", "!{}"),
    "core.editor": key("core.editor", "git commit -a"),
    "sequence.editor": key("sequence.editor", "git stash; git commit --allow-empty -m x; git rebase -i HEAD~1"),
    "include.path": partial(included, condition="include"),
    "includeIf gitdir": partial(included, condition="includeIf.gitdir:**/.git"),
    "includeIf onbranch": partial(included, condition="includeIf.onbranch:main"),
    "includeIf hasconfig": partial(included, condition="includeIf.hasconfig:remote.*.url:https://**"),
    "config.worktree": worktree_config,
    "linked config.worktree": linked_worktree,
    "submodule.*.update": submodule_update,
    "fsmonitor in a submodule": partial(inside_submodule, name="core.fsmonitor", attributes=""),
    "filter in a submodule": partial(inside_submodule, name="filter.evil.clean", attributes="*.txt filter=evil\n"),
    "embedded git dir": embedded,
    "trailer.*.command": key("trailer.x.command", "echo x | git interpret-trailers --trailer x=y"),
    "difftool.*.cmd": key("difftool.evil.cmd", "git difftool -y -t evil"),
    "tar.*.command": key("tar.evil.command", "git archive --format=evil HEAD"),
    "python modules": modules,
}
