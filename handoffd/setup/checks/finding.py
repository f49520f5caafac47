"""What a check of `doctor` says."""

from __future__ import annotations

from handoffd.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """`check` names what was looked at, `says` what is so, `remedy` what to do when not `ok`.

    `mend` names the remedy that `doctor --fix` can do itself, '' where only a person can; it works on what is ours alone.
    """

    check: str
    ok: bool
    says: str
    remedy: str = ""
    mend: str = ""
