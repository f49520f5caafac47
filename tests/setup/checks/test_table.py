"""The table of checks holds every check, and each fix that a check names can be carried out."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from types import ModuleType

import pytest

from handoffd.cli.doctor_fixes import fixes
from handoffd.cli.environment import Environment
from handoffd.files.config import Settings
from handoffd.git.repository import discover
from handoffd.pipeline.workspace import prepare
from handoffd.setup.checks import machine, worktree
from handoffd.setup.checks.finding import Fix
from handoffd.setup.checks.table import ENDED, MACHINE, WORKTREE
from tests.support import Repo


def checks_in(module: ModuleType) -> set[str]:
    """Names of the functions that yield findings and are not private."""
    made = inspect.getmembers(module, inspect.isfunction)
    return {
        name
        for name, function in made
        if function.__module__ == module.__name__ and function.__annotations__.get("return") == "Iterator[Finding]" and not name.startswith("_")
    }


@pytest.mark.parametrize(("module", "rows"), [(machine, MACHINE), (worktree, (*WORKTREE, *ENDED))])
def test_every_check_has_a_row(module: ModuleType, rows: tuple[object, ...]) -> None:
    assert checks_in(module) == {getattr(row, "__name__", "") for row in rows}


def test_every_fix_is_named_by_a_check_and_can_be_carried_out(tmp_path: Path) -> None:
    place = prepare(discover(Repo.create(tmp_path / "r").root), Settings(), {"HOME": str(tmp_path)})
    assert fixes(Environment({"HOME": str(tmp_path)}), place).keys() == set(Fix) - {Fix.NONE}
    named = {
        node.attr for module in (machine, worktree) for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.Attribute)
    }
    assert {fix.name for fix in Fix} - named == {"INIT"}  # of a repository that cannot be worked in: `cli/doctor_facts.py`
