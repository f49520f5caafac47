"""The script `handoffd`: which Python it starts, and how, in every place where installers put it. The Pythons here say how they were called."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.install.conftest import TOP

SCRIPT = TOP / "shell" / "handoffd"
TOOLS = ("readlink", "base64")
WORDS = ("note", "a b", "", "*", "é\udc81", "--", "-x")


def python(file: Path, has: str = "") -> Path:
    """A Python that answers `-c` as one in which handoffd can be imported with the options `has`, and else prints its words, one a line."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'#!/bin/sh\n[ "$2" != -c ] || {{ case "$1" in {has or "none"}) exit 0 ;; *) exit 1 ;; esac; }}\nprintf "%s\\n" "$0" "$@"\n')
    file.chmod(0o755)
    return file


def script(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(SCRIPT, folder / "handoffd"))


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """The whole PATH, beside the system's folders that the script looks into: here a Python without handoffd, if any."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for tool in TOOLS:
        (folder / tool).symlink_to(str(shutil.which(tool)))
    return folder


def called(program: Path | str, path: str | Path, cwd: Path | None = None, words: tuple[str, ...] = WORDS) -> list[str]:
    """The Python that ran and its words."""
    done = subprocess.run([program, *words], cwd=cwd, env={"PATH": str(path), "LC_ALL": "C.UTF-8"}, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return os.fsdecode(done.stdout).removesuffix("\n").split("\n")


def venv(folder: Path) -> tuple[Path, Path]:
    """Its script and its Python."""
    own = python(folder / "bin" / "python")
    (folder / "pyvenv.cfg").touch()
    return script(folder / "bin"), own


@pytest.mark.parametrize("name", ["plain", "with  blanks", "quo'te\"", "$HOME", "ü*[a]", "-n"])
def test_in_a_virtual_environment_it_is_the_one_beside(tmp_path: Path, programs: Path, name: str) -> None:
    program, own = venv(tmp_path / name / "venv")
    assert called(program, programs) == [str(own), "-I", str(program), *WORDS]
    assert called(program, programs, words=()) == [str(own), "-I", str(program)]


def test_links_are_followed_and_the_name_that_was_called_is_kept(tmp_path: Path, programs: Path) -> None:
    """~/.local/bin/handoffd -> a relative link -> the tool's environment, which is reached through a linked folder."""
    program, _ = venv(tmp_path / "to ols" / "handoffd")
    (tmp_path / "link ed").symlink_to("to ols", target_is_directory=True)
    middle, outer = tmp_path / "mid dle" / "handoffd", tmp_path / "home" / ".local" / "bin" / "handoffd"
    for link, to in (middle, Path("../link ed/handoffd/bin/handoffd")), (outer, middle):
        link.parent.mkdir(parents=True)
        link.symlink_to(to)
    for name in outer, middle, program:
        ran = called(name, programs)
        assert Path(ran[0]).resolve() == program.parent / "python" and ran[1:3] == ["-I", str(name)]
    found = called("handoffd", f"{outer.parent}{os.pathsep}{programs}")
    assert found[1:3] == ["-I", str(outer)]
    assert called("./handoffd", programs, cwd=outer.parent)[1:3] == ["-I", "./handoffd"]
    assert called("sh", f"{programs}{os.pathsep}/bin", cwd=outer.parent, words=("handoffd", "x"))[1:] == ["-I", "handoffd", "x"]


def test_a_python_with_its_library_beside_it(tmp_path: Path, programs: Path) -> None:
    """As in containers, conda and pyenv: no second Python is started to ask."""
    library = tmp_path / "opt" / "lib" / "python3.99"
    (library / "site-packages" / "handoffd").mkdir(parents=True)
    for file in library / "os.py", library / "site-packages" / "handoffd" / "__main__.py":
        file.touch()
    own = python(tmp_path / "opt" / "bin" / "python3.99")
    program = script(tmp_path / "opt" / "bin")
    assert called(program, programs) == [str(own), "-I", str(program), *WORDS]


def test_in_the_users_home_it_is_the_first_python_that_has_it(tmp_path: Path, programs: Path) -> None:
    """As `pip install --user` leaves it: the library says which version, and -I would leave the user's own folder out."""
    (tmp_path / "home" / "lib" / "python3.99" / "site-packages" / "handoffd").mkdir(parents=True)
    (tmp_path / "home" / "lib" / "python3.99" / "site-packages" / "handoffd" / "__main__.py").touch()
    program = script(tmp_path / "home" / "bin")
    lacks, has = python(tmp_path / "first" / "python3.99"), python(tmp_path / "se cond" / "python3.99", "-EP")
    python(tmp_path / "third" / "python3.99", "-I")
    path = os.pathsep.join(["relative", str(lacks.parent), str(has.parent), str(tmp_path / "third"), str(programs)])
    assert called(program, path) == [str(has), "-EP", str(program), *WORDS]


def test_where_the_system_keeps_it_that_python_is_isolated(tmp_path: Path, programs: Path) -> None:
    program = script(tmp_path / "local" / "bin")
    own = python(programs / "python3", "-I|-EP")
    (tmp_path / "evil").mkdir()
    python(tmp_path / "evil" / "python3", "-I|-EP")
    assert called(program, f".{os.pathsep}{os.pathsep}{programs}", cwd=tmp_path / "evil") == [str(own), "-I", str(program), *WORDS], (
        "no relative entry of PATH"
    )


def test_a_copy_says_that_it_wants_to_be_a_link(tmp_path: Path, programs: Path) -> None:
    done = subprocess.run([script(tmp_path / "copied"), "status"], env={"PATH": str(programs)}, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and done.stderr.startswith("handoffd: no Python") and "hint: " in done.stderr and not done.stdout


def test_python_takes_the_script_too(tmp_path: Path) -> None:
    """A daemon that began before there was a script executes it so."""
    done = subprocess.run([sys.executable, "-W", "error", SCRIPT, "--version"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "") and done.stdout.startswith("handoffd ")
