"""Whether a claim of a document is so now: one small function a kind of claim."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handoffd.git.content import BIGGEST, read_bytes, read_text
from handoffd.git.operations import operation
from handoffd.git.refs import stashes
from handoffd.git.status import status
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.model.claims import (
    Ahead,
    Ancestor,
    Claim,
    DiffersFromHead,
    NoUpstream,
    ObjectExists,
    OperationOpen,
    SameAs,
    StashExists,
    TextAt,
    Unmerged,
    Unreachable,
    Untracked,
    Verdict,
)
from handoffd.model.kinds import StatusKind


def check(claim: Claim, reader: WorktreeReader) -> Verdict:
    """Look the claim up again. A claim that only the journal can answer, or of another version, is UNKNOWN."""
    ask = _CHECKS.get(type(claim))
    return ask(claim, reader) if ask else Verdict.UNKNOWN


def _text_at(claim: TextAt, reader: WorktreeReader) -> Verdict:
    found = read_text(reader, claim.path)
    if found is None:
        return Verdict.GONE
    holding = [number for number, line in enumerate(found.split("\n"), 1) if claim.text in line]
    if claim.line in holding:
        return Verdict.HOLDS
    return Verdict.CHANGED if any(abs(number - claim.line) <= claim.near for number in holding) else Verdict.GONE


def _ancestor(claim: Ancestor, reader: WorktreeReader) -> Verdict:
    if not _exists(reader, claim.commit):
        return Verdict.GONE
    reaches = reader.git.try_run("merge-base", "--is-ancestor", claim.commit, claim.of) is not None
    return Verdict.HOLDS if reaches else Verdict.GONE


def _unreachable(claim: Unreachable, reader: WorktreeReader) -> Verdict:
    if not _exists(reader, claim.commit):
        return Verdict.HOLDS
    raw = reader.git.try_run(
        "for-each-ref", "--count=1", f"--contains={claim.commit}", "--format=%(refname)", "refs/heads", "refs/remotes", "refs/tags"
    )
    if raw is None:
        return Verdict.UNKNOWN
    return Verdict.GONE if raw.strip() else Verdict.HOLDS


def _object_exists(claim: ObjectExists, reader: WorktreeReader) -> Verdict:
    return Verdict.HOLDS if _exists(reader, claim.commit) else Verdict.GONE


def _same_as(claim: SameAs, reader: WorktreeReader) -> Verdict:
    now = read_bytes(reader, claim.path, 4 * BIGGEST)
    if now is None:
        return Verdict.GONE
    return Verdict.HOLDS if now == reader.objects.blob(claim.rev, claim.path) else Verdict.CHANGED


def _differs(claim: DiffersFromHead, reader: WorktreeReader) -> Verdict:
    entries = status(reader.git, (claim.path,)).entries
    return Verdict.HOLDS if any(entry.kind != StatusKind.UNTRACKED for entry in entries) else Verdict.GONE


def _untracked(claim: Untracked, reader: WorktreeReader) -> Verdict:
    entries = status(reader.git, (claim.path,)).entries
    return Verdict.HOLDS if any(entry.kind == StatusKind.UNTRACKED for entry in entries) else Verdict.GONE


def _unmerged(claim: Unmerged, reader: WorktreeReader) -> Verdict:
    entries = status(reader.git, (claim.path,)).entries
    return Verdict.HOLDS if any(entry.kind == StatusKind.UNMERGED for entry in entries) else Verdict.GONE


def _operation(claim: OperationOpen, reader: WorktreeReader) -> Verdict:
    found = operation(reader.git, reader.worktree)
    if found is None or found.kind != claim.kind:
        return Verdict.GONE
    return Verdict.HOLDS if found.other == claim.other else Verdict.CHANGED


def _stash(claim: StashExists, reader: WorktreeReader) -> Verdict:
    return Verdict.HOLDS if any(stash.oid == claim.stash for stash in stashes(reader.git, reader.worktree)) else Verdict.GONE


def _ahead(claim: Ahead, reader: WorktreeReader) -> Verdict:
    raw = reader.git.try_run("rev-list", "--count", "HEAD", "--not", claim.of)
    if raw is None or not raw.strip().isdigit():
        return Verdict.UNKNOWN
    count = int(raw)
    return Verdict.HOLDS if count == claim.count else Verdict.CHANGED if count else Verdict.GONE


def _no_upstream(claim: NoUpstream, reader: WorktreeReader) -> Verdict:
    raw = reader.git.try_run("for-each-ref", "--format=%(upstream)", f"refs/heads/{claim.branch}")
    if raw is None:
        return Verdict.UNKNOWN
    return Verdict.GONE if raw.strip() else Verdict.HOLDS


def _exists(reader: WorktreeReader, commit: str) -> bool:
    return reader.git.try_run("cat-file", "-e", f"{commit}^{{commit}}") is not None


_CHECKS: Mapping[type, Callable[[Any, WorktreeReader], Verdict]] = {
    TextAt: _text_at,
    Ancestor: _ancestor,
    Unreachable: _unreachable,
    ObjectExists: _object_exists,
    SameAs: _same_as,
    DiffersFromHead: _differs,
    Untracked: _untracked,
    Unmerged: _unmerged,
    OperationOpen: _operation,
    StashExists: _stash,
    Ahead: _ahead,
    NoUpstream: _no_upstream,
}
