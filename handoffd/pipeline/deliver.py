"""A document put into its file: journal the intent, rename, journal the handoff. All inside one write lock."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from handoffd.compose.branch_work import begun, keep_open_work
from handoffd.files.crash_points import reached
from handoffd.files.layout import handoff_stem
from handoffd.git.refs import tracked
from handoffd.journal.store import Writer
from handoffd.model.document import Document
from handoffd.model.errors import in_words
from handoffd.model.events import Event
from handoffd.model.facts import Handoff
from handoffd.model.handoff_request import HandoffRequest
from handoffd.model.kinds import FactKind, HandoffStage
from handoffd.model.records import dataclass, replace
from handoffd.model.sections import SECTIONS
from handoffd.model.session import Session
from handoffd.model.snapshot import Snapshot
from handoffd.output.delivery import Undeliverable, choose, digest_of, sha256, withdraw, write
from handoffd.output.json import to_json
from handoffd.output.markdown import render
from handoffd.pipeline.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Delivered:
    """A handoff. `path` is '' when it could not be delivered; `kept`: it is in the journal, or waits in the spool for it. `hint` says why not.
    `fresh`: it was written now; False where an earlier one of the session says the same."""

    path: str
    markdown: str
    hint: str = ""
    kept: bool = True
    fresh: bool = True


def put(place: Workspace, writer: Writer, session: Session, snapshot: Snapshot, fact: Handoff, now: float) -> Delivered:
    """Journal the snapshot and the intent, rename, journal the handoff. A session's own earlier file is replaced; of its earlier checkpoints only
    the record stays, without document and snapshot."""
    asked = writer.append([Event(FactKind.SNAPSHOT, now, f"snapshot:{place.id}:{now}:{fact.trigger}", snapshot, place.id, snapshot.branch)])
    fact = replace(fact, document=with_evidence(fact.document, next((event.id for event in asked), 0)))
    writer.append(begun(writer, session, snapshot, now))
    keep_open_work(writer)
    written = deliver(place, writer, fact, own_handoff(session), now)
    if written.path:
        _withdraw_others(place, session, Path(written.path).name)
    writer.thin_out(place.id)
    return written


def with_evidence(document: Mapping[str, Any], asked: int) -> dict[str, Any]:
    """The document as data, where each line that the world alone tells names the snapshot, which says what the world was."""

    def known(item: Mapping[str, Any]) -> dict[str, Any]:
        return {**item, "evidence": item["evidence"] or [asked]}

    lines = {str(section.key): [known(item) for item in document[section.key]] for section in SECTIONS if section.key in document}
    return {**document, **lines} if asked else dict(document)


def _withdraw_others(place: Workspace, session: Session, name: str) -> None:
    """One file a session: a flush that could not have the lock wrote its own beside the one that was there."""
    for fact in own_handoffs(session):
        directory = place.directory_of(fact)
        if (directory, fact.name) != (place.settings.directory, name) and fact.name not in _tracked(place, directory):
            withdraw(place.root, directory, fact.name, fact.sha256)


def own_handoffs(session: Session) -> list[Handoff]:
    """Files written for this session already, newest first: checkpoints. The one that closed the session before stands behind its last event too."""
    facts = [seen.fact for seen in reversed(session.handoffs)]
    return [fact for fact in facts if fact.stage == HandoffStage.WRITTEN and fact.name and not fact.closes]


def own_handoff(session: Session) -> Handoff | None:
    """The newest of them."""
    return next(iter(own_handoffs(session)), None)


def handoff_fact(made: Document, snapshot: Snapshot, through: int, request: HandoffRequest) -> Handoff:
    """The record of a handoff that has no name yet."""
    text = render(made)
    return Handoff(
        name="",
        sha256=sha256(encoded(text)),
        stage=HandoffStage.INTENT,
        trigger=request.trigger,
        through=through,
        closes=request.closes,
        reconstructed=request.reconstructed,
        branch=snapshot.branch,
        started=made.started,
        ended=made.ended,
        document=to_json(made),
        markdown=text,
    )


def deliver(place: Workspace, writer: Writer, fact: Handoff, own: Handoff | None, now: float, in_place: bool = False) -> Delivered:
    """Put the file in place under a name that is free or ours. What cannot be delivered is journalled with an empty name. `in_place`: no other
    file than the own one may be written."""
    data, directory = encoded(fact.markdown), place.settings.directory
    key = f"handoff:{place.id}:{fact.through}:{fact.trigger}:{now}"
    branch = fact.branch
    try:
        here = own if own and _is_here(place, own) else None
        name, sha = (here.name, here.sha256) if here else (None, None)
        choice = choose(place.root, directory, handoff_stem(fact.ended), name, sha, _tracked(place, directory))
        if in_place and not choice.replaces:
            writer.append([Event(FactKind.HANDOFF, now, key, replace(fact, stage=HandoffStage.WRITTEN), place.id, branch)])
            return Delivered("", fact.markdown, "its file was deleted, edited or committed; it is kept in the journal: handoffd show")
        fact = replace(fact, directory=directory)
        intent = replace(fact, name=choice.name)
        writer.append([Event(FactKind.HANDOFF, now, f"{key}:intent", intent, place.id, branch)])
        writer.commit()
        reached("intended")
        name = write(place.root, directory, choice, data)
        reached("delivered")
    except Undeliverable as problem:
        writer.append([Event(FactKind.HANDOFF, now, key, replace(fact, stage=HandoffStage.WRITTEN), place.id, branch)])
        return Delivered("", fact.markdown, in_words(problem))
    writer.append([Event(FactKind.HANDOFF, now, f"{key}:intent:written", replace(fact, name=name, stage=HandoffStage.WRITTEN), place.id, branch)])
    return Delivered(str(Path(place.root) / directory / name), fact.markdown)


def _tracked(place: Workspace, directory: str) -> frozenset[str]:
    """The names in the folder of handoffs that git tracks: those files are the project's, however they came to be."""
    return frozenset(path.removeprefix(f"{directory}/") for path in tracked(place.git, directory))


def _is_here(place: Workspace, own: Handoff) -> bool:
    """False for one that was written to another folder before the settings named this one, and was not moved along."""
    directory = place.settings.directory
    return place.directory_of(own) == directory or digest_of(place.root, directory, own.name) == own.sha256


def encoded(text: str) -> bytes:
    """The file's bytes."""
    return text.encode("utf-8", "replace")
