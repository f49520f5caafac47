"""The line for a shell's prompt: what it says, and that sh alone can read it from anywhere in the worktree."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from handoffd.cli.prompt import SNIPPETS
from tests.support import cli
from tests.watched import Watched

SCRIPT = Path(__file__).resolve().parents[2] / "shell" / "handoffd-prompt"
FAILING = '<testsuite tests="2"><testcase name="a"/><testcase name="b"><failure message="no"/></testcase></testsuite>'


def said(folder: Path) -> str:
    """What the script prints there, without any program to start."""
    done = subprocess.run(["/bin/sh", str(SCRIPT)], cwd=folder, env={"PATH": "/nowhere"}, capture_output=True, text=True, check=True)
    assert not done.stderr
    return done.stdout


def test_it_tells_news_failures_and_the_last_handoff(watched: Watched) -> None:
    root = watched.repo.root
    watched.handoffd("note", "todo", "one more")
    assert re.fullmatch(r"no handoff yet \+\d+\n", said(root))
    watched.repo.write("test-results/junit.xml", FAILING)
    watched.handoffd("log")
    assert said(root).endswith(", 1 failing\n")
    watched.handoffd("flush")
    assert re.fullmatch(r"handoff \d\d-\d\d \d\d:\d\d\n", said(root))
    watched.handoffd("note", "todo", "another")
    assert said(root).endswith(" +1\n")
    assert cli("prompt", cwd=root).stdout == said(root)


def test_it_is_read_from_below_and_in_linked_worktrees(watched: Watched, tmp_path: Path) -> None:
    root = watched.repo.root
    (root / "a b" / "c").mkdir(parents=True)
    watched.repo.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "linked"))
    watched.handoffd("note", "todo", "main's")
    for text in ("one", "two", "three"):
        watched.handoffd("note", "todo", text, cwd=tmp_path / "linked")
    assert said(root / "a b" / "c") == said(root) != said(tmp_path / "linked")


def test_where_nothing_is_watched_it_says_nothing(watched: Watched, tmp_path: Path) -> None:
    assert said(tmp_path) == "" and cli("prompt", cwd=tmp_path).stdout == ""
    watched.handoffd("note", "todo", "one more")
    watched.handoffd("uninit")
    assert said(watched.repo.root) == ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_snippets_put_the_line_into_the_prompt(watched: Watched, shell: str, tmp_path: Path) -> None:
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    watched.handoffd("note", "todo", "one more")
    rc = tmp_path / "rc"
    rc.write_text(cli("prompt", "--snippet", shell).stdout)
    shown = {
        "bash": ["bash", "--norc", "-c", f'PS1="$ "; . {rc}; eval "$PROMPT_COMMAND"; printf "%s" "${{PS1@P}}"'],
        "zsh": ["zsh", "-f", "-c", f'. {rc}; handoffd_precmd; print -P -- "$RPROMPT"'],
        "fish": ["fish", "--no-config", "-c", f"source {rc}; fish_right_prompt"],
    }[shell]
    env = {"PATH": f"{SCRIPT.parent}:/usr/bin:/bin", "HOME": str(tmp_path), "TERM": "xterm"}
    done = subprocess.run(shown, cwd=watched.repo.root, env=env, capture_output=True, text=True, check=True)
    assert said(watched.repo.root).strip() in done.stdout, done


@pytest.mark.parametrize("name", SNIPPETS)
def test_every_snippet_says_where_it_goes(name: str) -> None:
    text = cli("prompt", "--snippet", name).stdout
    assert text.startswith("# ~/") and "handoffd-prompt" in text
