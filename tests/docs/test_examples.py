"""Every example of the help texts and of the pages is run, as it stands, in a repository with work in it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from handoffd.cli.verbs import VERBS, module_of
from tests.support import Repo
from tests.watched import Watched

TOP = Path(__file__).resolve().parents[2]
PAGES = [TOP / "README.md", *sorted((TOP / "docs").rglob("*.md"))]
# They go on until they are ended: tests/life runs the daemon, tests/cli/test_log.py follows the log.
ENDLESS = {"handoffd daemon", "handoffd log --follow"}
# A verb that is spoken of, and a call that git's hook makes.
SPOKEN_OF = {"handoffd note", "handoffd run"}
_PLACEHOLDER = re.compile(r"\b[A-Z]+\b(?![^\"]*\"(?:[^\"]*\"[^\"]*\")*[^\"]*$)|\.\.\.")


def of_help() -> set[str]:
    return {line for verb in VERBS for line in re.findall(r"\bhandoffd .*$", (module_of(verb).__doc__ or "").partition("example")[2], re.M)}


def of_pages() -> set[str]:
    texts = [page.read_text(encoding="utf-8") for page in PAGES]
    blocks = "\n".join(block for text in texts for block in re.findall(r"```sh\n(.*?)```", text, re.S))
    inline = {line for text in texts for line in re.findall(r"`(handoffd [^`\n]+)`", text)}
    return {line for line in inline if not _PLACEHOLDER.search(line)} | set(re.findall(r"^handoffd .*$", blocks, re.M))


def last(line: str) -> tuple[int, str]:
    """What takes away comes after the rest."""
    words = line.split()
    return ("--fresh" in words) + 2 * ("stop" in words) + 3 * ("uninit" in words), line


EXAMPLES = sorted((of_help() | of_pages()) - ENDLESS - SPOKEN_OF, key=last)


@pytest.fixture
def work(watched: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watched:
    """Four handoffs, the words and folders that examples name, and test commands that pass."""
    watched.handoffd("note", "todo", "ask for a staging slot")
    watched.handoffd("note", "decision", "Retry at the rate limit", "--at", "src/client.py:42")
    for number in range(4):
        watched.handoffd("note", "todo", f"step {number}")
        watched.handoffd("flush")
    Repo.create(watched.home / "src/shop").commit("chore: start")
    for folder in (".local/share/bash-completion/completions", ".config/fish/completions", ".zfunc"):
        (watched.home / folder).mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    for name, text in {"npm": "", "make": "", "handoffd": f'exec "{sys.executable}" -m handoffd "$@"\n'}.items():
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n{text}")
        (tmp_path / "bin" / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    return watched


def test_every_example_runs(work: Watched) -> None:
    wrong = []
    for line in EXAMPLES:
        done = subprocess.run(
            ["sh", "-c", line], cwd=work.repo.root, capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL
        )
        if done.returncode:
            wrong.append(f"{line}: {done.returncode} {done.stderr or done.stdout}")
    assert not wrong, "\n".join(wrong)


def test_there_are_examples_of_every_verb() -> None:
    assert {line.split()[1] for line in {*EXAMPLES, *ENDLESS}} >= set(VERBS)
    assert _PLACEHOLDER.search("handoffd run -- CMD") and not _PLACEHOLDER.search('handoffd note todo "Ask A for B"')
