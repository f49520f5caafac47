"""A handoff taken apart: a parser of its own for the Markdown that people read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

HEADINGS = (
    "Status", "What's Done", "What's In Progress", "What's Pending", "Key Decisions Made", "Learnings Captured", "Files Touched", "Gotchas for Next Session", "Resume Command",
)
NONE = "None this session"
SINCE = re.compile(r" \((?:since \d{4}-\d\d-\d\d|\d+ (?:days?|h|min)|under a minute)\)$")


@dataclass
class Bullet:
    """A line and those below it, without what marks them; `since` is what stands at the end in brackets."""

    text: str
    steps: list[str] = field(default_factory=list)
    since: str = ""


@dataclass
class Doc:
    title: str = ""
    head: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    raw: dict[str, list[str]] = field(default_factory=dict)
    sections: dict[str, list[Bullet]] = field(default_factory=dict)
    strange: list[str] = field(default_factory=list)
    """Lines that belong to nothing."""

    def __getitem__(self, heading: str) -> list[Bullet]:
        return self.sections.get(heading, [])

    def texts(self, heading: str) -> list[str]:
        return [bullet.text for bullet in self[heading]]


def parse(text: str) -> Doc:
    """Never fails: what is not understood stands under `strange`."""
    doc, heading = Doc(), ""
    for line in text.split("\n"):
        if line.startswith("# ") and not doc.title:
            doc.title = line[2:]
        elif line.startswith("## "):
            heading = line[3:]
            doc.headings.append(heading)
            doc.raw[heading], doc.sections[heading] = [], []
        elif not heading:
            doc.head += [line] if line else []
        elif line:
            doc.raw[heading].append(line)
            _line(doc, heading, line)
    return doc


def _line(doc: Doc, heading: str, line: str) -> None:
    bullets = doc.sections[heading]
    if line == NONE:
        return
    found = re.match(r"(- |✓ |> |\d+\. )(.*)$", line)
    if found:
        text = found[2]
        since = SINCE.search(text)
        bullets.append(Bullet(text[: since.start()] if since else text, [], since[0][2:-1] if since else ""))
    elif line.startswith("⚠️ "):
        bullets.append(Bullet(line))
    elif line.startswith(("  ", "   ")) and bullets:
        bullets[-1].steps.append(line.strip().removeprefix("→ ").removeprefix("- "))
    else:
        doc.strange.append(f"{heading}: {line}")


def names(text: str, before: str) -> list[str]:
    """Names listed after a word, without `+n more` and without what dots join: `adds one, two, +1 more` is one, two."""
    found = re.search(re.escape(before) + r"""((?:[\w."`-]+, )*[\w."`-]+)(?:, \+\d|[ ;,)]|$)""", text)
    listed = [name.strip('"`') for name in found[1].split(", ")] if found else []
    return [part for name in listed for part in name.split(".") if part]
