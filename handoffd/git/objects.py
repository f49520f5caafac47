"""Commit facts and blobs. pygit2 answers in-process where it can open the repository, else the command line does, equally.

Both read objects only: what the working tree or the index holds is asked of git (`status.py`). Missing objects are None or empty,
never fetched, never a traceback.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from handoffd.git.object_reader import BlobName, CommandLine, CommitFacts, trailers_of
from handoffd.git.repository import Worktree
from handoffd.git.run import Git
from handoffd.model.change import Patch
from handoffd.model.lazy import lazy

if TYPE_CHECKING:
    from handoffd.git.pygit2_reader import InProcess

FEW = 10
"""Questions that git answers, a process each, before pygit2 is loaded: that takes as long as a dozen of them, and most commands ask fewer."""
_REMEMBERED = 64
"""Commits: one look asks for the same one several times. A kilobyte each, for every worktree of a daemon."""
_HEX = lazy(r"^[0-9a-f]{40,64}$")


class Objects:
    """Questions about objects of one repository. Not for several threads at once."""

    def __init__(self, worktree: Worktree, git: Git, use_pygit2: bool = True) -> None:
        self._git = git
        self._cli = CommandLine(git, worktree.common_dir / "shallow")
        self._worktree, self._use_pygit2 = worktree, use_pygit2
        self._asked = 0
        self._digest = worktree.object_format
        self._seen: dict[str, CommitFacts] = {}

    def commit(self, oid: str) -> CommitFacts | None:
        """The commit's facts, None when its object is missing or no commit."""
        if not _HEX.match(oid) or not oid.strip("0"):
            return None
        if oid not in self._seen:
            fast = self._fast()
            found = (fast.commit(oid) if fast else None) or self._cli.commit(oid)
            if found is None:
                return None
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            self._seen[oid] = found
        return self._seen[oid]

    def clear(self) -> None:
        """Drop what was read so far: a daemon does not need it at the next scan."""
        self._seen.clear()

    def patches(self, oid: str) -> tuple[Patch, ...]:
        """What the commit changed against its first parent, renames found, without context. Of a merge only the files that differ
        from every parent: what came with a parent is told by that parent's own commits."""
        facts = self.commit(oid)
        if facts is None:
            return ()
        fast = self._fast()
        found = fast.patches(facts) if fast else None
        return self._cli.patches(facts) if found is None else found

    def holds(self, old: str, new: str, tip: str) -> bool | None:
        """Whether applying the change from commit `old` ('': nothing) to commit `new` to commit `tip` changes nothing; None where that is not known.
        In memory: nothing is written, and no merge driver of the repository runs. Where pygit2 cannot open the repository, whole files are
        compared."""
        fast = self._in_process
        return fast.holds(old, new, tip) if fast else self._cli.holds(old, new, tip)

    def blob(self, commit: str, path: str) -> bytes | None:
        """The file's bytes in a commit (any name git understands), None when it is missing, no file, or above 4 MB."""
        return self.blobs([(commit, path)]).get((commit, path))

    def blobs(self, names: Sequence[BlobName]) -> dict[BlobName, bytes]:
        """The same of many files at once: those that are there."""
        if not names:
            return {}
        fast, found = self._fast(), dict[BlobName, bytes]()
        if fast is not None:
            found = {name: data for name in names if _HEX.match(name[0]) and (data := fast.blob(*name)) is not None}
        missing = [name for name in names if name not in found]
        return found | self._cli.blobs(missing) if missing else found

    def _fast(self) -> InProcess | None:
        """pygit2's view, None as long as it is not worth its loading."""
        self._asked += 1
        return self._in_process if self._use_pygit2 and self._asked > FEW else None

    @functools.cached_property
    def _in_process(self) -> InProcess | None:
        from handoffd.git.pygit2_reader import in_process

        return in_process(self._worktree)

    def known(self, oid: str) -> bool:
        """Whether the repository has an object of this full name."""
        return self._git.try_run("cat-file", "-e", oid) is not None

    def blob_oid(self, data: bytes) -> str:
        """The name git gives a blob of these bytes, no filter applied."""
        digest = hashlib.new(self._digest, usedforsecurity=False)
        digest.update(b"blob %d\0" % len(data) + data)
        return digest.hexdigest()


__all__ = ["CommitFacts", "Objects", "trailers_of"]
