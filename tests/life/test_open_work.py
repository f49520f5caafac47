"""What is open stands in every document of its branch until evidence closes it: whole runs of the command line on real repositories."""

from __future__ import annotations

from tests.support import Repo, cli
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


def test_a_first_session_counts_the_lines_that_stand(repo: Repo) -> None:
    """The session holds the repository's first commit: what came and went in it is no line."""
    repo.commit("chore: begin", {"b.txt": "one\ntwo\nthree\n"})
    assert cli("init", cwd=repo.root).returncode == 0
    repo.commit("fix: less", {"b.txt": "one\ntwo\n"})
    repo.git("checkout", "-q", "-b", "side")
    repo.commit("feat: aside", {"b.txt": "one\ntwo\nmore\n"})
    repo.git("checkout", "-q", "main")
    assert cli("flush", cwd=repo.root).returncode == 0
    text = cli("show", cwd=repo.root).stdout
    assert "`b.txt` — new file" in text and ", +2 −0" in text and "+3" not in text
