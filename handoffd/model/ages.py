"""How long ago something was, in the words of a document that is read."""

from __future__ import annotations

from handoffd.model.counts import plural

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
# Up to two days in hours: "30 h" says more than "1 day".
_HOURS = 48


def age(seconds: float) -> str:
    """`under a minute`, `35 min`, `14 h`, `3 days`."""
    if seconds < _MINUTE:
        return "under a minute"
    if seconds < _HOUR:
        return f"{int(seconds // _MINUTE)} min"
    if seconds < _HOURS * _HOUR:
        return f"{int(seconds // _HOUR)} h"
    return plural(int(seconds // _DAY), "day")
