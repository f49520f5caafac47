"""Small wordings that several sections share: counts, times, what a subject or a note says in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from handoffd.model.lazy import lazy

# The conventional types; another word before a colon ("webhooks: add retry") is part of what the subject says.
_TYPES = "feat|feature|fix|bugfix|hotfix|docs?|style|refactor|perf|tests?|build|ci|chore|revert|wip|deps|release|security|i18n"
_PREFIX = lazy(rf"(?:{_TYPES})(?:\([^()\n]{{0,60}}\))?!?:\s*(?=\S)", re.IGNORECASE)
_WIP = lazy(r"(?<![^\W_])wip(?![^\W_])", re.IGNORECASE)
_AUTOSQUASH = ("fixup!", "squash!", "amend!")
_WORD = lazy(r"\w+")

MINUS = "−"


def is_wip(subject: str) -> bool:
    """The word `wip` anywhere in the subject, or one of git's autosquash words first."""
    return bool(_WIP.search(subject)) or subject.lstrip().lower().startswith(_AUTOSQUASH)


def done_subject(subject: str) -> str:
    """The raw subject without its Conventional type and scope, with its first letter upper case."""
    bare = subject.strip()
    found = _PREFIX.match(bare)
    bare = bare[found.end() :] if found else bare
    return bare[:1].upper() + bare[1:]


def words(text: str) -> tuple[str, ...]:
    """What a text says apart from case, punctuation and the word TODO."""
    return tuple(word for word in _WORD.findall(text.lower()) if word != "todo")


def covered(text: str, by: Iterable[str]) -> bool:
    """Whether one of the texts `by` holds every word of `text`. A text without words is covered by none."""
    wanted = set(words(text))
    return bool(wanted) and any(wanted <= set(words(other)) for other in by)


def normalised(text: str) -> str:
    """Texts that are equal apart from case and punctuation have the same bag; a text of punctuation alone is its own."""
    return " ".join(_WORD.findall(text.lower())) or text.strip()


def series(parts: Sequence[str], most: int, link: str = ", ") -> str:
    """Joined by `link`; beyond `most` the count of the rest, `+n more`."""
    shown = list(parts[:most])
    if len(parts) > most:
        shown.append(f"+{len(parts) - most} more")
    return link.join(shown)


def joined(parts: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def changed(added: int, removed: int) -> str:
    """`+N −M`."""
    return f"+{added} {MINUS}{removed}"
