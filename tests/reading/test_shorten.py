"""A document for who has little room: what is cut, and what stays whatever the budget."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from handoffd.output.markdown import render
from handoffd.reading.shorten import SHORTENED, shorten
from tests.handoff.builders import SESSION, SNAPSHOT, handoff, law


@law
@given(SESSION, SNAPSHOT, st.integers(1, 1500))
def test_a_budget_cuts_and_keeps_what_must_stay(session, snapshot, budget) -> None:
    document = handoff(session, snapshot)
    short = shorten(document, budget, render)
    text, whole = render(short), render(document)
    if len(whole) <= budget * 4:
        assert text == whole
        return
    assert SHORTENED in text and len(text) <= len(whole) + len(SHORTENED) + 200
    assert short.status == document.status and short.resume == document.resume and short.warnings == document.warnings
    firsts = [(item.path, item.text) for item in document.items["in_progress"]]
    assert [(item.path, item.text) for item in short.items["in_progress"]] == firsts
    persons = [item.text for item in document.items["gotchas"] if item.source == "person"]
    assert [item.text for item in short.items["gotchas"] if item.source == "person"] == persons
