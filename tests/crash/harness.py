"""One seed: random work, random deaths, and the whole truth after each."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from handoffd.files.crash_points import POINTS
from tests.crash import checks
from tests.crash.work import Work
from tests.crash.world import GAP, Process, World
from tests.support import wait_for

TRIES = 40
DELIVERY = ("intended", "filled", "placed", "delivered")
OFTEN = ("locked", "begun", "appended", "committing", "committed")
ROTATION = tuple(point for point in POINTS if point.startswith("rotation"))


class Harness:
    """Drives a world until it has seen enough kills. `seen` is what the log of each worktree told at the last look."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.rng = world, random.Random(seed)
        self.work = Work(world, self.rng)
        self.looks = 0
        self.seen: dict[str, checks.Log] = {}

    def run(self, kills: int) -> None:
        """Work and kill until `kills` processes have died, and look after each death."""
        self.world.begin()
        self.check()
        ways = [self._at_random, *[self._command_at_a_point] * 2, self._daemon_at_a_point, self._while_away]
        for _ in range(TRIES * kills):
            if self.world.kills >= kills:
                break
            before = self.world.kills
            self.rng.choices(ways, [8, 8, 8, 8, 1])[0]()
            if self.world.kills > before:
                self._restart()
                self.check()
        self.world.kill_daemon()
        self.check()

    def check(self) -> None:
        """AssertionError with everything that does not hold. What another process is still about to journal gets a little time."""
        for _ in range(TRIES):
            complaints = list(self._complaints())
            if not complaints:
                return
            time.sleep(0.05)
        raise AssertionError("\n".join(["", *complaints, "steps: " + " ".join(self.work.model.steps)]))

    def _complaints(self) -> Iterator[str]:
        world, root = self.world, self.world.repo.root
        self.looks += 1
        log = checks.read_log(world, root)
        git_dir, model = root / ".git", self.work.model
        yield from checks.goes_on(self.seen.get(".", []), log)
        self.seen["."] = log
        yield from checks.movements(root, git_dir, log)
        yield from checks.pushes(git_dir, log)
        yield from checks.stashes(world, log)
        yield from checks.notes(model, log)
        yield from checks.reports(model, log)
        yield from checks.runs(model, log)
        yield from checks.files(root, world.env, model, log)
        yield from self._places(root, log)
        yield from self._linked()
        yield from checks.database(git_dir, {name: len(told) for name, told in self.seen.items()})
        yield from world.complaints()

    def _linked(self) -> Iterator[str]:
        root = self.work.linked
        if root is None:
            return
        name = f"worktrees/{root.name}"
        log = checks.read_log(self.world, root)
        yield from checks.goes_on(self.seen.get(name, []), log)
        self.seen[name] = log
        yield from checks.movements(root, self.world.repo.root / ".git" / name, log)
        yield from self._places(root, log)

    def _places(self, root: Path, log: checks.Log) -> Iterator[str]:
        yield from checks.handoffs(root, log)
        yield from checks.sessions(root, log)
        yield from checks.gaps(log, self.work.model.going)
        yield from checks.reconstructed(self.world, log)

    def _restart(self) -> None:
        if self.world.daemon is None and self.rng.random() < 0.5:
            self.world.start_daemon()

    def _some_work(self) -> None:
        for _ in range(self.rng.randint(1, 3)):
            self.work.step()
        if self.rng.random() < 0.08:
            time.sleep(GAP * 1.3)  # long enough for a session to be over

    def _words(self) -> list[str]:
        return self.rng.choice([self.work.note_words, self.work.flush_words, lambda: ["log"]])()

    def _looking(self) -> list[str]:
        """Words of a verb that looks at everything; a note only leaves its line in the spool."""
        return self.rng.choice([self.work.flush_words, lambda: ["log"]])()

    def _at_random(self) -> None:
        """The daemon, or a verb that runs beside it, dies at whatever it is doing."""
        world, beside, words = self.world, None, list[str]()
        if world.daemon is None:
            world.start_daemon()
        if self.rng.random() < 0.5:
            time.sleep(self.rng.random() * 0.2)
        began = time.time()
        if self.rng.random() < 0.5:
            words = self.rng.choice([self._words, self._words, self.work.run_words])()
            beside = world.start(*words, cwd=self.work.root)
        self._some_work()
        time.sleep(self.rng.random() * 0.15)
        if beside is not None and self.rng.random() < 0.4:
            self._heard(world.kill(beside))
        else:
            world.kill_daemon()
            if beside is not None:
                self._heard(world.wait(beside))
        if words[:1] == ["run"]:
            self.work.model.going.append((began, time.time()))

    def _command_at_a_point(self) -> None:
        """A verb dies inside the write path."""
        point = self.rng.choice(POINTS)
        self._some_work()
        words = self.prepared(point)
        count = self.rng.choice([1, 1, 2, 3]) if point in OFTEN else 1
        self._heard(self.world.call(*words, kill_at=f"{point}:{count}"))

    def prepared(self, point: str) -> list[str]:
        """Words that will pass the point, as far as that can be brought about."""
        if point in ROTATION:
            self.work.storm()
            self._heard(self.world.call("log"))
            return ["log"]
        self.work.commit()
        if point == "adopting":
            self._heard(self.world.call("flush", kill_at=self.rng.choice(["placed", "delivered"])))
        return self.work.flush_words() if point in DELIVERY else self._looking()

    def _daemon_at_a_point(self) -> None:
        """The daemon dies inside the write path, of work it sees or of a handoff it is asked for."""
        world, point = self.world, self.rng.choice(POINTS)
        world.kill_daemon()
        self.prepared(point)
        daemon = world.start_daemon(kill_at=f"{point}:{self.rng.randint(1, 2) if point in OFTEN else 1}")
        if world.await_daemon():
            self._some_work()
        if point in DELIVERY and world.lasts(daemon, 0):
            self.work.commit()
            daemon.signal(signal.SIGUSR1)
        if not world.lasts(daemon, 0.4):
            world.placed[point] += 1
        world.kill_daemon()

    def _while_away(self) -> None:
        """The daemon dies, work goes on and ends; the next daemon finds a session that was over long before it came."""
        self.world.kill_daemon()
        self._some_work()
        self.work.commit()
        time.sleep(GAP * 1.3 + checks.SLACK)
        self.world.start_daemon()
        wait_for(lambda: not self._open(), seconds=30, every=0.1)

    def _open(self) -> bool:
        """Whether the newest thing that makes a session is in no closed one yet."""
        log = checks.read_log(self.world, self.work.root)
        return max(checks.making(log), default=0) > max(checks.ends(log), default=0)

    def _heard(self, process: Process) -> None:
        assert process.code in (0, -signal.SIGKILL), f"{process.words}: {process.code}\n{process.err.read_text()}"
        if process.code == 0:
            self.work.acknowledged(list(process.words))
