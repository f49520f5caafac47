"""Which dependencies a manifest declares, and what changed between two texts of it.

Versions are given as written. A text that does not parse (it is edited this minute) declares nothing that could be compared.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from handoffd.code.languages import LONGEST_LINE
from handoffd.model.change import Dependency
from handoffd.model.lazy import lazy

LARGEST_MANIFEST: Final = 1_000_000
Declared = dict[tuple[str, str], str]
"""(group, name) -> version as written, '' when none is."""

_REQUIREMENT: Final = lazy(r"\s*(?P<name>[A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(?P<version>[^;#]*)")
_GO: Final = lazy(r"\s*(?:require\s+)?(?P<name>[\w.~-]+(?:/[\w.~-]+)*)\s+(?P<version>v\S+)\s*(?P<rest>//.*)?$")
_GEM: Final = lazy(r"\s*gem\s*\(?\s*[\"'](?P<name>[^\"']+)[\"']\s*(?:,\s*[\"'](?P<version>[^\"']*)[\"'])?")
_GRADLE: Final = lazy(r"\s*(?P<group>[A-Za-z]+)[\s(]+[\"'](?P<name>[\w.-]+:[\w.-]+)(?::(?P<version>[^\"':@]+))?[\"'@:]")
_TAG: Final = lazy(r"<(?P<tag>groupId|artifactId|version|/?dependency)>(?:\s*(?P<text>[^<>]*?)\s*</)?")


def dependencies(path: str, old_text: str | None, new_text: str | None) -> tuple[Dependency, ...]:
    """What changed between the two texts of the manifest `path`, sorted by line. None is a file that is not there."""
    read = _reader(path)
    if read is None or max(len(old_text or ""), len(new_text or "")) > LARGEST_MANIFEST:
        return ()
    try:
        old, new = read(old_text or ""), read(new_text or "")
    except (ValueError, RecursionError):
        return ()
    changed = [_dependency(name, before, after) for name, before, after in _changes(old, new)]
    return _with_lines(changed, new_text or "")


def _dependency(name: str, before: str | None, after: str | None) -> Dependency:
    """A declaration without a version is `*`, so that '' keeps meaning that there is none."""
    return Dependency(name, "" if before is None else before or "*", "" if after is None else after or "*")


def _changes(old: Declared, new: Declared) -> Iterator[tuple[str, str | None, str | None]]:
    """One row a name. A package that moves from one group to another is one change, none at all when its version stays."""
    names = dict.fromkeys(name for key in (*new, *old) if old.get(key) != new.get(key) for name in (key[1],))
    before, after = _by_name(old, new), _by_name(new, old)
    for name in names:
        if before.get(name) != after.get(name):
            yield name, before.get(name), after.get(name)


def _by_name(declared: Declared, other: Declared) -> dict[str, str]:
    """The version of each name; of a name in several groups, that of the group that differs from `other`."""
    versions: dict[str, str] = {}
    for key, version in declared.items():
        if key[1] not in versions or other.get(key) != version:
            versions[key[1]] = version
    return versions


def _with_lines(changed: list[Dependency], text: str) -> tuple[Dependency, ...]:
    lines = text.split("\n")
    found = [Dependency(item.name, item.old, item.new, _line_of(item, lines) if item.new else 0) for item in changed[:500]]
    return tuple(sorted(found, key=lambda item: (item.line, item.name)))


def _line_of(item: Dependency, lines: list[str]) -> int:
    """The line that holds name and version, else the first that holds the name; 0 when none does."""
    word = re.compile(r"(?<![\w/-])" + re.escape(item.name.rsplit(":", 1)[-1]) + r"(?![\w/-])")
    holding = [number for number, line in enumerate(lines, 1) if len(line) <= LONGEST_LINE and word.search(line)]
    return next((number for number in holding if item.new in lines[number - 1]), holding[0] if holding else 0)


def _reader(path: str) -> Callable[[str], Declared] | None:
    name = path.rsplit("/", 1)[-1].lower()
    if name in _READERS:
        return _READERS[name]
    return _requirements if name.endswith((".txt", ".in")) else None


def _group(group: str, found: object) -> Declared:
    """A table of name to version, or of name to a table with a version."""
    return {(group, name): _version(value) for name, value in found.items()} if isinstance(found, dict) else {}


def _version(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return next((str(value[key]) for key in ("version", "rev", "tag", "branch", "git", "path", "url") if value.get(key)), "")
    return ""


def _listed(group: str, found: object) -> Declared:
    """A list of requirement strings, as Python's packaging writes them."""
    declared: Declared = {}
    for text in found if isinstance(found, list) else ():
        match = _REQUIREMENT.match(text) if isinstance(text, str) and len(text) <= LONGEST_LINE else None
        if match:
            declared[(group, match["name"])] = match["version"].strip().strip("()").strip()
    return declared


def _table(value: object, *keys: str) -> dict[str, Any]:
    """The table below `keys`, empty when something else stands there."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _pyproject(text: str) -> Declared:
    import tomllib

    whole = tomllib.loads(text)
    declared = _listed("", _table(whole, "project").get("dependencies"))
    for kind, groups in (("extra", _table(whole, "project", "optional-dependencies")), ("group", _table(whole, "dependency-groups"))):
        for name, found in groups.items():
            declared |= _listed(f"{kind} {name}", found)
    poetry = _table(whole, "tool", "poetry")
    for key in ("dependencies", "dev-dependencies"):
        declared |= {pair: version for pair, version in _group(f"poetry {key}", poetry.get(key)).items() if pair[1] != "python"}
    for name in _table(poetry, "group"):
        declared |= _group(f"poetry {name}", _table(poetry, "group", name, "dependencies"))
    return declared


def _requirements(text: str) -> Declared:
    lines = [line.split(" #", 1)[0] for line in text.split("\n") if not line.lstrip().startswith(("#", "-"))]
    return _listed("", [line.rstrip("\\ \t\r").split(" --hash", 1)[0] for line in lines])


def _setup_cfg(text: str) -> Declared:
    import configparser

    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
        declared = _listed("", parser.get("options", "install_requires", fallback="").split("\n"))
        if parser.has_section("options.extras_require"):
            for name, value in parser.items("options.extras_require"):
                declared |= _listed(name, value.split("\n"))
    except configparser.Error as wrong:
        raise ValueError(f"{wrong}") from wrong
    return declared


def _package_json(text: str) -> Declared:
    return _json_groups(text, ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies"))


def _composer(text: str) -> Declared:
    return _json_groups(text, ("require", "require-dev"))


def _json_groups(text: str, groups: tuple[str, ...]) -> Declared:
    whole = json.loads(text) if text.strip() else {}
    declared: Declared = {}
    for group in groups:
        declared |= _group(group, _table(whole).get(group))
    return declared


def _cargo(text: str) -> Declared:
    import tomllib

    whole = tomllib.loads(text)
    tables = [whole, _table(whole, "workspace"), *(_table(whole, "target", name) for name in _table(whole, "target"))]
    declared: Declared = {}
    for table in tables:
        for group in ("dependencies", "dev-dependencies", "build-dependencies"):
            declared |= _group(group, table.get(group))
    return declared


def _scan(text: str, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    for line in text.split("\n"):
        match = pattern.match(line.rstrip()) if len(line) <= LONGEST_LINE else None
        if match:
            yield match


def _go_mod(text: str) -> Declared:
    """Required modules; those marked `// indirect` are the tool's, not a person's."""
    skipped = ("module", "go", "toolchain", "exclude", "replace", "retract")
    found = (match for match in _scan(text, _GO) if match["name"] not in skipped and "indirect" not in (match["rest"] or ""))
    return {("", match["name"]): match["version"] for match in found}


def _gemfile(text: str) -> Declared:
    return {("", match["name"]): match["version"] or "" for match in _scan(text, _GEM)}


def _gradle(text: str) -> Declared:
    return {(match["group"], match["name"]): match["version"] or "" for match in _scan(text, _GRADLE)}


def _pom(text: str) -> Declared:
    """`<dependency>` blocks by their tags alone; no XML parser reads a stranger's file."""
    declared: Declared = {}
    current: dict[str, str] | None = None
    for line in text.split("\n"):
        for match in _TAG.finditer(line[:LONGEST_LINE]):
            tag = match["tag"]
            if tag == "dependency":
                current = {}
            elif tag == "/dependency":
                if current and current.get("artifactId"):
                    declared[("", f"{current.get('groupId', '')}:{current['artifactId']}")] = current.get("version", "")
                current = None
            elif current is not None:
                current.setdefault(tag, match["text"] or "")
    return declared


_READERS: Final[dict[str, Callable[[str], Declared]]] = {
    "pyproject.toml": _pyproject,
    "setup.cfg": _setup_cfg,
    "package.json": _package_json,
    "composer.json": _composer,
    "cargo.toml": _cargo,
    "go.mod": _go_mod,
    "gemfile": _gemfile,
    "pom.xml": _pom,
    "build.gradle": _gradle,
    "build.gradle.kts": _gradle,
}
