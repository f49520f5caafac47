"""Check that everything works here, and tell the remedy for what does not. Exits 1 when something is wrong.

Without a watched worktree only the machine is examined. With --fix, what is handoffd's own is mended: hooks, exclude line, spool, modes, a damaged
journal, dead entries of the registry, the daemon. What is printed can be pasted into a report: it holds no secrets.

examples: handoffd doctor
          handoffd doctor --fix
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from handoffd.cli.common import json_argument, path_argument
from handoffd.cli.environment import Environment
from handoffd.model.errors import UserError

if TYPE_CHECKING:
    from handoffd.pipeline.workspace import Workspace
    from handoffd.setup.checks.finding import Finding


def arguments(parser: argparse.ArgumentParser) -> None:
    path_argument(parser)
    parser.add_argument("--fix", action="store_true", help="mend what is handoffd's own, then look again")
    json_argument(parser)


def run(args: argparse.Namespace, environment: Environment) -> int:
    place, findings = _examine(environment, args.path)
    if args.fix:
        _fix(environment, place, findings)
        _, findings = _examine(environment, args.path)
    _tell(environment, findings, args.json)
    return 0 if all(finding.ok for finding in findings) else 1


def _examine(environment: Environment, path: str | None) -> tuple[Workspace | None, tuple[Finding, ...]]:
    """The worktree, where one can be worked in, and what was found."""
    from handoffd.cli.doctor_facts import here, machine, surroundings
    from handoffd.model.progress import Stage
    from handoffd.setup.checks.table import examine_machine, examine_worktree

    place, refused = here(environment, path)
    with environment.progress() as report:
        report(Stage.CHECKS, 0, 0)
        of_machine = examine_machine(machine(environment, refused))
        return place, (*of_machine, *examine_worktree(surroundings(environment, place), report)) if place else of_machine


def _fix(environment: Environment, place: Workspace | None, findings: tuple[Finding, ...]) -> None:
    """Everything that can be fixed here."""
    from handoffd.cli.doctor_fixes import fixes, settle

    known = fixes(environment, place)
    for fix in dict.fromkeys(finding.fix for finding in findings if not finding.ok and finding.fix in known):
        try:
            known[fix]()
            environment.talk(f"mended: {fix}")
        except UserError as refusal:
            environment.talk(f"not mended: {fix}: {refusal} ({refusal.hint})")
        except OSError as fault:
            environment.talk(f"not mended: {fix}: {fault.filename}: {fault.strerror}")
    settle(environment)


def _tell(environment: Environment, findings: tuple[Finding, ...], as_json: bool) -> None:
    from handoffd.output.terminal import Style, finding_lines, verdict

    rows = [_row(finding) for finding in findings]
    if as_json:
        for row in rows:
            environment.json(row)
        return
    style, home = Style(environment.colour, environment.width), environment.env.get("HOME", "")
    for row in rows:
        short = {name: _short(said, home) if isinstance(said, str) and len(home) > 1 else said for name, said in row.items()}
        environment.lines("\n".join(finding_lines(short, style)))
    environment.lines(verdict(rows, style))


def _row(finding: Finding) -> dict[str, Any]:
    """A finding as `--json` prints it, where `mend` names the fix."""
    return {"check": finding.check, "ok": finding.ok, "says": finding.says, "remedy": finding.remedy, "mend": finding.fix}


def _short(said: str, home: str) -> str:
    """`~` for the home folder; before the quotes, as a shell leaves one inside of them as it is."""
    return said.replace(f"'{home}/", "~/'").replace(home, "~")
