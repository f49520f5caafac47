"""Regular expressions that are compiled when they are first used: hundreds of them stand in the modules that a command loads, few are used by it, and
to compile them all takes as long as the command's own work."""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


class _Lazy:
    """Looks like the compiled pattern. What was asked of it once is asked of the pattern directly from then on."""

    def __init__(self, source: str | bytes, flags: int) -> None:
        self._source, self._flags = source, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(self._source, self._flags), name)
        setattr(self, name, found)
        return found


def lazy(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """`re.compile`, later. A mistake in `source` is found by the first use; the functions of `re` do not take it in place of a pattern."""
    return cast(re.Pattern[AnyStr], _Lazy(source, flags))
