"""The daemon as a service: the definitions, and the orders given to a manager that answers."""

from __future__ import annotations

import plistlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from handoffd.model.errors import UserError
from handoffd.setup.service_managers import Launchd, Systemd
from handoffd.setup.service_units import UNIT, agent, bare, marked, unit
from tests.install.conftest import tree
from tests.support import cli
from tests.watched import Watched

ODD = "a b/100%/$HOME/ü"
QUOTED = 'q"uo\\te %h'


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
@pytest.mark.parametrize("folder", ["plain", ODD], ids=["plain", "odd"])
def test_the_unit_verifies(tmp_path: Path, home: Path, folder: str) -> None:
    """The check also looks whether the program is there, so that the path must have been quoted right."""
    program = tmp_path / folder / "handoffd"
    program.parent.mkdir(parents=True)
    file = tmp_path / UNIT
    file.write_text(unit(program, {"PATH": f"/usr/bin:/{ODD}:/{QUOTED}", "XDG_STATE_HOME": "/x y"}))
    verify = ["systemd-analyze", "verify", "--user", "--man=no", str(file)]
    (home / ".run").mkdir(mode=0o700)
    missing = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert "handoffd" in missing.stderr and ("not executable" in missing.stderr or "No such file" in missing.stderr), missing.stderr
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    about_us = [line for line in done.stderr.splitlines() if UNIT in line]
    assert done.returncode == 0 and not about_us, done.stderr


def test_the_unit_asks_for_little_and_can_gain_nothing() -> None:
    said = set(unit(Path("/bin/handoffd"), {}).splitlines())
    assert said >= {
        "Type=notify", "NotifyAccess=main", "Restart=on-failure", "UMask=0077", "NoNewPrivileges=yes", "MemoryDenyWriteExecute=yes",
        "LockPersonality=yes", "RestrictRealtime=yes", "Nice=10", "IOSchedulingClass=idle", "CPUWeight=20", 'ExecStart="/bin/handoffd" daemon',
    }  # fmt: skip
    assert [line for line in said if line.startswith("WatchdogSec=")]


def test_a_program_where_systemd_runs_none_is_told(home: Path, programs: Path) -> None:
    systemctl = Fake(programs, "systemctl")
    one = Systemd(programs / QUOTED / "handoffd", {"HOME": str(home), "PATH": str(programs)}, {})
    with pytest.raises(UserError, match="a path"):
        one.install()
    assert not systemctl.calls and one.installed() is None


def test_a_unit_of_ours_is_known_and_no_other() -> None:
    text = unit(Path("/bin/handoffd"), {})
    assert bare(marked(text, 3)) == (text, 3)
    assert bare(text) is None and bare("") is None and bare("# Written by hand\n") is None


def test_the_agent_is_a_property_list_with_the_types_that_launchd_wants(tmp_path: Path) -> None:
    kinds = {
        "Label": str, "ProgramArguments": list, "EnvironmentVariables": dict, "RunAtLoad": bool, "KeepAlive": dict, "ThrottleInterval": int,
        "ExitTimeOut": int, "ProcessType": str, "LowPriorityIO": bool, "Nice": int, "Umask": int, "StandardErrorPath": str, "StandardOutPath": str,
    }  # fmt: skip
    found = plistlib.loads(agent(Path(f"/{ODD}/handoffd"), {"PATH": "/usr/bin"}, tmp_path / "log"))
    assert {name: type(value) for name, value in found.items()} == kinds
    assert found["ProgramArguments"] == [f"/{ODD}/handoffd", "daemon"] and found["KeepAlive"] == {"SuccessfulExit": False} and found["Umask"] == 0o077


class Fake:
    """A program that notes how it was called; `start` starts the daemon as the unit would."""

    def __init__(self, folder: Path, name: str, answers: str = "") -> None:
        self.log = folder / f"{name}.calls"
        program = folder / name
        start = f'HANDOFFD_BY=service nohup "{sys.executable}" -m handoffd daemon </dev/null >/dev/null 2>&1 &'
        program.write_text(f'#!/bin/sh\necho "$*" >>"{self.log}"\n{answers}\ncase "$*" in *" start "*) {start} ;; esac\n')
        program.chmod(0o755)

    @property
    def calls(self) -> list[str]:
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line.removeprefix("--user ").removeprefix("--quiet ") for line in lines]


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that comes first in PATH."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    return folder


def test_start_puts_the_service_in_and_stop_takes_it_out(watched: Watched, programs: Path) -> None:
    config = watched.home / ".config"
    unit_file, before = config / "systemd" / "user" / UNIT, tree(config) if config.exists() else None
    systemctl = Fake(programs, "systemctl")
    assert "pid" in watched.handoffd("start")
    assert systemctl.calls == ["show-environment", "daemon-reload", f"reset-failed {UNIT}", f"enable {UNIT}", f"start --no-block {UNIT}"]
    assert f"{Path(sys.executable).parent}/handoffd" in unit_file.read_text()
    assert "Environment=" in unit_file.read_text() and f"XDG_STATE_HOME={watched.home}" in unit_file.read_text()
    assert "runs already" in watched.handoffd("start")
    doctor = cli("doctor", cwd=watched.repo.root).stdout
    assert UNIT in doctor and "loginctl enable-linger" in doctor
    unit_file.write_text(unit_file.read_text().replace("handoffd daemon", "handoffd daemon --old").replace('handoffd" daemon', 'old" daemon'))
    assert "is not what handoffd would write now" in cli("doctor", cwd=watched.repo.root).stdout
    assert "has ended" in watched.handoffd("stop")
    assert f"disable --now {UNIT}" in systemctl.calls and systemctl.calls[-1] == "daemon-reload"
    assert (tree(config) if config.exists() else None) == before
    assert not any("linger" in call for call in systemctl.calls)


def test_a_daemon_that_runs_detached_is_handed_to_the_manager(watched: Watched, programs: Path) -> None:
    watched.handoffd("start", "--no-service")
    first = watched.status()["daemon"]["pid"]
    systemctl = Fake(programs, "systemctl")
    watched.handoffd("start")
    assert f"start --no-block {UNIT}" in systemctl.calls and watched.status()["daemon"]["pid"] != first
    watched.handoffd("start", "--no-service")
    assert not (watched.home / ".config" / "systemd" / "user" / UNIT).exists() and watched.status()["daemon"]
    watched.handoffd("stop")


@pytest.mark.parametrize("answers", ["exit 1", "echo 'Failed to connect to bus: No medium found' >&2; exit 1"], ids=["silent", "no bus"])
def test_without_a_manager_that_answers_it_runs_detached(watched: Watched, programs: Path, answers: str) -> None:
    systemctl = Fake(programs, "systemctl", answers)
    assert "pid" in watched.handoffd("start")
    assert set(systemctl.calls) == {"show-environment"} and not (watched.home / ".config" / "systemd").exists()
    watched.handoffd("stop")


def test_from_cron_the_manager_is_looked_for_where_it_lives(watched: Watched, programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """cron, su and ssh without a session leave XDG_RUNTIME_DIR out."""
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    systemctl = Fake(programs, "systemctl", '[ "$XDG_RUNTIME_DIR" = "/run/user/$(id -u)" ] || exit 1')
    watched.handoffd("start")
    assert f"start --no-block {UNIT}" in systemctl.calls
    watched.handoffd("stop")


def test_somebody_elses_unit_is_left(watched: Watched, programs: Path) -> None:
    Fake(programs, "systemctl")
    theirs = watched.home / ".config" / "systemd" / "user" / UNIT
    theirs.parent.mkdir(parents=True)
    theirs.write_text("[Service]\n")
    done = cli("start", cwd=watched.home)
    assert done.returncode == 0 and "was not written by handoffd" in done.stderr
    watched.handoffd("stop")
    assert theirs.read_text() == "[Service]\n"


def test_launchd_is_given_the_agent_and_loses_it(home: Path, programs: Path) -> None:
    launchctl = Fake(programs, "launchctl")
    one = Launchd(Path("/bin/handoffd"), {"HOME": str(home), "PATH": str(programs)}, {}, home / "log")
    assert one.answers()
    one.install()
    found = one.installed()
    assert found is not None and found.current and plistlib.loads(found.file.read_bytes())["Label"] == found.file.stem
    assert one.remove() and not one.remove() and one.installed() is None
    assert [call.split()[0] for call in launchctl.calls] == ["print", "bootout", "bootstrap", "bootout"]
