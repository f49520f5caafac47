"""What the probes cost: pytest on 1,000 trivial tests with our plugin against without, and `handoffd run` against the command alone.

Interleaved rounds in one process tree; prints medians in milliseconds, their spread (quartiles) and the ratio of the medians. The plugin's bar is
1.01, but runs of a second on a shared machine spread by more than that: its own time, from its first to its last line, is printed beside it.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

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


def took(words: Sequence[str], folder: Path, env: Mapping[str, str]) -> float:
    """Milliseconds of one command."""
    before = time.perf_counter()
    subprocess.run(words, cwd=folder, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return (time.perf_counter() - before) * 1000


def own(folder: Path, env: Mapping[str, str]) -> float:
    """Milliseconds that the plugin itself takes of a run."""
    done = subprocess.run([*PYTEST, "-p", "measured"], cwd=folder, env=env, check=True, capture_output=True, text=True)
    return next(float(line.split()[1]) for line in done.stderr.splitlines() if line.startswith("OWN"))


def told(name: str, values: Sequence[float]) -> float:
    low, middle, high = statistics.quantiles(values, n=4)
    print(f"{name}: median {middle:.1f} ms (quartiles {low:.1f} to {high:.1f})")
    return middle


def interleaved(commands: Mapping[str, Sequence[str]], rounds: int, folder: Path, env: Mapping[str, str]) -> dict[str, float]:
    """Medians by name; each round runs each command once, the order turned round every time."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(rounds):
        for name in list(commands)[:: 1 if number % 2 else -1]:
            times[name].append(took(commands[name], folder, env))
    return {name: told(name, values) for name, values in times.items()}


def main() -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    env |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    with tempfile.TemporaryDirectory() as home:
        folder = repository(Path(home) / "r")
        env["PYTHONPATH"] = f"{folder}:{TOP}"
        found = interleaved({"pytest": PYTEST, "pytest with the plugin": [*PYTEST, "-p", "handoffd.pytest_plugin"]}, PLUGIN_ROUNDS, folder, env)
        plain, ours = found.values()
        alone = told("the plugin's own time", [own(folder, env) for _ in range(PLUGIN_ROUNDS)])
        print(f"ratio {ours / plain:.3f}; own time {alone / plain:.4f} of the run (bar 0.01)\n")
        wrapped = [sys.executable, "-m", "handoffd", "run", "--", "true"]
        commands = {"true": ["true"], "python -c pass": [sys.executable, "-c", "pass"], "handoffd run -- true": wrapped}
        bare, python, ours = interleaved(commands, RUN_ROUNDS, folder, env).values()
        print(f"ratio {ours / (bare + python):.2f} of python -c pass and true")


if __name__ == "__main__":
    main()
