"""What is built can be installed where there is nothing else, and works."""

from __future__ import annotations

import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import handoffd
from tests.hostile.surroundings import Surroundings
from tests.install.conftest import TOP, Machine, build, copy_of_source, run, wheel_of
from tests.support import Repo

SHIPPED = {
    "handoffd/py.typed",
    "handoffd/_data/config.example.yaml",
    "handoffd/_data/hooks/post-commit",
    "handoffd/_data/hooks/pre-push",
}


def names(wheel: Path) -> list[str]:
    return sorted(zipfile.ZipFile(wheel).namelist())


def test_the_wheel_works_where_nothing_else_is(tmp_path: Path, house: Path) -> None:
    machine = Machine(tmp_path / "machine", house)
    venv = tmp_path / "emp ty"
    run(sys.executable, "-m", "venv", "--without-pip", venv)
    offline = ["--quiet", "--no-index", "--find-links", str(house)]
    run(sys.executable, "-m", "pip", "--python", str(venv), "install", *offline, str(wheel_of(house)), cwd=tmp_path)
    program = venv / "bin" / "handoffd"
    repo = Repo.create(tmp_path / "repo")
    repo.commit("feat: add retry", {"retry.py": "def retry():\n    return 1\n"})
    machine.handoffd("init", repo.root, program=program)
    assert "handoff-" in machine.handoffd("flush", cwd=repo.root, program=program)
    assert "feat: add retry" in machine.handoffd("show", cwd=repo.root, program=program)
    assert "hook pre-push" in machine.handoffd("doctor", cwd=repo.root, program=program)
    assert "complete" in machine.handoffd("completion", "bash", program=program)
    machine.handoffd("prompt", cwd=repo.root, program=program)
    run(venv / "bin" / "handoffd-prompt", cwd=repo.root, env=machine.env)
    assert (venv / "share" / "man" / "man1" / "handoffd.1").is_file()
    machine.handoffd("uninit", repo.root, program=program)


def test_wheel_and_sdist_hold_the_same(tmp_path: Path, house: Path) -> None:
    sdist = build(copy_of_source(tmp_path / "source"), tmp_path / "out", "--sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (top,) = (tmp_path / "unpacked").iterdir()
    wheel = wheel_of(house)
    assert names(build(top, tmp_path / "again")) == names(wheel)
    modules = {str(file.relative_to(TOP)) for file in (TOP / "handoffd").rglob("*.py")}
    assert modules | SHIPPED <= set(names(wheel))
    data = {name.partition(".data/")[2] for name in names(wheel) if ".data/" in name}
    assert data == {"scripts/handoffd", "scripts/handoffd-prompt", "data/share/man/man1/handoffd.1"}
    assert not [name for name in names(wheel) if name.startswith(("tests", "docs", "hooks"))]
    (entries,) = [name for name in names(wheel) if name.endswith("entry_points.txt")]
    assert zipfile.ZipFile(wheel).read(entries).decode().split() == ["[pytest11]", "handoffd", "=", "handoffd.pytest_plugin"], (
        "pip would write a console script over ours"
    )


@pytest.mark.parametrize("editable", [False, True], ids=["wheel", "editable"])
def test_installed_it_takes_no_module_from_its_surroundings(tmp_path: Path, house: Path, editable: bool) -> None:
    """Called through a link in the home folder to an environment of its own, as uv and pipx make it."""
    machine, venv = Machine(tmp_path / "machine", house), tmp_path / "to ols" / "handoffd"
    run(sys.executable, "-m", "venv", "--without-pip", venv)
    what = ["--editable", str(copy_of_source(tmp_path / "so urce"))] if editable else [str(wheel_of(house))]
    run(sys.executable, "-m", "pip", "--python", str(venv), "install", "--quiet", "--no-index", "--find-links", str(house), *what, cwd=tmp_path)
    program = machine.home / ".local" / "bin" / "handoffd"
    program.parent.mkdir(parents=True)
    program.symlink_to(venv / "bin" / "handoffd")
    repo = Repo.create(tmp_path / "repo")
    repo.commit("feat: begin", {"a.txt": "a\n"})
    around = Surroundings.armed(tmp_path / "around", repo.root)
    assert around.songs_of(str(venv / "bin" / "python"), "-c", "import json", env=around.variables), "the canaries are alive"
    machine.env |= around.variables
    assert f"handoffd {handoffd.__version__}\n" == machine.handoffd("--version", cwd=repo.root)
    machine.handoffd("init", cwd=repo.root)
    text = "".join(file.read_text() for file in (repo.root / ".git").rglob("*") if file.name in ("config", "pre-push"))
    assert str(program) in text, "hooks call the link, which outlives the environment behind it"
    machine.handoffd("start", "--no-service", cwd=repo.root)
    assert "handoff-" in machine.handoffd("flush", "-m", "words", cwd=repo.root)
    machine.handoffd("stop", cwd=repo.root)
    machine.handoffd("uninit", cwd=repo.root)
    assert not around.songs()
