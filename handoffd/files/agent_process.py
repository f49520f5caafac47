"""Whether a coding agent runs this command: by the variables that it sets for what it runs, or by a process above this one.

A person's settings are no sign: CODEX_HOME or GEMINI_API_KEY stand in a shell that no agent started. Whoever runs the tests may be an agent:
HANDOFFD_TEST_PROCESSES names another folder than /proc.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

# Agent -> variables that it sets for its commands, and names that its process has: of the program, or of a folder that its script lies in.
_VARIABLES = {
    "CLAUDECODE": "Claude Code",
    "CLAUDE_CODE_SESSION_ID": "Claude Code",
    "CLAUDE_CODE_ENTRYPOINT": "Claude Code",
    "CODEX_SANDBOX": "Codex",
    "CODEX_SANDBOX_NETWORK_DISABLED": "Codex",
    "CODEX_THREAD_ID": "Codex",
    "CODEX_CI": "Codex",
    "GEMINI_CLI": "Gemini CLI",
    "QWEN_CODE": "Qwen Code",
    "CURSOR_AGENT": "Cursor",
    "COPILOT_CLI": "Copilot CLI",
    "COPILOT_AGENT_SESSION_ID": "Copilot CLI",
    "OPENCODE": "OpenCode",
    "OPENCODE_PID": "OpenCode",
    "PI_CODING_AGENT": "pi",
    "AI_AGENT": "an agent",
}
_PROGRAMS = {
    "claude": "Claude Code",
    "claude-code": "Claude Code",
    "codex": "Codex",
    "gemini": "Gemini CLI",
    "gemini-cli": "Gemini CLI",
    "qwen": "Qwen Code",
    "qwen-code": "Qwen Code",
    "cursor-agent": "Cursor",
    "copilot": "Copilot CLI",
    "opencode": "OpenCode",
    "opencode-ai": "OpenCode",
    "pi-coding-agent": "pi",
}
_TEST_PROCESSES = "HANDOFFD_TEST_PROCESSES"
_INTERPRETERS = frozenset({"node", "nodejs", "bun", "deno", "python", "python3"})
_MOST = 40


def agent_around(env: Mapping[str, str], pid: int | None = None) -> str:
    """The agent's name, '' for a person. `pid`: the process to begin at, this one's parent where nothing is said. Where the kernel has no /proc only
    the variables are asked."""
    processes = Path(env.get(_TEST_PROCESSES, "/proc"))
    for name, agent in _VARIABLES.items():
        if env.get(name, "") not in ("", "0", "false"):
            return agent
    return next(filter(None, map(_agent_in, _above(os.getppid() if pid is None else pid, processes))), "")


def _above(pid: int, processes: Path) -> Iterator[list[str]]:
    """The command lines of a process and of those above it."""
    for _ in range(_MOST):
        if pid <= 1:
            return
        try:
            words = (processes / str(pid) / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
            # The name stands in brackets and may hold any sign; state and parent follow it.
            parent = (processes / str(pid) / "stat").read_bytes().rpartition(b")")[2].split()[1]
        except (OSError, IndexError):
            return
        yield words
        pid = int(parent) if parent.isdigit() else 0


def _agent_in(words: list[str]) -> str:
    """The agent that a command line begins: `claude`, `/usr/bin/node .../@openai/codex/bin/codex.js`."""
    program = words[0].rpartition("/")[2]
    found = _PROGRAMS.get(program, "")
    if found or program.rstrip("0123456789.") not in _INTERPRETERS:
        return found
    script = next((word for word in words[1:] if word and not word.startswith("-")), "")
    parts = [part.partition(".")[0] for part in script.split("/")]
    return next((_PROGRAMS[part] for part in reversed(parts) if part in _PROGRAMS), "")
