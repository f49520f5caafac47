from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoffd.model.ignore_patterns import Globs


@pytest.mark.parametrize(
    ("pattern", "path", "named"),
    [
        ("*.log", "x.log", True),
        ("*.log", "a/x.log", True),
        ("*.log", "a.log/x", True),
        ("*.log", "x.log.txt", False),
        ("/build/", "build/x", True),
        ("/build/", "build", False),
        ("/build/", "x/build/y", False),
        ("build", "x/build/y", True),
        ("docs/*.pdf", "docs/a.pdf", True),
        ("docs/*.pdf", "docs/x/a.pdf", False),
        ("gen/**/x.py", "gen/x.py", True),
        ("gen/**/x.py", "gen/a/b/x.py", True),
        ("gen/**/x.py", "a/gen/x.py", False),
        ("a/**", "a/b/c", True),
        ("a/**", "a", False),
        ("[ab].c", "a.c", True),
        ("?", "ab", False),
    ],
)
def test_a_pattern_names_what_git_ignore_would(pattern: str, path: str, named: bool) -> None:
    assert (path in Globs([pattern])) is named


@given(st.lists(st.text("ab*?[]/.", min_size=1, max_size=12), max_size=4), st.lists(st.text("ab.", min_size=1, max_size=3), min_size=1, max_size=5))
def test_all_below_a_named_folder_is_named(patterns: list[str], names: list[str]) -> None:
    globs = Globs([f"{pattern}/" for pattern in patterns])
    folder = "/".join(names)
    assert f"{folder}/x" not in globs or f"{folder}/x/y" in globs


def test_stars_cost_no_more_than_their_length() -> None:
    assert "a" * 1000 not in Globs(["a*" * 90 + "b"])
    assert "/".join("a" * 200) not in Globs(["**/a/" * 30 + "b"])
