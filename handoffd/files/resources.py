"""The files that ship with the package and are not Python: hook scripts and the commented config.

In a wheel they lie in `handoffd/_data/`; in a source tree or an editable install at the top of the tree.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def _data() -> Path:
    shipped = _PACKAGE / "_data"
    return shipped if shipped.is_dir() else _PACKAGE.parent


def hook_file(name: str) -> Path:
    """The hook script `name` (for example "post-commit"), absolute. FileNotFoundError when none is shipped under that name."""
    path = _data() / "hooks" / name
    if Path(name).name != name or not path.is_file():
        raise FileNotFoundError(f"no such hook script: {name}")
    return path


def example_config() -> str:
    """The text of config.example.yaml."""
    return (_data() / "config.example.yaml").read_text(encoding="utf-8")
