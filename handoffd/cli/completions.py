"""Completions of the command line for bash, zsh and fish, as text. Nothing of ours runs while a person types."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence

from handoffd.cli.grammar import FILE, FOLDER, Argument, VerbGrammar

_BASH = """\
# bash completion for handoffd
_handoffd_words() {{ COMPREPLY=($(compgen -W "$1" -- "$current")); }}
_handoffd_paths() {{
    local IFS=$'\n'
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen "$1" -- "$current"))
}}
_handoffd() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} verb= skip= word
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        if [ -n "$skip" ]; then skip=; continue; fi
        case $word in -C) skip=1 ;; -*) ;; *) verb=$word; break ;; esac
    done
    COMPREPLY=()
    case $verb:$before in
{values}
    esac
    case $current:$verb in
        -*:) _handoffd_words '-C --help --version' ;;
        *:) _handoffd_words {verbs} ;;
{options}
{positionals}
    esac
}}
complete -F _handoffd handoffd
"""
_ZSH = """\
#compdef handoffd
_handoffd() {{
    local context state state_descr line
    typeset -A opt_args
    _arguments -C '-C[work in PATH instead of the current directory]:PATH:_files -/' '--help[show the help]' '--version[print the version]' \\
        '1:verb:->verb' '*::argument:->arguments'
    case $state in
        verb)
            local -a verbs
            verbs=(
{verbs}
            )
            _describe verb verbs ;;
        arguments)
            case $line[1] in
{arguments}
            esac ;;
    esac
}}
if [ "$funcstack[1]" = _handoffd ]; then _handoffd "$@"; else compdef _handoffd handoffd; fi
"""

_FISH = """\
# fish completion for handoffd
function __handoffd_verb
    set -l words (commandline -opc)
    set -e words[1]
    while string match -q -- '-*' $words[1]
        test $words[1] = -C; and set -e words[1]
        set -e words[1]
    end
    test "$words[1]" = "$argv[1]"
end
complete -c handoffd -f
complete -c handoffd -n '__handoffd_verb' -s C -r -a '(__fish_complete_directories)' -d 'work in PATH instead of the current directory'
complete -c handoffd -n '__handoffd_verb' -l version -d 'print the version'"""


def bash(verbs: Sequence[VerbGrammar]) -> str:
    """For `~/.local/share/bash-completion/completions/handoffd`, or to be sourced."""
    return _BASH.format(
        verbs=_quoted(" ".join(verb.name for verb in verbs)),
        values="\n".join([*(line for verb in verbs for line in _bash_values(verb)), "        *:-C) _handoffd_paths -d; return ;;"]),
        options="\n".join(f"        -*:{verb.name}) {_bash_words(_flags(verb))} ;;" for verb in verbs),
        positionals="\n".join(f"        *:{verb.name}) {_bash_complete(verb.positionals[0])} ;;" for verb in verbs if verb.positionals),
    )


def _bash_values(verb: VerbGrammar) -> Iterable[str]:
    for option in verb.options:
        if option.value and option.flags != ("-C",):
            pattern = "|".join(f"{verb.name}:{flag}" for flag in option.flags)
            yield f"        {pattern}) {_bash_complete(option)}; return ;;"


def _bash_complete(argument: Argument) -> str:
    if argument.choices:
        return _bash_words(argument.choices)
    if argument.place == FOLDER:
        return "_handoffd_paths -d"
    if argument.place == FILE:
        return "_handoffd_paths -f"
    return ":"


def _bash_words(words: Iterable[str]) -> str:
    return f"_handoffd_words {_quoted(' '.join(words))}"


def zsh(verbs: Sequence[VerbGrammar]) -> str:
    """For a file `_handoffd` in a folder of `$fpath`, or to be sourced after `compinit`."""
    named = (f"                {_quoted(f'{verb.name}:{verb.line}')}" for verb in verbs)
    return _ZSH.format(verbs="\n".join(named), arguments="\n".join(map(_zsh_verb, verbs)))


def _zsh_verb(verb: VerbGrammar) -> str:
    specs = [_zsh_option(option) for option in verb.options]
    specs += [f"{'' if positional.required else ':'}:{positional.value}:{_zsh_action(positional)}" for positional in verb.positionals]
    return f"                {verb.name}) _arguments {' '.join(map(_quoted, specs))} ;;"


def _zsh_option(option: Argument) -> str:
    flag = option.flags[-1]
    about = option.about.replace("[", "\\[").replace("]", "\\]").replace(":", "\\:")
    value = f":{option.value.replace(':', ' ')}:{_zsh_action(option)}" if option.value else ""
    return f"*{flag}[{about}]{value}"


def _zsh_action(argument: Argument) -> str:
    if argument.choices:
        return f"({' '.join(argument.choices)})"
    return {FOLDER: "_files -/", FILE: "_files"}.get(argument.place, " ")


def fish(verbs: Sequence[VerbGrammar]) -> str:
    """For `~/.config/fish/completions/handoffd.fish`."""
    lines = [_FISH]
    for verb in verbs:
        lines.append(f"complete -c handoffd -n '__handoffd_verb' -a {verb.name} -d {_quoted(verb.line)}")
        lines += (_fish_argument(verb, argument) for argument in verb.arguments if argument.flags or argument.choices or argument.place)
    return "\n".join(lines) + "\n"


def _fish_argument(verb: VerbGrammar, argument: Argument) -> str:
    flags = "".join(f" -{'s' if len(flag) == 2 else 'l'} {flag.lstrip('-')}" for flag in argument.flags)
    taken = " -r" if argument.flags and argument.value else ""
    offered = {FOLDER: " -a '(__fish_complete_directories)'", FILE: " -F"}.get(argument.place, "")
    if argument.choices:
        offered = f" -a {_quoted(' '.join(argument.choices))}"
    about = f" -d {_quoted(argument.about)}" if argument.flags else ""
    return f"complete -c handoffd -n '__handoffd_verb {verb.name}'{flags}{taken}{offered}{about}"


def _flags(verb: VerbGrammar) -> list[str]:
    return [flag for option in verb.options for flag in option.flags]


def _quoted(text: str) -> str:
    return shlex.quote(text)


SHELLS: Mapping[str, Callable[[Sequence[VerbGrammar]], str]] = {"bash": bash, "zsh": zsh, "fish": fish}
