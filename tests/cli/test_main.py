"""Which word is the verb, and what a wrong one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import cli


def test_a_folder_may_have_the_name_of_a_verb(tmp_path: Path) -> None:
    (tmp_path / "status").mkdir()
    done = cli("-C", "status", "status", "--json", cwd=tmp_path)
    assert done.returncode == 0 and done.stdout.startswith("{"), done.stderr


@pytest.mark.parametrize(
    ("words", "hint"),
    [(["flsh"], "handoffd flush"), (["zzz"], "handoffd --help"), (["flush", "--nothing"], "handoffd flush --help"), (["-C", "gone", "list"], "")],
)
def test_a_wrong_word_is_told_with_what_is_right(words: list[str], hint: str, tmp_path: Path) -> None:
    done = cli(*words, cwd=tmp_path)
    assert done.returncode in (1, 2) and hint in done.stderr and "Traceback" not in done.stderr


def test_no_verb_is_the_morning_screen_and_help_is_asked_for() -> None:
    done = cli()
    assert done.returncode == 0 and "handoffd now" in done.stdout and not done.stderr
    assert cli("--help").returncode == 0 and "every day:" in cli("--help").stdout
    assert cli("--nonsense").returncode == 2
