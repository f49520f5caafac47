"""Who did not tell of everything, or told of what was not, is found out over all rounds."""

from __future__ import annotations

import pytest
from storms import Storm, _case

WHOLE = Storm(cpu=0.5, peak=20.0, told=10, asked=10, more=0, took=1.0)


@pytest.mark.parametrize(
    ("storms", "complete", "lacking"),
    [
        ([WHOLE, WHOLE._replace(told=12, asked=12)], "10 of 10", False),
        ([WHOLE, WHOLE._replace(told=9)], "9 of 10", True),
        ([WHOLE._replace(more=2), WHOLE], "10 of 10 and 2 more", True),
    ],
)
def test_one_incomplete_round_is_enough(storms: list[Storm], complete: str, lacking: bool) -> None:
    case = _case("watchman", storms, "peak")
    assert (case.complete, case.lacking, case.values) == (complete, lacking, (20.0, 20.0))
