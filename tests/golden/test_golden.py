"""What each recorded day gives, byte for byte. `make golden` writes anew what changed, so that the diff can be read."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.golden.load import Day, days

DAYS = list(days())


@pytest.fixture(autouse=True)
def utc(home: object) -> Iterator[None]:
    """The recordings are of UTC, whatever this process has asked the machine for before."""
    time.tzset()
    yield


@pytest.mark.parametrize("day", DAYS, ids=lambda day: day.name)
def test_a_recorded_day_gives_what_it_gave(day: Day) -> None:
    made, expected = day.made(), day.expected()
    assert made.keys() == expected.keys()
    for name in expected:
        assert made[name] == expected[name]
