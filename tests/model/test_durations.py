"""Durations as a person writes them."""

from __future__ import annotations

import pytest

from handoffd.model.durations import duration, seconds_in


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("20m", 1200),
        ("2h", 7200),
        ("90d", 90 * 86400),
        ("20 m", 1200),
        ("0s", 0),
        ("", None),
        ("20", None),
        ("m", None),
        ("-2h", None),
        ("1w", None),
        ("1h30m", None),
        ("1234567890s", None),
    ],
)
def test_a_number_and_a_unit_are_seconds(text: str, seconds: float | None) -> None:
    assert seconds_in(text) == seconds


@pytest.mark.parametrize(("seconds", "text"), [(1, "1s"), (90, "90s"), (1200, "20m"), (7200, "2h"), (86400, "1d"), (90000, "25h")])
def test_seconds_are_told_in_the_largest_unit_that_fits(seconds: float, text: str) -> None:
    assert duration(seconds) == text and seconds_in(text) == seconds
