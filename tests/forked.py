"""`handoffd WORDS` at the price of a fork: a server imports the product once, and each call becomes a process of its own.

A call takes a third of the time of an interpreter that starts. What an interpreter decides when it starts is the server's, so `possible` says
where a real start is needed. The client sends a frame and three descriptors, and hears of the end on a pipe:

    length, {"program", "words", "env", "cwd"} + stdin, stdout, stderr, answer   ->   the process id, then the exit code as `subprocess` has it
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import selectors
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

TOP = Path(__file__).resolve().parents[1]
# libgit2 reads HOME when it is imported, and pytest loads the plugin.
NOT_SHARED = ("handoffd.git.pygit2_reader", "handoffd.pytest_plugin")
# Read when an interpreter or a library starts, before a line of ours runs.
AT_THE_START = ("PYTHON", "COV", "LD_", "LC_", "LANG", "MALLOC_")
BORN = {name: value for name, value in os.environ.items() if name.startswith(("PYTHON", "LD_", "MALLOC_"))} | {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
"""Of these, what the server starts with: the machine's, and the language of all tests."""
PIPE = 65536
HEADER = struct.Struct("!I")


def possible(env: Mapping[str, str], stdin: str | None = None) -> bool:
    """Whether a forked process cannot be told from one that was started: the same user, and nothing in `env` that only a start would heed."""
    started = {name: value for name, value in env.items() if name.startswith(AT_THE_START)}
    return sys.platform == "linux" and started == BORN and os.geteuid() == os.getuid() and len((stdin or "").encode(errors="replace")) < PIPE


class Client:
    """The server of this process, started when it is first asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._server: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket

    def call(
        self, words: tuple[str, ...], cwd: str, env: Mapping[str, str], timeout: float, stdin: str | None = None, program: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """As `subprocess.run` with captured output. TimeoutExpired after the process was killed. `program`: a module whose `run_all(words)` is run, in
        place of handoffd."""
        request = json.dumps({"program": program, "words": words, "env": dict(env), "cwd": cwd}).encode()
        out, err, answer = os.pipe(), os.pipe(), os.pipe()
        given = [_input(stdin), out[1], err[1], answer[1]]
        try:
            with self._lock:
                socket.send_fds(self._connected(), [HEADER.pack(len(request))], given)
                self._socket.sendall(request)
        finally:
            for handle in given:
                os.close(handle)
        return _collected(words, {out[0]: bytearray(), err[0]: bytearray(), answer[0]: bytearray()}, time.monotonic() + timeout, timeout)

    def _connected(self) -> socket.socket:
        if self._server is None:
            self._socket, theirs = socket.socketpair()
            words = [sys.executable, "-m", "tests.forked", str(theirs.fileno())]
            env = {name: value for name, value in os.environ.items() if not name.startswith(AT_THE_START)} | BORN
            self._server = subprocess.Popen(words, cwd=TOP, env=env, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
            theirs.close()
            atexit.register(self._end)
        return self._socket

    def _end(self) -> None:
        assert self._server
        self._socket.close()
        self._server.wait()


client = Client()


def _input(text: str | None) -> int:
    """A descriptor to read the text from."""
    if text is None:
        return os.open(os.devnull, os.O_RDONLY)
    reader, writer = os.pipe()
    os.write(writer, text.encode("utf-8", "surrogateescape"))
    os.close(writer)
    return reader


def _collected(words: tuple[str, ...], said: dict[int, bytearray], end: float, timeout: float) -> subprocess.CompletedProcess[str]:
    """Read all pipes to their ends; the last of them tells the process id and the exit code."""
    out, err, answer = said.values()
    command = ["handoffd", *words]
    try:
        with selectors.DefaultSelector() as selector:
            for handle in said:
                selector.register(handle, selectors.EVENT_READ)
            while selector.get_map():
                ready = selector.select(max(0.0, end - time.monotonic()))
                if not ready:
                    os.kill(int(answer.split()[0]), signal.SIGKILL)
                    raise subprocess.TimeoutExpired(command, timeout, bytes(out), bytes(err))
                for key, _ in ready:
                    piece = os.read(key.fd, PIPE)
                    said[key.fd] += piece
                    if not piece:
                        selector.unregister(key.fd)
    finally:
        for handle in said:
            os.close(handle)
    return subprocess.CompletedProcess(command, int(answer.split()[1]), *(text.decode("utf-8", "surrogateescape") for text in (out, err)))


def load(*but: str) -> None:
    """Import all of handoffd, so that no process has to do it again. What cannot be imported fails in the process that needs it."""
    import handoffd

    for module in pkgutil.walk_packages(handoffd.__path__, "handoffd."):
        if module.name not in ("handoffd.__main__", *but):
            with contextlib.suppress(ImportError):
                importlib.import_module(module.name)
    gc.freeze()


class Server:
    """One thread: it forks, waits for the ends of all, and tells each."""

    def __init__(self, requests: socket.socket) -> None:
        self._requests = requests
        self._answers: dict[int, int] = {}
        self._interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._woken, self._wake = os.pipe()
        for handle in self._woken, self._wake:
            os.set_blocking(handle, False)
        signal.set_wakeup_fd(self._wake)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def serve(self) -> None:
        """Until the client is gone."""
        with selectors.DefaultSelector() as selector:
            for handle in self._requests.fileno(), self._woken:
                selector.register(handle, selectors.EVENT_READ)
            while True:
                ready = {key.fd for key, _ in selector.select()}
                if self._woken in ready:
                    os.read(self._woken, PIPE)
                    self._reap()
                if self._requests.fileno() in ready and not self._start():
                    return

    def _reap(self) -> None:
        while self._answers:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            answer = self._answers.pop(pid)
            with contextlib.suppress(BrokenPipeError):  # who asked has given up
                os.write(answer, f" {os.waitstatus_to_exitcode(status)}".encode())
            os.close(answer)

    def _start(self) -> bool:
        """Fork one; False when the client is gone."""
        header, given, _, _ = socket.recv_fds(self._requests, HEADER.size, 4)
        if not header:
            return False
        request = json.loads(self._requests.recv(HEADER.unpack(header)[0], socket.MSG_WAITALL))
        pid = os.fork()
        if not pid:
            self._become(request, given)
        for handle in given[:3]:
            os.close(handle)
        os.write(given[3], str(pid).encode())
        self._answers[pid] = given[3]
        return True

    def _become(self, request: dict[str, Any], streams: list[int]) -> NoReturn:
        """In the child: take over environment, folder and streams, run the command line, and end without the parent's clean-up."""
        code: object = 70
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGINT, self._interrupt)
            for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
                os.dup2(streams[number], number)
                _reopen(number, name, mode)
            os.closerange(3, PIPE)
            os.environ.clear()
            os.environ.update(request["env"])
            time.tzset()
            os.chdir(request["cwd"])
            code = _run(request["program"], request["words"])
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code if isinstance(code, int) else 1)


def _reopen(number: int, name: str, mode: str) -> None:
    """Python's stream anew: what it knows of its file was true of the server's."""
    old = getattr(sys, name)
    fresh = open(number, mode, 1 if name == "stderr" else -1, encoding=old.encoding, errors=old.errors, closefd=False)  # noqa: SIM115
    setattr(sys, name, fresh)
    setattr(sys, f"__{name}__", fresh)


def _run(program: str, words: list[str]) -> object:
    """What `python -m handoffd WORDS` does, or the program."""
    import handoffd
    from handoffd.__main__ import run

    sys.argv = [str(Path(handoffd.__file__).with_name("__main__.py")), *words]
    try:
        code: object = importlib.import_module(program).run_all(words) if program else run()
        sys.stdout.flush()
    except SystemExit as end:
        code = 0 if end.code is None else end.code
        sys.stdout.flush()
    return code


if __name__ == "__main__":
    load(*NOT_SHARED)
    Server(socket.socket(fileno=int(sys.argv[1]))).serve()
