"""As a new user: an empty home, the README's command; then an upgrade, and everything is taken back."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.install.conftest import NEXT, Machine, copy_of_source, tree, wheel_of
from tests.support import Repo

METHODS = [pytest.param("venv"), *(pytest.param(name, marks=pytest.mark.nightly) for name in ("uv", "pipx"))]


@pytest.mark.parametrize("method", METHODS)
def test_install_work_upgrade_and_uninstall(tmp_path: Path, house: Path, request: pytest.FixtureRequest, method: str) -> None:
    tools = [] if method == "venv" else [request.getfixturevalue("installers") / method]
    machine = Machine(tmp_path / "machine", house, *tools)
    source = copy_of_source(tmp_path / "so urce ß")
    repo = Repo.create(tmp_path / "proj ect é")
    repo.commit("feat: first", {"a.py": "def a():\n    pass\n"})
    repo.write(".git/hooks/pre-push", "#!/bin/sh\necho theirs\n").chmod(0o755)
    before, source_before = (tree(repo.root), tree(machine.home)), tree(source)

    done = machine.install(source, "--no-service", repo.root)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\nhandoff: " in done.stdout and "not on your PATH" in done.stdout
    assert "handoffd start" not in done.stdout + done.stderr, "it did that itself"
    assert "✓ First — adds a (1 file)" in next(repo.root.glob(".claude/handoff-*.md")).read_text()
    assert "handoff-" not in repo.git("status", "--porcelain", "-uall")
    assert (machine.home / ".local/bin/handoffd-prompt").exists()
    pid = machine.handoffd("status", "--json").split('"pid": ')[1].split(",")[0]

    again = machine.install(source, "--version", NEXT, repo.root)
    assert again.returncode == 0 and "already watching" in again.stdout, again.stdout + again.stderr
    assert f"pid {pid}, version {NEXT}" in again.stdout, again.stdout
    assert NEXT in machine.handoffd("--version")
    assert "echo theirs" in repo.read(".git/hooks/pre-push") and tree(source) == source_before

    gone = machine.install(source, "--uninstall")
    assert gone.returncode == 0, gone.stderr
    assert (tree(repo.root), tree(machine.home)) == before


def test_a_prefix_of_ones_own(tmp_path: Path, house: Path, installers: Path) -> None:
    machine = Machine(tmp_path / "machine", house, installers / "uv")
    repo = Repo.create(tmp_path / "repo")
    repo.commit("feat: first")
    prefix, source = tmp_path / "pre fix", copy_of_source(tmp_path / "source")
    before = tree(machine.home)
    planned = machine.install(source, "--dry-run", "--prefix", prefix, repo.root)
    assert planned.returncode == 0 and f"{prefix}/bin/handoffd" in planned.stdout, planned.stderr
    assert not prefix.exists() and tree(machine.home) == before
    done = machine.install(source, "--no-service", "--prefix", prefix, repo.root)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "handoffd 0" in machine.handoffd("--version", program=prefix / "bin/handoffd") and not (machine.home / ".local/bin").exists()
    other = machine.install(source, "--prefix", tmp_path / "elsewhere")
    assert other.returncode == 1 and f"installed in {prefix}" in other.stderr
    gone = machine.install(source, "--uninstall")
    assert gone.returncode == 0, gone.stderr
    assert tree(machine.home) == before and not prefix.exists()


def test_what_is_wrong_is_said_before_anything_is_done(tmp_path: Path) -> None:
    source = copy_of_source(tmp_path / "source")
    machine = Machine(tmp_path / "machine", tmp_path)
    for words, said in (
        (["/nowhere"], "no folder"),
        ([machine.home], "no git worktree"),
        (["--frobnicate"], "no option"),
        (["--prefix"], "needs a value"),
    ):
        done = machine.install(source, *words)
        assert done.returncode == 1 and said in done.stderr, done.stderr
    link = machine.home / ".local" / "bin" / "handoffd"
    link.parent.mkdir(parents=True)
    link.write_text("someone else's\n")
    done = machine.install(source)
    assert done.returncode == 1 and "not ours" in done.stderr and link.read_text() == "someone else's\n"
    link.unlink()
    (machine.path / "git").unlink()
    done = machine.install(source)
    assert done.returncode == 1 and "git is not on PATH" in done.stderr
    assert sorted(path.name for path in machine.home.rglob("*")) == [".local", "bin"]


def test_a_folder_that_cannot_be_written_is_told_with_the_way_out(tmp_path: Path) -> None:
    """Root may write everywhere, so as root another user asks, from places that everybody can enter."""
    as_other = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.getuid() == 0 else []
    if as_other and not shutil.which("setpriv"):
        pytest.skip("runs as root without setpriv")
    if as_other and not Path("/usr/bin/python3").exists():
        pytest.skip("runs as root, and the other user has no python3")
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        home = Path(folder) / "home"
        (home / ".local" / "bin").mkdir(parents=True)
        shutil.copy(Path(__file__).parents[2] / "install.sh", folder)
        for path in (home / ".local" / "bin", home / ".local", home, Path(folder)):
            path.chmod(0o555)
        done = subprocess.run(
            [*as_other, "sh", f"{folder}/install.sh"],
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "HOME": str(home)},
            capture_output=True,
            text=True,
            check=False,
        )
        for path in (Path(folder), home, home / ".local"):
            path.chmod(0o755)
    assert done.returncode == 1 and "cannot be written" in done.stderr and "--prefix" in done.stderr, done.stderr


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be called by sudo")
def test_sudo_in_somebody_elses_home_is_refused(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "machine", tmp_path)
    os.chown(machine.home, 12345, 12345)
    machine.env |= {"SUDO_UID": "12345"}
    done = machine.install(copy_of_source(tmp_path / "source"))
    assert done.returncode == 1 and "without sudo" in done.stderr and not list(machine.home.iterdir())


@pytest.mark.nightly
def test_the_newest_python_is_taken(tmp_path: Path, house: Path) -> None:
    newest = next((found for minor in (15, 14, 13, 12) if (found := shutil.which(f"python3.{minor}"))), None)
    if newest is None or subprocess.run([newest, "-c", "import venv"], capture_output=True, check=False).returncode:
        pytest.skip("no Python newer than 3.11 on PATH")
    machine = Machine(tmp_path / "machine", house, Path(newest))
    machine.env.pop("PIP_NO_INDEX")
    done = machine.install(copy_of_source(tmp_path / "source"), "--no-service")
    assert done.returncode == 0, done.stdout + done.stderr
    assert Path(newest).name.removeprefix("python") in machine.handoffd("doctor")
    machine.install(tmp_path / "source", "--uninstall")


def test_the_wheel_that_is_installed_is_this_trees(house: Path) -> None:
    assert NEXT not in wheel_of(house).name and NEXT in wheel_of(house, NEXT).name
