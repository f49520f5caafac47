"""Secrets stay out: put everywhere that handoffd reads, they are in nothing that it writes or prints."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.model.secret_forms import FORMS
from tests.support import Repo, cli

# Forms that a branch or a file may bear in its name, each place with a secret of its own.
KINDS = [
    "github",
    "aws",
    "npm",
    "databricks",
    "digitalocean",
    "huggingface",
    "groq",
    "rubygems",
    "sonar",
    "pulumi",
    "netlify",
    "linear",
    "figma",
    "shopify",
    "replicate",
]
PLACES = [
    "subject", "body", "trailer", "path", "old path", "folder", "branch", "other branch", "todo", "new todo", "definition", "heading", "line", "long line", "test name", "test message",
    "report path", "suite", "note", "why", "step", "message", "stash", "stashed file", "untracked", "remote", "tag", "cut body", "learning", "box", "skip", "env", "private", "committed env",
    "amended", "author", "conflict", "config", "worktree",
]  # fmt: skip


def secrets() -> dict[str, str]:
    rng = random.Random(20260311)
    return {place: FORMS[KINDS[number % len(KINDS)]](rng) for number, place in enumerate(PLACES)}


def junit(secret: dict[str, str]) -> str:
    return f"""<testsuites><testsuite name="suite {secret["suite"]}" tests="2" failures="1"><testcase classname="tests.a" name="test_{secret["test name"]}">
<failure message="{"x" * 280} {secret["test message"]}">Error: token {secret["test message"]}\n  File "test_a.py", line 1</failure></testcase>
<testcase classname="tests.a" name="test_b"/></testsuite></testsuites>"""


def committed(repo: Repo, secret: dict[str, str]) -> None:
    """A history in which every text that git keeps holds one."""
    repo.commit("first", {"a.py": "x = 1\n", "both.txt": "a\n"})
    repo.git("checkout", "-q", "-b", f"feature/{secret['branch']}")
    source = f"def name_{secret['definition']}():\n    # TODO: rotate {secret['todo']} soon\n    key = 'x'\n    return '{'y' * 12} {secret['long line']}'\n"
    page = f"# Use {secret['heading']}\n\n- [ ] revoke {secret['box']}\n[LEARN] never {secret['learning']}\n"
    body = (
        f"fix: drop {secret['subject']}\n\nIt was {secret['body']}\n{'z' * 7980}{secret['cut body']}\n\nDecision: no {secret['trailer']}\nWhy: leaked"
    )
    env = os.environ | {"GIT_AUTHOR_NAME": f"Ada {secret['author']}"}
    files = {
        f"src/{secret['path']}.py": source,
        "README.md": page,
        f"{secret['old path']}.txt": "moved\n" * 9,
        f"{secret['folder']}/a.ts": f'it.skip("{secret["skip"]}", () => {{}})\n',
        ".env": f"API={secret['committed env']}\n",
    }
    for path, text in files.items():
        repo.write(path, text)
    repo.git("add", "-A")
    repo.git("commit", "-q", "--cleanup=verbatim", "-m", body, env=env)
    repo.git("mv", f"{secret['old path']}.txt", "new.txt")
    repo.git("commit", "-q", "-m", f"amend me {secret['amended']}")
    repo.git("commit", "-q", "--amend", "-m", "moved")
    repo.git("branch", f"old/{secret['other branch']}")
    repo.git("tag", f"v-{secret['tag']}")
    repo.git("remote", "add", "origin", f"https://deploy:{secret['remote']}@git.example.invalid/x.git")


def dirty(repo: Repo, secret: dict[str, str]) -> None:
    """Work that is not committed."""
    repo.write("a.py", f"x = 2\nlast = '{secret['stashed file']}'\n")
    repo.git("stash", "push", "-q", "-m", f"later {secret['stash']}")
    repo.write("a.py", f"x = 1\ny = '{'w' * 12} {secret['line']}'\n# TODO {secret['new todo']}\n")
    repo.write(f"new-{secret['untracked']}.py", "def f():\n    pass\n")
    repo.write(".env.local", f"TOKEN={secret['env']}\n# TODO {secret['env']}\n")
    repo.write("deploy/id_rsa", f"# TODO {secret['private']}\n{secret['private']}\n")
    repo.write("test-results/junit.xml", junit(secret))


def conflict(repo: Repo, secret: dict[str, str]) -> None:
    """A merge that stops, with a secret in the other side's subject."""
    branch = repo.git("symbolic-ref", "--short", "HEAD")
    repo.git("checkout", "-q", "-b", "side", "main")
    repo.commit(f"theirs {secret['conflict']}", {"both.txt": f"{secret['conflict']}\n"})
    repo.git("checkout", "-q", branch)
    repo.commit("ours", {"both.txt": "ours\n"})
    with pytest.raises(AssertionError):
        repo.git("merge", "side")


def said(*verbs: list[str], cwd: Path) -> Iterator[str]:
    for words in verbs:
        done = cli(*words, cwd=cwd)
        yield done.stdout
        yield done.stderr


ALL = [["status"], ["log"], ["log", "--json"], ["list", "--json"], ["show"], ["show", "--json"], ["resume", "--json"], ["doctor"]]


def leaks(secret: dict[str, str], texts: dict[str, str]) -> list[str]:
    """Where a secret, or ten signs of it behind its kind's own beginning, is seen."""
    return [f"{place} in {where}" for place, value in secret.items() for where, text in texts.items() if any(part in text for part in pieces(value))]


def pieces(value: str) -> list[str]:
    body = value.removeprefix("github_").partition("_")[2] or value[4:]
    return [body[at : at + 10] for at in range(0, len(body) - 9, 3)]


def written(repo: Repo, home: Path) -> dict[str, str]:
    """Every byte of the journal, the spool, the state folder and the handoffs."""
    folders = [repo.path(".git/handoffd"), repo.path(".claude"), home / ".local" / "state" / "handoffd"]
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    assert {"journal.db"} <= {file.name for file in files} and any(file.suffix == ".md" for file in files)
    return {str(file.name): file.read_bytes().decode("latin-1") for file in files}


def test_no_secret_is_in_anything_written_or_printed(repo: Repo, home: Path) -> None:
    secret = secrets()
    outputs: list[str] = []
    repo.commit("zero", {".gitignore": "test-results/\n"})
    outputs += said(["init"], ["start"], cwd=repo.root)
    committed(repo, secret)
    outputs += said(["note", "todo", f"revoke {secret['note']}", "--why", secret["why"], "--step", f"then {secret['step']}"], cwd=repo.root)
    dirty(repo, secret)
    outputs += said(["flush", "--trigger", "pre-push"], ["log", "--json"], ["show", "--json"], cwd=repo.root)
    repo.git("add", "a.py")
    repo.git("commit", "-q", "-m", "more")
    conflict(repo, secret)
    outputs += said(
        ["flush", "-m", f"do not use {secret['message']}"],
        *ALL,
        ["flush", secret["config"]],
        ["note", secret["config"], "x"],
        ["-C", secret["worktree"], "log"],
        ["flush", "--dry-run"],
        cwd=repo.root,
    )
    kept = written(repo, home)
    assert not leaks(secret, {**kept, "output": "\n".join(outputs)})
    assert "[redacted:" in "\n".join(outputs), "the secrets were read, or nothing was shown"
    outputs = list(said(["stop"], ["status", "--json"], cwd=repo.root))
    assert not leaks(secret, {**written(repo, home), "output after stop": "\n".join(outputs)})


def test_files_of_secrets_are_named_and_never_quoted(repo: Repo) -> None:
    repo.commit("zero", {"a": "1\n"})
    cli("init", cwd=repo.root)
    files = [
        ".env",
        ".env.production",
        "certs/server.key",
        "ca.pem",
        "id_ed25519",
        ".npmrc",
        ".netrc",
        "config/credentials.json",
        ".aws/credentials",
        "secrets.yml",
        "prod.tfvars",
    ]
    repo.commit("add", dict.fromkeys(files[:6], "# TODO: secret words\ndef quoted(): pass\n# quoted heading\n"))
    for path in files[6:]:
        repo.write(path, "# TODO: secret words\ndef quoted(): pass\n# quoted heading\n")
    cli("flush", cwd=repo.root)
    shown = cli("show", "--json", cwd=repo.root).stdout + cli("show", cwd=repo.root).stdout + cli("log", "--json", cwd=repo.root).stdout
    assert "secret words" not in shown and "quoted" not in shown
    named = {path for item in json.loads(cli("show", "--json", cwd=repo.root).stdout)["files"] for path in item["paths"]}
    assert named >= set(files)
    assert {".env.example", "credentials.py", "keyboard.key.md", "id_rsa.pub"}.isdisjoint(files)


def test_the_handoff_counts_each_secret_once(repo: Repo) -> None:
    secret = secrets()
    repo.commit("zero", {"a": "1\n"})
    cli("init", cwd=repo.root)
    repo.commit(f"one {secret['subject']}", {"b.txt": f"{secret['subject']} and one that is not told: {secret['body']}\n"})
    for _ in range(2):
        cli("flush", "--trigger", "pre-push", cwd=repo.root)
    cli("note", "todo", f"again {secret['subject']}, and {secret['todo']}", cwd=repo.root)
    shown = cli("flush", "--dry-run", cwd=repo.root).stdout
    assert "- 2 secrets redacted in this session's facts" in shown
    assert cli("flush", cwd=repo.root).returncode == 0
    repo.commit("no secret at all", {"c": "1\n"})
    assert "redacted in this session" not in cli("flush", "--dry-run", cwd=repo.root).stdout
