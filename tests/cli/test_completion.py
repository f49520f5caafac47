"""Completions in the real shells: what a person is offered after a few letters and a tab."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from handoffd.cli.completions import SHELLS
from handoffd.cli.grammar import grammar
from handoffd.cli.verbs import VERBS
from tests.support import cli

OFFERED = [
    ("handoffd fl", "flush"),
    ("handoffd -C sub resu", "resume"),
    ("handoffd log --ki", "--kind"),
    ("handoffd log --kind comm", "commit"),
    ("handoffd note deci", "decision"),
    ("handoffd init su", "sub/"),
    ("handoffd completion fi", "fish"),
]


def needs(shell: str) -> None:
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")


@pytest.fixture
def script(tmp_path: Path) -> Callable[[str], Path]:
    (tmp_path / "sub").mkdir()

    def write(shell: str) -> Path:
        file = tmp_path / "_handoffd"
        file.write_text(cli("completion", shell).stdout)
        return file

    return write


def bash_offers(script: Path, line: str) -> list[str]:
    words = line.split(" ")
    quoted = " ".join(f"'{word}'" for word in words)
    program = f'. "{script}"; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _handoffd; printf "%s\\n" "${{COMPREPLY[@]}}"'
    done = subprocess.run(["bash", "--norc", "-c", program], cwd=script.parent, capture_output=True, text=True, check=True)
    return done.stdout.split("\n")


def fish_offers(script: Path, line: str) -> list[str]:
    program = f"source '{script}'; complete -C '{line}'"
    done = subprocess.run(["fish", "--no-config", "-c", program], cwd=script.parent, capture_output=True, text=True, check=True)
    return [offer.partition("\t")[0] for offer in done.stdout.splitlines()]


@pytest.mark.parametrize(("line", "offer"), OFFERED)
def test_bash_offers(script: Callable[[str], Path], line: str, offer: str) -> None:
    needs("bash")
    assert offer.rstrip("/") in bash_offers(script("bash"), line)


@pytest.mark.parametrize(("line", "offer"), OFFERED)
def test_fish_offers(script: Callable[[str], Path], line: str, offer: str) -> None:
    needs("fish")
    assert offer in fish_offers(script("fish"), line)


@pytest.mark.parametrize(("line", "offer"), OFFERED)
def test_zsh_completes_on_tab(script: Callable[[str], Path], line: str, offer: str) -> None:
    """Typed on a terminal, as zsh completes nowhere else: the only match is put into the line."""
    needs("zsh")
    file = script("zsh")
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(file.parent)
        os.execvpe("zsh", ["zsh", "-f", "-i"], {**os.environ, "TERM": "dumb", "PS1": "> "})
    try:
        os.write(terminal, f"autoload -U compinit; compinit -u -d {file.parent}/dump; . {file}; print rea''dy\n".encode())
        read_until(terminal, "ready\r\n")
        os.write(terminal, f"{line}\t".encode())
        assert line.rpartition(" ")[0] + " " + offer in read_until(terminal, f" {offer}").replace("\r", "")
    finally:
        os.close(terminal)
        os.waitpid(pid, 0)


def read_until(terminal: int, words: str, seconds: float = 20) -> str:
    """What the terminal shows until `words` are among it."""
    shown, end = "", time.monotonic() + seconds
    while words not in shown:
        left = end - time.monotonic()
        assert left > 0 and select.select([terminal], [], [], left)[0], f"no {words!r} in {shown!r}"
        shown += os.read(terminal, 4096).decode(errors="replace")
    return shown


def test_a_folder_with_a_space_is_one_offer_in_bash(script: Callable[[str], Path]) -> None:
    needs("bash")
    file = script("bash")
    (file.parent / "two words").mkdir()
    assert "two words" in bash_offers(file, "handoffd init two")


@pytest.mark.parametrize("shell", SHELLS)
def test_every_verb_and_flag_is_in_every_shell(shell: str) -> None:
    text = SHELLS[shell](grammar())
    for verb in grammar():
        assert verb.name in text
        for option in verb.options:
            assert option.flags[-1].lstrip("-") in text
    assert {verb.name for verb in grammar()} == set(VERBS)
