from __future__ import annotations

import pytest

from handoffd.handoff.wording import wording


@pytest.mark.parametrize(
    ("adds", "names", "removes", "expected"),
    [
        ("A B", "X.y X.z", "C", "adds A, B; X.y, z, +1 more"),
        ("A", "X.y X.z", "C", "adds A; X.y, z; removes C"),
        ("new", "", "old", "adds new, removes old"),
        ("X.new", "", "old", "adds X.new, removes old"),
        ("", "Z.__init__ Z.decode Z.flush G.flush", "", "Z.__init__, decode, flush; G.flush"),
        ("", "BASE Part extract", "", "BASE, Part, extract"),
        ("", "a A.b c", "", "a, A.b; c"),
        ("A A.a A.b B", "", "", "adds A, B, A.a, b"),
        ("x.y a z.w", "n", "", "adds a, x.y, z.w; n"),
        ("a b c d e f", "", "", "adds a, b, c, d, +2 more"),
        ("", "", "", "lines 3, 40"),
    ],
)
def test_wording(adds: str, names: str, removes: str, expected: str) -> None:
    assert wording(adds.split(), names.split(), removes.split(), "lines 3, 40", str) == expected


def test_each_name_passes_through_show_and_titles_have_no_members() -> None:
    told = wording([], ['"a.b works"', '"a.c works"', "X.__init__"], [], "", lambda name: f"<{name}>")
    assert told == '<"a.b works">, <"a.c works">, <X.__init__>'
