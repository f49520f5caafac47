"""Where our hooks come back by themselves, and where they must not."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.gits import GITS, path_with, version_of
from tests.managers.ground import Clone, Ground, Heard
from tests.support import wait_for

OLD = next((git for git in GITS if version_of(git) < (2, 54)), "")
NEW = next((git for git in GITS if version_of(git) >= (2, 54)), "")
before = pytest.mark.skipif(not OLD, reason="no git before 2.54 here")
newer = pytest.mark.skipif(not NEW, reason="no git 2.54 or newer here; HANDOFFD_TEST_GITS names others")
BLOCK = "# >>> handoffd"
# As husky 9 writes it.
GENERATED = '#!/usr/bin/env sh\n. "$(dirname "$0")/h"'
PUSH = ("push", "../remote.git", "main")


@pytest.fixture
def clone(ground: Ground) -> Clone:
    return ground.clone("clone", {".gitignore": ".husky/_\n"})


def generate(root: Path) -> Path:
    """What husky does, as far as our hooks are concerned."""
    folder = root / ".husky/_"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "h").write_text("exit 0\n")
    for event in ("post-commit", "pre-push"):
        (folder / event).write_text(GENERATED)
        (folder / event).chmod(0o755)
    return folder / "pre-push"


@before
def test_a_running_daemon_puts_them_back_at_the_next_commit(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", path_with(OLD))
    clone.repo.git("config", "core.hooksPath", ".husky/_")
    hook = generate(clone.repo.root)
    clone.handoffd("init")
    clone.handoffd("start")
    generate(clone.repo.root)
    assert BLOCK not in hook.read_text()
    clone.repo.commit("feat: x", {"x": "1"})
    wait_for(lambda: BLOCK in hook.read_text(), seconds=30)


@before
def test_what_somebody_took_out_stays_out(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", path_with(OLD))
    own = clone.repo.write(".git/hooks/pre-push", "#!/bin/sh\n:\n")
    own.chmod(0o755)
    clone.handoffd("init")
    assert BLOCK in own.read_text()
    own.write_text("#!/bin/sh\n:\n")
    clone.handoffd("flush")
    assert own.read_text() == "#!/bin/sh\n:\n" and not clone.finding("pre-push")["ok"]
    clone.repo.git("config", "core.hooksPath", ".husky/_")
    hook = generate(clone.repo.root)
    clone.handoffd("uninit")
    clone.handoffd("flush")
    assert hook.read_text() == GENERATED


@before
def test_uninit_clears_the_hooks_of_every_worktree(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", path_with(OLD))
    clone.repo.git("config", "core.hooksPath", ".husky/_")
    clone.repo.git("worktree", "add", "-q", "../linked", "-b", "other")
    linked = clone.repo.root.parent / "linked"
    hooks = [generate(clone.repo.root), generate(linked)]
    clone.handoffd("init")
    clone.ground.handoffd("init", cwd=linked)
    assert all(BLOCK in hook.read_text() for hook in hooks)
    clone.git("-C", str(linked), "commit", "--allow-empty", "-m", "in the linked one")
    clone.git("-C", str(linked), "push", "../remote.git", "other")
    wait_for(lambda: clone.ground.calls() == [f"-C {linked} flush --trigger pre-push"], seconds=30)
    assert [line.split("\t")[1] for line in clone.repo.read(".git/worktrees/linked/handoffd/spool").splitlines()] == ["post-commit", "pre-push"]
    clone.handoffd("uninit")
    assert [hook.read_text() for hook in hooks] == [GENERATED, GENERATED]


@before
@newer
def test_a_newer_git_takes_them_from_the_files(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", path_with(OLD))
    clone.handoffd("init")
    monkeypatch.setenv("PATH", path_with(NEW))
    clone.handoffd("init")
    assert clone.ground.heard(clone.work, clone.repo, 2) == Heard(2, 2, 2)
    assert not list(clone.repo.root.glob(".git/hooks/p*"))


@newer
def test_whoever_removes_our_folder_can_still_push(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", path_with(NEW))
    answer = clone.git(*PUSH)
    clone.handoffd("init")
    shutil.rmtree(clone.repo.path(".git/handoffd"))
    assert clone.git(*PUSH) == answer


def test_a_hook_that_waits_for_its_jobs_does_not_wait_for_ours(clone: Clone) -> None:
    """The flush runs on for as long as it takes, also when the hook around it says `wait`."""
    stop, slow = clone.ground.folder / "stop", clone.ground.folder / "bin/handoffd"
    clone.repo.write(".git/hooks/pre-push", "#!/bin/sh\n:\nsleep 0 &\nwait\n").chmod(0o755)
    clone.handoffd("init")
    slow.write_text(f'#!/bin/sh\nuntil [ -e "{stop}" ]; do sleep 0.1; done\necho >"$0.done"\n')
    try:
        subprocess.run(["git", *PUSH], cwd=clone.repo.root, timeout=60, check=True, capture_output=True)
        assert not slow.with_name("handoffd.done").exists()
    finally:
        stop.touch()
    wait_for(lambda: slow.with_name("handoffd.done").exists(), seconds=30)
