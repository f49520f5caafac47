"""A document shortened to a budget of tokens (characters / 4): the least useful goes first, nothing is reworded except by a cut. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from handoffd.model import text
from handoffd.model.document import PERSON, Document, Item, Step
from handoffd.model.kinds import Origin, StepKind
from handoffd.model.records import replace

SHORTENED = "Shortened; all of it: handoffd show"
_KEPT_STEPS = ("note",)


def shorten(document: Document, budget: int, render: Callable[[Document], str]) -> Document:
    """The document, cut step by step until `render` of it fits, or until nothing more may be cut."""
    if len(render(document)) <= budget * 4:
        return document
    current = replace(document, notes=(*document.notes, SHORTENED))
    for cut in _cuts(current):
        if len(render(current)) <= budget * 4:
            break
        current = cut(current)
    return current


Cut = Callable[[Document], Document]


def _cuts(document: Document) -> Iterator[Cut]:
    """In the order of what is missed least."""
    yield _steps_away("files", "bulk", ("folder", "in_place"))
    yield _steps_away("in_progress", "wip", ("wip",))
    yield _steps_short("conflict_theirs")
    for left in (2, 1):
        yield _tests_beyond(left)
    yield _each("gotchas", lambda item: replace(item, text=item.short or item.text))
    yield _counts_away
    yield _steps_short("test")
    for name in ("tradeoff", "why"):
        yield _decisions_without(name)
    yield _names_away
    for section in ("done", "pending", "files", "learnings", "decisions"):
        for _ in document.items.get(section, ()):
            yield _last_away(section)
    yield _all_steps_away
    for _ in document.items.get("gotchas", ()):
        yield _last_away("gotchas")


def _with(document: Document, section: str, items: tuple[Item, ...]) -> Document:
    changed: Mapping[str, tuple[Item, ...]] = {**document.items, section: items}
    return replace(document, items=changed)


def _each(section: str, change: Callable[[Item], Item]) -> Cut:
    return lambda document: _with(document, section, tuple(change(item) for item in document.items.get(section, ())))


def _steps_away(section: str, kind: str, kinds: tuple[str, ...]) -> Cut:
    def change(item: Item) -> Item:
        kept = tuple(step for step in item.steps if step.kind not in kinds)
        return replace(item, steps=kept) if item.kind == kind else item

    return _each(section, change)


def _steps_short(kind: str) -> Cut:
    """Steps of a kind in their own fewer words: an encoded text is never taken apart."""

    def short(step: Step) -> Step:
        return replace(step, text=str(step.values.get("short") or step.text)) if step.kind == kind else step

    return _each("in_progress", lambda item: replace(item, steps=tuple(short(step) for step in item.steps)))


def _tests_beyond(most: int) -> Cut:
    """Failing tests beyond `most` a file go; those that name a changed definition stay longest."""

    def change(item: Item) -> Item:
        tests = [step for step in item.steps if step.kind == StepKind.TEST]
        if len(tests) <= most:
            return item
        kept = sorted(tests, key=lambda step: "changed " not in step.text)[:most]
        already = sum(int(step.text.split(" ")[0].lstrip("+")) for step in item.steps if step.kind == StepKind.TESTS_MORE)
        more = Step(f"+{len(tests) - most + already} more tests", StepKind.TESTS_MORE)
        others = [step for step in item.steps if step.kind not in (StepKind.TEST, StepKind.TESTS_MORE)]
        return replace(item, steps=(*(step for step in tests if step in kept), more, *others))

    return _each("in_progress", change)


def _counts_away(document: Document) -> Document:
    return _each("files", lambda item: replace(item, added=-1, removed=-1))(document)


def _decisions_without(name: str) -> Cut:
    def change(item: Item) -> Item:
        return replace(item, why="") if name == "why" else replace(item, tradeoff="")

    return _each("decisions", change)


def _names_away(document: Document) -> Document:
    def change(item: Item) -> Item:
        return replace(item, text=text.shorten(item.text, 24)) if item.path else item

    return _each("files", change)(document)


def _last_away(section: str) -> Cut:
    """The least useful item goes: a tool's before a person's, then from the end."""

    def cut(document: Document) -> Document:
        items = document.items.get(section, ())
        tools = [
            number for number, item in enumerate(items) if item.rank.strength < PERSON and not (section == "gotchas" and item.source == Origin.PERSON)
        ]
        persons = [] if section == "gotchas" else list(range(len(items)))
        place = next(iter([*reversed(tools), *reversed(persons)]), None)
        if place is None:
            return document
        left = items[:place] + items[place + 1 :]
        said = document.more.get(section, "")
        count = int(said.split(" ")[0].lstrip("+")) + 1 if said else 1
        more = {**document.more, section: f"+{count} more"}
        return replace(_with(document, section, left), more=more)

    return cut


def _all_steps_away(document: Document) -> Document:
    def change(item: Item) -> Item:
        kept = tuple(step for step in item.steps if step.kind in _KEPT_STEPS)
        return replace(item, steps=kept)

    return _each("in_progress", change)(document)
