"""A fact becomes the same line of JSON field by field as in one piece."""

from __future__ import annotations

import json
import math

import pytest

from handoffd.journal.row_codec import encode
from handoffd.model.change import Change, HunkPlace
from handoffd.model.events import Fact
from handoffd.model.fact_codec import data_of
from handoffd.model.facts import Commit, Handoff, Note, Unknown
from handoffd.model.kinds import ChangeKind, CommitAction, EntryKind
from handoffd.model.snapshot import Entry, Snapshot

ENTRIES = tuple(Entry(f"a{number}\udc80", EntryKind.MODIFIED, mtime=number / 3) for number in range(2500))
CHANGES = tuple(Change(f"a{number}", ChangeKind.CHANGED, added=1, places=(HunkPlace(1, 1),)) for number in range(1001))


@pytest.mark.parametrize(
    "fact",
    [
        Snapshot(head="x", entries=ENTRIES, changes=CHANGES, totals=(("a", 1, 2),)),
        Snapshot(),
        Snapshot(entries=(Entry("a", EntryKind.MODIFIED, mtime=math.nan),)),
        Note("todo", '"quoted" \u2028 \udc80'),
        Handoff("n", "x", "written", document={"a": (1, {"b": [math.inf]})}),
        Commit("a", "b", CommitAction.COMMIT, changes=CHANGES),
        Unknown({"a": (1, 2), "b": {"c": None}}),
    ],
)
def test_field_by_field_is_as_in_one_piece(fact: Fact) -> None:
    line = encode(fact)
    assert line == json.dumps(data_of(fact), separators=(",", ":")) and "\n" not in line and line.isascii()
