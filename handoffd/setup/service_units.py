"""The daemon as a service, as text: a systemd user unit, and a launchd agent. Pure."""

from __future__ import annotations

import os
import plistlib
from collections.abc import Mapping
from pathlib import Path

UNIT = "handoffd.service"
LABEL = "io.handoffd.daemon"
_MARK = "# Written by `handoffd start`, taken away by `handoffd stop`. Folders made for it: "

# Exit code 1 is for what a person must mend (another daemon runs already), 2 for a wrong command line: starting again would not help.
# A look may take minutes in a huge repository; the loop feeds the watchdog between two.
_UNIT = """\
[Unit]
Description=handoffd, which writes session handoffs for git worktrees
Documentation=man:handoffd(1)
StartLimitIntervalSec=5min
StartLimitBurst=5

[Service]
Type=notify
NotifyAccess=main
ExecStart={program} daemon
ExecReload=/bin/kill -HUP $MAINPID
{environment}Restart=on-failure
RestartPreventExitStatus=1 2
RestartSec=2
TimeoutStartSec=10min
TimeoutStopSec=20
WatchdogSec=10min
UMask=0077
NoNewPrivileges=yes
MemoryDenyWriteExecute=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
Nice=10
IOSchedulingClass=idle
CPUWeight=20

[Install]
WantedBy=default.target
"""


def unit(program: Path, variables: Mapping[str, str]) -> str:
    """The systemd user unit; the variables decide what the daemon finds (PATH) and where its files are."""
    environment = "".join(f"Environment={_quoted(f'{name}={value}')}\n" for name, value in variables.items())
    return _UNIT.format(program=_quoted(os.fspath(program)), environment=environment)


def marked(text: str, made: int) -> str:
    """A unit that says that it is ours, and how many of the folders above it were made for it."""
    return f"{_MARK}{made}\n{text}"


def bare(text: str) -> tuple[str, int] | None:
    """A unit of ours without its mark, and the number of folders; None where handoffd did not write it."""
    first, _, rest = text.partition("\n")
    made = first.removeprefix(_MARK)
    return (rest, int(made)) if made != first and made.isdecimal() else None


def agent(program: Path, variables: Mapping[str, str], log: Path) -> bytes:
    """The launchd agent, a property list: started at login, and again when it fails."""
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": [os.fspath(program), "daemon"],
            "EnvironmentVariables": dict(variables),
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False},
            "ThrottleInterval": 10,
            "ExitTimeOut": 20,
            "ProcessType": "Background",
            "LowPriorityIO": True,
            "Nice": 10,
            "Umask": 0o077,
            "StandardErrorPath": os.fspath(log),
            "StandardOutPath": os.fspath(log),
        }
    )


def _quoted(text: str) -> str:
    """One word of a unit file. A program's `$` needs no care: variables are put in place of later words only."""
    return '"' + "".join(_escaped(sign) for sign in text) + '"'


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    if sign == "%":
        return "%%"
    if sign.isprintable():
        return sign
    return "".join(f"\\x{byte:02x}" for byte in os.fsencode(sign))
