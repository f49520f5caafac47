"""Content on its way into facts: no secrets, the same lines."""

from __future__ import annotations

import pytest

from handoffd.git.content import decoded, readable
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.model.change import Hunk, Patch
from tests.scans import TOKEN, reader_of
from tests.support import Repo


@pytest.fixture
def reader(repo: Repo) -> WorktreeReader:
    return reader_of(repo, ignore=("ignored.py",))


def patch(path: str, *added: str, old_path: str = "") -> Patch:
    return Patch(path, "changed", old_path, added=len(added), removed=1, hunks=(Hunk(1, 1, 1, len(added), ("was",), added),))


def test_secrets_leave_the_hunks_and_lines_stay_as_many(reader: WorktreeReader) -> None:
    (clean,) = readable(reader, [patch("a.py", f"key = '{TOKEN}'", "other = 1")])
    (hunk,) = clean.hunks
    assert TOKEN not in str(clean) and len(hunk.added) == 2 and hunk.added[1] == "other = 1"


@pytest.mark.parametrize("secret", [patch(".env", "A=b"), patch("plain.txt", "A=b", old_path="id_rsa")])
def test_of_a_secret_file_only_the_lines_are_known(reader: WorktreeReader, secret: Patch) -> None:
    (clean,) = readable(reader, [secret])
    assert [(hunk.new_start, hunk.new_count, hunk.added, hunk.removed) for hunk in clean.hunks] == [(1, 1, (), ())]
    assert (clean.added, clean.removed) == (1, 1)


def test_what_is_ignored_and_handoffs_are_left_out(reader: WorktreeReader) -> None:
    paths = ["ignored.py", ".claude/handoff-2026-01-01.md", "a.py"]
    assert [clean.path for clean in readable(reader, [patch(path, "x") for path in paths])] == ["a.py"]


def test_text_without_secrets_has_the_same_lines(reader: WorktreeReader) -> None:
    text = decoded(reader, "a.py", f"one\ntoken = '{TOKEN}'\nthree\n".encode())
    assert text is not None and TOKEN not in text and text.count("\n") == 3 and text.startswith("one\n")


def test_a_private_key_of_several_lines_stays_as_many(reader: WorktreeReader) -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\nabc\ndef\n-----END RSA PRIVATE KEY-----\nafter\n"
    text = decoded(reader, "a.txt", key.encode())
    assert text is not None and "abc" not in text and text.split("\n")[4] == "after"


@pytest.mark.parametrize(("path", "data"), [("a.py", None), (".env", b"A=b"), ("a.png", b"\x89PNG\0\0")])
def test_what_is_missing_secret_or_binary_has_no_text(reader: WorktreeReader, path: str, data: bytes | None) -> None:
    assert decoded(reader, path, data) is None


def test_bytes_that_are_no_utf_8_come_as_lone_surrogates(reader: WorktreeReader) -> None:
    assert decoded(reader, "a.txt", b"caf\xe9") == "caf\udce9"
