"""Text as an attacker writes it: a fast seeded generator, and worlds in which every field of every fact holds some of it.

A world is built from the types' own hints, so a field that is added later is hostile from the first day.
"""

from __future__ import annotations

import dataclasses
import random
import types
import typing
from collections.abc import Mapping
from enum import Enum
from typing import Any

from handoffd.model.events import KINDS, Event
from handoffd.model.session import Session, fold
from handoffd.model.snapshot import Snapshot

NINE = 1_700_000_000.0
MARKUP = [
    "_", "__", "*", "**", "***", "`", "``", "```", "~", "~~", "~~~", "[", "]", "](", "][", "]:", "](http://x.y)", "![", "!", "(", ")", "<", ">",
    "<b>", "</b>", "<!--", "-->", "<![CDATA[", "<?x", "<a href='x'>", "<http://x.y>", "<a@b.c>", "&", "&amp;", "&#35;", "&#x23;", "\\", "\\\\", "#", "## ",
    "#", "-", "- ", "---", "===", "+", "+ ", "1.", "1) ", "|", "|-|", ":", ":-", "$", "$$", "@", "@me", "[^1]", "[^1]: ", "[ ] ", "[x] ", "- [ ] ",
    "http://x.y", "https://x.y/z_a_b", "www.x.y", "ftp://x", "mailto:a@b.c", '"', "'", "{", "}", "=", ".", ",", ";", "/", "^", "%",
]  # fmt: skip
UNSEEN = [
    "\n", "\r", "\t", "\v", "\f", "\x00", "\x07", "\x08", "\x1b", "\x1b[31m", "\x1b]0;t\x07", "\x1b]8;;http://x\x1b\\", "\x7f", "\x85", "\x9b", "\x9b2J", "\u2028", "\u2029",
    "\u00a0", "\u2003", "\u3000", "\u00ad", "\u034f", "\u061c", "\u115f", "\u1160", "\u17b4", "\u180e", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u202a", "\u202e",
    "\u2060", "\u2064", "\u2066", "\u2069", "\u206f", "\u2800", "\u3164", "\ufe00", "\ufe0f", "\ufeff", "\uffa0", "\ufff9", "\ufffe", "\ue000", "\ud800", "\udc80", "\udcff",
    "\U000e0001", "\U000e0041", "\U000e007f", "\U000e0100", "\U000f0000", "\U0010ffff", "\u0300", "\u20dd",
]  # fmt: skip
WORDS = [
    "a", "b", "x", "é", "日", "🙂", "⚠️", "0", "9", "TODO", "fix: ", "src/", "a.py", "__init__", "*.py", "→", "—", " → ", " — ", "> ", "✓ ", "## Status",
    "Next step: ", "Continue working on ", "**Branch**: ", " side: ", " side", "; ", ": ", " (", ")", "(", "+1 more", "stash@{0}", "[redacted:aws:12345678]", "...", "…", "Test: ",
]  # fmt: skip
_ALPHABETS = [
    MARKUP,
    MARKUP,
    UNSEEN,
    WORDS,
    MARKUP + WORDS,
    MARKUP + UNSEEN + WORDS,
    ["`", "\\", "a", " "],
    ["*", "_", "a", " ", "(", "."],
    ["[", "]", "(", ")", ":", "x", "!"],
]

# Words of ours that decide which line is made of a fact. A hostile value there is tried too, but seldom: it leads nowhere.
_WORDS_OF = {
    "action": [
        "commit",
        "amend",
        "merge",
        "revert",
        "rebase",
        "pull",
        "checkout",
        "rebase-start",
        "made",
        "created",
        "changed",
        "deleted",
        "rebuilt",
        "blind",
        "redacted",
    ],
    "kind": [
        "conflicted",
        "modified",
        "deleted",
        "renamed",
        "untracked",
        "created",
        "changed",
        "todo",
        "box",
        "skip",
        "unfinished",
        "learning",
        "merge",
        "rebase",
        "bisect",
    ],
    "type": ["done", "doing", "todo", "decision", "learning", "gotcha", "message"],
    "resolved": ["", "", "head", "other", "merged"],
    "role": ["", "", "generated", "schema", "ci", "decision"],
    "stage": ["written", "intent"],
}
_OBJECTS = frozenset(
    {"oid", "old", "new", "head", "commit", "other_oid", "onto", "base", "reverts", "parents", "on_head", "on_remotes", "on_branches", "short"}
)
_TRAILERS = ["Decision", "Why", "Trade-off", "Learned", "Gotcha", "Warning"]


def text(rng: random.Random, longest: int = 14) -> str:
    """One nasty value of at least one character."""
    if rng.random() < 0.02:
        return rng.choice(["`", "*", "_", "[", "\\", "a ", "<", "\u202e", "~"]) * rng.randrange(1, 700)
    alphabet = rng.choice(_ALPHABETS)
    joined = "".join(rng.choices(alphabet, k=rng.randint(1, longest)))
    # Half a pair before an escaped byte is one character for whoever reads JSON, so that no source gives the two.
    return joined.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


class World:
    """Facts, a session and a snapshot out of one random generator. `pool`: the values that are in it, so that they meet each other."""

    def __init__(self, rng: random.Random, values: int = 40) -> None:
        self._rng = rng
        self.pool = [text(rng) for _ in range(values)]
        self._objects = [f"{rng.getrandbits(160):040x}" for _ in range(6)]

    def make(self, hint: Any, name: str = "") -> Any:
        """A value of the type; `name` is the field's."""
        rng = self._rng
        if hint is str:
            return self._text(name)
        if hint is int:
            return rng.choice([0, 1, 2, 3, 7, 30])
        if hint is float:
            return NINE + rng.random() * 3000
        if hint is bool:
            return rng.random() < 0.5
        if isinstance(hint, type) and issubclass(hint, Enum):
            return rng.choice(list(hint))
        if dataclasses.is_dataclass(hint):
            hints = typing.get_type_hints(hint)
            return typing.cast(Any, hint)(**{field.name: self.make(hints[field.name], field.name) for field in dataclasses.fields(hint)})
        return self._compound(hint, name)

    def _compound(self, hint: Any, name: str) -> Any:
        origin, args = typing.get_origin(hint), typing.get_args(hint)
        if origin is tuple and args[-1:] == (Ellipsis,):
            return tuple(self.make(args[0], name) for _ in range(self._rng.choice([0, 1, 2, 3])))
        if origin is tuple:
            return tuple(self.make(arg, name) for arg in args)
        if origin in (typing.Union, types.UnionType):
            return None if self._rng.random() < 0.4 else self.make(next(arg for arg in args if arg is not type(None)), name)
        assert isinstance(origin, type) and issubclass(origin, Mapping), f"no hostile value for {hint}: teach tests/text/nasty.py"
        return {self._text(""): self._text("") for _ in range(self._rng.choice([0, 2]))}

    def _text(self, name: str) -> str:
        rng = self._rng
        if name in _WORDS_OF and rng.random() < 0.9:
            return rng.choice(_WORDS_OF[name])
        if name in _OBJECTS and rng.random() < 0.8:
            return rng.choice(self._objects)
        if name == "trailers" and rng.random() < 0.5:
            return rng.choice(_TRAILERS)
        return rng.choice(self.pool)

    def events(self, count: int) -> list[Event]:
        """Facts of every kind, a minute apart."""
        kinds = [*KINDS, *self._rng.choices([*KINDS, "note", "test", "commit", "commit"], k=max(count - len(KINDS), 0))]
        self._rng.shuffle(kinds)
        return [Event(kind, NINE + 60 * at, f"k{at}", self.make(KINDS[kind]), ".", self._text("branch"), at) for at, kind in enumerate(kinds, 1)]

    def session(self, count: int = 26) -> Session:
        return fold(self.events(count))

    def snapshot(self) -> Snapshot:
        found: Snapshot = self.make(Snapshot)
        # Most commits are reached from HEAD, or nothing would be counted.
        return dataclasses.replace(found, on_head=tuple(self._objects[:4]), known=self._rng.random() < 0.9)
