"""The tests that fail now, each with its place and the changed definition that it names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from handoffd.handoff.facts.changed_definitions import Changed
from handoffd.model import text
from handoffd.model.facts import Failure, Test
from handoffd.model.records import dataclass, replace
from handoffd.model.session import Recorded
from handoffd.model.snapshot import FailurePlace, RunTree


@dataclass(frozen=True, slots=True)
class Failing:
    """One failing test of a newest run. `origin` is a changed definition that the test names: a match of names, no cause is claimed."""

    failure: Failure
    run: Recorded[Test]
    place: FailurePlace
    origin: Changed | None = None

    @property
    def path(self) -> str:
        """The test's file, '' when not known."""
        return self.place.path or self.failure.path

    @property
    def line(self) -> int:
        """The test's line in its file now, 0 when not known."""
        return self.place.line

    @property
    def near(self) -> bool:
        """Its definition changed at a place that still holds what ran."""
        return self.origin is not None and self.origin.still and self.origin.line > 0


def failing(
    runs: Sequence[Recorded[Test]], places: Sequence[FailurePlace], trees: Sequence[RunTree], definitions: Mapping[tuple[str, str], Changed]
) -> tuple[Failing, ...]:
    """Every failure of the newest runs, in their order; one that two reports tell is there once."""
    by_id = {place.id: place for place in reversed(places)}
    since = {tree.event: frozenset(tree.changed) for tree in trees}
    found: list[Failing] = []
    told: set[tuple[str, str]] = set()
    for run in runs:
        own = [failure for failure in run.fact.failures if (failure.id, failure.path) not in told]
        told.update((failure.id, failure.path) for failure in own)
        for failure in own:
            place = by_id.get(failure.id) or FailurePlace(failure.id, failure.path)
            found.append(Failing(failure, run, place, _named(place, definitions, since.get(run.id, frozenset()))))
    return tuple(found)


def _named(place: FailurePlace, definitions: Mapping[tuple[str, str], Changed], since: frozenset[str]) -> Changed | None:
    """The definition with the longest of the names in the test; of equal ones the newest change."""
    for name in sorted(place.words, key=lambda word: (-len(word), word)):
        match = next((known for (_, own), known in reversed(list(definitions.items())) if own == name), None)
        if match is not None:
            return replace(match, still=match.path not in since)
    return None


def origin_words(origin: Changed, short: Callable[[str], str]) -> str:
    """`NAME changed at PATH:LINE-LAST`; without a line where the file no longer holds what ran, or where the line is not known."""
    name, where = text.name(origin.name, 80), text.path(origin.path)
    if origin.still and origin.line:
        return f"{name} changed at {text.path(origin.path, origin.line, origin.last)}"
    since = "" if origin.still else ", changed since the run"
    return f"{name} changed in {short(origin.commit)} ({where}{since})" if origin.commit else f"{name} changed ({where}, uncommitted{since})"


def first_to_fix(found: Sequence[Failing], order: Mapping[str, int]) -> Failing | None:
    """The test to begin with: one whose changed definition still stands there, then one without, last those changed since the run.

    `order` tells the place of a test's id in the document, for equal ones.
    """

    def key(one: Failing) -> tuple[int, int]:
        strength = 0 if one.near else 2 if one.origin is not None and not one.origin.still else 1
        return strength, order.get(one.failure.id, len(order))

    return min(found, key=key, default=None)
