"""What a watcher is asked (Target), what it tells (Hint), and the queue where hints wait until it is quiet.

Pure: no thread, no clock, no disk. Times are monotonic seconds, given by the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from handoffd.model.records import dataclass, field

QUIET = 0.1
"""Seconds without news after which a hint is told."""
LONGEST = 2.0
"""Seconds after its first news at which a hint is told even if news keeps coming."""
SCAN_EVERY = 30.0
"""Seconds between two full looks at a worktree that cannot be watched."""
PATHS_LIMIT = 5000
"""More paths than this are told as one full look: it is cheaper for the one who looks, and bounds memory."""


def _nothing(_path: str) -> bool:
    return False


@dataclass(frozen=True, eq=False)
class Target:
    """One worktree to watch.

    `git_dir` and `common_dir` are as git tells them (`rev-parse --git-dir`, `--git-common-dir`); `extra` are folders
    whose files count even if git ignores them (absolute, or relative to `root`; they need not exist yet).
    `directories()` answers the folders that git does not ignore, relative to `root`; it may leave out empty ones and the
    folders above those it names. `tracked()` answers those of them that can be told at once; they are watched first.
    `ignored(folders)` answers which of these relative folders git ignores (folders with tracked files are never ignored).
    All run on the watcher's threads, may raise, and must not call the watcher.
    `ignore(path)` is True for relative paths that are no news.
    """

    root: Path
    git_dir: Path
    common_dir: Path
    extra: tuple[Path, ...]
    tracked: Callable[[], Iterable[str]]
    directories: Callable[[], Iterable[str]]
    ignored: Callable[[Sequence[str]], set[str]]
    ignore: Callable[[str], bool] = _nothing


@dataclass(frozen=True)
class Hint:
    """Something may have happened in `root`: where to look, never what happened.

    `paths` are relative to `root` (absolute for `extra` folders outside of it), of files, or of a folder that was moved
    away (it stands for all that was below it). `git`: refs, logs, index, operation or spool moved. `full`: look everywhere.
    `gone`: `root` was deleted, moved or replaced; it is no longer watched.
    """

    root: Path
    paths: frozenset[str] = frozenset()
    git: bool = False
    full: bool = False
    gone: bool = False


@dataclass
class _Pending:
    first: float
    last: float
    paths: set[str] = field(default_factory=set)
    git: bool = False
    full: bool = False


class HintQueue:
    """Hints that are not told yet, by root; also which roots cannot be watched, and when those are scanned in full."""

    def __init__(self, scan_every: float = SCAN_EVERY) -> None:
        self._scan_every = scan_every
        self._pending: dict[Path, _Pending] = {}
        self._scan_times: dict[Path, float] = {}

    def note(self, root: Path, now: float, paths: Iterable[str] = (), *, git: bool = False, full: bool = False) -> None:
        pending = self._pending.setdefault(root, _Pending(now, now))
        pending.last = now
        pending.git |= git
        pending.paths.update(paths)
        pending.full |= full or len(pending.paths) > PATHS_LIMIT
        if pending.full:
            pending.paths.clear()

    def degrade(self, root: Path, now: float) -> None:
        """Have this root looked at by the clock from now on (it keeps the time of its next look)."""
        self._scan_times.setdefault(root, now + self._scan_every)

    def recover(self, root: Path) -> None:
        self._scan_times.pop(root, None)

    def degraded(self, root: Path) -> bool:
        return root in self._scan_times

    def drop(self, root: Path) -> None:
        self._scan_times.pop(root, None)
        self._pending.pop(root, None)

    def waits(self, root: Path) -> bool:
        """Whether a hint of this root waits to be told."""
        return root in self._pending

    def due(self) -> float | None:
        """When there is something to do next; None: never, unless something is noted."""
        times = [min(each.last + QUIET, each.first + LONGEST) for each in self._pending.values()]
        return min([*times, *self._scan_times.values()], default=None)

    def looks(self, now: float) -> list[Path]:
        """The degraded roots whose time for a look has come; a full look is noted for them."""
        roots = [root for root, when in self._scan_times.items() if when <= now]
        for root in roots:
            self._scan_times[root] = now + self._scan_every
            self.note(root, now - QUIET, full=True)
        return roots

    def ripe(self, now: float) -> list[Path]:
        """The roots whose hint should be told now."""
        return [root for root, each in self._pending.items() if now >= min(each.last + QUIET, each.first + LONGEST)]

    def take(self, root: Path) -> Hint | None:
        """The hint of this root, which then waits no longer; None when nothing waits."""
        pending = self._pending.pop(root, None)
        if pending is None:
            return None
        return Hint(root, frozenset(pending.paths), pending.git, pending.full)


@dataclass
class Inbox:
    """What came since its owner last looked, merged: hints by root, and words."""

    hints: dict[Path, Hint] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)

    def said(self) -> list[str]:
        """The words that came, each once, which then wait no longer."""
        words, self.words = list(dict.fromkeys(self.words)), []
        return words

    def first(self) -> Hint | None:
        """The hint that came first, which then waits no longer; None when none waits."""
        return self.hints.pop(next(iter(self.hints))) if self.hints else None

    def take(self, message: Hint | str) -> None:
        if isinstance(message, str):
            self.words.append(message)
            return
        before = self.hints.get(message.root)
        if before is not None:
            paths, git = before.paths | message.paths, before.git or message.git
            message = Hint(message.root, paths, git, before.full or message.full, before.gone or message.gone)
        self.hints[message.root] = message
