"""Each encoder, many values a document: nothing that goes in is read as anything but text or code."""

from __future__ import annotations

import os
import random
import time

import pytest
from markdown_it import MarkdownIt

from handoffd.model import text
from tests.text.laws import COMMONMARK, GITHUB, PLAIN, blocks, lines_of, unseen
from tests.text.nasty import text as nasty
from tests.text.test_document import SEED

CASES = 5_000_000 if os.environ.get("HANDOFFD_NIGHTLY") else 20_000
SHARDS = 5
BATCH = 250
# What the sections put around values. The sign stands outside of every value: where it is not plain text, a value has swallowed the template.
TEMPLATES = [
    "- {} § {}",
    "  - {} § {}",
    "✓ {} § {}",
    "  → {} § {}",
    "1. **{}** x {} §",
    "> Next step: {} § {}",
    "- `x` — {} § {}",
    "   Why: {} § {}",
    '- Test: "{}" § {}',
]
ENCODERS = [
    text.inline,
    text.inline,
    text.path,
    text.name,
    text.branch,
    text.subject,
    text.code,
    lambda raw: text.shorten(text.inline(raw), 24),
    lambda raw: text.path(raw, 3, 9),
]


def made(rng: random.Random) -> tuple[str, str]:
    """A line with two values in it, and the same line with none."""
    template, (one, other) = rng.choice(TEMPLATES), rng.choices(ENCODERS, k=2)
    return template.format(one(nasty(rng)), other(nasty(rng))), template.format("x", "y")


def wrong(lines: list[tuple[str, str]], parser: MarkdownIt) -> str:
    """What the parser reads in the lines that the template does not say; '' when nothing."""
    whole, bare = ("\n\n".join(pair[side] for pair in lines) for side in (0, 1))
    if blocks(whole, parser) != blocks(bare, parser):
        return "block structure"
    for line, _ in lines_of(whole, parser):
        strange = [part.type for part in line if part.type not in PLAIN and part.type not in ("strong_open", "strong_close")]
        if strange or sum(part.type == "strong_open" for part in line) > 1:
            return f"inline {strange}"
        if not any(part.type == "text" and "§" in part.content for part in line):
            return "a value that swallows the template"
    return ""


@pytest.mark.parametrize("shard", range(SHARDS))
def test_nothing_that_goes_in_has_structure(shard: int) -> None:
    begun = time.monotonic()
    for number in range(shard, CASES // 2 // BATCH, SHARDS):
        rng = random.Random(f"{SEED} {number}")
        lines = [made(rng) for _ in range(BATCH)]
        for line, _ in lines:
            assert not unseen(line) and "\n" not in line, f"HANDOFFD_SEED={SEED} batch {number}: {unseen(line)} in {line!r}"
        parser = (COMMONMARK, GITHUB)[number % 2]
        if wrong(lines, parser):
            guilty = [(said, pair[0]) for pair in lines if (said := wrong([pair], parser))]
            pytest.fail(f"HANDOFFD_SEED={SEED} batch {number}: {wrong(lines, parser)}; alone {guilty[:3]!r}")
    print(f"{CASES // SHARDS} values in {time.monotonic() - begun:.1f} s, HANDOFFD_SEED={SEED}")


def test_a_bracket_whose_end_was_escaped_is_no_label() -> None:
    """Found by the long run: the label of a link definition went on into the next value's code span."""
    line = f"- {text.inline('[ ](http://x.y)x')} § {text.path('mailto:a@b.c]:9x')}"
    assert not wrong([(line, "- x § y")], GITHUB)


@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_terminal_line_is_one_line_without_escapes(shard: int) -> None:
    rng = random.Random(f"{SEED} {shard} terminal")
    for _ in range(CASES // SHARDS):
        raw = nasty(rng)
        line = text.terminal(raw, 60)
        assert len(line) <= 60 and not unseen(line), f"HANDOFFD_SEED={SEED}: {raw!r}"
