"""docs/repositories.md lists exactly the shapes that are made."""

from __future__ import annotations

import re

from tests.repositories import content, damaged, formats, places, states  # noqa: F401  each registers its shapes
from tests.repositories.asking import TOP
from tests.repositories.ground import SHAPES

ROW = re.compile(r"^\| (?P<name>[^|]+) \| (?P<answer>[^|]+) \|$", re.M)


def test_every_shape_has_its_row_and_every_row_its_shape() -> None:
    text = (TOP / "docs" / "repositories.md").read_text()
    rows = {row["name"]: row["answer"] for row in ROW.finditer(text) if row["name"] not in ("shape", "---")}
    assert rows.keys() == SHAPES.keys()
    assert {name for name, answer in rows.items() if answer.startswith("refused")} == {name for name, one in SHAPES.items() if one.refused}
