"""Whose repository it is: addresses of HEAD's log and of the settings, after .mailmap."""

from __future__ import annotations

from handoffd.git.identities import Identities, identities
from handoffd.git.repository import discover
from handoffd.git.run import Git
from tests.support import Repo


def found(repo: Repo) -> Identities:
    return identities(Git(repo.root), discover(repo.root))


def test_addresses_of_the_log_and_the_settings_and_whether_there_is_a_remote(repo: Repo) -> None:
    repo.commit("one", {"a": "1"})
    repo.git("commit", "-q", "--allow-empty", "-m", "two", env={"GIT_COMMITTER_EMAIL": "Old@Home.org"})
    repo.git("config", "user.email", "Work@x.org")
    own = found(repo)
    assert {"old@home.org", "work@x.org"} <= own.own and not own.has_remote
    repo.git("config", "remote.origin.url", "x")
    assert found(repo).has_remote


def test_an_author_who_never_worked_here_is_not_own(repo: Repo) -> None:
    repo.git("commit", "-q", "--allow-empty", "-m", "x", env={"GIT_AUTHOR_EMAIL": "kim@x.org"})
    assert "kim@x.org" not in found(repo).own


def test_addresses_are_told_as_commits_show_them(repo: Repo) -> None:
    repo.git("config", "user.email", "old@home.org")
    repo.commit("one", {".mailmap": "Me <me@x.org> <old@home.org>\n"})
    assert "me@x.org" in found(repo).own
