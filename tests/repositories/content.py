"""Shapes of what is in a repository: names, contents, numbers."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.repositories.ground import NIGHTLY, Ground, shape
from tests.support import Repo

GIGABYTE = 1024**3
LFS_ATTRIBUTES = "*.big filter=lfs diff=lfs merge=lfs -text\n"
POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 12\n"
LFS = {"clean": "git-lfs clean -- %f", "smudge": "git-lfs smudge -- %f", "process": "git-lfs filter-process", "required": "true"}


def _bytes(repo: Repo, path: bytes, text: bytes) -> None:
    """Write a file whose name is no UTF-8."""
    full = os.fsencode(repo.root) + b"/" + path
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "wb") as file:
        file.write(text)


@shape()
def not_UTF8(ground: Ground) -> Path:
    repo = ground.repo()
    _bytes(repo, b"caf\xe9/na\xefve.py", b"def caf\xe9():\n    pass\n")
    _bytes(repo, b"caf\xe9/old.txt", b"one\ntwo\nthree\n")
    repo.git("add", "-A")
    message = ground.folder / "message"
    message.write_bytes(b"feat: caf\xe9\n\nWhy: na\xefve\n")
    repo.git("commit", "-q", "-F", str(message))
    repo.git("-c", "i18n.commitEncoding=ISO-8859-1", "commit", "-q", "--allow-empty", "-F", str(message))
    _bytes(repo, b"caf\xe9/na\xefve.py", b"def caf\xe9():\n    return 1\n")
    repo.git("mv", os.fsdecode(b"caf\xe9/old.txt"), os.fsdecode(b"caf\xe9/n\xe9w.txt"))
    _bytes(repo, b"\xff\xfe.txt", b"x\n")
    return repo.root


@shape()
def names_that_hurt(ground: Ground) -> Path:
    """Newlines, tabs, quotes, ESC, bidi marks, pathspec magic, options; tracked, untracked and renamed."""
    repo = ground.repo()
    names = ["new\nline.py", "tab\there.py", 'quo"te.py', "esc\x1b[31m.py", "bidi\u202egnp.py", "back\\slash.py", ":(top)magic.py", ":!not.py"]
    names += ["-option.py", "*.py", "[a-z].py", " blank .py", "a -> b.py", "zero\u200bwidth.py", "`tick`.py", "<b>.py", "é.py", "e\u0301.py"]
    for name in names:
        repo.write(f"odd/{name}", f"name = {name!r}\n" * 5)
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "feat: odd names")
    for number, name in enumerate(names):
        if number % 3 == 0:
            repo.write(f"odd/{name}", "changed\n")
        elif number % 3 == 1:
            repo.git("mv", f"odd/{name}", f"odd/moved {name}")
        repo.write(f"other/{name}", "untracked\n")
    repo.write("-top.py", "x\n")
    repo.write(":(exclude)x.py", "x\n")
    return repo.root


@shape()
def long_path(ground: Ground) -> Path:
    """As long as the system lets a path be: 4,000 bytes from the root folder on, in names of 200."""
    repo = ground.repo()
    parts, left = [], 4000 - len(str(repo.root))
    while left > 1:
        parts.append("n" * min(200, left - 1))
        left -= len(parts[-1]) + 1
    repo.commit("feat: deep", {"/".join(parts): "x = 1\n"})
    repo.write("/".join(parts), "x = 2\n")
    repo.write("/".join([*parts[:-1], "u"]), "x = 2\n")
    return repo.root


@shape()
def symlinks_and_loops(ground: Ground) -> Path:
    repo = ground.repo()
    for name, target in (("loop", "."), ("round", "round"), ("out", "/etc/passwd"), ("dangling", "nowhere"), ("to-file", "lib/d.py")):
        repo.path(name).symlink_to(target)
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "feat: links")
    repo.path("to-file").unlink()
    repo.path("to-file").symlink_to("src/a.py")
    repo.path("loop").unlink()
    repo.commit("feat: a file in place of a link, a link in place of a file", {"loop": "a file\n"})
    repo.path("dangling").unlink()
    repo.write("dangling", "a file now\n")
    repo.path("lib/d.py").unlink()
    repo.path("lib/d.py").symlink_to("deep/c.py")
    repo.path("src/loop").symlink_to("..")
    return repo.root


@shape()
def file_and_folder_change_places(ground: Ground) -> Path:
    repo = ground.repo()
    repo.path("lib/d.py").unlink()
    repo.write("lib/d.py/inside.py", "x = 1\n")
    shutil.rmtree(repo.path("lib/deep"))
    repo.write("lib/deep", "a file\n")
    return repo.root


@shape()
def special_files(ground: Ground) -> Path:
    """A pipe nobody writes to would hang who opens it."""
    repo = ground.repo()
    os.mkfifo(repo.path("src/pipe"))
    repo.path("lib/d.py").unlink()
    os.mkfifo(repo.path("lib/d.py"))
    return repo.root


@shape()
def times_beyond_all_bounds(ground: Ground) -> Path:
    """Later than 64 bits of nanoseconds hold, before the epoch, at it."""
    repo = ground.repo()
    for name, at in (("late.py", 10_400_000_000), ("early.py", -10_000_000), ("zero.py", 0)):
        os.utime(repo.write(f"times/{name}", "x = 1\n"), (at, at))
    os.utime(repo.path("src/a.py"), (10_400_000_000,) * 2)
    return repo.root


@shape()
def file_of_a_gigabyte(ground: Ground) -> Path:
    """Sparse: it takes no room on the disk. At night it is tracked too, which takes git half a minute."""
    repo = ground.repo()
    if NIGHTLY:
        with repo.path("tracked.bin").open("wb") as file:
            file.truncate(GIGABYTE)
        repo.git("add", "tracked.bin")
        repo.git("-c", "core.bigFileThreshold=1m", "commit", "-q", "-m", "feat: a gigabyte")
        with repo.path("tracked.bin").open("r+b") as file:
            file.write(b"changed")
    with repo.path("huge.bin").open("wb") as file:
        file.truncate(GIGABYTE)
    return repo.root


@shape()
def many_untracked_files(ground: Ground) -> Path:
    """5,000 files; at night 100,000."""
    repo = ground.repo()
    for folder in range(100_000 // 500 if NIGHTLY else 10):
        repo.path(f"out/{folder}").mkdir(parents=True)
        for number in range(500):
            repo.path(f"out/{folder}/{number}").touch()
    return repo.root


@shape()
def commit_of_5000_files(ground: Ground) -> Path:
    repo = ground.bare_start()
    ground.history(repo)
    repo.commit("feat: wide", {f"wide/{number % 50}/{number}.py": f"x = {number}\n" for number in range(5000)})
    ground.work(repo)
    return repo.root


@shape()
def renames_of_case_only(ground: Ground) -> Path:
    repo = ground.repo()
    repo.git("mv", "lib/d.py", "lib/D.py")
    repo.git("commit", "-q", "-m", "refactor: case", "lib")
    repo.git("mv", "lib/deep", "lib/Deep")
    repo.write("src/NEW.py", "x = 1\n")
    return repo.root


@shape()
def line_ends_and_encodings(ground: Ground) -> Path:
    repo = ground.bare_start()
    repo.write(".gitattributes", "*.txt text eol=crlf\n*.utf16 text working-tree-encoding=UTF-16LE-BOM\n*.id ident\n*.raw -text\n")
    repo.git("config", "core.autocrlf", "input")
    wide = "wörter\n".encode("utf-16")
    repo.commit(
        "feat: texts", {"a.txt": "one\r\ntwo\r\n", "b.utf16": wide, "c.id": "$Id$\n", "d.raw": "x\r\n", "e.py": "x\r\ny\r\n", "f.txt": "1\r\n"}
    )
    repo.write("a.txt", "one\ntwo\n")
    repo.write("b.utf16", "andere wörter\n".encode("utf-16"))
    repo.write("d.raw", "x\n")
    repo.path("f.txt").touch()
    repo.path("e.py").touch()
    return repo.root


@shape()
def binary_files(ground: Ground) -> Path:
    repo = ground.repo()
    repo.commit("feat: binary", {"a.bin": bytes(range(256)) * 40, "b.bin": b"\0\1", "c.dat": b"text\n", ".gitattributes": "*.dat binary\n"})
    repo.commit("feat: other bytes", {"a.bin": bytes(range(255, -1, -1)) * 40, "c.dat": b"more text\n"})
    repo.write("a.bin", b"\0" * 1000)
    repo.path("b.bin").touch()
    repo.write("new.bin", b"\0\xff")
    return repo.root


@shape(says=("not compared", "filter lfs"))
def lfs_without_git_lfs(ground: Ground) -> Path:
    """A clone on a machine that lacks it: its files are pointers, one of them edited. git itself fails at them."""
    if shutil.which("git-lfs"):
        pytest.skip("git-lfs is installed here")
    repo = ground.repo()
    repo.commit("feat: big files", {".gitattributes": LFS_ATTRIBUTES, "a.big": POINTER, "b.big": POINTER})
    for key, value in LFS.items():
        repo.git("config", f"filter.lfs.{key}", value)
    repo.write("a.big", POINTER + "edited\n")
    repo.path("b.big").touch()
    return repo.root


@shape()
def lfs_with_git_lfs(ground: Ground) -> Path:
    """Clean and smudge are enough of git-lfs to be asked for."""
    ground.program("git-lfs", 'printf "version https://git-lfs.github.com/spec/v1\\noid sha256:%s\\n" "$(sha256sum)"')
    repo = ground.bare_start()
    ground.history(repo)
    for key in ("clean", "smudge", "required"):
        repo.git("config", f"filter.lfs.{key}", LFS[key])
    repo.commit("feat: big files", {".gitattributes": LFS_ATTRIBUTES, "a.big": "one\n", "b.big": "two\n"})
    assert "git-lfs" in repo.git("show", "HEAD:a.big")
    ground.work(repo)
    repo.write("a.big", "another one\n")
    repo.path("b.big").touch()
    return repo.root


@shape(says=("not compared", "filter crypt"))
def foreign_filter(ground: Ground) -> Path:
    """A program of the repository's own would have to run to compare these files."""
    repo = ground.repo()
    clean = ground.script("clean", f'[ -n "$ORACLE" ] || touch "{ground.canary}"\ntr a-z n-za-m')
    repo.git("config", "filter.crypt.clean", str(clean))
    repo.git("config", "filter.crypt.required", "true")
    repo.write(".gitattributes", "*.secret filter=crypt\n")
    repo.write("a.secret", "one\n")
    repo.write("b.secret", "two\n")
    repo.git("add", "a.secret", "b.secret", ".gitattributes", env={"ORACLE": "1"})
    repo.git("commit", "-q", "-m", "feat: secrets", env={"ORACLE": "1"})
    repo.path("a.secret").touch()
    repo.write("b.secret", "changed\n")
    return repo.root


@shape()
def tracked_handoff(ground: Ground) -> Path:
    """Someone committed one: it is no news, whatever happens to it."""
    repo = ground.repo()
    repo.commit("docs: a handoff", {".claude/handoff-2020-01-01.md": "# old\n", ".claude/settings.json": "{}\n"})
    repo.write(".claude/handoff-2020-01-01.md", "# edited\n")
    repo.write(".claude/settings.json", '{"a": 1}\n')
    return repo.root


@shape()
def handoffs_not_ignored(ground: Ground) -> Path:
    repo = ground.repo()
    repo.write(".gitignore", "!.claude/\n!.claude/handoff-*.md\n")
    return repo.root


@shape(undelivered="is a file or a symlink")
def claude_is_a_file(ground: Ground) -> Path:
    repo = ground.repo()
    repo.write(".claude", "mine\n")
    return repo.root


@shape(undelivered="is a file or a symlink")
def claude_is_a_symlink(ground: Ground) -> Path:
    repo = ground.repo()
    outside = ground.folder / "outside"
    outside.mkdir()
    repo.path(".claude").symlink_to(outside)
    return repo.root


@shape(undelivered="belongs to another user")
def claude_belongs_to_another_user(ground: Ground) -> Path:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    repo = ground.repo()
    repo.path(".claude").mkdir()
    os.chown(repo.path(".claude"), 12345, 12345)
    return repo.root
