"""A cap on what is kept of somebody else's text, whatever the number of files it comes in."""

from __future__ import annotations

from handoffd.model.records import dataclass


@dataclass(slots=True)
class TextBudget:
    """How many more characters are kept of the reports of one scan: of names, which are journalled, and of texts, which serve to find the frames.
    What comes later is counted, and only counted."""

    names: int = 1_000_000
    texts: int = 8_000_000

    def name(self, *values: str) -> bool:
        """Whether the values still fit, taken together."""
        length = sum(map(len, values)) + 64  # what an entry costs without them
        if length > self.names:
            return False
        self.names -= length
        return True

    def text(self, value: str, most: int) -> str:
        """As much of the value as fits."""
        part = value[: min(most, self.texts)]
        self.texts -= len(part)
        return part
