"""A little world: a bare origin, the clone that is watched, a colleague's clone; every command runs in an environment of its own."""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path

from tests.support import cli, environment
from tests.truth.books import Books
from tests.truth.shapes import SHAPES

ME, MATE = ("Ada Author", "ada@example.com"), ("Kim", "kim@example.org")


class World:
    """`seed` and `shape` decide all work that will be done here."""

    def __init__(self, folder: Path, shape: str, seed: int) -> None:
        self.folder, self.seed = folder, seed
        self.rng = random.Random(f"{shape}/{seed}")
        self.shape = SHAPES[shape]
        self.repo, self.mate, self.origin, self.fork = (folder / name for name in ("repo", "mate", "origin.git", "fork.git"))
        self.home = folder / "home"
        self.home.mkdir(parents=True)
        (self.home / ".run").mkdir(mode=0o700)
        kept = {name: value for name, value in environment(self.home).items() if not name.startswith(("GIT_AUTHOR", "GIT_COMMITTER"))}
        self.env = {**kept, "GIT_EDITOR": "true", "GIT_SEQUENCE_EDITOR": "true", "HANDOFFD_TEST": "1"}
        self.count = 0
        self.log: list[str] = []
        self.linked: set[str] = set()
        """Commits made in linked worktrees: sessions of their own."""
        self.books = Books()
        self._begin()

    def _begin(self) -> None:
        for words in (("user.name", ME[0]), ("user.email", ME[1]), ("init.defaultBranch", "main"), ("pull.rebase", "false"), ("advice.detachedHead", "false"), ("gc.auto", "0"), ("protocol.file.allow", "always")):
            self.git("config", "--global", *words, at=self.folder)
        self.git("init", "-q", "--bare", str(self.origin), at=self.folder)
        self.git("clone", "-q", str(self.origin), str(self.mate), at=self.folder)
        self.git("config", "user.name", MATE[0], at=self.mate)
        self.git("config", "user.email", MATE[1], at=self.mate)
        for path, text in self.shape.start(self.rng).items():
            self.put(path, text, root=self.mate)
        self.put(".gitignore", "junit.xml\nbuild/\n", root=self.mate)
        self.git("add", "-A", at=self.mate)
        self.git("commit", "-q", "-m", "chore: start", at=self.mate)
        self.git("push", "-q", "-u", "origin", "main", at=self.mate)
        self.git("clone", "-q", str(self.origin), str(self.repo), at=self.folder)
        self.handoffd("init")
        self.books.open(self)

    def git(self, *words: str, at: Path | None = None, fails: bool = False) -> str:
        """What git printed; AssertionError when it fails unless `fails` allows it."""
        done = subprocess.run(["git", *words], cwd=at or self.repo, env=self.env, capture_output=True, check=False, stdin=subprocess.DEVNULL)
        if done.returncode and not fails:
            raise AssertionError(f"git {' '.join(words)}: {os.fsdecode(done.stderr)}{os.fsdecode(done.stdout)}")
        return os.fsdecode(done.stdout).removesuffix("\n")

    def add_all(self) -> bool:
        """`git add -A`, but for a handoff that is being written in this moment, whose draft git sees."""
        return self.does("add", "-A", "--", ".", ":(exclude).claude/.handoff-*.tmp")

    def does(self, *words: str, at: Path | None = None) -> bool:
        """Whether git ended well: a conflict or a refusal is False."""
        done = subprocess.run(["git", *words], cwd=at or self.repo, env=self.env, capture_output=True, check=False, stdin=subprocess.DEVNULL)
        self.log.append(f"  git {' '.join(words)} -> {done.returncode}")
        return done.returncode == 0

    def with_editor(self, editor: str, *words: str) -> bool:
        """The same, with a program that edits the list of a rebase."""
        env = {**self.env, "GIT_SEQUENCE_EDITOR": editor}
        done = subprocess.run(["git", *words], cwd=self.repo, env=env, capture_output=True, check=False, stdin=subprocess.DEVNULL)
        self.log.append(f"  git {' '.join(words)} ({editor}) -> {done.returncode}")
        return done.returncode == 0

    def handoffd(self, *words: str, at: Path | None = None) -> str:
        """What handoffd printed; AssertionError when it fails."""
        done = cli(*words, cwd=at or self.repo, env=self.env)
        assert done.returncode == 0, f"handoffd {' '.join(words)}: {done.returncode} {done.stdout}{done.stderr}"
        return done.stdout

    def put(self, path: str, text: str, root: Path | None = None) -> None:
        """Write a file, folders included."""
        file = (root or self.repo) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def read(self, path: str, root: Path | None = None) -> str:
        """A file's text, '' when there is none."""
        file = (root or self.repo) / path
        return file.read_text(encoding="utf-8", errors="surrogateescape") if file.is_file() else ""

    def number(self) -> int:
        """A number that was never given before: texts made with it are unique."""
        self.count += 1
        return self.count

    # What git says now.
    @property
    def head(self) -> str:
        return self.git("rev-parse", "HEAD")

    @property
    def branch(self) -> str:
        """The branch, also while it is rebased; '' when HEAD is detached."""
        name = self.git("symbolic-ref", "-q", "HEAD", fails=True)
        if not name:
            file = self.gitdir / "rebase-merge" / "head-name"
            name = file.read_text().strip() if file.is_file() else ""
        return name.removeprefix("refs/heads/")

    @property
    def gitdir(self) -> Path:
        return self.repo / ".git"

    @property
    def operation(self) -> str:
        """merge, rebase, cherry-pick, revert or ''."""
        names = {"rebase-merge": "rebase", "rebase-apply": "rebase", "MERGE_HEAD": "merge", "CHERRY_PICK_HEAD": "cherry-pick", "REVERT_HEAD": "revert"}
        return next((said for name, said in names.items() if (self.gitdir / name).exists()), "")

    @property
    def unmerged(self) -> list[str]:
        return self.lines("diff", "--name-only", "--diff-filter=U")

    @property
    def branches(self) -> dict[str, str]:
        """Local branches and their tips."""
        return dict(line.split(" ")[:2] for line in self.lines("for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", "refs/heads"))  # type: ignore[misc]

    @property
    def tracked(self) -> list[str]:
        return sorted(self.lines("ls-files"))

    @property
    def dirty(self) -> bool:
        return bool(self.git("status", "--porcelain", "--untracked-files=no"))

    def tree(self) -> dict[str, bytes]:
        """What each file holds that git tracks or could track."""
        paths = self.lines("ls-files", "--cached", "--others", "--exclude-standard")
        return {path: (self.repo / path).read_bytes() for path in dict.fromkeys(paths) if (self.repo / path).is_file()}

    def merged(self, branch: str) -> bool:
        """A base branch holds all that the branch changed: merging it there would change nothing."""
        if not branch or branch == "main":
            return False
        for base in ("main", "origin/main", "fork/main"):
            common = self.git("merge-base", base, branch, fails=True)
            if not common or common == self.git("rev-parse", branch) or self.does_quietly("diff", "--quiet", common, branch):
                continue
            if self.lines("merge-tree", "--write-tree", base, branch)[:1] == self.lines("rev-parse", f"{base}^{{tree}}"):
                return True
        return False

    def lines(self, *words: str) -> list[str]:
        """Lines of git's output, [] when it fails."""
        return [line for line in self.git(*words, fails=True).split("\n") if line]

    def reaches(self, commit: str, *refs: str) -> bool:
        """Whether one of the refs holds the commit."""
        return any(self.does_quietly("merge-base", "--is-ancestor", commit, ref) for ref in refs)

    def does_quietly(self, *words: str) -> bool:
        return subprocess.run(["git", *words], cwd=self.repo, env=self.env, capture_output=True, check=False).returncode == 0
