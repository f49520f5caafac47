"""One schema checks, documents and writes the example."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoffd.files.config import SCHEMA, ConfigError, Restrictions, Settings, default_path, example, load, parse, restrictions

TOP = Path(__file__).resolve().parents[2]


def test_the_example_is_current_and_says_the_defaults() -> None:
    assert (TOP / "config.example.yaml").read_text() == example()
    assert parse(example().encode()) == Settings()


def test_every_key_is_documented() -> None:
    text = (TOP / "docs" / "configuration.md").read_text()
    assert all(f"`{key}`" in text for key in SCHEMA)


def test_all_mistakes_are_told_at_once_with_line_and_key() -> None:
    with pytest.raises(ConfigError) as told:
        parse(b"idel: 3\nidle: 20\nkeep: 1s\nidle: 2s\ndirectory: ../x\nreports: 3\n")
    lines = str(told.value).splitlines()
    assert [line.split(":")[1] for line in lines] == ["1", "2", "3", "4", "5", "6"]
    assert "did you mean idle?" in lines[0] and "20m" in lines[1] and "stands twice" in lines[3]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"\xff", "UTF-8"),
        (b"a: [", "YAML"),
        (b"- 1", "keys"),
        (b"a: &x 1\nb: *x\n", "anchors"),
        (b"[" * 40000, "nested too deeply"),
        (b"#" * 70000, "64 KB"),
        (b"directory: .git/x\n", "worktree"),
        (b"directory: 'a*'\n", "plain folder"),
        (b"reports: ['**/*.xml']\n", "fixed folder"),
        (b"reports: [/etc/x.xml]\n", "inside"),
        (b"idle: 0s\n", "between"),
    ],
)
def test_what_is_refused(data: bytes, word: str) -> None:
    with pytest.raises(ConfigError) as told:
        parse(data)
    assert word in str(told.value)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"idle: 1h\nsession_gap: 30m\n", ":2: session_gap: must be longer than idle (1h)"),
        (b"session_gap: 20m\n", ":1: session_gap: must be longer than idle (20m)"),
        (b"keep: 30d\nidle: 5h\n", ":2: idle: must be shorter than session_gap (4h)"),
    ],
)
def test_a_session_is_not_over_before_it_is_idle(data: bytes, said: str) -> None:
    with pytest.raises(ConfigError) as told:
        parse(data)
    assert str(told.value).endswith(said)
    assert parse(b"idle: 5h\nsession_gap: 6h\n").session_gap == 6 * 3600.0 and parse(b"").session_gap == 4 * 3600.0


def test_values_are_read() -> None:
    made = parse(b"idle: 2s\nkeep: 30d\ndirectory: notes\nreports: [out/*.xml]\ntrusted_filters: [crypt]\n")
    assert made == Settings(idle=2.0, keep=30 * 86400.0, directory="notes", reports=("out/*.xml",), trusted_filters=("crypt",))


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    try:
        parse(data)
    except ConfigError:
        pass


def test_a_missing_file_is_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path / "none.yaml") == Settings()
    assert default_path({"HOME": "/h"}) == Path("/h/.config/handoffd/config.yaml")
    assert default_path({"HOME": "/h", "XDG_CONFIG_HOME": "/x"}) == Path("/x/handoffd/config.yaml")


@pytest.mark.parametrize("folder", [".Git", ".GIT/x", "git~1", "a/.git. ", ".claude/\u202e x", "a\x1b[31m"])
def test_no_spelling_of_git_s_folder_and_nothing_unprintable_is_a_folder_of_ours(folder: str) -> None:
    with pytest.raises(ConfigError, match=r"directory: must be"):
        parse(f'directory: "{folder.encode("unicode_escape").decode()}"\n'.encode())


def test_a_control_character_is_called_one() -> None:
    with pytest.raises(ConfigError, match="control character"):
        parse(b"idle: 20m\x00\n")


def test_a_repository_may_ask_for_less() -> None:
    said = restrictions(b"ignore: ['*.log', /build/]\nenabled: false\n")
    assert said == Restrictions(("*.log", "/build/"), enabled=False)


def test_what_a_repository_may_not_say_is_told_and_changes_nothing() -> None:
    said = restrictions(b"trusted_filters: [evil]\ndirectory: /etc\nreports: [/etc/*]\nignore: [build]\nenabled: yes\nidle: 1s\n")
    assert (said.ignore, said.enabled) == (("build",), True)
    assert [line.split(":")[1:3] for line in said.mistakes] == [
        ["1", " trusted_filters"],
        ["2", " directory"],
        ["3", " reports"],
        ["5", " enabled"],
        ["6", " idle"],
    ]


@pytest.mark.parametrize("pattern", ["'!x'", "../x", "''", "/", '"a\\nb"', "'" + "a" * 201 + "'"])
def test_patterns_that_are_refused(pattern: str) -> None:
    said = restrictions(f"ignore: [{pattern}]\n".encode())
    assert said.ignore == () and len(said.mistakes) == 1


@given(st.one_of(st.binary(max_size=300), st.text("ignoreabld: truefals[]{}&*!'\"\n-?|>%@,#\t", max_size=200).map(str.encode)))
def test_whatever_a_repository_says_is_less_or_nothing(data: bytes) -> None:
    said = restrictions(data)
    assert len(said.ignore) <= 64 and isinstance(said.enabled, bool)
    assert all(not pattern.startswith("!") and ".." not in pattern.split("/") for pattern in said.ignore)
