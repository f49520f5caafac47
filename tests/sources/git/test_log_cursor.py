"""A log is told line by line exactly once, whatever happens to the file between two looks."""

import os
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handoffd.sources.git.log_cursor import read_log


def keys(read) -> list[tuple[str, int]]:
    return [(line.digest, line.number) for line in read.lines]


def test_only_what_was_appended_is_told(tmp_path: Path) -> None:
    log = tmp_path / "HEAD"
    log.write_bytes(b"one\ntwo\n")
    first = read_log(log, None)
    assert [line.raw for line in first.lines] == [b"one", b"two"]
    with log.open("ab") as out:
        out.write(b"three\n")
    assert [line.raw for line in read_log(log, first.cursor).lines] == [b"three"]
    assert not read_log(log, read_log(log, first.cursor).cursor).changed


def test_equal_lines_have_different_numbers_also_side_by_side(tmp_path: Path) -> None:
    log = tmp_path / "HEAD"
    log.write_bytes(b"x\nx\n")
    first = read_log(log, None)
    with log.open("ab") as out:
        out.write(b"x\nx\n")
    second = read_log(log, first.cursor)
    assert [line.number for line in (*first.lines, *second.lines)] == [1, 2, 3, 4]


def test_a_torn_last_line_waits(tmp_path: Path) -> None:
    log = tmp_path / "HEAD"
    log.write_bytes(b"one\ntw")
    first = read_log(log, None)
    assert [line.raw for line in first.lines] == [b"one"]
    log.write_bytes(b"one\ntwo\n")
    assert [line.raw for line in read_log(log, first.cursor).lines] == [b"two"]


def test_a_rewritten_log_is_read_from_the_start_with_the_same_keys(tmp_path: Path) -> None:
    log = tmp_path / "HEAD"
    log.write_bytes(b"one\ntwo\nthree\n")
    first = read_log(log, None)
    other = tmp_path / "new"
    other.write_bytes(b"two\nthree\nfour\n")
    os.replace(other, log)
    second = read_log(log, first.cursor)
    assert set(keys(second)) - set(keys(first)) == {keys(second)[-1]}
    assert [line.fresh for line in second.lines] == [False, False, True]


def test_a_line_without_message_is_the_same_after_gc(tmp_path: Path) -> None:
    log, other = tmp_path / "HEAD", tmp_path / "new"
    log.write_bytes(b"0 1 ada\n1 1 ada\treset: moving to HEAD\n")
    first = read_log(log, None)
    other.write_bytes(b"0 1 ada\t\n1 1 ada\treset: moving to HEAD\n0 1 ada\t\n")
    os.replace(other, log)
    second = read_log(log, first.cursor)
    assert keys(second)[:2] == keys(first) and keys(second)[2] == (keys(first)[0][0], 2)
    with log.open("ab") as out:
        out.write(b"0 1 ada\n")
    assert keys(read_log(log, second.cursor)) == [(keys(first)[0][0], 3)]


def test_a_missing_log_keeps_the_cursor(tmp_path: Path) -> None:
    log = tmp_path / "HEAD"
    log.write_bytes(b"one\n")
    first = read_log(log, None)
    log.unlink()
    gone = read_log(log, first.cursor)
    assert not gone.lines and gone.cursor == first.cursor


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.sampled_from([b"a", b"b", b"c"]), max_size=30), st.lists(st.integers(0, 30), max_size=5))
def test_every_line_once_in_whatever_pieces_it_is_read(tmp_path: Path, lines: list[bytes], cuts: list[int]) -> None:
    log, cursor, told = tmp_path / "log", None, []
    log.unlink(missing_ok=True)
    for end in [*sorted(cut for cut in cuts if cut < len(lines)), len(lines)]:
        log.write_bytes(b"".join(line + b"\n" for line in lines[:end]))
        read = read_log(log, cursor)
        told += [(line.raw, line.number) for line in read.lines]
        cursor = read.cursor
    assert [raw for raw, _ in told] == lines
    assert len(set(told)) == len(lines)
