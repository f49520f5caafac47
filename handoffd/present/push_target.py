"""Where `git push` would take HEAD's branch, and whether git would take it there: asked of git, not of the log."""

from __future__ import annotations

import re
from collections.abc import Collection

from handoffd.git.parse import decode
from handoffd.git.run import Git
from handoffd.model.snapshot import PushTarget

# Commits of the target that are looked through for our own.
MOST = 1000


def push_target(git: Git, branch: str, known: Collection[str]) -> PushTarget | None:
    """None where git would not know where to push to. `known`: commits that the branch had here. A target that holds one of them, which HEAD does not
    reach any more, was rewritten: a push needs force. Where it holds others alone, somebody else has pushed."""
    raw = git.try_run("for-each-ref", "--format=%(push)%01%(push:short)%01%(push:track)%01%(refname)", f"refs/heads/{branch}") or b""
    rows = [line.split("\x01") for line in decode(raw).splitlines()]
    row = next((row for row in rows if len(row) == 4 and row[3] == f"refs/heads/{branch}"), None)
    if row is None or not row[0]:
        return None
    ref, name, track, _ = row
    if "gone" in track:
        return PushTarget(name)
    tip = decode(git.try_run("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}") or b"").strip()
    counts = {word: int(number) for word, number in re.findall(r"(ahead|behind) (\d+)", track)}
    behind = counts.get("behind", 0)
    left = (git.try_run("rev-list", f"--max-count={MOST}", ref, "--not", f"refs/heads/{branch}", "--") or b"").decode().split() if behind else []
    old = next((oid for oid in left if oid in known), "")
    return PushTarget(name, bool(tip), counts.get("ahead", 0), behind, old or tip, bool(old))
