"""Counting along while work is done."""

from __future__ import annotations

from handoffd.model.progress import Stage, counted


def test_each_item_is_told_when_its_turn_comes() -> None:
    told: list[tuple[str, int, int]] = []
    turns = [(item, len(told)) for item in counted("abc", lambda *how_far: told.append(how_far), Stage.COMMITS)]
    assert turns == [("a", 1), ("b", 2), ("c", 3)]
    assert told == [(Stage.COMMITS, 0, 3), (Stage.COMMITS, 1, 3), (Stage.COMMITS, 2, 3)]


def test_what_a_person_reads_is_plain() -> None:
    assert all(stage.isascii() and stage.isprintable() and len(stage) < 30 for stage in Stage)
