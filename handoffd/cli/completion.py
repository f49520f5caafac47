"""Print the completions of handoffd for a shell. Where they go:

bash    handoffd completion bash > ~/.local/share/bash-completion/completions/handoffd
zsh     handoffd completion zsh > a folder of your $fpath, as _handoffd
fish    handoffd completion fish > ~/.config/fish/completions/handoffd.fish

example: handoffd completion bash
"""

from __future__ import annotations

import argparse

from handoffd.cli.world import World

_SHELLS = ("bash", "zsh", "fish")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", metavar="SHELL", choices=_SHELLS, help="bash, zsh or fish")


def run(args: argparse.Namespace, world: World) -> int:
    from handoffd.cli.completions import SHELLS
    from handoffd.cli.grammar import grammar

    world.lines(SHELLS[args.shell](grammar()).rstrip("\n"))
    return 0
