"""A worktree's own `.handoffd.yaml`, read again when it is another than before: a repository may ask for less, never for more."""

from __future__ import annotations

import errno
from pathlib import Path

from handoffd.files.config import LARGEST, Restrictions, restrictions
from handoffd.files.layout import RESTRICTIONS, is_handoff
from handoffd.files.safe_open import open_regular
from handoffd.files.stamp import Stamp, stamp_of
from handoffd.model.errors import UserError
from handoffd.model.ignore_patterns import Globs


class SwitchedOff(UserError):
    """The worktree's own file says that nothing is to be done there."""


class Restricted:
    """What `root`'s file says now. One look costs a stat."""

    def __init__(self, root: Path, directory: str) -> None:
        self._root, self._directory = root, directory
        self._file = root / RESTRICTIONS
        self._stamp: Stamp | None = None
        self._said = Restrictions()
        self._globs = Globs(())

    def said(self) -> Restrictions:
        """The file's words, nothing where there is none."""
        stamp = stamp_of(self._file, follow=False)
        if stamp != self._stamp:
            self._said = self._read() if stamp else Restrictions()
            self._globs = Globs(self._said.ignore)
            self._stamp = stamp
        return self._said

    def require_on(self) -> None:
        """Raise SwitchedOff where nothing is to be watched, journalled or written."""
        if not self.said().enabled:
            raise SwitchedOff(f"{self._root}: switched off by its {RESTRICTIONS}", hint="take out `enabled: false`, then run handoffd init")

    def ignored(self, path: str) -> bool:
        """True for handoff files, and for paths that the file names as of the last `said`; what happens to the file itself is never ignored."""
        return is_handoff(path, self._directory) or (path != RESTRICTIONS and path in self._globs)

    def _read(self) -> Restrictions:
        try:
            with open_regular(self._file) as file:
                return restrictions(file.read(LARGEST + 1))
        except OSError as fault:
            why = "is no regular file" if fault.errno in (errno.ELOOP, errno.EINVAL) else f"cannot be read: {fault.strerror}"
            return Restrictions(mistakes=(f"{RESTRICTIONS}: {why}",))
