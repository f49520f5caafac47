"""Files made to take memory and time: test reports, settings and spools. Whatever they are, handoffd stays below 256 MB and goes on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handoffd.sources.spool.reader import LONGEST
from tests.amounts import NIGHTLY
from tests.hostile import measured
from tests.hostile.bombs import MB, XML, YAML
from tests.support import Repo, cli, environment

MOST = 256
TOP = Path(__file__).resolve().parent.parent.parent
GOOD = "<testsuite name='good'><testcase classname='good' name='a'/></testsuite>"


# Bombs of the kind of another one, that take a second each: by night.
SLOW = {
    "many attributes in one tag", "many instructions", "many elements", "suites with long names", "300,000 cases", "failures with long names",
    "character references", "many CDATA sections",
}  # fmt: skip
AT_ONCE = [name for name in XML if NIGHTLY or name not in SLOW]


def of_handoffd(*words: str, cwd: Path) -> dict[str, Any]:
    """What `measured` tells of the process, which is to stay below the cap."""
    env = dict(os.environ, PYTHONPATH=str(TOP))
    done = subprocess.run([sys.executable, measured.__file__, *words], cwd=cwd, env=env, capture_output=True, text=True, timeout=400, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    assert "Traceback" not in told["said"]
    return told


def flushed(repo: Repo) -> dict[str, Any]:
    """A flush that goes well."""
    told = of_handoffd("-m", "handoffd", "flush", cwd=repo.root)
    assert told["code"] == 0, told["said"]
    return told


def runs(repo: Repo) -> dict[str, dict[str, Any]]:
    """Journalled test runs by their report."""
    events = [json.loads(line) for line in cli("log", "--kind", "test", "--json", cwd=repo.root).stdout.splitlines()]
    return {event["data"]["report"]: event["data"] for event in events}


def begun(root: Path) -> Repo:
    repo = Repo.create(root)
    repo.commit("feat: begin", {"a.py": "a = 1\n"})
    assert cli("init", cwd=root).returncode == 0
    repo.write("reports/good.xml", GOOD)
    return repo


def report_of(bomb: str) -> str:
    return f"test-results/{list(XML).index(bomb):02}.xml"


@pytest.fixture(scope="module")
def bombed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Repo, dict[str, Any], dict[str, str]]]:
    """XML bombs in one repository, one flush over them, and what status and doctor say after it."""
    folder = tmp_path_factory.mktemp("bombs")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(folder / "home").items():
            patch.setenv(name, value)
        repo = begun(folder / "repo")
        for name in AT_ONCE:
            XML[name].write(repo.path(report_of(name)))
        told = flushed(repo)
        yield repo, {**told, "runs": runs(repo)}, {verb: cli(verb, cwd=repo.root).stdout for verb in ("status", "doctor")}
    shutil.rmtree(folder)


def test_all_xml_bombs_at_once_take_little_memory(bombed: Any) -> None:
    _, told, _ = bombed
    assert told["peak"] < MOST


def test_other_reports_are_read_beside_bombs(bombed: Any) -> None:
    _, told, _ = bombed
    good = told["runs"]["reports/good.xml"]
    assert (good["passed"], good["failed"]) == (1, 0)
    assert "test-results" in told["runs"]  # what could be read of the bombs


@pytest.mark.parametrize("bomb", AT_ONCE)
@pytest.mark.parametrize("verb", ["status", "doctor"])
def test_what_was_refused_is_told(bombed: Any, verb: str, bomb: str) -> None:
    _, _, said = bombed
    lines = [line for line in said[verb].splitlines() if report_of(bomb) in line]
    assert [XML[bomb].said in line for line in lines] == [True] * bool(XML[bomb].said)


@pytest.mark.nightly
@pytest.mark.parametrize("bomb", XML)
def test_one_xml_bomb_alone(tmp_path: Path, bomb: str) -> None:
    """The first one has all the room to itself that the reports of one look share."""
    repo = begun(tmp_path)
    XML[bomb].write(repo.path("junit.xml"))
    told = flushed(repo)
    repo.path("junit.xml").unlink()
    assert told["peak"] < MOST, f"{told['peak']:.0f} MB"


PARSE_ALL = """
import json, pathlib, sys
from handoffd.files.config import ConfigError, load, restrictions
said = {}
for file in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    try:
        said[file.name] = ["", str(load(file))]
    except ConfigError as fault:
        said[file.name] = [fault.message, fault.hint]
    with file.open("rb") as opened:
        said[file.name].append(list(restrictions(opened.read(65537)).mistakes))
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], float]:
    """Each YAML bomb as a config and as a repository's own file, read by one process; what was said, and its peak in MB."""
    folder = tmp_path_factory.mktemp("yaml")
    for name, data in YAML.items():
        (folder / name).write_bytes(data)
    with (folder / "2 GB").open("wb") as file:
        file.truncate(2 * 1024 * MB)
    told = of_handoffd("-c", PARSE_ALL, str(folder), cwd=folder)
    return json.loads(told["said"]), told["peak"]


@pytest.mark.parametrize("bomb", [*YAML, "2 GB"])
def test_a_yaml_bomb_is_a_plain_mistake(parsed: tuple[dict[str, Any], float], bomb: str) -> None:
    said, peak = parsed
    message, hint, mistakes = said[bomb]
    assert peak < MOST
    assert bomb in message and hint and len(message) < 10_000
    assert mistakes and len(mistakes) <= 51


@pytest.mark.parametrize("size", [LONGEST + 2 * MB, pytest.param(2 * 1024 * MB, marks=pytest.mark.nightly)])
def test_a_spool_line_without_end_is_gone_over(tmp_path: Path, size: int) -> None:
    repo = begun(tmp_path)
    spool = repo.path(".git/handoffd/spool")
    os.truncate(spool, size)
    assert flushed(repo)["peak"] < MOST
    note = {"v": 1, "kind": "note", "key": "k", "at": 1.7e9, "branch": "main", "data": {"kind": "todo", "text": "afterwards"}}
    with spool.open("a") as file:
        file.write(f"\n{json.dumps(note)}\n")
    flushed(repo)
    assert "afterwards" in cli("log", cwd=repo.root).stdout
    repo.write("b.py", "b = 1\n")
    flushed(repo)
    assert spool.stat().st_size < MB


def test_a_spool_record_of_too_many_values_is_passed_over(tmp_path: Path) -> None:
    repo = begun(tmp_path)
    with repo.path(".git/handoffd/spool").open("ab") as file:
        file.write(b'{"v":1,"data":[' + b"[]," * (4 * MB) + b"0]}\n")
    assert flushed(repo)["peak"] < MOST


def test_a_commit_message_of_megabytes_takes_little_memory_and_keeps_its_ends(tmp_path: Path) -> None:
    repo = begun(tmp_path)
    words = repo.path(".git/words")
    words.write_text("feat: begin to end\n\n" + "word " * (36 * MB // 5) + "\n\nDecision: keep both ends\n")
    repo.git("commit", "-q", "--allow-empty", "--cleanup=verbatim", "-F", str(words))
    told = flushed(repo)
    assert told["peak"] < MOST, f"{told['peak']:.0f} MB"
    (file,) = repo.path(".claude").glob("handoff-*.md")
    document = file.read_text()
    assert "Begin to end" in document and "keep both ends" in document
