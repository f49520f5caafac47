"""On what kind of file system a path lies, by the mount table's text: the path itself is not touched, as that may wait for ever."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from handoffd.model.lazy import lazy

_NETWORK = ("nfs", "cifs", "smb", "afs", "9p", "fuse.sshfs", "fuse.rclone", "ceph", "glusterfs", "lustre", "fuse.s3fs", "drvfs")
# A program answers for these, so that they stop answering when it does. (fuseblk is a local disk.)
_ANSWERED = ("fuse", "autofs")
_TABLE = Path("/proc/self/mounts")
_ESCAPED = lazy(r"\\([0-7]{3})")


def is_network_fs(path: Path) -> bool:
    """True where SQLite's locks cannot be trusted: NFS, SMB, sshfs and kin. Links in the path are followed."""
    return _kind(os.path.realpath(path)).startswith(_NETWORK)


def may_stop_answering(path: str) -> bool:
    """True for an absolute path on a file system that needs an answer from the network or from a program."""
    kind = _kind(path)
    return kind.startswith(_NETWORK) or kind.partition(".")[0] in _ANSWERED


def _kind(path: str) -> str:
    """The type of the file system mounted last at the longest prefix; '' where there is no such table."""
    best, kind = "", ""
    for line in _table():
        fields = line.split(" ")
        where = _ESCAPED.sub(lambda found: chr(int(found[1], 8)), fields[1]).rstrip("/") if len(fields) > 2 else "-"
        if (path == where or path.startswith(f"{where}/")) and len(where) >= len(best):
            best, kind = where, fields[2]
    return kind


def _table() -> list[str]:
    if not sys.platform.startswith("linux"):
        return []
    try:
        return _TABLE.read_text(errors="surrogateescape").splitlines()
    except OSError:
        return []
