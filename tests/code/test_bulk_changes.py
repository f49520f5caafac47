from __future__ import annotations

from handoffd.code.bulk_changes import folder_renames, words_changed
from handoffd.model.change import Hunk, Patch


def replaced(path: str, old: str, new: str) -> Patch:
    return Patch(path, "changed", hunks=(Hunk(1, 1, 1, 1, (old,), (new,)),))


def test_words_changed_counts_files_and_keeps_three() -> None:
    pairs = [("import parsers", "import adapters", 7), ("a: Old", "a: New", 6), ("x one", "x two", 5), ("up", "down", 5), ("few", "rare", 4)]
    patches = [replaced(f"{old}{n}", old, new) for old, new, count in pairs for n in range(count)]
    assert words_changed(patches) == (("parsers", "adapters", 7), ("Old", "New", 6), ("one", "two", 5))


def test_lines_that_do_not_stand_opposite_each_other_are_no_pairs() -> None:
    uneven = Patch("a", "changed", hunks=(Hunk(1, 1, 1, 2, ("old",), ("new", "new")),))
    tokens = replaced("b", "old", "new(x)")
    assert words_changed([uneven, tokens] * 10) == ()


def test_folder_renames() -> None:
    moved = [("src/parsers/a.ts", "src/adapters/a.ts"), ("src/parsers/b/c.ts", "src/adapters/b/c.ts"), ("fix/x", "x"), ("a.ts", "b.ts")]
    patches = [Patch(new, "renamed", old_path=old) for old, new in moved]
    assert folder_renames(patches) == (("src/parsers/", "src/adapters/", 2), ("fix/", "./", 1))
