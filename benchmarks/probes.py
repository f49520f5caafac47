"""What the probes cost: pytest on 1,000 trivial tests with our plugin against without, and `handoffd run` against the command alone.

The plugin's bar is 1.01, but runs of a second on a shared machine spread by more than that: its own time, its import and its two hooks, is printed
beside it.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from measure import interleaved, report, spread

TOP = Path(__file__).resolve().parent.parent
TESTS, PLUGIN_ROUNDS, RUN_ROUNDS = 1000, 15, 40
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
# Stands around the plugin's two hooks and says how long they and its import took.
MEASURED = """
import time, sys
began = time.perf_counter()
import handoffd.pytest_plugin as plugin
spent = time.perf_counter() - began

def timed(function):
    def call(config):
        global spent
        began = time.perf_counter()
        function(config)
        spent += time.perf_counter() - began
    return call

pytest_configure = timed(plugin.pytest_configure)
closed = timed(plugin.pytest_unconfigure)

def pytest_unconfigure(config):
    closed(config)
    print("OWN", spent * 1000, file=sys.stderr)
"""


def repository(folder: Path) -> Path:
    """A thousand tests that pass, one commit and a spool."""
    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True)
    (folder / "test_many.py").write_text("".join(f"def test_{number}(): pass\n" for number in range(TESTS)))
    (folder / "measured.py").write_text(MEASURED)
    spool = folder / ".git" / "handoffd" / "spool"
    spool.parent.mkdir()
    spool.touch()
    return folder


def call(words: Sequence[str], folder: Path, env: Mapping[str, str]) -> None:
    subprocess.run(words, cwd=folder, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def own(folder: Path, env: Mapping[str, str]) -> float:
    """Milliseconds that the plugin itself takes of a run."""
    done = subprocess.run([*PYTEST, "-p", "measured"], cwd=folder, env=env, check=True, capture_output=True, text=True)
    return next(float(line.split()[1]) for line in done.stderr.splitlines() if line.startswith("OWN"))


def main() -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    env |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    with tempfile.TemporaryDirectory() as home:
        folder = repository(Path(home) / "r")
        env["PYTHONPATH"] = f"{folder}:{TOP}"
        runs = {"pytest": PYTEST, "pytest with the plugin": [*PYTEST, "-p", "handoffd.pytest_plugin"]}
        times = interleaved({name: partial(call, words, folder, env) for name, words in runs.items()}, PLUGIN_ROUNDS, warm=1)
        report(times, "pytest", {"pytest with the plugin": 1.01})
        alone = [own(folder, env) for _ in range(PLUGIN_ROUNDS)]
        share = statistics.median(alone) / statistics.median(times["pytest"])
        print(f"{'own time of the plugin':<28} {spread(alone)}   {share:.4f} of the run (bar 0.01)\n")
        python, wrapped = [sys.executable, "-c", "pass"], [sys.executable, "-I", "-m", "handoffd", "run", "--", "true"]
        commands = {"true": [["true"]], "python -c pass, true": [python, ["true"]], "handoffd run -- true": [wrapped]}
        cases = {name: partial(each, words, folder, env) for name, words in commands.items()}
        report(interleaved(cases, RUN_ROUNDS), "python -c pass, true", {})


def each(commands: Sequence[Sequence[str]], folder: Path, env: Mapping[str, str]) -> None:
    for words in commands:
        call(words, folder, env)


if __name__ == "__main__":
    main()
