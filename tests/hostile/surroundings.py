"""Surroundings that name code for Python to run: modules of the working directory and of folders in PYTHON* variables. Each is a canary, as in `arena`:
it adds its name to a file when it runs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

VERSION = f"python3.{sys.version_info.minor}"
MODULES = ("json", "select", "signal", "argparse", "__future__")
CUSTOMIZE = ("sitecustomize", "usercustomize")
BASE = str(Path(sys._base_executable))  # type: ignore[attr-defined]
"""Python outside of a virtual environment, where the user's own site-packages count."""


@dataclass(frozen=True)
class Surroundings:
    """`work` becomes the working directory; the other canaries live below `folder`."""

    folder: Path
    work: Path

    @classmethod
    def armed(cls, folder: Path, work: Path) -> Surroundings:
        one = cls(folder, work)
        one._modules(work, "cwd")
        one._modules(folder / "path", "PYTHONPATH")
        one._place(folder / "startup.py", "PYTHONSTARTUP")
        for name in CUSTOMIZE:
            one._place(folder / "base" / "lib" / VERSION / "site-packages" / f"{name}.py", f"PYTHONUSERBASE {name}")
        one._library()
        return one

    @property
    def variables(self) -> dict[str, str]:
        """All but PYTHONHOME, under which nothing else would be reached."""
        here = self.folder
        return {
            "PYTHONPATH": f"{here / 'path'}{os.pathsep}.{os.pathsep}",
            "PYTHONSTARTUP": str(here / "startup.py"),
            "PYTHONUSERBASE": str(here / "base"),
            "PYTHONINSPECT": "1",
            "PYTHONSAFEPATH": "",
        }

    @property
    def other_home(self) -> dict[str, str]:
        return {"PYTHONHOME": str(self.folder / "library")}

    def songs(self) -> list[str]:
        """Canaries that ran since the last time."""
        file = self.folder / "sung"
        found = file.read_text().splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return found

    def songs_of(self, *words: str, env: Mapping[str, str]) -> list[str]:
        """What runs when these words are."""
        subprocess.run(words, cwd=self.work, env={**os.environ, **env}, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
        return self.songs()

    def controls(self) -> Sequence[tuple[str, tuple[str, ...], dict[str, str]]]:
        """Each canary with plain words and variables that make it sing."""
        all_of = self.variables
        path, base = {"PYTHONPATH": all_of["PYTHONPATH"]}, {"PYTHONUSERBASE": all_of["PYTHONUSERBASE"]}
        return [
            *((f"cwd {name}", (sys.executable, "-c", f"import {name}"), {}) for name in (*MODULES, *CUSTOMIZE, "handoffd")),
            ("cwd handoffd.__main__", (sys.executable, "-m", "handoffd"), {}),
            *((f"PYTHONPATH {name}", (sys.executable, "-c", f"import sys; sys.path.pop(0); import {name}"), path) for name in (*MODULES, "handoffd")),
            ("PYTHONPATH sitecustomize", (sys.executable, "-c", "pass"), path),
            ("PYTHONPATH usercustomize", (BASE, "-c", "pass"), path),
            *((f"PYTHONUSERBASE {name}", (BASE, "-E", "-P", "-c", "pass"), base) for name in CUSTOMIZE),
            ("PYTHONSTARTUP", (sys.executable, "-i"), {"PYTHONSTARTUP": all_of["PYTHONSTARTUP"]}),
            ("PYTHONHOME json", (BASE, "-c", "import sys; sys.path.pop(0); import json"), self.other_home),
            ("PYTHONHOME sitecustomize", (BASE, "-c", "pass"), self.other_home),
        ]

    def _modules(self, folder: Path, place: str) -> None:
        for name in (*MODULES, *CUSTOMIZE):
            self._place(folder / f"{name}.py", f"{place} {name}")
        for name in ("__init__", "__main__"):
            self._place(folder / "handoffd" / f"{name}.py", f"{place} handoffd{'' if name == '__init__' else f'.{name}'}")

    def _library(self) -> None:
        """Python's own library, but for two modules."""
        library = self.folder / "library" / "lib" / VERSION
        library.mkdir(parents=True)
        for entry in Path(sysconfig.get_paths()["stdlib"]).iterdir():
            if entry.name not in ("json", "__pycache__", "site-packages"):
                (library / entry.name).symlink_to(entry)
        for name in ("json", "sitecustomize"):
            self._place(library / f"{name}.py", f"PYTHONHOME {name}")

    def _place(self, file: Path, song: str) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        # `open` is there whatever else is not; a module under a name of Python's own then lacks everything.
        file.write_text(f"with open({str(self.folder / 'sung')!r}, 'a') as file:\n    file.write({song!r} + chr(10))\n")
