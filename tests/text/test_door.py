"""One door to the terminal: nothing is printed past `Environment`, and what it takes as lines was rendered by output/."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from handoffd.cli.environment import Environment
from handoffd.model.errors import UserError
from handoffd.model.secret_patterns import SERVICES
from tests.text.laws import screen_faults
from tests.text.nasty import MARKUP, UNSEEN

ROOT = Path(__file__).resolve().parents[2] / "handoffd"
# The door itself and its streams; texts of ours alone (a word for Windows, the man page, the example of the config); what the daemon's helper tells the daemon.
DOORS = {"cli/environment.py", "cli/streams.py", "cli/main.py", "cli/manpage.py", "files/config.py", "files/isolation.py", "daemon/helper.py"}
RENDERED = {
    "log_line",
    "status_screen",
    "handoff_list",
    "overview_lines",
    "candidate_list",
    "search_lines",
    "why_lines",
    "finding_lines",
    "verdict",
    "headed",
    "render",
    "grammar",
    "SNIPPETS",
    "SHELLS",
    "markdown",
    "resume",
}


def names(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute):
            yield part.attr


def past_the_door(source: str) -> list[str]:
    """Calls that write to a stream by themselves."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    found = [ast.unparse(call) for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"]
    return found + [ast.unparse(call) for call in calls if ast.unparse(call.func) in ("sys.stdout.write", "sys.stderr.write", "sys.__stdout__.write")]


def unrendered(source: str) -> list[str]:
    """`environment.lines(...)` with something that no renderer of output/ made."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    lines = [call for call in calls if call.func.attr == "lines" and ast.unparse(call.func).endswith("environment.lines")]
    return [ast.unparse(call) for call in lines if not RENDERED.intersection(names(call.args[0]))]


@pytest.mark.parametrize("file", sorted(ROOT.rglob("*.py")), ids=lambda file: str(file.relative_to(ROOT)))
def test_nothing_is_printed_past_the_door(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    assert not unrendered(source)
    assert str(file.relative_to(ROOT)) in DOORS or not past_the_door(source)


def test_the_rules_can_be_broken() -> None:
    assert past_the_door("print(path)\nsys.stderr.write(x)") == ["print(path)", "sys.stderr.write(x)"]
    assert unrendered("environment.lines(place.root)\nself._environment.lines(log_line(e))") == ["environment.lines(place.root)"]


@pytest.fixture
def environment(capsys: pytest.CaptureFixture[str]) -> Environment:
    return Environment({})


@pytest.mark.parametrize("value", [*UNSEEN, *MARKUP[:6], "a\nhandoffd: no", "\x1b[31mred\x1b[0m"])
def test_the_door_lets_one_line_through(environment: Environment, capsys: pytest.CaptureFixture[str], value: str) -> None:
    environment.print(f"watching /tmp/{value}")
    environment.talk(f"note: {value}")
    out, err = capsys.readouterr()
    assert not screen_faults(out.removesuffix("\n"), 1) and not screen_faults(err.removesuffix("\n"), 1)
    assert "\x1b" not in out + err


@pytest.mark.parametrize("value", UNSEEN)
def test_lines_of_ours_keep_our_colours_and_nothing_else(environment: Environment, capsys: pytest.CaptureFixture[str], value: str) -> None:
    if value in ("\n", "\t", "\ufe0f", "\x1b[31m"):
        return
    environment.lines(f"\x1b[31m⚠️ x{value}\x1b[0m\n- two")
    out = capsys.readouterr().out
    assert out.startswith("\x1b[31m⚠️ x") and out.endswith("\x1b[0m\n- two\n")
    left = out.removeprefix("\x1b[31m⚠️ x").removesuffix("\x1b[0m\n- two\n")
    assert left.isprintable() and (left == value or "\\" in left)


def test_an_error_is_said_without_escapes_and_secrets(environment: Environment, capsys: pytest.CaptureFixture[str]) -> None:
    secret = SERVICES[0].example
    assert environment.complain(UserError(f"no \x1b[2J{secret}\nand more", hint=f"https://a:{secret}1@b\x07")) == 1
    said = capsys.readouterr().err
    assert secret not in said and not screen_faults(said.removesuffix("\n"), 3)
    assert said.startswith("handoffd: no ") and "\n  and more\nhint: " in said
