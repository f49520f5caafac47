"""Print the completions of handoffd for a shell. For zsh they go into a folder of $fpath, as _handoffd.

examples:
 handoffd completion bash > ~/.local/share/bash-completion/completions/handoffd
 handoffd completion fish > ~/.config/fish/completions/handoffd.fish
 handoffd completion zsh > ~/.zfunc/_handoffd
"""

from __future__ import annotations

import argparse

from handoffd.cli.environment import Environment

_SHELLS = ("bash", "zsh", "fish")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", metavar="SHELL", choices=_SHELLS, help="bash, zsh or fish")


def run(args: argparse.Namespace, environment: Environment) -> int:
    from handoffd.cli.completions import SHELLS
    from handoffd.cli.grammar import grammar

    environment.lines(SHELLS[args.shell](grammar()).rstrip("\n"))
    return 0
