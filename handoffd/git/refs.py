"""HEAD, branches, stashes, an open operation: read from git's files where they are plain, else asked of git."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from handoffd.files.git_dir import branch_in
from handoffd.git.log import log_records
from handoffd.git.parse import Status, decode, parse_names
from handoffd.git.repository import Worktree
from handoffd.git.run import Git
from handoffd.model.records import dataclass

_CHUNK = 400


@dataclass(frozen=True, slots=True)
class Head:
    """`oid` '' when unborn; `branch` '' when detached."""

    oid: str
    branch: str
    detached: bool = False


@dataclass(frozen=True, slots=True)
class Stash:
    """`index` is N of stash@{N}; `at` epoch seconds of the stash's commit."""

    oid: str
    message: str
    at: float
    index: int


@dataclass(frozen=True, slots=True)
class Upstream:
    """The branch's upstream by its short name; `gone`: it is configured but does not exist."""

    name: str
    ahead: int
    behind: int
    gone: bool = False


def head(git: Git, worktree: Worktree) -> Head:
    """Where HEAD is. A corrupt HEAD raises GitError."""
    name = head_branch(git, worktree)
    oid = (git.try_run("rev-parse", "--verify", "--quiet", "HEAD^{commit}") or b"").decode().strip()
    return Head(oid, name, not name)


def head_branch(git: Git, worktree: Worktree) -> str:
    """The branch HEAD is on, '' when detached: mostly without a process."""
    named = branch_in(worktree.git_dir) if worktree.ref_format == "files" else None
    # HEAD may be a link to a branch's file, as old gits made it: then the file looks like a detached HEAD.
    return named or decode(git.try_run("symbolic-ref", "--quiet", "HEAD") or b"").strip().removeprefix("refs/heads/")


def stashes(git: Git, worktree: Worktree) -> tuple[Stash, ...]:
    """All stashes, newest first: the lines of their log, so that without one there are none."""
    if worktree.ref_format == "files" and not (worktree.common_dir / "logs" / "refs" / "stash").exists():
        return ()
    found = enumerate(log_records(git, ("%H", "%gs", "%ct"), "-g", "refs/stash", "--"))
    return tuple(Stash(record[0], record[1], float(record[2]), number) for number, record in found if record and record[2].lstrip("-").isdigit())


def upstream(git: Git, branch: str, seen: Status) -> Upstream | None:
    """What `branch` follows, None when it follows nothing. git is asked where its status, which was `seen` before, does not tell it all."""
    if seen.branch == branch and (seen.level or not seen.upstream):
        return Upstream(seen.upstream, 0, 0) if seen.upstream else None
    raw = git.try_run("for-each-ref", "--format=%(upstream:short)%01%(upstream:track)%01%(refname)", f"refs/heads/{branch}") or b""
    for line in decode(raw).splitlines():
        fields = line.split("\x01")
        if len(fields) == 3 and fields[2] == f"refs/heads/{branch}" and fields[0]:
            counts = {word: int(number) for word, number in re.findall(r"(ahead|behind) (\d+)", fields[1])}
            return Upstream(fields[0], counts.get("ahead", 0), counts.get("behind", 0), "gone" in fields[1])
    return None


def reachable(git: Git, oids: Sequence[str], *selectors: str) -> frozenset[str]:
    """Which of the commits HEAD (`HEAD`), any branch (`--branches`) or any remote-tracking ref (`--remotes`) reaches. One that
    does not exist counts as reached."""
    reached: set[str] = set()
    # `rev-list OIDS --not TIPS` leaves out what the tips reach; all that is asked and left is not reached.
    for start in range(0, len(oids), _CHUNK):
        chunk = oids[start : start + _CHUNK]
        raw = git.try_run("rev-list", "--ignore-missing", *chunk, "--not", *selectors, "--")
        if raw is not None:
            reached |= set(chunk) - set(raw.decode().split())
    return frozenset(reached)


def existing(git: Git, oids: Iterable[str]) -> list[str]:
    """Those of the names that are commits which are there."""
    asked = [oid for oid in dict.fromkeys(oids) if oid]
    if not asked:
        return []
    raw = git.try_run("cat-file", "--batch-check=%(objectname) %(objecttype)", input="".join(f"{oid}\n" for oid in asked).encode()) or b""
    found = {line.split(" ")[0] for line in raw.decode().splitlines() if line.endswith(" commit")}
    return [oid for oid in asked if oid in found]


def merge_base(git: Git, one: str, other: str) -> str:
    """The best common ancestor, '' when there is none."""
    return decode(git.try_run("merge-base", one, other) or b"").strip()


def abbreviate(git: Git, oids: Sequence[str]) -> dict[str, str]:
    """git's own abbreviations (%h) of those of the names that are commits which exist."""
    short, asked = dict[str, str](), list(dict.fromkeys(oids))
    for start in range(0, len(asked), _CHUNK):
        chunk = asked[start : start + _CHUNK]
        # An object that is damaged is not missing: it ends the whole answer.
        raw = _short_names(git, chunk) or _short_names(git, existing(git, chunk)) or b""
        short.update((pair[0], pair[1]) for line in raw.decode().splitlines() if len(pair := line.split(" ")) == 2)
    return short


def _short_names(git: Git, oids: Sequence[str]) -> bytes | None:
    return git.try_run("log", "--no-walk=unsorted", "--ignore-missing", "--format=%H %h", *oids, "--") if oids else None


def ignored(git: Git, paths: Sequence[str]) -> frozenset[str]:
    """Which of the paths git ignores. Without --no-index a single call took 16 s on 10,000 folders."""
    if not paths:
        return frozenset()
    # A leading colon would be read as magic.
    asked = {f"./{path}" if path.startswith(":") else path: path for path in paths}
    data = b"".join(path.encode("utf-8", "surrogateescape") + b"\0" for path in asked)
    raw = git.run("check-ignore", "--no-index", "-z", "--stdin", input=data, ok=(0, 1), literal=False)
    return frozenset(asked.get(path, path) for path in parse_names(raw))


def tracked(git: Git, folder: str) -> frozenset[str]:
    """The paths below a folder that the index holds."""
    return frozenset(parse_names(git.run("ls-files", "-z", "--", folder)))


def tracked_directories(git: Git) -> set[str]:
    """Folders (relative, '' for the top) that hold tracked files, and those above them: read from the index alone."""
    return _folders(parse_names(git.run("ls-files", "-z", timeout=120)))


def watchable_directories(git: Git) -> set[str]:
    """The same, and those that hold untracked files that are not ignored: git looks at the whole tree."""
    return tracked_directories(git) | _folders(parse_names(git.run("ls-files", "-z", "--others", "--exclude-standard", timeout=120)))


def _folders(paths: Iterable[str]) -> set[str]:
    folders = {""}
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return folders
