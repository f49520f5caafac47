"""What a check of `doctor` finds."""

from __future__ import annotations

from enum import StrEnum

from handoffd.model.records import dataclass


class Fix(StrEnum):
    """A remedy that `doctor --fix` can carry out by itself; each changes only what is handoffd's own."""

    NONE = ""
    STATE_MODE = "state mode"
    STATE_FILES = "state files"
    REGISTRY = "registry"
    INIT = "init"
    DAEMON = "daemon"
    SERVICE = "service"
    WATCHED = "watched"
    HOOKS = "hooks"
    EXCLUDE = "exclude"
    SPOOL = "spool"
    IN_THE_WAY = "in the way"
    MODES = "modes"
    JOURNAL = "journal"


@dataclass(frozen=True, slots=True)
class Finding:
    """`check` names what was examined, `says` what is so, `remedy` what to do when it is not `ok`. `fix`: what `doctor --fix` can do for it,
    NONE where only a person can."""

    check: str
    ok: bool
    says: str
    remedy: str = ""
    fix: Fix = Fix.NONE
