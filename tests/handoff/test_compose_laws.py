"""What holds for every session."""

from __future__ import annotations

import json
import re

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from handoffd.handoff.facts.file_history import traces
from handoffd.handoff.facts.view import View
from handoffd.model.sections import SECTIONS
from handoffd.output.json import from_json, to_json
from handoffd.output.markdown import QUOTED, render
from tests.handoff.builders import NINE, SESSION, SNAPSHOT, handoff, law, waiting

HEADINGS = ["Status", *(section.heading for section in SECTIONS), "Resume Command"]
MARKDOWN = MarkdownIt("commonmark")


@law
@given(SESSION, SNAPSHOT, st.booleans(), st.booleans())
def test_nine_sections_and_nothing_else_has_structure(session, snapshot, reconstructed, checkpoint) -> None:
    document = handoff(session, snapshot, reconstructed=reconstructed, checkpoint=checkpoint)
    text = render(document)
    lines = text.split("\n")
    assert lines[0].startswith("# Session Handoff — ") and lines[1] == QUOTED
    assert re.findall(r"^## (.+)$", text, re.M) == HEADINGS
    assert not [line for line in lines if line != line.rstrip()]
    headings = [token for token in MARKDOWN.parse(text) if token.type == "heading_open"]
    assert len(headings) == 10
    inline = {child.type for token in MARKDOWN.parse(text) for child in token.children or []}
    assert inline <= {"text", "text_special", "code_inline", "softbreak", "strong_open", "strong_close"}


@law
@given(SESSION, SNAPSHOT)
def test_every_counted_commit_stands_in_status_once(session, snapshot) -> None:
    document = handoff(session, snapshot)
    counted = [line for line in document.status.commits if not line.group]
    view = View(session, snapshot, None, NINE)
    assert [line.oid for line in counted] == [seen.fact.new for seen in view.commits.counted]
    assert f"**Commits this session**: {len(counted)}" in document.status.lines


@law
@given(SESSION, SNAPSHOT)
def test_files_are_complete_and_nothing_is_invented(session, snapshot) -> None:
    items = handoff(session, snapshot).items["files"]
    paths = [path for item in items for path in item.paths]
    found = traces(View(session, waiting(session, snapshot), None, NINE + 1800))
    assert set(paths) == {path for trace in found for path in trace.paths}
    known = {path for seen in session.commits for change in seen.fact.changes for path in (change.path, change.old_path)}
    known |= {path for change in snapshot.changes for path in (change.path, change.old_path)}
    known |= {path for stash in snapshot.stashes for change in stash.changes for path in (change.path, change.old_path)}
    assert set(paths) <= known
    live = {change.path for seen in View(session, snapshot, None, NINE).commits.counted for change in seen.fact.changes}
    assert live <= set(paths)


@law
@given(SESSION, SNAPSHOT)
def test_json_gives_the_same_document_back(session, snapshot) -> None:
    document = handoff(session, snapshot)
    assert render(from_json(json.loads(json.dumps(to_json(document))))) == render(document)
    assert to_json(from_json(to_json(document))) == to_json(document)


@law
@given(SESSION, SNAPSHOT)
def test_every_item_has_a_source_and_its_evidence_is_of_the_session(session, snapshot) -> None:
    ids = set(range(1, 9))
    for items in handoff(session, snapshot).items.values():
        for item in items:
            assert item.source in ("person", "tool", "agent") and set(item.evidence) <= ids


def test_an_empty_session_says_so() -> None:
    from tests.handoff.builders import on_head, part, session_of, text_of

    text = text_of(session_of(), on_head())
    for heading in HEADINGS[1:-1]:
        assert part(text, heading) == ["None this session"]
    assert "- **Commits this session**: 0" in text and "- **Uncommitted changes**: None" in text and "- **Tests**: No run seen this session" in text
