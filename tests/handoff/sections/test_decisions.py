"""Key Decisions Made: what was said, records, what changed without a reason."""

from __future__ import annotations

import pytest

from handoffd.handoff.sections.decisions import MOST, decisions
from handoffd.model.change import Change, Dependency
from handoffd.model.document import PERSON, TOOL, Item
from handoffd.model.facts import Note
from handoffd.model.snapshot import Entry
from tests.handoff.builders import NINE, made, oid, on_head, view


def items(*facts, snapshot=None) -> list[Item]:
    return list(decisions(view(*facts, snapshot=snapshot or on_head(1, 2))))


def test_notes_and_trailers_oldest_first_then_records_then_the_rest() -> None:
    trailers = (("Decision", "second"), ("Why", "so"))
    found = items(
        Note("decision", "first"),
        made(1, "x", Change("docs/adr/1-use-go.md", "created", role="decision"), Change("a.sql", "created", role="schema"), trailers=trailers),
        Note("decision", "third"),
    )
    assert [(item.kind, item.text) for item in found[:3]] == [("note", "first"), ("trailer", "second"), ("note", "third")]
    assert [item.kind for item in found[3:]] == ["record", "unrecorded"]
    assert [item.rank.strength for item in found] == [PERSON, PERSON, PERSON, TOOL, TOOL]


def test_a_note_has_its_reason_and_its_price() -> None:
    (item,) = items(Note("decision", "Tabs", "short", "width", "a.py", 3, 5))
    assert (item.text, item.why, item.tradeoff, item.path, item.line, item.last, item.evidence) == ("Tabs", "short", "width", "a.py", 3, 5, (1,))


@pytest.mark.parametrize(
    ("trailers", "found"),
    [
        ((("Decision", "a"), ("Why", "b"), ("Trade-off", "c")), [("a", "b", "c")]),
        ((("Decision", "a"), ("Decision", "b"), ("Why", "c")), [("a", "", ""), ("b", "c", "")]),
        ((("Why", "a"), ("Decision", "b")), [("b", "", "")]),
        ((("decision", "a"), ("TRADEOFF", "b")), [("a", "", "b")]),
        ((("Decision", "a"), ("Signed-off-by", "x"), ("Why", "b"), ("Why", "again")), [("a", "b", "")]),
        ((("Why", "a"),), []),
    ],
)
def test_a_decision_with_what_follows_it(trailers, found: list[tuple[str, str, str]]) -> None:
    assert [(item.text, item.why, item.tradeoff) for item in items(made(1, "x", trailers=trailers))] == found


def record(kind: str, path: str, old: str = "") -> Change:
    return Change(path, kind, old, role="decision")


def test_a_record_is_named_by_its_file() -> None:
    (item,) = items(made(1, "x", record("created", "docs/adr/0003-use_go-now.md")))
    assert (item.text, item.path, item.evidence) == ("0003 use go now", "docs/adr/0003-use_go-now.md", (1,))


def test_an_uncommitted_record_counts_and_a_deleted_one_does_not() -> None:
    dirty = on_head(1, changes=(record("untracked", "adr/2.md"),), entries=(Entry("adr/2.md", "untracked", mtime=NINE + 9),))
    (item,) = items(snapshot=dirty)
    assert (item.text, item.evidence, item.rank.at) == ("2", (), NINE + 9)
    assert items(made(1, "x", record("created", "adr/1.md")), made(2, "y", record("deleted", "adr/1.md"))) == []


def manifest(*dependencies: Dependency) -> Change:
    return Change("package.json", "changed", added=1, removed=1, dependencies=dependencies)


def test_dependencies_then_schema_and_ci_in_one_line_with_all_their_events() -> None:
    (item,) = items(
        made(1, "x", manifest(Dependency("zstd", "", "1", 5))),
        made(2, "y", Change(".github/workflows/ci.yml", "changed", role="ci")),
    )
    assert (
        item.text
        == f"**Changed without a recorded reason**: adds dependency zstd 1 (package.json:5, {oid(1)[:7]}); .github/workflows/ci.yml ({oid(2)[:7]})"
    )
    assert item.evidence == (1, 2)


def test_what_a_note_or_trailer_names_has_a_reason() -> None:
    change = manifest(Dependency("zstd", "", "1", 5), Dependency("lz4", "", "1", 6))
    (item,) = [one for one in items(Note("decision", "Compress", why="lz4 is quick"), made(1, "x", change)) if one.kind == "unrecorded"]
    assert "zstd" in item.text and "lz4" not in item.text


def test_many_are_counted() -> None:
    change = manifest(*(Dependency(f"d{number}", "", "1", number) for number in range(1, MOST + 4)))
    assert items(made(1, "x", change))[0].text.endswith("; +3 more")
