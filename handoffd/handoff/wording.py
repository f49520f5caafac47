"""How the names of a change are put into words: "adds A, B; X.y, z; removes C"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

MOST_NAMES: Final = 4


def wording(adds: Sequence[str], names: Sequence[str], removes: Sequence[str], lines: str, show: Callable[[str], str]) -> str:
    """At most `MOST_NAMES` names, adds first, then `+n more`; `lines` when there are no names.

    Each name passes through `show`, the caller's encoder. Members that follow one of their own class lose its name: `X.y, z; W.v`.
    """
    total = len(adds) + len(names) + len(removes)
    left, told = MOST_NAMES, ""
    for verb, group in (("adds ", owners_first(adds)), ("", names), ("removes ", owners_first(removes))):
        shown = group[:left]
        left -= len(shown)
        if shown:
            told += _link(told, verb) + verb + _series(shown, show, ", " if verb else "; ")
    return told + (f", +{total - MOST_NAMES} more" if total > MOST_NAMES else "") if told else lines


def owners_first(names: Sequence[str]) -> list[str]:
    """Plain names before members, and last the members whose class is in the list too: the class says more of a whole new file."""
    known = set(names)
    return sorted(names, key=lambda name: (any(owner in known for owner in _owners(name)), bool(_owner(name))))


def _owners(name: str) -> list[str]:
    if '"' in name or " " in name:
        return []
    parts = name.split(".")[:10]
    return [".".join(parts[:count]) for count in range(1, len(parts))]


def _link(told: str, verb: str) -> str:
    """Verbs part by themselves after plain adds; bare names after a verb need the stronger sign."""
    if not told:
        return ""
    return ", " if verb and told.startswith("adds ") and ";" not in told else "; "


def _series(names: Sequence[str], show: Callable[[str], str], apart: str) -> str:
    """Names in a row, `apart` between the members of one class and what follows them."""
    told, before = "", ""
    for name in names:
        owner = _owner(name)
        if told:
            told += ", " if owner == before or not before else apart
        told += show(name[len(owner) + 1 :] if owner and owner == before else name)
        before = owner
    return told


def _owner(name: str) -> str:
    """What stands before the last dot of a member; '' for a name with blanks, a title or a heading, whose dots mean nothing."""
    return "" if '"' in name or " " in name else name.rpartition(".")[0]
