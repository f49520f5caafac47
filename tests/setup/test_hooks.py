"""Other people's hooks stay theirs, byte for byte."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoffd.git.repository import Worktree, discover
from handoffd.git.run import Git
from handoffd.model.errors import UserError
from handoffd.setup.config_hooks import add_section, has_section, remove_section
from handoffd.setup.exclude import hide, unhide, unignored
from handoffd.setup.hook_managers import by_hand
from handoffd.setup.hook_text import has_block, insert_block, own_file, program_in, remove_block
from handoffd.setup.hooks import inspect, install, script, uninstall
from tests.support import Repo, wait_for

PROGRAM = Path("/opt/it's here/handoffd")


def opened(repo: Repo) -> tuple[Git, Worktree]:
    (repo.root / ".git/handoffd").mkdir(exist_ok=True)
    return Git(repo.root), discover(repo.root)


def bytes_of(root: Path) -> dict[str, str]:
    files = [file for file in root.rglob("*") if file.is_file() and "handoffd" not in file.relative_to(root).parts]
    return {str(file.relative_to(root)): f"{file.stat().st_mode:o} {hashlib.sha256(file.read_bytes()).hexdigest()}" for file in files}


@given(st.sampled_from(["#!/bin/sh", "#!/usr/bin/env bash", "#!/bin/dash -e"]), st.text(alphabet="ab\n#$ ><", max_size=60), st.booleans())
def test_the_block_goes_in_and_out(shebang: str, rest: str, newline: bool) -> None:
    text = shebang + ("\n" + rest if newline else "")
    inside = insert_block(text, "#!/bin/sh\nbody one\n")
    assert inside is not None and has_block(inside) and inside.split("\n")[1].startswith("# >>> handoffd")
    assert remove_block(inside) == text
    assert insert_block(inside, "#!/bin/sh\nbody one\n") == inside


@pytest.mark.parametrize("text", ["", "echo no shebang\n", "#!/usr/bin/python3\n", "#!/usr/bin/env zsh\n", "#!/bin/shx\n"])
def test_what_is_no_sh_is_left(text: str) -> None:
    assert insert_block(text, "body") is None


@pytest.mark.parametrize("theirs", [None, "#!/bin/sh\necho theirs\n", "#!/bin/bash", "#!/usr/bin/python3\nprint(1)\n"])
def test_install_and_uninstall_restore_every_byte(repo: Repo, theirs: str | None) -> None:
    if theirs is not None:
        repo.write(".git/hooks/pre-push", theirs).chmod(0o750)
    git, worktree = opened(repo)
    before = bytes_of(repo.root)
    first = install(git, worktree, PROGRAM)
    inside = bytes_of(repo.root)
    assert install(git, worktree, PROGRAM) == first and bytes_of(repo.root) == inside
    if theirs and "python" in theirs:
        assert repo.read(".git/hooks/pre-push") == theirs and "left as it is" in first[1]
    else:
        assert all(finding.effective for finding in inspect(git, worktree, PROGRAM))
    uninstall(git, worktree)
    assert bytes_of(repo.root) == before


@pytest.mark.parametrize(
    ("text", "program"),
    [
        (script("pre-push", PROGRAM), str(PROGRAM)),
        (script("pre-push", Path("/usr/bin/handoffd")), "/usr/bin/handoffd"),
        (by_hand("pre-push", PROGRAM, "#!/bin/sh\n", False), str(PROGRAM)),
        (by_hand("pre-push", Path("/opt/handoffd"), "#!/usr/bin/python3\n", False), "/opt/handoffd"),
        (by_hand("pre-push", PROGRAM, "#!/bin/sh\n", True), "handoffd"),
        (script("post-commit", PROGRAM), ""),
        ("", ""),
    ],
)
def test_the_program_that_a_hook_calls_is_known(text: str, program: str) -> None:
    assert program_in(text) == program


def test_a_hook_added_by_hand_that_calls_a_program_that_is_gone_is_left_to_the_person(repo: Repo) -> None:
    repo.commit("x", {".githooks/pre-push": f"#!/bin/sh\n({PROGRAM.parent}/gone/handoffd flush --trigger pre-push &)\n".replace("it's here/", "")})
    repo.git("config", "core.hooksPath", ".githooks")
    repo.path(".githooks/pre-push").chmod(0o755)
    found = inspect(*opened(repo), PROGRAM)[1]
    assert not found.effective and not found.fixable and "not there any more" in found.says and str(PROGRAM) in found.remedy


def test_a_config_hook_without_its_script_is_wrong(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handoffd.setup.hooks.CONFIG_HOOKS", (2, 0, 0))
    git, worktree = opened(repo)
    install(git, worktree, PROGRAM)
    assert all(finding.effective for finding in inspect(git, worktree, PROGRAM))
    repo.path(".git/handoffd/hooks/pre-push").unlink()
    found = inspect(git, worktree, PROGRAM)[1]
    assert not found.effective and found.fixable and "is missing" in found.says


def test_tracked_hooks_of_the_project_are_left_and_named(repo: Repo) -> None:
    repo.commit("x", {".githooks/pre-push": "#!/bin/sh\n"})
    repo.git("config", "core.hooksPath", ".githooks")
    git, worktree = opened(repo)
    before = bytes_of(repo.root)
    said = install(git, worktree, PROGRAM)
    assert bytes_of(repo.root) == before
    assert "part of the project" in said[1] and "flush --trigger pre-push" in said[1]


def test_a_manager_s_generated_hook_is_used_and_restored(repo: Repo) -> None:
    repo.commit("x", {".gitignore": ".husky/_\n"})
    repo.write(".husky/_/pre-push", '#!/usr/bin/env sh\n. "$(dirname "$0")/h"\n').chmod(0o755)
    repo.git("config", "core.hooksPath", ".husky/_")
    git, worktree = opened(repo)
    before = bytes_of(repo.root)
    install(git, worktree, PROGRAM)
    assert has_block(repo.read(".husky/_/pre-push"))
    moved = repo.root / ".husky/_/pre-push.old"
    (repo.root / ".husky/_/pre-push").rename(moved)
    uninstall(git, worktree)
    moved.rename(repo.root / ".husky/_/pre-push")
    assert bytes_of(repo.root) == before


def test_config_hooks_go_in_and_out(tmp_path: Path) -> None:
    for text in ("", "[core]\n\tbare = false\n", "[core]\n\tbare = false"):
        config = tmp_path / "config"
        config.write_text(text)
        add_section(config, "post-commit", 'sh "/a b/c"')
        add_section(config, "pre-push", "sh /d")
        add_section(config, "pre-push", "sh /d")
        assert has_section(config, "pre-push") and config.read_text().count("[hook") == 2
        assert remove_section(config, "post-commit") and remove_section(config, "pre-push") and not remove_section(config, "pre-push")
        assert config.read_text().rstrip("\n") == text.rstrip("\n")


FULL = """
import resource, sys
from pathlib import Path
from handoffd.files.atomic_write import write_whole
from handoffd.git.repository import discover
from handoffd.setup.config_hooks import add_section
from handoffd.setup.exclude import hide
root = Path(sys.argv[1])
worktree = discover(root)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
for work in (
    lambda: hide(worktree, ".claude"),
    lambda: add_section(root / ".git/config", "pre-push", "sh /d"),
    lambda: write_whole(root / ".git/hooks/pre-push", "# theirs\\n" * 600, 0o755),
):
    try:
        work()
        sys.exit("it was written all the same")
    except OSError:
        pass
"""


def test_a_disk_that_fills_up_takes_nothing_of_the_users_and_leaves_no_lock(repo: Repo) -> None:
    theirs = {".git/info/exclude": "*.mine\n" * 600, ".git/config": repo.read(".git/config") + "# mine\n" * 600, ".git/hooks/pre-push": "# theirs\n"}
    for path, text in theirs.items():
        repo.write(path, text)
    files = sorted(repo.root.rglob("*"))
    done = subprocess.run([sys.executable, "-c", FULL, str(repo.root)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert {path: repo.read(path) for path in theirs} == theirs and sorted(repo.root.rglob("*")) == files


def test_a_config_that_git_has_locked_is_told(repo: Repo) -> None:
    lock = repo.write(".git/config.lock")
    with pytest.raises(UserError, match="locked by git") as told:
        add_section(repo.path(".git/config"), "pre-push", "sh /d")
    assert str(lock) in told.value.hint and lock.exists()


def test_the_scripts_cost_nothing_and_break_nothing(repo: Repo, tmp_path: Path) -> None:
    slow = tmp_path / "sl ow"
    slow.write_text(f'#!/bin/sh\nsleep 5\necho "$@" > "{tmp_path}/called"\n')
    slow.chmod(0o755)
    git, worktree = opened(repo)
    install(git, worktree, slow)
    repo.commit("no spool, nothing written", {"a": "1"})
    assert not (repo.root / ".git/handoffd/spool").exists()
    spool = repo.write(".git/handoffd/spool")
    repo.commit("one", {"a": "2"})
    assert spool.read_text().startswith("v1\tpost-commit\t\t")
    repo.git("init", "-q", "--bare", str(tmp_path / "bare.git"))
    before = time.monotonic()
    repo.git("push", "-q", str(tmp_path / "bare.git"), "main")
    assert time.monotonic() - before < 4
    assert "pre-push" in spool.read_text()
    wait_for(lambda: (tmp_path / "called").exists(), seconds=15)
    assert "flush --trigger pre-push" in (tmp_path / "called").read_text()


@pytest.mark.parametrize("watched", [True, False])
def test_the_first_push_of_a_linked_worktree_makes_its_spool(repo: Repo, tmp_path: Path, watched: bool) -> None:
    git, worktree = opened(repo)
    install(git, worktree, PROGRAM)
    repo.commit("one", {"a": "1"})
    if watched:
        repo.write(".git/handoffd/spool")
    repo.git("worktree", "add", "-q", str(tmp_path / "x"), "-b", "x")
    repo.git("init", "-q", "--bare", str(tmp_path / "bare.git"))
    Repo(tmp_path / "x").git("push", "-q", str(tmp_path / "bare.git"), "x")
    spool = repo.root / ".git/worktrees/x/handoffd/spool"
    assert spool.exists() is watched
    if watched:
        assert spool.read_text().startswith("v1\tpre-push") and (spool.stat().st_mode & 0o777, spool.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_their_hook_still_decides_and_gets_its_stdin(repo: Repo, tmp_path: Path) -> None:
    repo.write(".git/hooks/pre-push", f'#!/bin/sh\ncat > "{tmp_path}/stdin"\nexit 1\n').chmod(0o755)
    git, worktree = opened(repo)
    install(git, worktree, PROGRAM)
    repo.write(".git/handoffd/spool")
    repo.commit("one", {"a": "1"})
    repo.git("init", "-q", "--bare", str(tmp_path / "bare.git"))
    with pytest.raises(AssertionError):
        repo.git("push", "-q", str(tmp_path / "bare.git"), "main")
    assert "refs/heads/main" in (tmp_path / "stdin").read_text()


def test_the_program_s_path_is_quoted() -> None:
    assert "'/opt/it'\"'\"'s here/handoffd'" in script("pre-push", PROGRAM)
    assert own_file(script("pre-push", PROGRAM)).startswith("#!/bin/sh\n# >>> handoffd")


@pytest.mark.parametrize("text", [None, "", "*.o\n", "*.o"])
def test_the_exclude_line_goes_in_and_out(repo: Repo, text: str | None) -> None:
    file = repo.root / ".git/info/exclude"
    if text is not None:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    git, worktree = opened(repo)
    hide(worktree, ".claude")
    once = file.read_bytes()
    hide(worktree, ".claude")
    assert file.read_bytes() == once and unignored(git, worktree, ".claude") is None
    unhide(worktree, ".claude")
    assert (file.read_text() if file.exists() else None) == text


def test_a_rule_that_lets_them_in_is_named(repo: Repo) -> None:
    repo.write(".gitignore", "!.claude/**\n")
    git, worktree = opened(repo)
    hide(worktree, ".claude")
    shown = unignored(git, worktree, ".claude")
    assert shown is not None and ".gitignore:1" in shown.says and not shown.by_init


LETS_IN = {
    "nothing": {},
    "the top": {".gitignore": "*.o\n!/.claude/handoff-*.md\n"},
    "its folder": {".claude/.gitignore": "!handoff-*.md\n"},
    "a byte order mark": {".claude/.gitignore": "\ufeff!handoff-*.md\n"},
    "below the line": {".git/info/exclude": "/.claude/handoff-*.md\n!handoff-2*\n"},
    "above the line": {".git/info/exclude": "!handoff-2*\n/.claude/handoff-*.md\n"},
    "the line is gone": {".git/info/exclude": "#/.claude/handoff-*.md\n"},
    "it only looks like one": {".gitignore": "# not this!\n"},
}


@pytest.mark.parametrize("way", LETS_IN)
def test_what_lets_them_in_is_found_as_git_finds_it(repo: Repo, way: str) -> None:
    git, worktree = opened(repo)
    hide(worktree, ".claude")
    for name, text in LETS_IN[way].items():
        repo.write(name, text)
    repo.write(".claude/handoff-2026-09-01.md", "a handoff\n")
    seen = ".claude/handoff-2026-09-01.md" in repo.git("status", "--porcelain", "-uall")
    assert bool(unignored(git, worktree, ".claude")) == seen
    assert seen == (way not in ("nothing", "above the line", "it only looks like one"))


@pytest.mark.parametrize("folder", ["a[b", "a*", "what?", "back\\slash"])
def test_a_folder_whose_name_is_a_pattern_is_asked_of_git(repo: Repo, folder: str) -> None:
    git, worktree = opened(repo)
    hide(worktree, folder)
    repo.write(f"{folder}/handoff-2026-09-01.md", "a handoff\n")
    seen = bool(repo.git("status", "--porcelain", "-uall"))
    assert bool(unignored(git, worktree, folder)) == seen


def test_only_init_s_own_line_is_init_s_to_put_back(repo: Repo, tmp_path: Path) -> None:
    git, worktree = opened(repo)
    shown = unignored(git, worktree, ".claude")
    assert shown is not None and shown.by_init
    exclude = repo.root / ".git/info/exclude"
    exclude.unlink(missing_ok=True)
    exclude.parent.mkdir(exist_ok=True)
    (tmp_path / "theirs").touch()
    exclude.symlink_to(tmp_path / "theirs")
    shown = unignored(git, worktree, ".claude")
    assert shown is not None and not shown.by_init
