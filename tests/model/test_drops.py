"""What was taken off stays away while it is the same, and only as far as whoever took it off may say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from handoffd.model.drops import Drop, dropped

DROPS = st.lists(st.builds(Drop, st.sampled_from(["a", "b"]), undo=st.booleans(), agent=st.sampled_from(["", "Codex"])), max_size=8)


def test_a_drop_hides_its_key_until_it_is_undone_or_said_again() -> None:
    found = dropped([(5, Drop("a"))])
    assert found.hides("a") and not found.hides("b") and not found.hides("a", said=6) and found.hides("a", said=4)
    assert not dropped([(5, Drop("a")), (6, Drop("a", undo=True))]).hides("a")
    assert dropped([(5, Drop("a")), (6, Drop("a", undo=True)), (7, Drop("a"))]).hides("a", said=6)


def test_an_agent_hides_and_puts_back_what_agents_said_alone() -> None:
    by_agent = dropped([(5, Drop("a", agent="Codex"))])
    assert by_agent.hides("a", agent=True) and not by_agent.hides("a")
    undone = dropped([(5, Drop("a")), (6, Drop("a", undo=True, agent="Codex"))])
    assert undone.hides("a") and undone.hides("a", agent=True)


@given(DROPS)
def test_no_agent_changes_what_a_person_sees(drops: list[Drop]) -> None:
    every = dropped(enumerate(drops, 1))
    persons = dropped((number, drop) for number, drop in enumerate(drops, 1) if not drop.agent)
    assert all(every.hides(key) == persons.hides(key) for key in "ab")
