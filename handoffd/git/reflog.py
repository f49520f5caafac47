"""Logs of refs where git keeps no log files: asked of git, in the form that its log files have."""

from __future__ import annotations

from collections import defaultdict

from handoffd.git.run import Git
from handoffd.model.lazy import lazy

_FORMAT = "--format=%H%x01%gD%x01%gn <%ge>%x01%gs"
_HISTORY = "--format=%H%x01%P%x01%cn <%ce> %cd%x01%s"
# With these words a log begins. Where it begins otherwise, older lines were expired, and where its first line moved from is not known.
_BIRTH = lazy(rb"$|commit \(initial\)|clone: |branch: Created|update by push|fetch|pull")
_NO = frozenset({"false", "no", "off", "0", ""})


def logs_of_tables(git: Git, selection: str) -> dict[str, bytes]:
    """Logs of `HEAD`, of all `--branches` or all `--remotes`, by the short name of the ref; none where git has none."""
    raw = git.try_run("log", "-g", "-z", "--date=raw", _FORMAT, selection, "--") or b""
    entries: dict[str, list[tuple[bytes, bytes, bytes]]] = defaultdict(list)
    for record in raw.split(b"\0"):
        oid, _, rest = record.partition(b"\x01")
        selector, _, rest = rest.partition(b"\x01")
        person, _, message = rest.partition(b"\x01")
        name, _, at = selector.removesuffix(b"}").rpartition(b"@{")
        if name:
            entries[name.decode("utf-8", "surrogateescape")].append((oid, b"%s %s" % (person, at), message))
    return {name: b"".join(_lines(each)) for name, each in entries.items()}


def _lines(entries: list[tuple[bytes, bytes, bytes]]) -> list[bytes]:
    """git gives the newest first, and of each only where it moved to."""
    lines = []
    before = b""
    for oid, who, message in reversed(entries):
        if before or _BIRTH.match(message):
            lines.append(b"%s %s %s\t%s\n" % (before or b"0" * len(oid), oid, who, message))
        before = oid
    return lines


def history_as_log(git: Git, since: float, end: str = "HEAD", start: str = "") -> bytes:
    """The commits of `end` (and not of `start`) by first parents that are not older than `since`, as the log would tell them had each been made
    here. A `start` that was pruned leaves out nothing."""
    words = ("log", "-z", "--first-parent", "--reverse", "--date=raw", f"--since={int(since)}", _HISTORY)
    raw = git.try_run(*words, end, f"^{start}", "--") if start else None
    if raw is None:
        raw = git.try_run(*words, end, "--") or b""
    lines = []
    for record in raw.split(b"\0"):
        fields = record.split(b"\x01", 3)
        if len(fields) == 4:
            oid, parents, who, subject = fields
            old = parents.split(b" ")[0] or b"0" * len(oid)
            lines.append(b"%s %s %s\tcommit: %s\n" % (old, oid, who, subject.replace(b"\n", b" ")))
    return b"".join(lines)


def keeps_logs(git: Git) -> bool:
    """False where the user's configuration switches the logs of refs off."""
    said = git.configured("core.logallrefupdates")
    return said is None or said.lower() not in _NO
