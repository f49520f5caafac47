"""What is open stands in every document of its branch until evidence closes it: whole runs of the command line on real repositories."""

from __future__ import annotations

from tests.watched import Watched


def document(watched: Watched) -> str:
    watched.handoffd("flush")
    return watched.handoffd("show")


def part(text: str, heading: str) -> str:
    return text.partition(f"## {heading}\n")[2].partition("\n## ")[0]


def test_a_second_session_knows_what_the_first_left_open(watched: Watched) -> None:
    repo = watched.repo
    repo.git("checkout", "-q", "-b", "feat")
    repo.commit("wip: half", {"a.py": "def a():\n    # FIXME: the other half\n    return 1\n"})
    watched.handoffd("note", "todo", "ask Ada")
    repo.write("a.py", "def a():\n    # FIXME: the other half\n    return 2\n")
    repo.git("stash", "push", "-q", "-m", "try two")
    document(watched)
    repo.commit("feat: b", {"b.py": "b = 1\n"})
    text = document(watched)
    assert "**Commits this session**: 1" in text and "WIP commit" in part(text, "Gotchas for Next Session")
    working, pending = part(text, "What's In Progress"), part(text, "What's Pending")
    assert "→ FIXME: the other half" in working and "wip: half — WIP commit" in working and "(since 20" in working
    assert "- ask Ada (since 20" in pending
    assert '"try two"' in part(text, "Gotchas for Next Session")


def test_what_is_done_is_gone_in_the_next_document(watched: Watched) -> None:
    repo = watched.repo
    watched.handoffd("note", "todo", "ask Ada")
    repo.commit("feat: a", {"a.py": "# TODO: use a pool\n", "PLAN.md": "- [ ] write it\n"})
    assert all(words in document(watched) for words in ("ask Ada", "use a pool", "write it"))
    watched.handoffd("note", "done", "ask Ada")
    repo.commit("feat: pool", {"a.py": "# use a pool\n", "PLAN.md": "- [x] write it\n"})
    text = document(watched)
    assert part(text, "What's Pending") == "None this session\n" and "TODO" not in text


def test_a_squash_merged_branch_has_nothing_to_push_and_its_warnings_stand_on_main(watched: Watched) -> None:
    repo = watched.repo
    origin = repo.root.parent / "origin"
    repo.git("init", "-q", "--bare", str(origin))
    repo.git("remote", "add", "origin", str(origin))
    repo.git("push", "-q", "-u", "origin", "main")
    repo.git("checkout", "-q", "-b", "feat")
    watched.handoffd("note", "gotcha", "the queue is slow")
    watched.handoffd("note", "decision", "keep it small")
    repo.commit("feat: a", {"a.py": "# TODO: use a pool\n"})
    assert "Set an upstream for feat (1 commit)" in document(watched)
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--squash", "feat")
    repo.git("commit", "-q", "-m", "feat: all of it")
    text = document(watched)
    assert "the queue is slow" in part(text, "Gotchas for Next Session") and "keep it small" not in text
    assert "On feat:" not in part(text, "What's Pending")
    repo.git("checkout", "-q", "feat")
    watched.handoffd("note", "learning", "squash hides it")
    text = document(watched)
    assert "its changes are in main" in text and "Set an upstream" not in text and "use a pool" not in text and "keep it small" in text
