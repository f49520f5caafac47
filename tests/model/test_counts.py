"""A count with its noun."""

from hypothesis import given
from hypothesis import strategies as st

from handoffd.model.counts import plural


def test_one_is_singular_and_all_others_are_not() -> None:
    assert [plural(count, "file") for count in (0, 1, 2)] == ["0 files", "1 file", "2 files"]


@given(st.integers(0, 10**9), st.text(min_size=1))
def test_the_count_stands_first_and_the_noun_whole(count: int, noun: str) -> None:
    assert plural(count, noun).removesuffix("s" if count != 1 else "") == f"{count} {noun}"
