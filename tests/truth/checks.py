"""All that a handoff states, held against what is so. A finding is `kind: what`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.truth import (
    checks_done,
    checks_files,
    checks_gotchas,
    checks_json,
    checks_pending,
    checks_resume,
    checks_status,
    checks_words,
    checks_work,
)
from tests.truth.document import HEADINGS, Doc
from tests.truth.truth import Truth


@dataclass(frozen=True)
class Finding:
    where: str
    kind: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.kind}: {self.what}"


PARTS = (checks_status.check, checks_done.check, checks_work.check, checks_pending.check, checks_words.check, checks_files.check, checks_gotchas.check, checks_resume.check)


def check_all(truth: Truth, shown: Doc, resumed: Doc, data: dict[str, Any], listed: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """The written document; then `resume`, whose findings are told where they are not those of the document; JSON and `list`."""
    known = list(check_document(truth, shown))
    yield from known
    for kind, what in check_document(truth, resumed):
        if (kind, what) not in known:
            yield f"resume: {kind}", what
    yield from checks_json.check(truth, shown, data)
    yield from checks_json.check_list(truth, listed)


def check_document(truth: Truth, doc: Doc) -> Iterator[tuple[str, str]]:
    """Form first, then each section."""
    if tuple(doc.headings) != HEADINGS:
        yield "form", f"headings {doc.headings}"
    for line in doc.strange:
        yield "form", line
    for part in PARTS:
        yield from part(truth, doc)
