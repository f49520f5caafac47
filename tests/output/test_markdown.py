"""The document as Markdown: what folds, and the head of one that is read."""

from __future__ import annotations

from handoffd.model.document import Document, Item, Resume, Status
from handoffd.model.kinds import ItemKind, Origin
from handoffd.model.records import replace
from handoffd.model.sections import SECTIONS, SectionKey
from handoffd.model.since import Difference, Since, SinceKind
from handoffd.output.json import to_json
from handoffd.output.markdown import WIDTH, render

READ = 1_800_000_000.0
HOUR = 3600.0


def document(*items: Item, since: Since | None = None) -> Document:
    by_section = {section.key: tuple(item for item in items if item.section is section.key) for section in SECTIONS}
    return Document("", "main", 0.0, READ, "flush", "2027-01-15 08:00", Status(("**Branch**: main",)), by_section, Resume(("x",), "Do it"), since=since)


def head(since: Since, *notes: str) -> list[str]:
    return render(replace(document(since=since), notes=notes)).split("\n\n")[0].split("\n")


def test_of_other_branches_the_newest_five_stand_and_json_has_all() -> None:
    rows = [Item(SectionKey.PENDING, ItemKind.BRANCH, f"On b{number}: 1 commit not pushed") for number in range(7)]
    text = render(document(*rows))
    assert "On b4" in text and "On b5" not in text and "- +2 more from earlier (handoffd resume --json)" in text
    assert len(to_json(document(*rows))["pending"]) == 7


def test_earlier_work_folds_by_itself() -> None:
    old = [Item(SectionKey.PENDING, ItemKind.NOTE, f"words {number}", Origin.PERSON, since=READ - number) for number in range(6)]
    branches = [Item(SectionKey.PENDING, ItemKind.BRANCH, f"On b{number}: 1 TODO", since=READ) for number in range(5)]
    text = render(document(*old, *branches))
    assert "words 4" in text and "words 5" not in text and "On b4" in text and "+1 more from earlier" in text


def test_the_head_of_what_is_read_has_at_most_eight_lines_of_a_width() -> None:
    found = tuple(Difference(kind, "words " * 60, by="Kim") for kind in SinceKind for _ in range(3))
    since = Since(READ - 16 * HOUR, READ, ("2 commits by you", "1 by Kim", "x" * 300), found, ("remotes not fetched since",))
    lines = head(since, "Shortened; all of it: handoffd resume --budget 100000")
    assert len(lines) == 7 and all(len(line) <= WIDTH for line in lines)
    assert "16 h after it was written. Since: 2 commits by you" in lines[2] and lines[2].endswith("…. Shortened; all of it: handoffd resume --budget 100000")
    assert head(replace(since, moves=("1 commit by you",)))[2].endswith(" Since: 1 commit by you; remotes not fetched since.")
    assert lines[3] == "> Next step: Do it." and lines[4].startswith("- lost: ") and lines[6] == "- +13 more since (handoffd resume --json)"


def test_nothing_changed_and_nothing_written_are_said_in_a_clause() -> None:
    assert head(Since(READ - 60, READ))[2].endswith(", 1 min after it was written. Nothing changed since.")
    assert head(Since(0.0, READ, unknown=("remotes not fetched since",)))[2].endswith("; no handoff was written on this branch yet; remotes not fetched since.")


def test_an_age_stands_where_it_is_read_and_a_date_where_it_is_written() -> None:
    one = Item(SectionKey.PENDING, ItemKind.NOTE, "ask", Origin.PERSON, since=READ - 3 * 24 * HOUR)
    assert "- ask (since 20" in render(document(one)) and "- ask (3 days)\n" in render(document(replace(one, age=3 * 24 * HOUR)))
