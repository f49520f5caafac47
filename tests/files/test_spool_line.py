"""One record at the end of a spool."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handoffd.files.spool_line import put
from handoffd.model.errors import UserError


def records(spool: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in spool.read_bytes().split(b"\n") if line]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.text(max_size=5).filter(lambda name: name != "v"), st.text(st.characters(exclude_categories=[]), max_size=8)))
def test_any_record_is_one_line_of_ascii(tmp_path: Path, record: dict[str, str]) -> None:
    spool = tmp_path / "spool"
    spool.write_bytes(b"")
    put(spool, record)
    assert spool.read_bytes().isascii() and records(spool) == [{"v": 1, **record}]


def test_a_line_that_somebody_left_unfinished_spoils_only_itself(tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    spool.write_bytes(b'{"v":1,"half')
    put(spool, {"kind": "note"})
    assert spool.read_bytes().split(b"\n")[1] == b'{"v":1,"kind":"note"}'


def test_a_missing_spool_is_made_only_when_asked(tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    with pytest.raises(UserError, match="cannot be written"):
        put(spool, {})
    put(spool, {}, os.O_CREAT)
    assert spool.stat().st_mode & 0o777 == 0o600 and records(spool) == [{"v": 1}]


def test_links_and_pipes_are_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("file")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe"):
        with pytest.raises(UserError):
            put(tmp_path / name, {"kind": "note"})
    assert (tmp_path / "file").read_bytes() == b""


def test_writers_at_once_do_not_mix_their_lines(tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    spool.touch()
    writers = [threading.Thread(target=lambda: [put(spool, {"text": "x" * 3000}) for _ in range(20)]) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert records(spool) == [{"v": 1, "text": "x" * 3000}] * 80
