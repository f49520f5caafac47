"""Untrusted text cannot speak: whatever goes in, the structure that comes out is the template's."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from handoffd.model import text
from tests.amounts import examples

MARKDOWN = MarkdownIt("commonmark")
CASES = examples(600, nightly=100_000)
PIECES = [
    "_",
    "*",
    "`",
    "a",
    "b",
    " ",
    "/",
    ".",
    "[",
    "]",
    "(",
    ")",
    "<",
    ">",
    "&",
    "&amp;",
    "\\",
    "~",
    "!",
    "#",
    "-",
    "1.",
    ":",
    "\u202e",
    "\n",
    "http://x.y",
    "\x1b[31m",
    "\udc80",
    "|",
    "+",
    "=",
]
HOSTILE = st.lists(st.sampled_from(PIECES), min_size=1, max_size=14).map("".join) | st.text(min_size=1, max_size=40)
TEMPLATES = ["- {} — {}", "✓ {} ({})", "  → {}; {}", "1. **{}** x {}", "> Next: {}; {}", "- `x` — {}, {}"]
ENCODERS = [text.inline, text.path, text.name, text.branch, text.subject, text.code]


def structure(markdown: str) -> list[str]:
    """Names of all blocks, and of all inline parts that are not plain text or code."""
    found = []
    for token in MARKDOWN.parse(markdown):
        found.append(token.type)
        found += [child.type for child in token.children or [] if child.type not in ("text", "code_inline", "text_special")]
    return found


@settings(max_examples=CASES, deadline=None)
@given(HOSTILE, HOSTILE, st.sampled_from(TEMPLATES), st.sampled_from(ENCODERS), st.sampled_from(ENCODERS))
def test_the_structure_is_the_templates(first, second, template, one, other) -> None:
    made = template.format(one(first), other(second))
    assert structure(made) == structure(template.format("x", "y"))


@settings(max_examples=CASES // 3, deadline=None)
@given(HOSTILE, st.sampled_from([*ENCODERS, text.terminal]))
def test_no_character_that_is_not_seen(value, encode) -> None:
    made = encode(value)
    assert "\n" not in made
    assert not [sign for sign in made if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


@settings(max_examples=CASES // 3, deadline=None)
@given(st.text(min_size=1, max_size=400), st.integers(5, 100))
def test_nothing_is_longer_than_its_cap(value, limit) -> None:
    assert len(text.terminal(value, limit)) <= limit
    assert len(text.cut(value, limit)) <= limit


@pytest.mark.parametrize(
    "plain",
    [
        "feat(webhooks): add retry logic with exponential backoff",
        "Fix snake_case in src/a_b.ts:15",
        "fix: a < b && c > d",
        'Revert "perf: parse at most four tools at a time"',
        "won't work in serverless (need queue)",
        "bump zstandard from >=0.18.0 to >=0.23.0",
        "call `setTimeout` twice",
        "[Testing] Mock it",
    ],
)
def test_ordinary_words_stay_as_they_are(plain: str) -> None:
    assert text.inline(plain) == plain


def test_paths_can_be_copied() -> None:
    assert text.path("httpx/_models.py", 3) == "httpx/_models.py:3"
    assert text.path("src/a.ts", 3, 9) == "src/a.ts:3-9"
    assert text.path("a\nb") == "a\\nb" or "`" in text.path("a\nb")


def test_names_are_in_code_only_where_markdown_would_read_them() -> None:
    assert text.name("retry") == "retry"
    assert text.name("__init__") == "`__init__`"
    assert text.name("GZipDecoder.flush") == "GZipDecoder.flush"


def test_a_cut_never_splits_an_escape_or_a_code_span() -> None:
    encoded = text.inline("use `decompressobj.flush()` and *now*", 200)
    for most in range(5, len(encoded)):
        assert structure(f"- {text.shorten(encoded, most)}") == structure("- x")
