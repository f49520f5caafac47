"""What is so: asked of git when the document is about to be written, and what the books say was done."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from tests.truth.books import Books, Line, Run
from tests.truth.world import World

MAIL = "ada@example.com"
WIP = re.compile(r"\bwip\b|^(?:fixup|squash|amend)!", re.I)


@dataclass
class Commit:
    oid: str
    short: str
    mail: str
    author: str
    parents: list[str]
    subject: str
    body: str

    @property
    def own(self) -> bool:
        return self.mail == MAIL

    @property
    def wip(self) -> bool:
        return bool(WIP.search(self.subject))

    @property
    def reverts(self) -> str:
        found = re.search(r"This reverts commit ([0-9a-f]{40})", self.body)
        return found[1] if found else ""


@dataclass
class Truth:
    world: World
    books: Books
    branch: str
    head: str
    untracked: set[str]
    """Every untracked file; `entries` has a folder of them as one."""
    operation: str
    upstream: str
    ahead: int
    behind: int
    stashes: list[tuple[int, str, str, str]]
    entries: dict[str, set[str]]
    branches: dict[str, str]
    line: Line | None
    cache: dict[str, Commit] = field(default_factory=dict)

    @classmethod
    def of(cls, world: World) -> Truth:
        branch = world.branch
        upstream = world.git("rev-parse", "--abbrev-ref", f"{branch}@{{u}}", fails=True) if branch else ""
        upstream = upstream if upstream and "@{" not in upstream else ""
        ahead, behind = 0, 0
        if upstream:
            ahead, behind = map(int, world.git("rev-list", "--left-right", "--count", f"HEAD...{upstream}").split())
        stashes = []
        for at, row in enumerate(world.lines("stash", "list", "--format=%H%x00%h%x00%gs")):
            oid, short, said = row.split("\0")
            stashes.append((at, oid, short, said))
        return cls(world, world.books, branch, world.head, set(world.lines("ls-files", "--others", "--exclude-standard")), world.operation, upstream, ahead, behind, stashes, _entries(world), world.branches, world.books.line(branch))

    def commit(self, oid: str) -> Commit:
        """Facts of one commit."""
        if oid not in self.cache:
            told = self.world.git("log", "-1", "--no-walk", "--format=%H%x00%h%x00%ae%x00%an%x00%P%x00%s%x00%b", oid)
            full, short, mail, author, parents, subject, body = told.split("\0")
            self.cache[oid] = Commit(full, short, mail, author, parents.split(), subject, body)
        return self.cache[oid]

    def full(self, short: str) -> str:
        """The object that a short name stands for, '' when there is none."""
        return self.world.git("rev-parse", "-q", "--verify", f"{short}^{{commit}}", fails=True)

    @cached_property
    def reach(self) -> list[str]:
        """What HEAD holds, oldest first."""
        return self.world.lines("rev-list", "--topo-order", "--reverse", "HEAD")

    @cached_property
    def reached(self) -> set[str]:
        return set(self.reach)

    @cached_property
    def remote(self) -> set[str]:
        return set(self.world.lines("rev-list", "--remotes"))

    @cached_property
    def anywhere(self) -> set[str]:
        """What a branch, a remote-tracking branch or HEAD holds."""
        return set(self.world.lines("rev-list", "--branches", "--remotes", "HEAD"))

    @cached_property
    def unpushed(self) -> list[str]:
        """Oldest first; none where a base holds the branch's changes."""
        return [] if self.world.merged(self.branch) else [oid for oid in self.reach if oid not in self.remote]

    @cached_property
    def of_session(self) -> list[str]:
        """Own commits that this session made and that HEAD holds, oldest first."""
        return [oid for oid in self.reach if self.books.made.get(oid) == self.books.session and oid not in self.books.found_there]

    @cached_property
    def reverted(self) -> dict[str, str]:
        """Commits that HEAD holds and that a later one in HEAD takes back: by whom."""
        found = {}
        for oid in self.reach:
            named = self.commit(oid).reverts
            if named and named not in self.reached:  # rebased since: the copy that HEAD holds has the same subject
                named = next((one for one in self.reach if self.commit(one).subject == self.commit(named).subject), "")
            if named:
                found[named] = oid
        return found

    @cached_property
    def begins(self) -> set[str]:
        """Where the branch may begin: where it left main, and where it was made. Nothing on main itself."""
        if self.branch in ("main", ""):
            return set()
        others = ["main", "origin/main"] + ([self.line.made_at] if self.line else [])
        return {base for other in others if (base := self.world.git("merge-base", "HEAD", other, fails=True))}

    @cached_property
    def was(self) -> str:
        """What stood in all files before the branch began, and what stands in the default branch: its marks are not open here."""
        texts = []
        for rev in sorted(self.begins) + (["origin/main", "main"] if self.branch != "main" else []):
            texts.append(self.world.git("grep", "-hE", "part [0-9]+|skipped_[0-9]+", rev, fails=True))
        return "\n".join(texts)

    @cached_property
    def of_default(self) -> str:
        """Rows with marks in the default branch's tip."""
        return self.world.git("grep", "-hE", "part [0-9]+", "origin/main", fails=True)

    def standing(self, kinds: tuple[str, ...]) -> dict[str, tuple[str, int, bool]]:
        """Own marks that stand in the working tree: text -> path, line, whether the branch has to tell it."""
        found = {}
        for mark in self.books.marks:
            if mark.kind not in kinds:
                continue
            wanted = f"[ ] {mark.text}" if mark.kind == "box" else mark.text if mark.kind == "skip" else f"{mark.kind}: {mark.text}"
            for path, rows in self.files.items():
                for at, row in enumerate(rows, 1):
                    if re.search(re.escape(wanted) + r"(?!\d)", row):
                        told = not re.search(re.escape(wanted) + r"(?!\d)", self.was) and path not in self.entries.get("conflicted", ())
                        found[mark.text] = (path, at, told)
        return found

    @cached_property
    def files(self) -> dict[str, list[str]]:
        """Lines of all files that git tracks or could track."""
        paths = self.world.lines("ls-files", "--cached", "--others", "--exclude-standard")
        return {path: rows for path in dict.fromkeys(paths) if (rows := self.text(path)) is not None}

    def changed_since(self, run: Run) -> set[str]:
        """Files that hold something else than when the tests ran."""
        now = self.world.tree()
        return {path for path in now.keys() | run.tree.keys() if now.get(path) != run.tree.get(path)}

    def patch(self, oid: str) -> str:
        """The patch identity of a commit, '' of one without changes or with several parents."""
        if len(self.commit(oid).parents) != 1:
            return ""
        told = self.world.git("diff-tree", "-p", oid)
        lines = [line for line in told.split("\n")[1:] if not line.startswith(("index ", "@@"))]
        return "\n".join(lines)

    def text(self, path: str) -> list[str] | None:
        """Lines of a file as it is now, None when it is not there."""
        file = self.world.repo / path
        return file.read_text(errors="surrogateescape").split("\n") if file.is_file() else None


def _entries(world: World) -> dict[str, set[str]]:
    """Uncommitted paths by the kind that the document uses; an untracked folder is one entry."""
    found: dict[str, set[str]] = {}
    rows = iter(world.git("-c", "status.renames=true", "status", "--porcelain=v2", "-z").split("\0"))
    for row in rows:
        if not row:
            continue
        if row[0] == "?":
            kind, path = "untracked", row[2:]
        elif row[0] == "u":
            kind, path = "conflicted", row.split(" ", 10)[10]
        elif row[0] == "2":
            kind, path = "renamed", row.split(" ", 9)[9]
            next(rows)
        else:
            state, path = row.split(" ", 2)[1], row.split(" ", 8)[8]
            kind = "deleted" if "D" in state else "added" if state[0] == "A" else "modified"
        found.setdefault(kind, set()).add(path)
    return found
