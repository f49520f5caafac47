"""A small file of settings: YAML bytes in, its keys with their lines and plain values out. The one place that knows YAML; imported when there is a
file to be read."""

from __future__ import annotations

from typing import Any, NamedTuple

import yaml

_DEPTH = 10
_OPENING = (yaml.BlockMappingStartToken, yaml.BlockSequenceStartToken, yaml.FlowMappingStartToken, yaml.FlowSequenceStartToken)
_CLOSING = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)


class NoKeys(Exception):
    """The file is no mapping of keys to values; the message is `LINE: why`."""


class Entry(NamedTuple):
    """One key as it stands there. `value` is a scalar's text as it was written, a list of such, or None for anything else."""

    key: str
    line: int
    value: Any


def entries(data: bytes) -> list[Entry]:
    """The keys of a file's bytes in their order, one that stands twice twice; none of an empty file. Raises NoKeys."""
    root = _root(data)
    if root is None:
        return []
    if not isinstance(root, yaml.MappingNode):
        raise NoKeys(f"{root.start_mark.line + 1}: must be keys with values, for example idle: 20m")
    return [Entry(_shown(key), key.start_mark.line + 1, _plain(value)) for key, value in root.value]


def _root(data: bytes) -> yaml.Node | None:
    try:
        return _compose(data.decode("utf-8"))
    except UnicodeDecodeError as fault:
        line = data[: fault.start].count(b"\n") + 1
        raise NoKeys(f"{line}: not UTF-8") from None
    except (yaml.YAMLError, RecursionError) as fault:
        mark = getattr(fault, "problem_mark", None)
        raise NoKeys(f"{mark.line + 1 if mark else 1}: no YAML: {getattr(fault, 'problem', None) or _reason(fault)}") from None


def _reason(fault: Exception) -> str:
    return "nested too deeply" if isinstance(fault, RecursionError) else "it holds a control character"


def _compose(text: str) -> yaml.Node | None:
    """The document's node. Anchors and aliases are refused: they make small files large and keys hard to find."""
    depth = 0
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
        if depth > _DEPTH:
            raise NoKeys(f"{token.start_mark.line + 1}: nested too deeply")
        if isinstance(token, yaml.AnchorToken | yaml.AliasToken):
            raise NoKeys(f"{token.start_mark.line + 1}: anchors and aliases are not used here")
    node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    return node


def _shown(node: yaml.Node) -> str:
    """A key as it may stand in a message."""
    text = str(node.value) if isinstance(node, yaml.ScalarNode) else "a key that is no name"
    return text if len(text) <= 60 else f"{text[:60]}…"


def _plain(node: yaml.Node) -> Any:
    """Scalars as they are written, lists of them; `20m` must not depend on YAML's own ideas of types."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(part) for part in node.value]
    return None
