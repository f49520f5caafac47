"""The line for a shell's prompt: what it says, and that sh alone can read it from anywhere in the worktree."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import tomllib
from pathlib import Path

import pytest

from handoffd.cli.prompt import SNIPPETS
from tests.cli.terminals import shell
from tests.support import cli
from tests.watched import Watched

SCRIPT = Path(__file__).resolve().parents[2] / "shell" / "handoffd-prompt"
FAILING = '<testsuite tests="2"><testcase name="a"/><testcase name="b"><failure message="no"/></testcase></testsuite>'


def said(folder: Path) -> str:
    """What the script prints there, without any program to start."""
    done = subprocess.run(["/bin/sh", str(SCRIPT)], cwd=folder, env={"PATH": "/nowhere"}, capture_output=True, text=True, check=True)
    assert not done.stderr
    return done.stdout


def noted(watched: Watched, text: str, cwd: Path | None = None) -> None:
    """A note, and a look that journals it: no daemon does."""
    watched.handoffd("note", "todo", text, cwd=cwd)
    watched.handoffd("log", cwd=cwd)


def test_it_tells_news_failures_and_the_last_handoff(watched: Watched) -> None:
    root = watched.repo.root
    noted(watched, "one more")
    assert re.fullmatch(r"no handoff yet \+\d+\n", said(root))
    watched.repo.write("test-results/junit.xml", FAILING)
    watched.handoffd("log")
    assert said(root).endswith(", 1 failing\n")
    watched.handoffd("flush")
    assert re.fullmatch(r"handoff \d\d-\d\d \d\d:\d\d\n", said(root))
    noted(watched, "another")
    assert said(root).endswith(" +1\n")
    assert cli("prompt", cwd=root).stdout == said(root)


def test_it_is_read_from_below_and_in_linked_worktrees(watched: Watched, tmp_path: Path) -> None:
    root = watched.repo.root
    (root / "a b" / "c").mkdir(parents=True)
    watched.repo.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "linked"))
    noted(watched, "main's")
    for text in ("one", "two", "three"):
        noted(watched, text, tmp_path / "linked")
    assert said(root / "a b" / "c") == said(root) != said(tmp_path / "linked")


def test_where_nothing_is_watched_it_says_nothing(watched: Watched, tmp_path: Path) -> None:
    assert said(tmp_path) == "" and cli("prompt", cwd=tmp_path).stdout == ""
    watched.handoffd("note", "todo", "one more")
    watched.handoffd("uninit")
    assert said(watched.repo.root) == ""


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_snippets_put_the_line_into_the_prompt(watched: Watched, name: str, tmp_path: Path) -> None:
    if not shutil.which(name):
        pytest.skip(f"{name} is not installed")
    watched.handoffd("note", "todo", "one more")
    rc = tmp_path / "rc"
    rc.write_text(cli("prompt", "--snippet", name).stdout)
    shown = {
        "bash": ["bash", "--norc", "-c", f'PS1="$ "; . {rc}; eval "$PROMPT_COMMAND"; printf "%s" "${{PS1@P}}"'],
        "zsh": ["zsh", "-f", "-c", f'. {rc}; handoffd_precmd; print -P -- "$RPROMPT"'],
        "fish": ["fish", "--no-config", "-c", f"source {rc}; fish_right_prompt"],
    }[name]
    env = {"PATH": f"{SCRIPT.parent}:/usr/bin:/bin", "HOME": str(tmp_path), "TERM": "xterm"}
    done = subprocess.run(shown, cwd=watched.repo.root, env=env, capture_output=True, text=True, check=True)
    assert said(watched.repo.root).strip() in done.stdout, done


@pytest.mark.parametrize(
    "line", ["$(touch pwned)", "`touch pwned`", "handoff %F{red}", "\x1b]0;title\x07", "\x1b[31mhandoff", "handoff é", "handoff \\n"]
)
def test_a_file_that_came_with_a_copy_puts_nothing_into_the_prompt(watched: Watched, line: str) -> None:
    """zsh with PROMPT_SUBST would run it, and any terminal would be painted."""
    watched.handoffd("note", "todo", "one more")
    (watched.repo.root / ".git/handoffd/prompt").write_text(f"{line}\n")
    assert said(watched.repo.root) == ""


def test_a_line_without_end_is_cut(watched: Watched) -> None:
    watched.handoffd("note", "todo", "one more")
    (watched.repo.root / ".git/handoffd/prompt").write_text("a" * 100_000 + "\n")
    assert said(watched.repo.root) == "a" * 80 + "\n"


@pytest.mark.parametrize("name", ["two words", "$(touch pwned)", '";touch pwned;"', "x\ntouch pwned\n"])
def test_the_snippet_of_tmux_reads_the_line_and_runs_no_name_of_a_folder(
    watched: Watched, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not shutil.which("tmux"):
        pytest.skip("tmux is not installed")
    folder = watched.repo.root / name
    folder.mkdir()
    watched.handoffd("flush")
    line = said(watched.repo.root).strip()
    assert line
    rc = tmp_path / "rc"
    rc.write_text(f"{SNIPPETS['tmux']}\nset -g status-right-length 80\nset -g status-interval 1\nset -ga status-right ' #(echo sh\"\"own)'\n")
    monkeypatch.setenv("PATH", f"{SCRIPT.parent}:{os.environ['PATH']}")
    with tempfile.TemporaryDirectory() as sockets, shell(folder, "xterm") as terminal:  # a socket's name must be short
        server = ["tmux", "-S", f"{sockets}/s", "-f", str(rc)]
        terminal.line(*server, "new-session", "sleep 60")
        try:
            terminal.expect("shown" if "\n" in name else re.escape(line))
        finally:
            subprocess.run([*server, "kill-server"], check=False)
    assert not list(watched.repo.root.rglob("pwned"))


@pytest.mark.parametrize("name", SNIPPETS)
def test_every_snippet_says_where_it_goes(name: str) -> None:
    text = cli("prompt", "--snippet", name).stdout
    assert text.startswith("# ~/") and "handoffd-prompt" in text


def test_the_snippet_of_starship_is_toml_that_runs_the_program() -> None:
    (module,) = tomllib.loads(SNIPPETS["starship"])["custom"].values()
    assert (module["command"], module["when"], module["shell"]) == ("handoffd-prompt", True, ["sh"]) and "$output" in module["format"]
