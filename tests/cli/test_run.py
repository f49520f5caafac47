"""`handoffd run -- CMD` beside CMD alone: the same terminal, signals, files, environment and exit code."""

from __future__ import annotations

import fcntl
import os
import shlex
import signal
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from tests.cli.terminals import SECONDS, Shell, shell
from tests.support import cli, default_signals, wait_for

WRAPPED = [sys.executable, "-I", "-m", "handoffd", "run", "--"]
SCRIPT = [str(Path(sys.executable).parent / "handoffd"), "run", "--"]
BOTH = pytest.mark.parametrize("wrapper", [[], WRAPPED], ids=["alone", "wrapped"])


def script(folder: Path, text: str) -> list[str]:
    """A Python program, its output unbuffered."""
    file = folder / "program.py"
    file.write_text("import os, signal, sys, time\n" + text)
    return [sys.executable, "-u", str(file)]


@BOTH
def test_the_terminal_is_the_commands_own(wrapper: list[str], tmp_path: Path) -> None:
    program = script(tmp_path, "print('IS', [os.isatty(n) for n in (0, 1, 2)], os.ttyname(0) == os.ttyname(1), os.tcgetpgrp(0) == os.getpgrp())\n")
    with shell(tmp_path) as terminal:
        terminal.line(*wrapper, *program)
        assert terminal.expect(r"IS (.*)\r")[1] == "[True, True, True] True True"


@BOTH
def test_a_new_size_of_the_window_reaches_it(wrapper: list[str], tmp_path: Path) -> None:
    program = script(
        tmp_path, "signal.signal(signal.SIGWINCH, lambda *a: print('SIZE', *os.get_terminal_size()))\nprint('U' + 'P')\nsys.stdin.readline()\n"
    )
    with shell(tmp_path) as terminal:
        terminal.line(*wrapper, *program)
        terminal.expect("UP")
        fcntl.ioctl(terminal.master, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 77, 0, 0))
        terminal.expect("SIZE 77 33")
        terminal.type("\n")
        terminal.expect("ready> ")


@BOTH
@pytest.mark.parametrize(("key", "name"), [("\x03", "SIGINT"), ("\x1c", "SIGQUIT")])
def test_a_key_is_one_signal(wrapper: list[str], key: str, name: str, tmp_path: Path) -> None:
    text = f"got = []\nsignal.signal(signal.{name}, lambda *a: got.append(1))\nprint('U' + 'P')\nwhile not got: time.sleep(0.01)\ntime.sleep(0.7)\nprint('GOT', len(got))\nsys.exit(7)\n"
    with shell(tmp_path) as terminal:
        terminal.line(*wrapper, *script(tmp_path, text))
        terminal.expect("UP")
        terminal.type(key)
        assert terminal.expect(r"GOT (\d)")[1] == "1"
        terminal.expect("ready> ")
        terminal.type("echo RC=$?=\n")
        assert terminal.expect(r"RC=(\d+)=")[1] == "7"


@BOTH
def test_ctrl_c_ends_the_shells_loop_too(wrapper: list[str], tmp_path: Path) -> None:
    program = script(tmp_path, "signal.signal(signal.SIGINT, signal.SIG_DFL)\nprint('U' + 'P')\ntime.sleep(60)\n")
    with shell(tmp_path) as terminal:
        terminal.type(f"for i in 1 2 3; do {shlex.join([*wrapper, *program])}; echo NE''XT; done\n")
        terminal.expect("UP")
        terminal.type("\x03")
        terminal.expect("ready> ")
        terminal.type("echo RC=$?=\n")
        assert terminal.expect(r"(?s)(.*)RC=(\d+)=")[2] == "130"
        assert b"NEXT" not in terminal.said


@BOTH
def test_ctrl_z_stops_it_and_fg_lets_it_go_on(wrapper: list[str], tmp_path: Path) -> None:
    program = script(tmp_path, "print('PID', os.getpid(), 'UP')\nprint('READ', sys.stdin.readline())\nsys.exit(5)\n")
    with shell(tmp_path) as terminal:
        terminal.line(*wrapper, *program)
        pid = int(terminal.expect(r"PID (\d+) UP")[1])
        for _ in range(3):
            terminal.type("\x1a")
            terminal.expect("Stopped")
            wait_for(lambda: state(pid) == "T", SECONDS)
            terminal.type("fg\n")
            wait_for(lambda: state(pid) == "S", SECONDS)
        terminal.type("li''ne\n")
        terminal.expect("READ li''ne")
        terminal.expect("ready> ")
        terminal.type("echo RC=$?=\n")
        assert terminal.expect(r"RC=(\d+)=")[1] == "5"


@BOTH
def test_in_the_background_it_waits_to_read(wrapper: list[str], tmp_path: Path) -> None:
    program = script(tmp_path, "print('READ', sys.stdin.readline())\n")
    with shell(tmp_path) as terminal:
        terminal.type(f"{shlex.join([*wrapper, *program])} &\n")
        terminal.expect("ready> ")
        wait_for(lambda: stopped_jobs(terminal), SECONDS, every=0.3)
        terminal.type("fg\n")
        terminal.type("now\n")
        terminal.expect("READ now")


def stopped_jobs(terminal: Shell) -> bool:
    terminal.type("jobs; echo LI''ST\n")
    return "Stopped" in terminal.expect("(?s).*LIST")[0]


def state(pid: int) -> str:
    """T stopped, S asleep, R running, Z ended; '' when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


LOOK = """
status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\\t" in line)
OURS = ~(3 << 31)  # 32 and 33 are the C library's own
print([int(status[name], 16) & OURS for name in ("SigBlk", "SigIgn", "Umask")], os.getcwd(), sys.argv, sorted(os.listdir("/proc/self/fd")), os.read(0, 100), os.nice(0))
print(sorted(open("/proc/self/environ", "rb").read().split(b"\\0")))
"""


# What a shell drops, has for itself or sets; what would make Python run something; what Python sets where there is no locale.
ODD = {
    "ODD": "a\udc80\n=b", "PYTHONIOENCODING": "utf-8:surrogateescape", "with.dot": "1", "BASH_FUNC_module%%": "() {  :\n}", "PWD": "/elsewhere", "OLDPWD": "/before",
    "_": "/bin/before", "SHLVL": "7", "IFS": "x", "at": "1", "handoffd_at": "2", "HANDOFFD_GIVEN": "bm8=", "PYTHONPATH": "/nowhere:.", "PYTHONSAFEPATH": "1", "PYTHONUSERBASE": "/nowhere",
}  # fmt: skip


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs Linux's /proc")
@pytest.mark.parametrize("given", [{}, ODD], ids=["plain", "odd"])
@pytest.mark.parametrize(
    "wrapper",
    [WRAPPED, [sys.executable, *WRAPPED[2:]], SCRIPT, [SCRIPT[0], "-C", ".", *SCRIPT[1:]], [SCRIPT[0], "-C.", *SCRIPT[1:]]],
    ids=["isolated", "-m", "script", "-C", "-C."],
)
def test_files_environment_masks_and_arguments_are_the_same(tmp_path: Path, wrapper: list[str], given: dict[str, str]) -> None:
    arguments = ["-C", "--", "--json", "a b", "é\udc80", "", "--help"]
    program = [*script(tmp_path, LOOK), *arguments]
    reading, writing = os.pipe()
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))},
        "PYTHONIOENCODING": "utf-8:surrogateescape",
        **given,
    }

    def look(words: list[str]) -> bytes:
        return subprocess.run(
            words, input=b"stdin", cwd=tmp_path, env=env, pass_fds=(reading, writing), capture_output=True, check=True, timeout=60
        ).stdout

    try:
        assert look([*wrapper, *program]) == look(program)
    finally:
        os.close(reading)
        os.close(writing)


def test_an_environment_that_one_variable_cannot_hold_arrives_but_for_what_a_shell_drops(tmp_path: Path) -> None:
    kept = {"PYTHONPATH": "/nowhere:.", "ODD": "a\n=b", "LONG": "x" * 120_000}
    done = subprocess.run(
        [*SCRIPT, "env", "-0"], cwd=tmp_path, env={**os.environ, **kept, "with.dot": "1"}, capture_output=True, text=True, check=True, timeout=60
    )
    assert {f"{name}={value}" for name, value in kept.items()} <= set(done.stdout.split("\0")) and "HANDOFFD_GIVEN" not in done.stdout


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["true"], 0), (["sh", "-c", "exit 77"], 77), (["sh", "-c", "kill -9 $$"], 137), (["sh", "-c", "kill -TERM $$"], 143), (["sh", "-c", "kill -SEGV $$"], 139),
        (["no-such-command-here"], 127), (["./no/such"], 127), (["/etc/passwd"], 126), (["/"], 126), (["./plain"], 9), (["plain"], 9), ([""], 127),
    ],
)  # fmt: skip
def test_exit_codes_are_a_shells(words: list[str], code: int, tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("exit 9\n")
    (tmp_path / "plain").chmod(0o755)
    done = cli("run", "--", *words, cwd=tmp_path, env={"PATH": f"{tmp_path}:{os.environ['PATH']}"})
    assert done.returncode == code and "Traceback" not in done.stderr, done.stderr
    assert bool(done.stderr) == (code in (126, 127)), "it says nothing of its own where the command ran"


def test_words_before_and_after_the_dashes(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    assert cli("-C", "sub", "run", "--", "pwd", cwd=tmp_path).stdout == f"{tmp_path}/sub\n"
    assert cli("run", "-C", "sub", "--", "pwd", "-P", cwd=tmp_path).stdout == f"{tmp_path}/sub\n"
    assert cli("run", "echo", "-C", "--", "x", cwd=tmp_path).stdout == "-C -- x\n"
    empty = cli("run", "--", cwd=tmp_path)
    assert empty.returncode == 2 and "handoffd run -- CMD" in empty.stderr


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1", "SIGQUIT"])
def test_a_signal_sent_to_the_wrapper_alone_is_passed_on(name: str, tmp_path: Path) -> None:
    text = f"def heard(*a):\n    print('HEARD'); sys.exit(4)\nsignal.signal(signal.{name}, heard)\nprint('UP')\ntime.sleep(60)\n"
    with subprocess.Popen([*WRAPPED, *script(tmp_path, text)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "UP\n"
        process.send_signal(getattr(signal, name))
        assert process.stdout.read() == "HEARD\n" and process.wait(SECONDS) == 4


def test_a_wrapper_that_is_stopped_and_continued_alone(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*WRAPPED, *script(tmp_path, "print(os.getpid())\nsys.stdin.readline()\nsys.exit(3)\n")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        pid = int(process.stdout.readline())
        os.kill(pid, signal.SIGSTOP)
        wait_for(lambda: state(process.pid) == "T", SECONDS)
        process.send_signal(signal.SIGCONT)
        wait_for(lambda: state(pid) == "S", SECONDS)
        process.stdin.write("\n")
        process.stdin.close()
        assert process.wait(SECONDS) == 3


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
def test_what_python_ignores_the_command_does_not(tmp_path: Path) -> None:
    """A program that is not Python's tells how it was started; SIGUSR1 is blocked and SIGHUP ignored from outside."""

    def masks(words: list[str]) -> list[int]:
        program = "trap '' HUP; exec " + shlex.join([*words, "grep", "-E", "Sig(Blk|Ign)", "/proc/self/status"])
        said = subprocess.run(
            ["sh", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60, preexec_fn=default_signals
        ).stdout
        return [int(line.split()[1], 16) & ~(3 << 31) for line in said.splitlines()]

    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    try:
        alone = masks([])
        assert alone == [1 << signal.SIGUSR1 - 1, 1 << signal.SIGHUP - 1] and masks(WRAPPED) == alone
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
