"""The hook managers of the matrix: what a project that uses one has in its tree, and how each is installed into a clone.

Every one of their hooks runs the same script, which writes down how it was called, says something on both streams, and fails when asked to.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HUSKY, LEFTHOOK, PRE_COMMIT = "9.1.7", "2.2.2", "4.7.0"
EVENTS = ("post-commit", "pre-push")

# HOOK_SEEN: where it writes. HOOK_FAILS: the event that fails.
SCRIPT = """#!/bin/sh
event=$1; shift
{ echo "$event" "$@"; env | grep '^PRE_COMMIT_[A-Z]*_' | sort; [ "$event" != pre-push ] || cat; } >>"$HOOK_SEEN"
echo "theirs: $event"
echo "theirs to stderr: $event" >&2
[ "${HOOK_FAILS-}" != "$event" ]
"""
PYTHON_HOOK = """#!/usr/bin/env python3
import subprocess
import sys

sys.exit(subprocess.call(["sh", "hook.sh", "{event}", *sys.argv[1:]]))
"""
LEFTHOOK_YML = """post-commit:
  commands:
    theirs:
      run: sh hook.sh post-commit
pre-push:
  commands:
    theirs:
      run: sh hook.sh pre-push {0}
      use_stdin: true
"""
PRE_COMMIT_YAML = """repos:
- repo: local
  hooks:
""" + "".join(
    f"  - {{id: {event}, name: {event}, entry: sh hook.sh {event}, language: system, stages: [{event}], "
    "always_run: true, pass_filenames: false, verbose: true}\n"
    for event in EVENTS
)


@dataclass(frozen=True)
class Manager:
    """`files`: what the project has in its tree. `command`: what installs its hooks, run in the clone. `hands_on_stdin`: its hooks get git's."""

    name: str
    files: Mapping[str, str]
    command: Sequence[str]
    hands_on_stdin: bool = True

    def install(self, root: Path) -> None:
        """As a contributor does who has just cloned, or pulled a newer version of the manager."""
        done = subprocess.run(self.command, cwd=root, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def husky(node_modules: Path) -> Manager:
    files = {f".husky/{event}": f'sh hook.sh {event} "$@"\n' for event in EVENTS}
    return Manager(f"husky {HUSKY}", files, [str(node_modules / ".bin/husky")])


def lefthook(node_modules: Path) -> Manager:
    return Manager(f"lefthook {LEFTHOOK}", {"lefthook.yml": LEFTHOOK_YML}, [str(node_modules / ".bin/lefthook"), "install"])


def pre_commit(python: Path) -> Manager:
    command = [str(python), "-m", "pre_commit", "install", *(word for event in EVENTS for word in ("-t", event))]
    return Manager(f"pre-commit {PRE_COMMIT}", {".pre-commit-config.yaml": PRE_COMMIT_YAML}, command, hands_on_stdin=False)


def by_hand() -> Manager:
    files = {f"tools/{event}": PYTHON_HOOK.format(event=event) for event in EVENTS}
    return Manager("a Python script", files, ["sh", "-c", "mkdir -p .git/hooks && cp tools/p* .git/hooks/ && chmod +x .git/hooks/p*"])
