"""What a path says about the file: test, generated, manifest, role. By name alone, with git attributes and the first lines where given."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from handoffd.code.languages import LONGEST_LINE
from handoffd.model.kinds import FileRole
from handoffd.model.lazy import lazy

_NO_ATTRIBUTES: Final[Mapping[str, str]] = {}
_HEAD: Final = 2_000

_TEST_FOLDER: Final = lazy(r"(?:^|/)(?:tests?|__tests__|specs?|testing|e2e|[\w.-]+\.Tests?)/", re.IGNORECASE)
_TEST_NAME: Final = lazy(
    r"^(?:test_.*\.py|.*_tests?\.(?:py|go|rs|rb|exs?|c|cc|cpp|dart)|tests?\.\w+|.*\.(?:test|spec|e2e|cy)\.[cm]?[jt]sx?|.*_spec\.rb|conftest\.py"
    r"|(?:[A-Z]\w*|)(?:Tests?|Spec|IT)\.(?:java|kt|cs|swift|scala|php|groovy)|test-.*\.[cm]?[jt]s|.*\.bats)$"
)
_LOCK_FILES: Final = frozenset(
    {
        "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb", "poetry.lock", "uv.lock",
        "pdm.lock",         "pipfile.lock", "cargo.lock", "go.sum", "go.work.sum", "gemfile.lock",
        "composer.lock", "podfile.lock", "mix.lock", "flake.lock",
        "packages.lock.json", "gradle.lockfile", "pubspec.lock", "deno.lock", "pixi.lock", ".terraform.lock.hcl", "package.resolved",
    }
)  # fmt: skip
_GENERATED_FOLDER: Final = lazy(r"(?:^|/)(?:node_modules|vendor|third_party|bower_components|__snapshots__|__generated__)/")
_GENERATED_NAME: Final = lazy(
    r"(?:\.min\.(?:js|css|mjs)|\.bundle\.js|\.(?:js|css|mjs)\.map|\.snap"
    r"|\.pb\.go|_pb2(?:_grpc)?\.pyi?|\.pb\.(?:cc|h)|\.g\.dart|\.generated\.\w+|\.Designer\.cs)$"
)
_GENERATED_MARK: Final = lazy(
    r"@generated\b|Code generated .{0,200}DO NOT EDIT"
    r"|(?:auto-?generated|automatically generated).{0,100}do not (?:edit|modify)",
    re.IGNORECASE,
)
_SCHEMA: Final = lazy(
    r"(?:^|/)(?:migrations?|migrate|alembic/versions)/."
    r"|(?:^|/)schema\.(?:prisma|rb|graphqls?)$|\.(?:sql|proto|graphqls?|avsc|thrift|prisma)$"
)
_CI: Final = lazy(
    r"^(?:\.github/(?:workflows|actions)/.+|\.circleci/.+|\.buildkite/.+|\.gitlab/ci/.+|\.gitlab-ci\.ya?ml|\.travis\.ya?ml|appveyor\.yml|azure-pipelines\.ya?ml"
    r"|bitbucket-pipelines\.ya?ml|\.drone\.ya?ml|\.woodpecker/.+|\.cirrus\.ya?ml)$|(?:^|/)Jenkinsfile$"
)
_DECISION: Final = lazy(r"(?:^|/)(?:adrs?|decisions|decision-records|architecture-decisions)/[^/]+\.(?:md|markdown|rst|adoc|txt)$", re.IGNORECASE)
_MANIFEST: Final = lazy(
    r"^(?:pyproject\.toml|setup\.cfg|package\.json|go\.mod|cargo\.toml|gemfile|composer\.json|pom\.xml|build\.gradle(?:\.kts)?"
    r"|[\w.-]*requirements[\w.-]*\.(?:txt|in))$"
)
_REQUIREMENTS_FOLDER: Final = lazy(r"(?:^|/)requirements/[^/]+\.(?:txt|in)$")


def _name(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def is_test(path: str) -> bool:
    """A file of tests, or one that lies in a folder of tests."""
    return bool(_TEST_FOLDER.search(path) or _TEST_NAME.match(_name(path)))


def is_lock(path: str) -> bool:
    """A lock file of a package manager."""
    return _name(path).lower() in _LOCK_FILES


def is_generated(path: str, text: str | None = None, attributes: Mapping[str, str] = _NO_ATTRIBUTES) -> bool:
    """Lock files, vendored, minified and generated ones. `attributes`: git's for the path (`set`, `true`, `unset`, `false`); they win."""
    told = [attributes[key] for key in ("linguist-generated", "linguist-vendored") if attributes.get(key, "unspecified") != "unspecified"]
    if told:
        return any(value not in ("unset", "false") for value in told)
    if is_lock(path) or _GENERATED_FOLDER.search(path) or _GENERATED_NAME.search(path):
        return True
    return text is not None and _text_says_generated(path, text)


def _text_says_generated(path: str, text: str) -> bool:
    head = text[:_HEAD]
    if path.endswith((".js", ".css", ".mjs", ".cjs")) and len(head) == _HEAD and "\n" not in text[: LONGEST_LINE + 1].rstrip("\n"):
        return True
    opening = head.split("\n", 8)[:8]
    return any(_GENERATED_MARK.search(line) for line in opening)


def role(path: str, text: str | None = None, attributes: Mapping[str, str] = _NO_ATTRIBUTES) -> FileRole:
    """What a change of the file means beyond its text."""
    if is_generated(path, text, attributes):
        return FileRole.GENERATED
    for found, pattern in ((FileRole.CI, _CI), (FileRole.DECISION, _DECISION), (FileRole.SCHEMA, _SCHEMA)):
        if pattern.search(path):
            return found
    return FileRole.NONE


def is_manifest(path: str) -> bool:
    """A file that declares dependencies in a way that `manifests.py` reads."""
    return bool(_MANIFEST.match(_name(path).lower()) or _REQUIREMENTS_FOLDER.search(path))
