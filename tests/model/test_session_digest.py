"""A long session is folded from few of its events."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from handoffd.model.events import Event, Fact
from handoffd.model.facts import Commit, Daemon, File, Handoff, Note, Push
from handoffd.model.session import fold
from handoffd.model.session_digest import needed
from handoffd.model.snapshot import Snapshot

FACTS: dict[str, st.SearchStrategy[Fact]] = {
    "file": st.builds(File, st.sampled_from("abc"), st.sampled_from(["changed", "restored", "deleted"])),
    "note": st.builds(Note, st.just("todo"), st.sampled_from("xy")),
    "commit": st.builds(Commit, st.just("o"), st.sampled_from(["n", "m"]), st.just("commit")),
    "push": st.just(Push("refs/remotes/o/m", "a", "b")),
    "snapshot": st.just(Snapshot()),
    "handoff": st.just(Handoff("h", "s", "written")),
    "daemon": st.builds(Daemon, st.sampled_from(["start", "clock"]), st.just(""), st.integers(0, 50)),
}
ONE = st.sampled_from(sorted(FACTS)).flatmap(lambda kind: st.tuples(st.just(kind), FACTS[kind], st.integers(1, 100)))


def numbered(parts: list[tuple[str, Fact, int]]) -> list[Event]:
    return [Event(kind, float(at), f"k{id_}", fact, id=id_) for id_, (kind, fact, at) in enumerate(parts, 1)]


@given(st.lists(ONE, max_size=30))
def test_the_fold_is_the_same(parts: list[tuple[str, Fact, int]]) -> None:
    events = numbered(parts)
    assert fold(needed(events)) == fold(events) and list(fold(needed(events)).files) == list(fold(events).files)


@given(st.lists(ONE, max_size=30), st.lists(ONE, max_size=30))
def test_it_can_be_done_step_by_step(first: list[tuple[str, Fact, int]], second: list[tuple[str, Fact, int]]) -> None:
    events = numbered([*first, *second])
    early, late = events[: len(first)], events[len(first) :]
    assert fold(needed([*needed(early), *late])) == fold(events)


def test_a_file_that_is_saved_all_day_is_few_events() -> None:
    events = numbered([("file", File("a", "changed"), at) for at in range(1, 5000)])
    assert len(needed(events)) == 2
