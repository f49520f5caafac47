"""How long, as a person writes it: `20m`, `2h`, `90d`."""

from __future__ import annotations

from handoffd.model.lazy import lazy

_DURATION = lazy(r"^(\d{1,9})\s*(s|m|h|d)$")
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def seconds_in(text: str) -> float | None:
    """The seconds of `20m`; None for a text that is no duration."""
    said = _DURATION.match(text)
    return int(said[1]) * _SECONDS[said[2]] if said else None


def duration(seconds: float) -> str:
    """Whole seconds above 0 in the largest unit that needs no fraction: `20m`, not `1200s`."""
    unit = next(name for name, size in reversed(_SECONDS.items()) if seconds % size == 0 and seconds >= size)
    return f"{int(seconds / _SECONDS[unit])}{unit}"
