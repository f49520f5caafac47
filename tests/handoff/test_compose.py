"""The nine sections joined into the document."""

from __future__ import annotations

from handoffd.handoff.compose import compose
from handoffd.model.change import Change
from handoffd.model.facts import Note
from handoffd.model.local_time import day, minute
from handoffd.model.sections import SECTIONS
from handoffd.model.snapshot import OpenOperation
from tests.handoff.builders import NINE, made, on_head, session_of

SESSION = session_of(made(1, "wip: one", Change("a.py", "changed")), Note("todo", "Ask Ada"))


def test_a_document_of_all_sections() -> None:
    document = compose(SESSION, on_head(1), worktree="/w", trigger="idle", ended=NINE + 999, reconstructed=True)
    assert (document.worktree, document.branch, document.trigger, document.started, document.ended) == ("/w", "work", "idle", NINE + 60, NINE + 999)
    assert document.title == f"{day(NINE + 999)} {minute(NINE + 999)}" and document.reconstructed and not document.checkpoint
    assert [*document.items] == [section.key for section in SECTIONS] and all(
        item.section == name for name, items in document.items.items() for item in items
    )
    assert document.resume.lines and document.status.lines


def test_warnings_only_where_something_speaks_against_merging() -> None:
    assert set(compose(SESSION, on_head(1), worktree="/w", trigger="flush", ended=NINE).warnings) == {"in_progress", "gotchas"}
    done = session_of(made(1, "feat: one"))
    assert compose(done, on_head(1), worktree="/w", trigger="flush", ended=NINE).warnings == {}
    opened = on_head(1, operation=OpenOperation("merge"))
    assert "merge open" in compose(done, opened, worktree="/w", trigger="flush", ended=NINE).warnings["gotchas"]


def test_the_same_session_and_snapshot_make_the_same_document() -> None:
    first, second = (compose(SESSION, on_head(1), worktree="/w", trigger="flush", ended=NINE) for _ in range(2))
    assert first == second
