"""Whether a handoff that is printed as it was written says what is no longer so."""

from __future__ import annotations

from collections.abc import Iterator

from handoffd.git.refs import head_branch
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.model.claims import Ancestor, Claim, Verdict
from handoffd.model.document import Document
from handoffd.model.facts import Handoff
from handoffd.output.json import from_json
from handoffd.present.claims import check

MOST = 40


def claims_broken(reader: WorktreeReader, fact: Handoff) -> bool:
    """Whether one of the first claims of the document holds no more, or HEAD is on another branch than it was written for."""
    if reader.redactor.text(head_branch(reader.git, reader.worktree)) != fact.branch:
        return True
    claims = list(_claims(from_json(fact.document)))[:MOST]
    return any(check(claim, reader) in (Verdict.CHANGED, Verdict.GONE) for claim in claims)


def _claims(document: Document) -> Iterator[Claim]:
    """Those of open work first: they are the ones that end. That a commit stands on the branch is asked last."""
    every = [claim for items in document.items.values() for item in items for claim in item.claims]
    yield from (claim for claim in every if not isinstance(claim, Ancestor))
    yield from document.resume.claims
    yield from (claim for claim in every if isinstance(claim, Ancestor))
