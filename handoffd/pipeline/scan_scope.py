"""From the paths that a watcher hints to the scope of a narrow scan."""

from __future__ import annotations

from collections.abc import Collection

from handoffd.files.layout import RESTRICTIONS
from handoffd.sources.git.scan_scope import GitStamp, ScanScope

MOST = 100
"""Pathspecs of one call."""
_LONGEST = 60_000
"""Characters of them all: a command line has its limits."""
# These files change what git says of other paths.
_FAR_REACHING = frozenset({".gitignore", ".gitattributes", ".gitmodules", RESTRICTIONS})


def scope_of(hinted: Collection[str], stamp: GitStamp) -> ScanScope | None:
    """The paths, or their folders where there are many paths; None where a whole scan is needed. An absolute path is a report outside of the tree."""
    paths = {path for path in hinted if not path.startswith("/")}
    if any(path.rpartition("/")[2] in _FAR_REACHING for path in paths):
        return None
    if len(paths) > MOST:
        paths = {path.rpartition("/")[0] for path in paths}
    if len(paths) > MOST or "" in paths or sum(map(len, paths)) > _LONGEST:
        return None
    return ScanScope(tuple(sorted(paths)), stamp)
