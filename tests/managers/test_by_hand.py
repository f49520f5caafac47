"""Hooks that are not ours to change stay as they are; the line that `doctor` names does the same when it is added by hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.gits import GITS, version_of
from tests.managers.ground import Clone, Ground
from tests.managers.theirs import by_hand
from tests.support import Repo

pytestmark = pytest.mark.skipif(version_of(GITS[0]) >= (2, 54), reason="hook files are for git before 2.54")

SH = '#!/bin/sh\nsh hook.sh pre-push "$@"\n'
LINE = re.compile(r"(?P<how>add this line to it|make it, executable, with the lines '#!/bin/sh' and|let it run this with sh): (?P<line>.*)")


def python(clone: Clone) -> Path:
    by_hand().install(clone.repo.root)
    return clone.repo.path(".git/hooks/pre-push")


def tracked(clone: Clone) -> Path:
    clone.repo.git("config", "core.hooksPath", ".githooks")
    return clone.repo.path(".githooks/pre-push")


def tracked_by_link(clone: Clone) -> Path:
    clone.repo.path(".git/hooks").symlink_to("../.githooks")
    return clone.repo.path(".githooks/pre-push")


def tracked_hook_of_husky_8(clone: Clone) -> Path:
    clone.repo.git("config", "core.hooksPath", ".husky")
    return clone.repo.path(".husky/pre-push")


def everybody_s(clone: Clone) -> Path:
    folder = clone.ground.folder / "everybody's hooks"
    folder.mkdir()
    clone.repo.git("config", "--global", "core.hooksPath", str(folder))
    return folder / "pre-push"


def shared_by_link(clone: Clone) -> Path:
    folder = clone.ground.folder / "shared"
    file = Repo(folder).write("pre-push", SH)
    file.chmod(0o755)
    clone.repo.path(".git/hooks").symlink_to(folder)
    return file


def perl(clone: Clone) -> Path:
    file = clone.repo.write(".git/hooks/pre-push", "#!/usr/bin/env perl\nexit 0;\n")
    file.chmod(0o755)
    return file


WHY = {
    python: "no sh, dash or bash script",
    perl: "no sh, dash or bash script",
    tracked: "part of the project",
    tracked_by_link: "part of the project",
    tracked_hook_of_husky_8: "part of the project",
    everybody_s: "outside of this repository",
    shared_by_link: "outside of this repository",
}


def add(file: Path, remedy: str) -> None:
    """What a person does who reads the remedy."""
    said = LINE.search(remedy)
    assert said, remedy
    if said["how"].startswith("make"):
        file.write_text(f"#!/bin/sh\n{said['line']}\n")
        file.chmod(0o755)
        return
    line = f"system({said['line']!r});" if said["how"].startswith("let") else said["line"]
    first, rest = file.read_text().split("\n", 1)
    file.write_text(f"{first}\n{line}\n{rest}")


# Of each reason one always; all places by night.
ALWAYS = (python, tracked, everybody_s)
EACH = [pytest.param(place, id=place.__name__, marks=() if place in ALWAYS else pytest.mark.nightly) for place in WHY]


@pytest.mark.parametrize("place", EACH)
def test_a_hook_that_is_not_ours_is_left_and_named(place: Callable[[Clone], Path], ground: Ground) -> None:
    clone = ground.clone("clone", {f"{folder}/pre-push": SH for folder in (".githooks", ".husky")} | by_hand().files)
    for folder in (".githooks", ".husky"):
        clone.repo.path(f"{folder}/pre-push").chmod(0o755)
    clone.repo.git("commit", "-q", "-a", "-m", "chore: executable hooks")
    file = place(clone)
    before = file.read_bytes() if file.exists() else None
    said = clone.handoffd("init")
    assert (file.read_bytes() if file.exists() else None) == before
    assert WHY[place] in said and (file.exists() or file.parent.is_dir())

    found = clone.finding("pre-push")
    assert not found["ok"] and not found["mend"] and WHY[place] in found["says"] and found["remedy"] in said
    answers = []
    heard = ground.heard(lambda: answers.append(clone.work()), clone.repo, 0)
    assert (heard.pushes, heard.flushes) == (0, 0)
    add(file, found["remedy"])
    added = file.read_bytes()
    assert clone.finding("pre-push")["ok"]
    again = []
    heard = ground.heard(lambda: again.append(clone.work()), clone.repo, 2)
    assert heard.flushes == 2 and again == answers
    clone.handoffd("init")
    clone.handoffd("uninit")
    assert file.read_bytes() == added
