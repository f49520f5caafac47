"""A source's own times, moved between the scan before and this one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from handoffd.sources.source import Scan
from tests.scans import HOUR, NINE, scan_of
from tests.support import Repo


def test_times_lie_between_the_two_scans(repo: Repo) -> None:
    scan = scan_of(repo)

    @given(st.floats(0, 2 * NINE), st.floats(0, 2 * NINE))
    def law(one: float, other: float) -> None:
        assert NINE <= scan.clamp(one) <= NINE + HOUR
        assert scan.clamp(scan.clamp(one)) == scan.clamp(one)
        assert scan.clamp(min(one, other)) <= scan.clamp(max(one, other)), "their order holds"

    law()


def test_a_time_in_between_stays_and_a_scan_before_now_gives_way(repo: Repo) -> None:
    assert scan_of(repo).clamp(NINE + 5.5) == NINE + 5.5
    scan: Scan = scan_of(repo, now=NINE - 10)
    assert scan.clamp(NINE - 20) == NINE - 10, "the clock was set back: nothing is later than now"
