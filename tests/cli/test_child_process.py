"""A command run as if it were not wrapped. What a terminal makes of it: tests/cli/test_run.py.

Signals are waited for by a whole process, so that each wrapper here is one of its own.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from handoffd.cli.child_process import NOT_EXECUTABLE, NOT_FOUND, NotStarted, environment, signals_held, start
from tests.support import wait_for

ROOT = Path(__file__).parents[1]
WRAPPER = """
import os, signal, sys
sys.path.insert(0, sys.argv.pop(1))
from handoffd.cli.child_process import signals_held, start, wait
before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
with signals_held() as mask:
    pid = start(sys.argv[1:], os.environb, mask)
    print(pid, flush=True)
    ended = wait(pid)
assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == before and not ended.interrupted
sys.exit(ended.code)
"""


def wrapped(*words: str, cwd: Path | None = None) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", WRAPPER, str(ROOT), *words], stdout=subprocess.PIPE, text=True, cwd=cwd)


def code_of(*words: str, cwd: Path | None = None) -> int:
    with wrapped(*words, cwd=cwd) as process:
        return process.wait(20)


@pytest.mark.parametrize("code", [0, 42, 255])
def test_its_exit_code(code: int) -> None:
    assert code_of("sh", "-c", f"exit {code}") == code


@pytest.mark.parametrize("name", ["TERM", "KILL"])
def test_a_signal_as_a_shell_says_it(name: str) -> None:
    assert code_of("sh", "-c", f"kill -{name} $$") == 128 + signal.Signals[f"SIG{name}"]


def test_it_inherits_folder_and_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OF_A_TEST", "b")
    code_of("sh", "-c", 'printf "%s" "$OF_A_TEST" > out', cwd=tmp_path)
    assert (tmp_path / "out").read_text() == "b"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["no-such-command"], NOT_FOUND, "no-such-command: command not found"),
        (["./missing"], NOT_FOUND, "./missing: No such file"),
        ([""], NOT_FOUND, "command not found"),
        (["/"], NOT_EXECUTABLE, "/: Permission denied"),
    ],
)
def test_what_does_not_run(words: list[str], code: int, said: str) -> None:
    with pytest.raises(NotStarted, match=said) as refused, signals_held() as mask:
        start(words, os.environb, mask)
    assert refused.value.code == code


def test_a_script_without_a_first_line_is_the_shells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    script = tmp_path / "script"
    script.write_text("exit 7\n")
    script.chmod(0o755)
    assert code_of(str(script)) == code_of("script") == 7


def test_signals_that_python_ignores_or_we_hold_are_as_they_were(tmp_path: Path) -> None:
    code_of("sh", "-c", "grep -E 'SigIgn|SigBlk' /proc/self/status > out", cwd=tmp_path)
    blocked, ignored = (int(line.split()[1], 16) for line in (tmp_path / "out").read_text().splitlines())
    assert not ignored & (1 << (signal.SIGPIPE - 1))
    assert blocked == sum(1 << (number - 1) for number in signal.pthread_sigmask(signal.SIG_BLOCK, ()))


def test_what_is_sent_to_the_wrapper_alone_is_passed_on(tmp_path: Path) -> None:
    with wrapped("sh", "-c", "trap 'exit 9' TERM; touch ready; while :; do sleep 0.05; done", cwd=tmp_path) as process:
        wait_for((tmp_path / "ready").exists)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 9


def state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_it_stops_when_the_command_stops_and_both_go_on() -> None:
    with wrapped("sh", "-c", "kill -STOP $$; exit 5") as process:
        wait_for(lambda: state(process.pid) == "T")
        process.send_signal(signal.SIGCONT)
        assert process.wait(20) == 5


@pytest.mark.parametrize(("given", "kept"), [({}, "None"), ({"LC_CTYPE": "C.UTF-8"}, "b'C.UTF-8'")])
def test_a_locale_that_python_added_is_not_passed_on(given: dict[str, str], kept: str) -> None:
    code = "from handoffd.cli.child_process import environment\nprint(environment().get(b'LC_CTYPE'))"
    env = {"PATH": os.environ["PATH"], **given}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, cwd=ROOT, timeout=20, check=True)
    assert done.stdout.strip() == kept


def test_the_environment_is_what_this_process_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OF_A_TEST", "\udc80")
    assert environment()[b"OF_A_TEST"] == b"\x80"
