"""Words of a person: each stands where it belongs, with its branch, until it is done."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.truth.checks_work import folded
from tests.truth.document import Doc
from tests.truth.truth import Truth

SECTIONS = {
    "todo": "What's Pending", "doing": "What's In Progress", "decision": "Key Decisions Made", "learning": "Learnings Captured", "gotcha": "Gotchas for Next Session", "done": "What's Done",
}


def check(truth: Truth, doc: Doc) -> Iterator[tuple[str, str]]:
    """Missing notes, notes of other branches and notes that are done; the date of earlier ones."""
    for kind, heading in SECTIONS.items():
        told = {text.removeprefix("**").removesuffix("**"): bullet for bullet in doc[heading] for text in [bullet.text]}
        for note in truth.books.notes:
            if note.kind != kind:
                continue
            here, now = note.line is truth.line and truth.line is not None, note.session == truth.books.session
            stands = note.text in told
            open_ = note.done is None and (kind != "done" or now)
            if here and open_ and not stands and not (folded(doc[heading]) and not now):
                yield f"note {kind}: missing", f"{note.text} of session {note.session}, now {truth.books.session}"
            elif stands and not open_:
                yield f"note {kind}: done already", note.text
            elif stands and not here and not now and kind in ("todo", "doing", "decision"):
                yield f"note {kind}: of another branch", f"{note.text} of {note.line.name}, here {truth.branch}"
            elif stands and here and not now and kind != "done" and not told[note.text].since:
                yield "note: without its date", f"{note.text} of session {note.session}, now {truth.books.session}"
        known = {note.text for note in truth.books.notes if note.kind == kind or kind == "done"}
        for text in told:
            if re.fullmatch(r"words about part \d+", text) and text not in known:
                yield f"note {kind}: false", text
    told_decisions = [text[2:-2] for text in doc.texts("Key Decisions Made") if text.startswith("**words")]
    order = [note.text for note in truth.books.notes if note.text in told_decisions]
    if told_decisions != order:
        yield "note decision: order", f"told {told_decisions}, made {order}"
