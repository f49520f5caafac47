"""`search` as it is typed."""

from __future__ import annotations

import json

from tests.support import Repo, cli
from tests.watched import Watched


def test_words_are_found_at_once_and_everywhere(watched: Watched) -> None:
    watched.repo.commit("Add the backoff", a="1\n")
    watched.handoffd("note", "gotcha", "the proxy strips it", "--at", "a.py")
    assert "Add the backoff" in watched.handoffd("search", "backoff")
    found = json.loads(watched.handoffd("search", "proxy", "--json", "--kind", "gotcha", "--path", "a.py", "--branch", "main", "--since", "1h"))
    assert (found["kind"], found["text"], found["paths"], found["repository"]) == ("gotcha", "the proxy strips it", ["a.py"], str(watched.repo.root))
    away = cli("search", "proxy", "--everywhere", cwd=watched.home)
    assert away.returncode == 0 and "the proxy strips it" in away.stdout


def test_nothing_found_is_said_in_words(watched: Watched) -> None:
    for words in (["nowhere"], ["--kind", "decision", "commit"], ['"', "OR"]):
        done = cli("search", *words, cwd=watched.repo.root)
        assert (done.returncode, done.stdout) == (1, "") and "nothing was found" in done.stderr
    assert cli("search", "..", cwd=watched.repo.root).returncode == 2
    assert cli("search", "a", "--everywhere", "--path", "a", cwd=watched.repo.root).returncode == 2


def test_several_repositories_are_told_apart(watched: Watched, tmp_path) -> None:  # type: ignore[no-untyped-def]
    other = Repo.create(tmp_path / "other")
    other.commit("first", a="1")
    watched.handoffd("init", str(other.root))
    other.commit("the backoff of another", a="2")
    cli("log", cwd=other.root)
    watched.repo.commit("our backoff", a="3")
    watched.handoffd("log")
    found = [json.loads(line) for line in cli("search", "backoff", "--everywhere", "--json", cwd=other.root).stdout.splitlines()]
    assert {row["repository"]: row["text"] for row in found} == {str(other.root): "the backoff of another", str(watched.repo.root): "our backoff"}
