"""Shipped files are found in a source tree."""

import pytest

from handoffd.files import resources


def test_the_example_config_is_found():
    assert resources.example_config().startswith("#")


@pytest.mark.parametrize("name", ["no-such-hook", "../pyproject.toml", ""])
def test_only_hook_scripts_are_answered(name):
    with pytest.raises(FileNotFoundError):
        resources.hook_file(name)
