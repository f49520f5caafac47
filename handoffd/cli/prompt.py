"""Print one line about this worktree for a shell's prompt: the newest handoff's time, events since, failing tests. Where handoffd does not watch
it prints nothing.

With --snippet, print the lines that put it into the prompt of bash, zsh or fish, into starship or into the status line of tmux. They start no
Python: `handoffd-prompt`, a few lines of sh, reads one small file.

examples: handoffd prompt
          handoffd prompt --snippet bash
"""

from __future__ import annotations

import argparse

from handoffd.cli.common import path_argument
from handoffd.cli.environment import Environment

SNIPPETS = {
    "bash": """\
# ~/.bashrc
PROMPT_COMMAND="${PROMPT_COMMAND:+$PROMPT_COMMAND; }handoffd_line=\\$(handoffd-prompt)"
PS1='${handoffd_line:+[$handoffd_line] }'"$PS1\"""",
    "zsh": """\
# ~/.zshrc
autoload -Uz add-zsh-hook
handoffd_precmd() { local line=$(handoffd-prompt); RPROMPT="%F{8}${line//\\%/%%}%f" }
add-zsh-hook precmd handoffd_precmd""",
    "fish": """\
# ~/.config/fish/config.fish
function fish_right_prompt
    set_color brblack
    handoffd-prompt
    set_color normal
end""",
    "starship": """\
# ~/.config/starship.toml
[custom.handoffd]
command = "handoffd-prompt"
when = true
require_repo = true
shell = ["sh"]
format = "[$output]($style) "
style = "bright-black\"""",
    "tmux": """\
# ~/.tmux.conf
set -g status-right '#(cd #{q:pane_current_path} && handoffd-prompt)'""",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    path_argument(parser)
    parser.add_argument("--snippet", choices=sorted(SNIPPETS), metavar="NAME", help=f"print what to put where: {', '.join(sorted(SNIPPETS))}")


def run(args: argparse.Namespace, environment: Environment) -> int:
    from handoffd.files.layout import prompt_in
    from handoffd.git.repository import discover
    from handoffd.model.errors import UserError

    if args.snippet:
        environment.lines(SNIPPETS[args.snippet])
        return 0
    try:
        line = prompt_in(discover(environment.cwd / args.path if args.path else environment.cwd).git_dir).read_text()
    except (UserError, OSError, UnicodeError):
        return 0
    environment.print(line.strip()[:100])
    return 0
