"""From the paths that a watcher hints to what a look needs to ask git about."""

from __future__ import annotations

from collections.abc import Collection

from handoffd.files.layout import RESTRICTIONS
from handoffd.sources.git.scan_scope import Mark, Scope

MOST = 100
"""Pathspecs of one call."""
_LONGEST = 60_000
"""Characters of them all: a command line has its limits."""
# What they say of other paths is not seen by looking at them.
_FAR_REACHING = frozenset({".gitignore", ".gitattributes", ".gitmodules", RESTRICTIONS})


def scope_of(hinted: Collection[str], mark: Mark) -> Scope | None:
    """The paths, or their folders where they are many; None where the whole tree is to be asked about. Absolute ones are reports out of the tree."""
    paths = {path for path in hinted if not path.startswith("/")}
    if any(path.rpartition("/")[2] in _FAR_REACHING for path in paths):
        return None
    if len(paths) > MOST:
        paths = {path.rpartition("/")[0] for path in paths}
    if len(paths) > MOST or "" in paths or sum(map(len, paths)) > _LONGEST:
        return None
    return Scope(tuple(sorted(paths)), mark)
