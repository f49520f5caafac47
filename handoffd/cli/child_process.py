"""A command run as if it were not wrapped: it inherits terminal, stdin and every other open file, folder, environment and process group.

    terminal ──Ctrl-C, Ctrl-Z, window size──> process group (shell's job): wrapper and command alike
    kill PID ──> wrapper ──passes on──> command
    command stops ──> wrapper stops the same way (the shell sees its job stop) ──fg──> both go on
    command ends ──> wrapper's exit code

Nothing is read of what the command prints, so it has the real terminal and no pty is between. A signal from the terminal reaches the command
without us; passing it on would make it two.
"""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from handoffd.files.isolation import given

NOT_FOUND, NOT_EXECUTABLE = 127, 126
_STOPS = (signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU)
_FROM_KEYS = frozenset({signal.SIGINT, signal.SIGQUIT, *_STOPS})
_HEARD = _FROM_KEYS | {signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGCONT, signal.SIGCHLD}
# Python ignores these from its start on; what it starts should not.
_IGNORED_BY_PYTHON = (signal.SIGPIPE, signal.SIGXFSZ)
# siginfo's code for a signal that the kernel made: the terminal's, which go to the whole process group.
_KERNEL = 0x80
# The id of the process and, in base64, the whole environment that it had as the script `handoffd`, where that could be read.
_GIVEN = b"HANDOFFD_GIVEN"


class Ended(NamedTuple):
    """`code` as a shell would say it; `interrupted`: it died of a Ctrl-C at the terminal."""

    code: int
    interrupted: bool = False


class NotStarted(Exception):
    """The command does not run; `code` is what a shell would say."""

    def __init__(self, word: str, fault: OSError) -> None:
        missing = fault.errno in (errno.ENOENT, errno.ENOTDIR)
        said = "command not found" if missing and "/" not in word else os.strerror(fault.errno or 0)
        super().__init__(f"{word}: {said}")
        self.code = NOT_FOUND if missing else NOT_EXECUTABLE


@contextmanager
def signals_held() -> Iterator[set[int]]:
    """Signals wait to be heard by `wait` meanwhile; the mask from before is given for the command, and restored at the end."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _HEARD)
    try:
        yield set(mask)
    finally:
        # What was not heard any more was meant for a command that had ended.
        _drop_pending(_HEARD)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def start(words: Sequence[str], environment: Mapping[bytes, bytes], mask: set[int]) -> int:
    """Start a command, with the signals held; its process id. Raises NotStarted."""
    try:
        if not words[0]:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        return _spawn(words, environment, mask)
    except OSError as fault:
        raise NotStarted(words[0], fault) from fault


def environment() -> dict[bytes, bytes]:
    """The environment as the person gave it: without what the shell and the Python between took out and added."""
    own = given()
    whose, _, told = own.get(_GIVEN, b"").partition(b":")
    if whose != b"%d" % os.getpid():
        return own
    import binascii

    entries = [entry.partition(b"=") for entry in binascii.a2b_base64(told).split(b"\0")]
    return {name: value for name, equals, value in entries if name and equals}


def die_interrupted() -> None:
    """End as the command did, of SIGINT: a shell then ends its loop or script too. With the signals held."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGINT)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _spawn(words: Sequence[str], environment: Mapping[bytes, bytes], mask: set[int]) -> int:
    try:
        return os.posix_spawnp(words[0], list(words), environment, setsigmask=mask, setsigdef=_IGNORED_BY_PYTHON)
    except OSError as fault:
        if fault.errno != errno.ENOEXEC:
            raise
    import shutil

    # A script without a first line that says who runs it: shells take it for their own.
    shell = ["/bin/sh", shutil.which(words[0]) or words[0], *words[1:]]
    return os.posix_spawn(shell[0], shell, environment, setsigmask=mask, setsigdef=_IGNORED_BY_PYTHON)


def wait(pid: int) -> Ended:
    """Until the command ends: stop when it stops, pass on what was sent to us alone. With the signals held."""
    interrupted = False
    while True:
        found, status = os.waitpid(pid, os.WUNTRACED | os.WNOHANG)
        if found and os.WIFSTOPPED(status):
            _stop(os.WSTOPSIG(status))
            os.kill(pid, signal.SIGCONT)
        elif found:
            code = os.waitstatus_to_exitcode(status)
            interrupted = interrupted or signal.SIGINT in signal.sigpending()
            return Ended(code if code >= 0 else 128 - code, interrupted and code == -signal.SIGINT)
        else:
            number, from_terminal = _next_signal()
            interrupted = interrupted or (number == signal.SIGINT and from_terminal)
            if number != signal.SIGCHLD and not from_terminal:
                os.kill(pid, number)


def _next_signal() -> tuple[int, bool]:
    """Wait for one; True when it came from the terminal, to all of the process group."""
    if hasattr(signal, "sigwaitinfo"):
        told = signal.sigwaitinfo(_HEARD)
        return told.si_signo, told.si_code == _KERNEL
    number = signal.sigwait(_HEARD)
    return number, number in _FROM_KEYS and _foreground()


def _foreground() -> bool:
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False


def _stop(number: int) -> None:
    """Stop as the command did; returns when the shell lets us go on."""
    number = number if number in _STOPS else signal.SIGSTOP
    # The terminal's own signal to us would stop us a second time.
    _drop_pending({number})
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {number} - {signal.SIGSTOP})
    os.kill(os.getpid(), number)
    signal.pthread_sigmask(signal.SIG_BLOCK, _HEARD)


def _drop_pending(numbers: Collection[int]) -> None:
    """Take these signals away where they are pending."""
    while pending := signal.sigpending().intersection(numbers):
        signal.sigwait(pending)
