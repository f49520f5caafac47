"""As a new user: an empty home, spaces in its path, the README's command; then everything is taken back."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from tests.support import Repo

TOP = Path(__file__).resolve().parent.parent
SOURCE = ("handoffd", "hooks", "config.example.yaml", "pyproject.toml", "README.md", "LICENSE", "install.sh")


def tree(root: Path) -> dict[str, str]:
    """Every file below, with mode and digest; what is the journal's own is left out."""
    files = (file for file in root.rglob("*") if file.is_file() or file.is_symlink() or file.is_dir())
    kept = (file for file in files if "handoffd" not in file.relative_to(root).parts and ".claude" not in file.parts)
    return {str(file.relative_to(root)): f"{file.lstat().st_mode:o} {_digest(file)}" for file in kept}


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""


def run(source: Path, home: Path, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    pip = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "REQUESTS_", "CURL_", "http", "HTTP"))}
    # pip asks a `rustc` on PATH for its version, and rustup's then writes into the home folder.
    path = os.pathsep.join(part for part in os.environ["PATH"].split(os.pathsep) if "cargo" not in part)
    env = {"PATH": path, "HOME": str(home), "LANG": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1", **pip}
    return subprocess.run(["sh", str(source / "install.sh"), *words], cwd=cwd, env=env, capture_output=True, text=True, timeout=300, check=False)


def copy_of_source(where: Path) -> Path:
    for name in SOURCE:
        if (TOP / name).is_dir():
            shutil.copytree(TOP / name, where / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            where.mkdir(parents=True, exist_ok=True)
            shutil.copy2(TOP / name, where / name)
    return where


def test_install_work_and_uninstall(tmp_path: Path) -> None:
    home, source = tmp_path / "ho me", copy_of_source(tmp_path / "so urce")
    home.mkdir()
    repo = Repo.create(tmp_path / "proj ect")
    repo.commit("feat: first", {"a.py": "def a():\n    pass\n"})
    repo.write(".git/hooks/pre-push", "#!/bin/sh\necho theirs\n").chmod(0o755)
    before, source_before = (tree(repo.root), tree(home)), tree(source)

    done = run(source, home, str(repo.root), cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "first handoff: " in done.stdout and "not on your PATH" in done.stdout
    handoff = next(repo.root.glob(".claude/handoff-*.md")).read_text()
    assert "✓ First — adds a (1 file)" in handoff
    assert "handoff-" not in repo.git("status", "--porcelain", "-uall")
    assert (home / ".local/bin/handoffd").is_symlink()
    again = run(source, home, str(repo.root), cwd=tmp_path)
    assert again.returncode == 0 and "already watching" in again.stdout, again.stderr
    assert "echo theirs" in repo.read(".git/hooks/pre-push")
    assert tree(source) == source_before

    gone = run(source, home, "--uninstall", cwd=tmp_path)
    assert gone.returncode == 0, gone.stderr
    assert (tree(repo.root), tree(home)) == before


def test_what_is_wrong_is_said_before_anything_is_done(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for words, said in ((["/nowhere"], "no folder"), ([str(home)], "no git worktree"), (["--frobnicate"], "no option")):
        done = run(TOP, home, *words, cwd=tmp_path)
        assert done.returncode == 1 and said in done.stderr, done.stderr
    link = home / ".local" / "bin" / "handoffd"
    link.parent.mkdir(parents=True)
    link.write_text("someone else's\n")
    done = run(TOP, home, cwd=tmp_path)
    assert done.returncode == 1 and "not ours" in done.stderr and link.read_text() == "someone else's\n"
    assert [path.name for path in home.rglob("*")] == [".local", "bin", "handoffd"]
