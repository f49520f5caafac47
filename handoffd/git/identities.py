"""Under which addresses this repository's own person works, and whether it has a remote."""

from __future__ import annotations

from handoffd.files.safe_open import read_regular
from handoffd.git.log import log_records
from handoffd.git.parse import decode, parse_reflog_line
from handoffd.git.repository import Worktree
from handoffd.git.run import Git
from handoffd.model.records import dataclass

# The newest lines of HEAD's log that are read.
_LINES = 5000


@dataclass(frozen=True, slots=True)
class Identities:
    """`own`: lower-case addresses after .mailmap. `has_remote`: a remote is configured."""

    own: frozenset[str] = frozenset()
    has_remote: bool = False


def identities(git: Git, worktree: Worktree) -> Identities:
    """The configured address and those in HEAD's log: whoever moved HEAD here worked here. Asked of git in one question."""
    said = decode(git.try_run("config", "-z", "--get-regexp", r"^(user\.email|remote\..*\.url)$") or b"")
    values = [tuple(record.split("\n", 1)) for record in said.split("\0") if "\n" in record]
    configured = [value[1] for value in values if value[0] == "user.email"][-1:]
    raw = {address for address in (*configured, *_logged(git, worktree)) if address}
    return Identities(_mapped(git, worktree, raw), any(value[0] != "user.email" for value in values))


def _logged(git: Git, worktree: Worktree) -> set[str]:
    if worktree.ref_format == "files":
        try:
            lines = read_regular(worktree.git_dir / "logs" / "HEAD").split(b"\n")[-_LINES:]
        except OSError:
            return set()
        return {line.email for line in map(parse_reflog_line, lines) if line is not None}
    return {record[0] for record in log_records(git, ("%ge",), "-g", f"--max-count={_LINES}", "HEAD", "--") if record}


def _mapped(git: Git, worktree: Worktree, addresses: set[str]) -> frozenset[str]:
    """As commits show them. Without a .mailmap in the worktree nothing is asked."""
    found = {address.lower() for address in addresses}
    if (worktree.root / ".mailmap").exists() and addresses:
        asked = "".join(f"<{address}>\n" for address in sorted(addresses)).encode("utf-8", "surrogateescape")
        said = decode(git.try_run("check-mailmap", "--stdin", input=asked) or b"")
        found |= {line.rpartition("<")[2].rstrip(">").lower() for line in said.splitlines() if line.endswith(">")}
    return frozenset(found)
