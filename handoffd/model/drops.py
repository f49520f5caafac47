"""What was taken off the handoff by hand, and what that hides. Pure.

A drop names its line by key, so that the line stays away while it is about the same thing. A person's words that are said again after they were
dropped are new. An agent's drop hides what agents said, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from handoffd.model.records import dataclass, field


@dataclass(frozen=True, slots=True)
class Drop:
    """A line was taken off, or with `undo` put back. `key` is its own (item_keys.py), `text` its words then, `path` and `line` its place. `agent`:
    the agent that did it, '' for a person."""

    key: str
    text: str = ""
    path: str = ""
    line: int = 0
    undo: bool = False
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Dropped:
    """Key -> the newest drop that holds, as (event, drop): of persons, and of agents."""

    by_person: Mapping[str, tuple[int, Drop]] = field(default_factory=dict)
    by_agent: Mapping[str, tuple[int, Drop]] = field(default_factory=dict)

    def hides(self, key: str, said: int = 0, agent: bool = False) -> bool:
        """Whether the line of this key is taken off. `said`: the event that said it, where saying it again makes it new; else 0."""
        found = self.by_person.get(key) or (self.by_agent.get(key) if agent else None)
        return found is not None and found[0] > said


def dropped(drops: Iterable[tuple[int, Drop]]) -> Dropped:
    """What holds of these drops, each with its event, in the journal's order."""
    by_person: dict[str, tuple[int, Drop]] = {}
    by_agent: dict[str, tuple[int, Drop]] = {}
    for event, drop in drops:
        if drop.undo:
            by_agent.pop(drop.key, None)
            if not drop.agent:
                by_person.pop(drop.key, None)
        else:
            (by_agent if drop.agent else by_person)[drop.key] = (event, drop)
    return Dropped(by_person, by_agent)
