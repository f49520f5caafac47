"""How much a look asks about: the hinted paths, their folders, or everything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoffd.pipeline.scan_scope import MOST, scope_of
from handoffd.sources.git.scan_scope import ScanScope

MARK = (1, 2)
NAMES = st.text(alphabet="ab/.-", min_size=1, max_size=12).filter(lambda name: not name.startswith("/") and not name.endswith("/"))


def paths(*hinted: str) -> tuple[str, ...] | None:
    scope = scope_of(hinted, MARK)
    return scope.paths if scope else None


def test_few_paths_are_asked_for_by_name() -> None:
    assert paths("b.py", "a/b.py") == ("a/b.py", "b.py")


def test_many_in_few_folders_are_asked_for_by_folder() -> None:
    assert paths(*(f"a/{number}" for number in range(MOST)), "b/c/d") == ("a", "b/c")


@pytest.mark.parametrize(
    "hinted",
    [
        [str(number) for number in range(MOST + 1)],
        [f"{number}/file" for number in range(MOST + 1)],
        ["a" * 4000 + str(number) for number in range(20)],
        ["a/.gitignore"],
        [".gitattributes", "b"],
        [".gitmodules"],
        [".handoffd.yaml"],
    ],
)
def test_the_whole_tree_is_asked_about(hinted: list[str]) -> None:
    assert paths(*hinted) is None


def test_reports_outside_of_the_tree_need_no_status() -> None:
    assert paths("/tmp/results/junit.xml") == ()


@given(st.sets(NAMES, min_size=1, max_size=3 * MOST))
def test_a_scope_holds_all_that_was_hinted_and_is_short(hinted: set[str]) -> None:
    scope = scope_of(hinted, MARK)
    assert scope is None or (len(scope.paths) <= MOST and all(map(scope.holds, hinted)))


def test_a_scope_holds_what_is_below_its_folders_and_no_namesake() -> None:
    scope = ScanScope(("a/b",), MARK)
    assert scope.holds("a/b") and scope.holds("a/b/c/d")
    assert not scope.holds("a/bc") and not scope.holds("a") and not scope.holds("b")
