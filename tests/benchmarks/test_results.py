"""What the benchmarks say of what they measured: ratios, verdicts, the table, the chart. Pure."""

from __future__ import annotations

import json
import statistics
from xml.etree import ElementTree

import pytest
from bars import Bar
from chart import MET, MISSED, svg
from hypothesis import given
from hypothesis import strategies as st
from measure import interleaved, percentile
from results import OURS, Case, Row, as_json, short, table

BAR = Bar("a <question> & more", 2.0, "ms")
VALUES = st.lists(st.floats(0.001, 1e6), min_size=1, max_size=9).map(tuple)


def row(ours: tuple[float, ...], floor: tuple[float, ...] = (10.0,), **more: object) -> Row:
    return Row(BAR, (Case("floor", floor), Case(OURS, ours, **more)), "floor", ("husky: no npm",))  # type: ignore[arg-type]


@given(ours=VALUES, floor=VALUES)
def test_the_ratio_is_that_of_the_medians(ours: tuple[float, ...], floor: tuple[float, ...]) -> None:
    found = row(ours, floor)
    assert found.reached == pytest.approx(statistics.median(ours) / statistics.median(floor))
    assert found.verdict == ("met" if found.reached <= BAR.limit else "missed")


def test_without_a_floor_the_median_itself_is_held_against_the_bar() -> None:
    assert Row(BAR, (Case(OURS, (1.0, 2.0, 9.0)),)).reached == 2.0
    assert Row(BAR, (Case(OURS, (2.1,)),)).verdict == "missed"


def test_speed_is_not_quoted_of_who_did_not_see_everything() -> None:
    found = row((1.0,), complete="9 of 10", lacking=True)
    assert (found.reached, found.verdict) == (None, "missed: incomplete")
    assert "1.00" not in table([found]).splitlines()[1] and "9 of 10" in table([found])


@pytest.mark.parametrize("cases", [(), (Case(OURS, ()),), (Case(OURS, (1.0,)),)])
def test_what_is_not_there_is_not_measured(cases: tuple[Case, ...]) -> None:
    assert Row(BAR, cases, "floor").verdict == "not measured"


def test_the_table_begins_with_ours_and_names_who_was_skipped() -> None:
    lines = table([row((15.0, 14.0, 16.0))]).splitlines()
    assert lines[1].split("  ")[0] == "a <question> & more [ms]"
    assert "15 (14 to 16)" in lines[1] and "1.50" in lines[1] and "2 x floor" in lines[1] and " met" in lines[1]
    assert "floor" in lines[2] and "1.00" in lines[2]
    assert "husky: no npm" in lines[3] and "skipped" in lines[3]


def test_json_has_every_value() -> None:
    said = json.loads(json.dumps(as_json([row((15.0, 14.0))], {"date": "2026-11-25"})))
    assert said["about"]["date"] == "2026-11-25"
    (one,) = said["rows"]
    assert (one["verdict"], one["reached"]) == ("met", 1.45)
    assert one["cases"][1]["values"] == [15.0, 14.0]


def test_the_chart_is_xml_with_a_bar_a_measured_row() -> None:
    drawn = ElementTree.fromstring(svg([row((10.0,)), row((30.0,)), Row(BAR, ())], "title <&>"))
    colours = [rect.get("fill") for rect in drawn.iter("{http://www.w3.org/2000/svg}rect")]
    assert colours == ["#fff", MET, MISSED]
    widths = [float(rect.get("width", "")) for rect in drawn.iter("{http://www.w3.org/2000/svg}rect")][1:]
    assert widths[1] == pytest.approx(3 * widths[0], rel=0.01)
    assert "a <question> & more" in [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]


@given(st.floats(20.1, 1e6))
def test_no_bar_leaves_the_picture(reached: float) -> None:
    drawn = ElementTree.fromstring(svg([row((reached,))], "t"))
    for rect in drawn.iter("{http://www.w3.org/2000/svg}rect"):
        assert float(rect.get("x") or 0) + float(rect.get("width", "")) <= 860


def test_turns_are_taken_and_the_first_are_not_counted() -> None:
    called: list[str] = []
    cases = {name: lambda name=name: called.append(name) for name in "ab"}
    times = interleaved(cases, 2, 1, {"b": lambda: called.append("before b")})
    assert called == ["a", "before b", "b"] * 3
    assert {name: len(values) for name, values in times.items()} == {"a": 2, "b": 2}


def test_percentiles_and_digits() -> None:
    assert percentile([0.0, 100.0], 99) == 99.0
    assert [short(value) for value in (0.0, 0.00123, 0.5, 12.34, 1234.5)] == ["0", "0.0012", "0.5", "12.3", "1,234"]
