"""Which settings of a repository would run a program, and what overrides them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from handoffd.git.hardening import FIXED, Setting, defences, files_behind, settings_of, stamps
from tests.support import Repo


def own(**settings: str) -> list[Setting]:
    """Settings of the repository's own file; `__` stands for a dot."""
    return [Setting(name.replace("__", "."), value, "/r/.git/config") for name, value in settings.items()]


def overrides(settings: list[Setting], *trusted: str) -> dict[str, str]:
    return dict(defences(settings, trusted).config)


def test_settings_are_read_as_git_prints_them() -> None:
    raw = b"file:.git/config\0core.bare\nfalse\0file:/etc/x\0alias.a\n!b\nc\0command line:\0core.pager\ncat\0file:.git/config\0core.fsmonitor\0"
    assert settings_of(raw, "/r") == (
        Setting("core.bare", "false", "/r/.git/config"),
        Setting("alias.a", "!b\nc", "/etc/x"),
        Setting("core.pager", "cat", ""),
        Setting("core.fsmonitor", "true", "/r/.git/config"),
    )


@pytest.mark.parametrize(("said", "kept"), [("true", "true"), ("YES", "true"), ("/tmp/monitor", "false"), ("false", "false"), ("", "false")])
def test_fsmonitor_only_as_gits_own(said: str, kept: str) -> None:
    assert overrides(own(core__fsmonitor=said))["core.fsmonitor"] == kept


def test_a_filter_runs_only_when_the_user_trusts_it() -> None:
    settings = own(filter__crypt__clean="crypt", filter__crypt__smudge="decrypt", filter__crypt__required="true")
    found = defences(settings, ())
    assert found.blanked == {"crypt"}
    assert {name: value for name, value in found.config if name.startswith("filter.crypt.")} == {
        "filter.crypt.clean": "",
        "filter.crypt.smudge": "",
        "filter.crypt.process": "",
        "filter.crypt.required": "false",
    }
    assert defences(settings, ("crypt",)).blanked == frozenset()


def test_a_filter_without_a_command_is_none() -> None:
    assert defences(own(filter__crypt__required="true", filter__crypt__clean=""), ()).blanked == frozenset()


def test_a_filter_whose_name_has_dots() -> None:
    assert defences(own(filter__a__b__clean="x"), ()).blanked == {"a.b"}


@pytest.fixture
def lfs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `git-lfs` on PATH."""
    program = tmp_path / "bin" / "git-lfs"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))


LFS = {"filter__lfs__clean": "git-lfs clean -- %f", "filter__lfs__smudge": "git-lfs smudge -- %f", "filter__lfs__process": "git-lfs filter-process"}


def test_git_lfs_as_it_installs_itself_is_left(lfs: None) -> None:
    assert defences(own(**LFS), ()).blanked == frozenset()


@pytest.mark.parametrize("more", [{"filter__lfs__clean": "evil"}, {"lfs__extension__x__clean": "evil"}, {"lfs__customtransfer__x__path": "evil"}])
def test_git_lfs_that_would_run_something_else_is_a_filter_like_any_other(lfs: None, more: dict[str, str]) -> None:
    assert defences(own(**{**LFS, **more}), ()).blanked == {"lfs"}


def test_git_lfs_that_is_not_installed_is_a_filter_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert shutil.which("git-lfs") is None and defences(own(**LFS), ()).blanked == {"lfs"}


def test_differs_and_configured_hooks_are_switched_off() -> None:
    found = overrides(
        own(diff__x__command="evil", diff__y__textconv="evil", hook__h__command="evil", hook__h__event="post-commit", diff__z__binary="true")
    )
    assert (found["diff.x.command"], found["diff.y.textconv"], found["hook.h.enabled"]) == ("", "", "false")
    assert "diff.z.binary" not in found


def test_what_is_fixed_comes_first_and_always() -> None:
    assert defences([], ()).config[: len(FIXED)] == FIXED
    assert dict(FIXED)["core.hooksPath"] == "/dev/null" and dict(FIXED)["protocol.allow"] == "never"


def test_the_last_word_of_a_file_counts_and_overrides_are_not_of_a_file() -> None:
    settings = [*own(core__logallrefupdates="true"), Setting("core.logallrefupdates", "false", "/r/.git/config"), Setting("core.pager", "cat", "")]
    assert defences(settings, ()).said == {"core.logallrefupdates": "false"}


def test_every_file_that_the_configuration_is_read_from_is_known_before_it_is_there(repo: Repo, home: Path) -> None:
    settings = [
        Setting("include.path", "~/more", str(home / ".gitconfig")),
        Setting("includeif.onbranch:x.path", "branch.inc", str(repo.root / ".git/config")),
    ]
    files = files_behind(settings, str(repo.root))
    git = repo.root / ".git"
    assert {str(home / "more"), str(git / "branch.inc"), str(git / "config"), str(git / "config.worktree"), str(git / "HEAD")} <= files
    assert {str(home / ".gitconfig"), str(home / ".config/git/config")} <= files and "" not in files


def test_a_linked_worktree_is_read_from_its_own_files_and_the_repositorys(repo: Repo, tmp_path: Path) -> None:
    repo.commit("start", {"a": "1"})
    repo.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
    files = files_behind([], str(tmp_path / "linked" / "sub"))
    own_dir = repo.root / ".git" / "worktrees" / "linked"
    assert {str(repo.root / ".git" / "config"), str(own_dir / "config.worktree"), str(own_dir / "HEAD")} <= files


def test_a_stamp_tells_that_a_file_was_written_made_or_removed(tmp_path: Path) -> None:
    file, missing = tmp_path / "config", tmp_path / "none"
    file.write_text("a")
    before = stamps([str(file), str(missing)])
    assert before == stamps([str(file), str(missing)]) and before[str(missing)] is None
    file.write_text("ab")
    missing.touch()
    after = stamps([str(file), str(missing)])
    assert after[str(file)] != before[str(file)] and after[str(missing)] is not None
    assert stamps(["a\0b"]) == {"a\0b": None}
