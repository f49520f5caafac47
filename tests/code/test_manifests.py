from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoffd.code.manifests import dependencies


def changed(path: str, old: str | None, new: str | None) -> list[tuple[str, str, str, int]]:
    return [(item.name, item.old, item.new, item.line) for item in dependencies(path, old, new)]


PYPROJECT = '[project]\nname = "x"\ndependencies = [\n  "certifi",\n  "httpcore[http2]==1.*; python_version > \'3\'",\n]\n'


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        ("pyproject.toml", PYPROJECT, PYPROJECT.replace("==1.*", ">=2"), [("httpcore", "==1.*", ">=2", 5)]),
        ("pyproject.toml", PYPROJECT, PYPROJECT.replace('  "certifi",\n', ""), [("certifi", "*", "", 0)]),
        ("pyproject.toml", "", '[dependency-groups]\ndev = ["ruff>=1", {include-group = "x"}]\n', [("ruff", "", ">=1", 2)]),
        ("pyproject.toml", "", '[project.optional-dependencies]\nzstd = ["zstandard (>=0.23.0)"]\n', [("zstandard", "", ">=0.23.0", 2)]),
        ("pyproject.toml", "", '[tool.poetry.dependencies]\npython = "^3"\na = {version = "^1", optional = true}\n', [("a", "", "^1", 3)]),
        ("sub/requirements-dev.txt", "trio==1 # c\n-r x\n", "trio==2\n", [("trio", "==1", "==2", 1)]),
        ("setup.cfg", "", "[options]\ninstall_requires =\n    a>=1\n    b\n", [("a", "", ">=1", 3), ("b", "", "*", 4)]),
        ("package.json", '{"dependencies": {}}', '{\n"dependencies": {\n"p-limit": "^7.3.3"\n}}', [("p-limit", "", "^7.3.3", 3)]),
        ("package.json", '{"dependencies": {"a": "1"}}', '{"devDependencies": {"a": "1"}}', []),
        ("package.json", '{"version": "1"}', '{"version": "2"}', []),
        (
            "go.mod",
            "module m\ngo 1.22\nrequire (\n\tgithub.com/a/b v1.0.0\n)\n",
            "module m\ngo 1.23\nrequire (\n\tgithub.com/a/b v1.1.0\n\tx.y/z v2.0.0 // indirect\n)\n",
            [("github.com/a/b", "v1.0.0", "v1.1.0", 4)],
        ),
        ("Cargo.toml", "", '[dependencies]\nserde = { version = "1.0", features = [] }\n', [("serde", "", "1.0", 2)]),
        ("Cargo.toml", "", '[dependencies.regex]\nversion = "1.2"\n', [("regex", "", "1.2", 1)]),
        ("Gemfile", "gem 'rails', '~> 7'\n", "gem 'rails', '~> 8'\n", [("rails", "~> 7", "~> 8", 1)]),
        ("composer.json", None, '{"require": {"php": ">=8"}}', [("php", "", ">=8", 1)]),
        (
            "pom.xml",
            "",
            "<dependency>\n<groupId>g</groupId>\n<artifactId>a</artifactId>\n<version>1</version>\n</dependency>\n",
            [("g:a", "", "1", 3)],
        ),
        ("build.gradle.kts", "", 'implementation("g:a:1.2")\n', [("g:a", "", "1.2", 1)]),
        ("pyproject.toml", PYPROJECT, "[project\n", []),
        ("package.json", '{"dependencies": 3}', "[]", []),
        ("notes.md", "", "a==1\n", []),
    ],
)
def test_dependencies(path: str, old: str | None, new: str | None, expected: list[tuple[str, str, str, int]]) -> None:
    assert changed(path, old, new) == expected


NAMES = st.sampled_from(["pyproject.toml", "requirements.txt", "setup.cfg", "package.json", "go.mod", "Cargo.toml", "Gemfile", "pom.xml"])


@given(NAMES, st.text(max_size=200), st.text(max_size=200))
def test_no_text_raises_and_lines_lie_in_it(path: str, old: str, new: str) -> None:
    assert all(0 <= item.line <= new.count("\n") + 1 for item in dependencies(path, old, new))
    assert dependencies(path, new, new) == ()


@pytest.mark.parametrize("path", ["package.json", "pyproject.toml"])
def test_deep_nesting_is_no_dependency(path: str) -> None:
    assert dependencies(path, "", "x = " * (path == "pyproject.toml") + "[" * 100_000) == ()
