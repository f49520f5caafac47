"""What changed between a handoff as it was written and the same as it is now: two documents compared by the keys of their lines. Pure.

written, now ──> facts by key ──> done, gone, changed, new, lost      written, now, later events ──> moves ("2 commits by you")
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from handoffd.handoff.facts.moves import Moves
from handoffd.model import text
from handoffd.model.document import Document, Item, Resume, Status, Step
from handoffd.model.item_keys import step_key
from handoffd.model.kinds import ItemKind, StepKind
from handoffd.model.records import dataclass, replace
from handoffd.model.sections import SECTIONS, SectionKey
from handoffd.model.since import Difference, Since, SinceKind

_COMPARED = tuple(section for section in SECTIONS if section.key is not SectionKey.FILES)
# Steps that are facts of their own, and bullets that are nothing but their steps.
_FACTS = frozenset({StepKind.TODO, StepKind.UNFINISHED, StepKind.TEST})
_ONLY_STEPS = frozenset({ItemKind.TODO, ItemKind.UNFINISHED, ItemKind.FAILING_TEST})
# What is no longer open because it was done, where nothing says that it was thrown away.
_WORK = frozenset({*_ONLY_STEPS, ItemKind.CONFLICT, ItemKind.BOX, ItemKind.SKIP, ItemKind.FIX_TESTS, ItemKind.PUSH, ItemKind.WIP, ItemKind.REWRITTEN})


@dataclass(frozen=True, slots=True)
class _Line:
    """One thing that a document says: an item, or a step that is a fact of its own. `body` is all that is said of it."""

    item: Item
    step: Step | None
    body: tuple[object, ...]

    @property
    def text(self) -> str:
        line, said = self.item.line, self.item.short or self.item.text
        if self.step is not None:
            line, said = self.step.line, self.step.text
        place = text.path(self.item.path, line) if self.item.path else ""
        return f"{place} — {said}" if place and said else place or said


def since(written: Document, now: Document, moves: Moves, unknown: tuple[str, ...] = ()) -> Since:
    """`written` is the document as it was journalled, `now` the same session's as the world is now."""
    found = tuple(sorted(_differences(written, now, moves), key=lambda one: list(SinceKind).index(one.kind)))
    rest = () if found else tuple(_rest(written, now))
    # A file that was saved as it was, or a commit that came and went, left no trace that a reader would miss.
    said = moves.said(written, now) if found or rest else ()
    found = found or (rest if not said else ())
    return Since(written.ended, moves.read, said, found, unknown)


def _differences(written: Document, now: Document, moves: Moves) -> Iterator[Difference]:
    before, after = _lines(written), _lines(now)
    for key, line in before.items():
        if key not in after:
            yield from _left(key, line, after, moves)
        elif line.body != after[key].body:
            yield Difference(SinceKind.CHANGED, after[key].text, key, evidence=after[key].item.evidence)
    for key, line in after.items():
        if key not in before:
            yield from _came(key, line, moves)


def _lines(document: Document) -> dict[str, _Line]:
    """Every thing that the document says, by its key, in its order."""
    found: dict[str, _Line] = {}
    for section in _COMPARED:
        for item in document.items.get(section.key, ()):
            facts = [step for step in item.steps if step.kind in _FACTS and step_key(step)]
            if not facts or item.kind not in _ONLY_STEPS:
                found[item.key] = _Line(item, None, _body(item))
            for step in facts:
                found[step_key(step)] = _Line(item, step, (step.kind, step.text, step.line))
    return found


def _body(item: Item) -> tuple[object, ...]:
    others = tuple((step.kind, step.text) for step in item.steps if step.kind not in _FACTS)
    return (item.kind, item.text, item.path, item.line, item.last, others, item.why, item.tradeoff, item.category)


def _left(key: str, line: _Line, after: Mapping[str, _Line], moves: Moves) -> Iterator[Difference]:
    """What is no longer said: done, or gone."""
    kind, item = line.item.kind, line.item
    if kind == ItemKind.RERUN_TESTS and moves.tests:
        return
    if line.step is not None and line.step.kind == StepKind.TEST and not any(one.item.kind == ItemKind.FIX_TESTS for one in after.values()):
        # The line of all failing tests tells it.
        return
    if kind == ItemKind.COMMIT and moves.again(item):
        return
    end = moves.ending(item, line.step)
    done = end.done or (kind in _WORK and not end.dropped and not moves.thrown_away(item))
    said = f"{line.text} — {end.how}" if end.how else line.text
    yield Difference(SinceKind.DONE if done else SinceKind.GONE, said, key, end.by, end.evidence or item.evidence)


def _came(key: str, line: _Line, moves: Moves) -> Iterator[Difference]:
    """What is said now and was not said before."""
    if line.item.kind == ItemKind.RESET_AWAY:
        yield Difference(SinceKind.LOST, line.text, key, evidence=line.item.evidence)
    else:
        yield Difference(SinceKind.NEW, line.text, key, moves.author(line.item), line.item.evidence)


def _rest(written: Document, now: Document) -> Iterator[Difference]:
    """What no other comparison tells: a line of Status, of Files Touched or of the Resume Command."""
    if _plain(written.status) != _plain(now.status):
        said = [line.replace("**", "") for line in statements(now.status.lines) if line not in written.status.lines]
        yield from (Difference(SinceKind.CHANGED, line) for line in said or ["Status"])
    before = {item.key: _counted(item) for item in written.items.get(SectionKey.FILES, ())}
    after = {item.key: _counted(item) for item in now.items.get(SectionKey.FILES, ())}
    if before != after:
        for item in now.items.get(SectionKey.FILES, ()):
            if before.get(item.key) != after[item.key]:
                yield Difference(
                    SinceKind.CHANGED, f"{text.path(item.path)} — {item.text}" if item.path else item.text, item.key, evidence=item.evidence
                )
        yield from (
            Difference(SinceKind.GONE, text.path(item.path) if item.path else item.text, item.key)
            for item in written.items.get(SectionKey.FILES, ())
            if item.key not in after
        )
    if _plain(written.resume) != _plain(now.resume) or written.warnings != now.warnings:
        yield Difference(SinceKind.CHANGED, f"Next step: {now.resume.next_step}")


def _counted(item: Item) -> tuple[object, ...]:
    return (*_body(item), item.added, item.removed, item.marks, tuple((step.kind, step.text) for step in item.steps))


def _plain(part: Status | Resume) -> Status | Resume:
    """Without what is no statement: claims, and lines that say only why a document was written."""
    if isinstance(part, Resume):
        return replace(part, claims=())
    return replace(part, lines=statements(part.lines))


def statements(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Status without the line that says why the document was written."""
    return tuple(line for line in lines if not line.startswith(("**Checkpoint**", "⚠️ **Reconstructed**")))
