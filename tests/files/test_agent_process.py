from __future__ import annotations

from pathlib import Path

import pytest

from handoffd.files.agent_process import agent_around


def process(top: Path, pid: int, parent: int, *words: str, name: str = "x) (y") -> None:
    folder = top / str(pid)
    folder.mkdir()
    (folder / "cmdline").write_bytes("\0".join(words).encode() + b"\0")
    (folder / "stat").write_text(f"{pid} ({name}) S {parent} {pid} 0")


@pytest.mark.parametrize(
    ("words", "agent"),
    [
        (["claude", "-p", "hello"], "Claude Code"),
        (["/usr/bin/node", "--no-warnings", "/usr/lib/node_modules/@openai/codex/bin/codex.js"], "Codex"),
        (["node", "/home/a/.npm/_npx/1/node_modules/@google/gemini-cli/bundle/gemini.js"], "Gemini CLI"),
        (["/opt/codex", "exec"], "Codex"),
        (["vim", "claude.md"], ""),
        (["bash", "-c", "codex"], ""),
        (["python3", "notes/about_codex.py"], ""),
        (["node", "server.js", "/x/claude"], ""),
        ([""], ""),
    ],
)
def test_a_process_above_says_whose_words_they_are(tmp_path: Path, words: list[str], agent: str) -> None:
    process(tmp_path, 30, 20, "bash")
    process(tmp_path, 20, 10, *words)
    process(tmp_path, 10, 1, "systemd")
    assert agent_around({"HANDOFFD_TEST_PROCESSES": str(tmp_path)}, 30) == agent


def test_variables_say_it_and_a_persons_settings_do_not() -> None:
    for variables, agent in (
        ({"CLAUDECODE": "1"}, "Claude Code"),
        ({"GEMINI_CLI": "1"}, "Gemini CLI"),
        ({"CODEX_SANDBOX": "seatbelt"}, "Codex"),
        ({"CODEX_HOME": "/x", "GEMINI_API_KEY": "k", "CURSOR_TRACE_ID": "t", "CLAUDE_CONFIG_DIR": "/c"}, ""),
        ({"CLAUDECODE": "0"}, ""),
    ):
        assert agent_around(variables, 1) == agent


def test_processes_that_cannot_be_read_or_go_round_end_the_search(tmp_path: Path) -> None:
    process(tmp_path, 5, 6, "bash")
    process(tmp_path, 6, 5, "bash")
    assert agent_around({"HANDOFFD_TEST_PROCESSES": str(tmp_path)}, 5) == "" and agent_around({"HANDOFFD_TEST_PROCESSES": str(tmp_path)}, 99) == ""
