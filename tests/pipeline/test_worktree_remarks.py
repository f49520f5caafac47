"""What a person should know of a worktree that is watched as it should be."""

from __future__ import annotations

from handoffd.pipeline.workspace import Workspace
from handoffd.pipeline.worktree_remarks import remarks
from tests.pipeline.begun import HOUR, NINE, scanned
from tests.support import Repo


def test_all_is_well(place: Workspace) -> None:
    assert remarks(place) == ()


def test_what_the_worktrees_own_file_leaves_out_and_where_it_is_mistaken(place: Workspace, started: Repo) -> None:
    started.write(".handoffd.yaml", "ignore: ['*.log', build/]\nidle: 1s\n")
    mistake, ignoring = remarks(place)
    assert "idle" in mistake and ignoring == ".handoffd.yaml ignores 2 patterns"


def test_lines_of_the_spool_that_made_no_sense(place: Workspace) -> None:
    with place.spool.open("ab") as spool:
        spool.write(b'{"v":1,"half\n')
    scanned(place, NINE + HOUR)
    (remark,) = remarks(place)
    assert remark.startswith(f"1 line of {place.spool} made no sense")


def test_a_report_that_was_not_read(place: Workspace, started: Repo) -> None:
    started.write("junit.xml", "<!DOCTYPE x><testsuite/>")
    scanned(place, NINE + HOUR)
    (remark,) = remarks(place)
    assert "junit.xml" in remark and "DOCTYPE" in remark
