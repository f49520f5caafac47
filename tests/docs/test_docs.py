"""Docs and code cannot drift."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from handoffd.cli.manpage import manpage
from handoffd.cli.verbs import VERBS, module_of, parser_for
from handoffd.journal.schema import SCHEMA
from handoffd.model.events import KINDS
from handoffd.model.watch_state import WatchState
from tests.support import cli

TOP = Path(__file__).resolve().parent.parent.parent
PAGES = [TOP / "README.md", TOP / "CONTRIBUTING.md", TOP / "CHANGELOG.md", *sorted((TOP / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.S)
    assert not [link for link in LINK.findall(text) if "://" not in link and not (page.parent / link).exists()]


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example_and_stands_in_the_readme(verb: str) -> None:
    done = cli(verb, "--help")
    assert done.returncode == 0 and "example" in done.stdout, done.stderr
    if verb != "daemon":
        assert f"handoffd {verb}" in (TOP / "README.md").read_text() or f"`{verb}`" in (TOP / "README.md").read_text()


@pytest.mark.parametrize("verb", VERBS)
def test_examples_in_help_are_understood(verb: str) -> None:
    module = module_of(verb)
    parser = parser_for(verb, module)
    for line in re.findall(rf"handoffd {verb}(.*)$", module.__doc__ or "", re.M):
        import shlex

        parser.parse_args(shlex.split(line.partition(" > ")[0]))


@pytest.mark.parametrize("words", [[], *([verb] for verb in VERBS)], ids=" ".join)
def test_help_fits_a_window_of_eighty_columns(words: list[str]) -> None:
    said = cli(*words, "--help", env={"COLUMNS": "80"}).stdout
    assert said.count("\n") > 5 and [line for line in said.splitlines() if len(line) > 79] == []


def test_help_is_no_wider_than_can_be_read() -> None:
    assert max(map(len, cli("run", "--help", env={"COLUMNS": "300"}).stdout.splitlines())) in range(80, 100)


def test_the_man_page_is_current() -> None:
    assert (TOP / "docs" / "handoffd.1").read_text() == manpage(), "make man"


def test_the_man_page_is_sound() -> None:
    if not shutil.which("man"):
        pytest.skip("man is not installed")
    done = subprocess.run(["man", "--warnings", "-l", str(TOP / "docs" / "handoffd.1")], capture_output=True, text=True, check=True)
    assert not done.stderr and all(f"handoffd {verb}" in done.stdout for verb in VERBS)


def test_every_kind_of_event_is_documented() -> None:
    text = (TOP / "docs" / "journal-schema.md").read_text()
    assert all(f"| `{kind}` |" in text for kind in KINDS)


def test_every_column_has_a_comment() -> None:
    columns = [line for line in SCHEMA.splitlines() if re.match(r"    [a-z_]+ (?:REAL|TEXT|INTEGER)", line)]
    said = [line for line in columns if "--" in line]
    assert len(said) >= len(columns) - 2


def test_the_readme_shows_exactly_two_commands_and_they_exist() -> None:
    shown = re.search(r"## Two commands\n\n```sh\n(.*?)```", (TOP / "README.md").read_text(), re.S)
    assert shown is not None
    commands = [line.split("#")[0].split() for line in shown[1].strip().splitlines()]
    assert [command[0] for command in commands] == ["./install.sh", "make"]
    assert subprocess.run(["sh", "-n", str(TOP / "install.sh")], check=False).returncode == 0
    assert "test" in re.findall(r"^([a-z]+):", (TOP / "Makefile").read_text(), re.M)


def test_the_handoff_in_the_readme_has_the_nine_sections() -> None:
    shown = re.findall(r"```markdown\n(.*?)```", (TOP / "README.md").read_text(), re.S)
    assert [len(re.findall(r"^## ", one, re.M)) for one in shown] == [0, 9], "the head of one that is read, and one that is written"
    assert len(shown[0].strip().split("\n")) <= 8 and "Since: " in shown[0]


def calls(folder: str, *names: str) -> list[tuple[str, ast.Call]]:
    """Where something of these names is called in the product, as `file:line`, and the call."""
    found = []
    for file in sorted((TOP / "handoffd" / folder).rglob("*.py")):
        nodes = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
        found += [(f"{file.relative_to(TOP)}:{node.lineno}", node) for node in nodes if node.func.id in names]  # type: ignore[attr-defined]
    return found


def errors() -> set[str]:
    """The names of UserError and of all that inherit from it."""
    source = "\n".join(file.read_text() for file in (TOP / "handoffd").rglob("*.py"))
    kinds: set[str] = set()
    heirs = {"UserError"}
    while not kinds >= heirs:
        kinds |= heirs
        heirs = set(re.findall(rf"^class (\w+)\((?:{'|'.join(kinds)})\)", source, re.M))
    assert len(kinds) > 10
    return kinds


def messages(kinds: set[str]) -> list[tuple[str, ast.Call]]:
    """Where one is raised with words of ours."""
    found = [(where, call) for where, call in calls("", *kinds) if isinstance(call.args[0], ast.Constant | ast.JoinedStr)]
    assert len(found) > 50
    return found


def said(message: ast.expr) -> str:
    """The longest piece of a message that is the same every time it is told."""
    pieces = [message] if isinstance(message, ast.Constant) else [piece for piece in ast.walk(message) if isinstance(piece, ast.Constant)]
    return max((" ".join(str(piece.value).split()).strip(" :,;()'") for piece in pieces), key=len, default="")


def test_every_message_has_a_hint() -> None:
    assert [where for where, call in messages(errors()) if len(call.args) < 2 and "hint" not in [word.arg for word in call.keywords]] == []


def test_every_message_stands_in_troubleshooting() -> None:
    """But for those on the command line's own words, which are mended where they were typed."""
    page = " ".join((TOP / "docs" / "troubleshooting.md").read_text().partition("## What doctor finds")[0].split()).replace("`", "")
    titles = "\n".join(re.findall(r"\*\*(.+?)\*\*", page))
    assert [f"{where}: {said(call.args[0])}" for where, call in messages(errors() - {"UsageError"}) if said(call.args[0]) not in titles] == []


def test_every_finding_has_a_remedy_and_stands_in_troubleshooting() -> None:
    rows = set(re.findall(r"^\| ([a-z ]+) \|", (TOP / "docs" / "troubleshooting.md").read_text(), re.M)) - {"finding"}
    findings = [(where, call) for where, call in calls("setup", "Finding") if ast.unparse(call.args[1]) != "True"]
    assert [where for where, call in findings if len(call.args) < 4] == []
    names = {ast.unparse(call.args[0]).removeprefix("f").strip("'").partition(" {")[0] for _, call in findings}
    assert names == rows


def test_every_state_of_a_watched_worktree_stands_in_troubleshooting() -> None:
    text = (TOP / "docs" / "troubleshooting.md").read_text()
    assert [state for state in (*filter(None, WatchState), "gone: PATH is not there") if f"**{state}.**" not in text] == []
