"""What commits changed that the journal has no facts of: those of before handoffd watched, or of a history that was moved by plumbing."""

from __future__ import annotations

from collections.abc import Sequence

from handoffd.code.describe_change import DESCRIBED, describe
from handoffd.code.marks import removed_lines
from handoffd.git.content import readable, texts_in
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.model.change import Change
from handoffd.model.kinds import ChangeKind
from handoffd.model.questions import AskedCommit
from handoffd.model.snapshot import BranchCommit

# The newest that are read: each takes a diff.
MOST = 60


def with_changes(reader: WorktreeReader, commits: Sequence[BranchCommit], known: Sequence[AskedCommit]) -> tuple[AskedCommit, ...]:
    """The commits, oldest first, with what they changed: by the journal where it knows them, else by git."""
    by_oid = {commit.oid: commit for commit in known}
    unknown = [commit.oid for commit in commits if commit.oid not in by_oid][-MOST:]
    read = {oid: changes_of(reader, oid) for oid in unknown}
    return tuple(by_oid.get(commit.oid) or AskedCommit(commit.oid, commit.authored, commit.parents, read.get(commit.oid, ())) for commit in commits)


def changes_of(reader: WorktreeReader, oid: str) -> tuple[Change, ...]:
    """What one commit changed against its first parent, named."""
    facts = reader.objects.commit(oid)
    if facts is None or len(facts.parents) > 1:
        return ()
    patches = readable(reader, reader.objects.patches(oid))
    removed, parent = removed_lines(patches), next(iter(facts.parents), "")
    near = [patch for patch in patches[:DESCRIBED] if not patch.binary]
    new = {patch.path: (oid, patch.path) for patch in near if patch.kind != ChangeKind.DELETED}
    old = {patch.path: (parent, patch.old_path or patch.path) for patch in near if parent and patch.kind != ChangeKind.CREATED}
    texts = texts_in(reader, [*new.values(), *old.values()])
    return tuple(describe(patch, texts.get(new.get(patch.path, ("", ""))), texts.get(old.get(patch.path, ("", ""))), removed) for patch in patches)
