"""What was done in a worktree outlives it: a branch that is checked out elsewhere later finds its own."""

from __future__ import annotations

import json

from tests.support import Repo, cli
from tests.watched import Watched


def test_a_branch_of_a_removed_worktree_finds_its_own_elsewhere(watched: Watched) -> None:
    watched.repo.git("worktree", "add", "-q", "../other", "-b", "side")
    other = Repo(watched.repo.root.parent / "other")
    for words in (["status"], ["note", "gotcha", "only on side"], ["note", "todo", "go on there"]):
        assert cli(*words, cwd=other.root).returncode == 0
    other.commit("The work of side", {"side.py": "def side():\n    # TODO: end it\n    return 1\n"})
    assert cli("flush", cwd=other.root).returncode == 0
    watched.repo.git("worktree", "remove", "--force", str(other.root))

    listed = [json.loads(line) for line in watched.handoffd("list", "--all", "--json").splitlines()]
    assert [(row["branch"], row["commits"], row["next_step"]) for row in listed] == [("side", 1, "TODO at side.py:2: end it")]
    assert "only on side" in watched.handoffd("search", "side", "--branch", "side") and "only on side" in watched.handoffd(
        "resume", "--branch", "side"
    )

    watched.repo.git("checkout", "-q", "side")
    document = json.loads(watched.handoffd("resume", "--json", "--budget", "9000"))
    assert document["since"]["written"] and [line["subject"] for line in document["status"]["commits"]] == ["The work of side"]
    assert [item["text"] for item in document["gotchas"]] == ["only on side"] and "go on there" in [item["text"] for item in document["pending"]]
    watched.handoffd("drop", "only on side")
    assert json.loads(watched.handoffd("resume", "--json"))["gotchas"] == []
    assert "The work of side" in watched.handoffd("why", "side.py:2")
