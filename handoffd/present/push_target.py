"""Where `git push` would take HEAD's branch, and whether git would take it there: asked of git, not of the log."""

from __future__ import annotations

import re
from collections.abc import Collection

from handoffd.git.parse import decode
from handoffd.git.run import Git
from handoffd.model.snapshot import PushTarget


def push_target(git: Git, branch: str, known: Collection[str]) -> PushTarget | None:
    """None where git would not know where to push to. `known`: commits that the branch had here. A target that stands at one of them, which HEAD does
    not reach any more, was rewritten: a push needs force. At any other commit somebody else has pushed."""
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
    return PushTarget(name, bool(tip), counts.get("ahead", 0), behind, tip, bool(behind) and tip in known)
