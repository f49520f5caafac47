"""A document shortened to a budget of tokens (characters / 4): the least useful goes first, nothing is reworded except by a cut. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from handoffd.model import text
from handoffd.model.document import PERSON, Document, Item, Step
from handoffd.model.kinds import Origin, StepKind
from handoffd.model.records import replace
from handoffd.model.sections import SECTIONS, SectionKey

SHORTENED = "Shortened; all of it: handoffd resume --budget 100000"
_KEPT_STEPS = (StepKind.NOTE,)


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
    yield _steps_away(SectionKey.FILES, "bulk", ("folder", "in_place"))
    yield _steps_away(SectionKey.IN_PROGRESS, "wip", ("wip",))
    yield _steps_short("conflict_theirs")
    for left in (2, 1):
        yield _tests_beyond(left)
    yield _each(SectionKey.GOTCHAS, lambda item: replace(item, text=item.short or item.text))
    yield _counts_away
    yield _steps_short("test")
    for name in ("tradeoff", "why"):
        yield _decisions_without(name)
    yield _names_away
    *first, last = sorted((section for section in SECTIONS if section.cut), key=lambda section: section.cut)
    for section in first:
        yield from (_last_away(section.key) for _ in document.items.get(section.key, ()))
    yield _all_steps_away
    yield from (_last_away(last.key) for _ in document.items.get(last.key, ()))


def _with(document: Document, section: SectionKey, items: tuple[Item, ...]) -> Document:
    changed: Mapping[SectionKey, tuple[Item, ...]] = {**document.items, section: items}
    return replace(document, items=changed)


def _each(section: SectionKey, change: Callable[[Item], Item]) -> Cut:
    return lambda document: _with(document, section, tuple(change(item) for item in document.items.get(section, ())))


def _steps_away(section: SectionKey, kind: str, kinds: tuple[str, ...]) -> Cut:
    def change(item: Item) -> Item:
        kept = tuple(step for step in item.steps if step.kind not in kinds)
        return replace(item, steps=kept) if item.kind == kind else item

    return _each(section, change)


def _steps_short(kind: str) -> Cut:
    """Steps of a kind in their own fewer words: an encoded text is never taken apart."""

    def short(step: Step) -> Step:
        return replace(step, text=step.short or step.text) if step.kind == kind else step

    return _each(SectionKey.IN_PROGRESS, lambda item: replace(item, steps=tuple(short(step) for step in item.steps)))


def _tests_beyond(most: int) -> Cut:
    """Failing tests beyond `most` a file go; those that name a changed definition stay longest."""

    def change(item: Item) -> Item:
        tests = [step for step in item.steps if step.kind == StepKind.TEST]
        if len(tests) <= most:
            return item
        kept = sorted(tests, key=lambda step: not step.names_change)[:most]
        count = len(tests) - most + sum(step.more for step in item.steps)
        more = Step(f"+{count} more tests", StepKind.TESTS_MORE, more=count)
        others = [step for step in item.steps if step.kind not in (StepKind.TEST, StepKind.TESTS_MORE)]
        return replace(item, steps=(*(step for step in tests if step in kept), more, *others))

    return _each(SectionKey.IN_PROGRESS, change)


def _counts_away(document: Document) -> Document:
    return _each(SectionKey.FILES, lambda item: replace(item, added=-1, removed=-1))(document)


def _decisions_without(name: str) -> Cut:
    def change(item: Item) -> Item:
        return replace(item, why="") if name == "why" else replace(item, tradeoff="")

    return _each(SectionKey.DECISIONS, change)


def _names_away(document: Document) -> Document:
    def change(item: Item) -> Item:
        return replace(item, text=text.shorten(item.text, 24)) if item.path else item

    return _each(SectionKey.FILES, change)(document)


def _last_away(section: SectionKey) -> Cut:
    """The least useful item goes: a tool's before a person's, then from the end."""

    def cut(document: Document) -> Document:
        items = document.items.get(section, ())
        tools = [
            number
            for number, item in enumerate(items)
            if item.rank.strength < PERSON and not (section is SectionKey.GOTCHAS and item.source == Origin.PERSON)
        ]
        persons = [] if section is SectionKey.GOTCHAS else list(range(len(items)))
        place = next(iter([*reversed(tools), *reversed(persons)]), None)
        if place is None:
            return document
        left = items[:place] + items[place + 1 :]
        more = {**document.more, section: document.more.get(section, 0) + 1}
        return replace(_with(document, section, left), more=more)

    return cut


def _all_steps_away(document: Document) -> Document:
    def change(item: Item) -> Item:
        kept = tuple(step for step in item.steps if step.kind in _KEPT_STEPS)
        return replace(item, steps=kept)

    return _each(SectionKey.IN_PROGRESS, change)(document)
