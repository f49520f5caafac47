"""`show --json` says what the Markdown says; `list` knows every session."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.truth.checks_files import LINE
from tests.truth.document import Doc
from tests.truth.truth import Truth

Told = Iterator[tuple[str, str]]
KEYS = {
    "done": "What's Done", "in_progress": "What's In Progress", "pending": "What's Pending", "decisions": "Key Decisions Made", "learnings": "Learnings Captured", "gotchas": "Gotchas for Next Session",
}


def check(truth: Truth, doc: Doc, data: dict[str, Any]) -> Told:
    """Branch, counts, commits and the text of every item."""
    if data["branch"] != truth.branch and truth.branch:
        yield "json: branch", f"{data['branch']} for {truth.branch}"
    status = data["status"]
    if truth.branch and (status["ahead"], status["behind"]) != (truth.ahead, truth.behind):
        yield "json: ahead, behind", f"{status['ahead']}, {status['behind']}"
    counted = {one["oid"] for one in status["commits"] if not one["group"] and "picked" not in one["mark"]}
    for oid in sorted(counted ^ set(truth.of_session)):
        yield f"json: commits {'false' if oid in counted else 'missing'}", oid[:7]
    for key, heading in KEYS.items():
        whole = "\n".join(doc.raw.get(heading, []))
        for item in data[key][:100]:
            if item["text"] and item["text"] not in whole:
                yield f"json: {key}", f"{item['text']!r} is not in the document"
            for step in item["steps"]:
                if step["text"] not in whole:
                    yield f"json: {key}", f"{step['text']!r} is not in the document"
    paths = [path for item in data["files"] for path in item["paths"]]
    for bullet in doc["Files Touched"]:
        found = LINE.match(bullet.text)
        if found and found[2] not in paths:
            yield "json: files", found[2]
    if data["resume"]["next_step"] not in "\n".join(doc.raw.get("Resume Command", [])):
        yield "json: next step", data["resume"]["next_step"]


def check_list(truth: Truth, listed: list[dict[str, Any]]) -> Told:
    """One row a session, the newest first."""
    rows = [row for row in listed if row.get("closed", True)]
    if len(rows) != truth.books.flushed:
        yield "list: count", f"{len(rows)} closed handoffs, {truth.books.flushed} sessions were flushed"
    if listed and truth.branch and listed[0]["branch"] != truth.branch:
        yield "list: branch", f"{listed[0]['branch']} for {truth.branch}"
