#!/bin/sh
# Installs handoffd for this user and begins to watch a repository. No root, no shell configuration is touched.
#
#   ./install.sh [REPO]...     install, watch each REPO (default: the current folder's), start the daemon, write a first handoff
#   ./install.sh --uninstall   stop, stop watching, remove everything but the handoffs and journals
set -eu

data="${XDG_DATA_HOME:-$HOME/.local/share}/handoffd"
state="${XDG_STATE_HOME:-$HOME/.local/state}/handoffd"
bin="$HOME/.local/bin"
link="$bin/handoffd"
source_dir=$(cd "$(dirname "$0")" && pwd)

say() { printf '%s\n' "$*"; }
fail() {
    printf 'install.sh: %s\n' "$1" >&2
    [ $# -lt 2 ] || printf 'hint: %s\n' "$2" >&2
    exit 1
}

usage() {
    say "usage: ./install.sh [REPO]..."
    say "       ./install.sh --uninstall"
    say "Installs handoffd into $data, links it into $bin, and watches each REPO (default: the current folder's)."
}

# The newest Python from 3.11 on.
find_python() {
    for name in python3.15 python3.14 python3.13 python3.12 python3.11 python3; do
        command -v "$name" >/dev/null 2>&1 || continue
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

# Python, venv, git and every REPO are checked before anything is changed.
check() {
    python=$(find_python) || fail "Python 3.11 or newer is needed; found $(python3 --version 2>&1 || echo none)" "install a newer python3"
    "$python" -c 'import ensurepip, venv' 2>/dev/null || fail "$python has no venv module" "Debian and Ubuntu: sudo apt install python3-venv"
    command -v git >/dev/null 2>&1 || fail "git is not on PATH" "install git"
    for repo in "$@"; do
        [ -d "$repo" ] || fail "$repo is no folder"
        [ "$(git -C "$repo" rev-parse --is-inside-work-tree 2>/dev/null)" = true ] || fail "$repo is no git worktree" "git init, or name another folder"
    done
    if [ -e "$link" ] || [ -L "$link" ]; then
        case "$(readlink "$link" 2>/dev/null || :)" in
        "$data"/*) ;;
        *) fail "$link is there already and is not ours" "move it away first" ;;
        esac
    fi
}

# What was not there before is remembered, so that --uninstall leaves no empty folder behind.
make_folder() {
    folder=$1 missing=
    while [ ! -d "$folder" ]; do
        missing="$folder
$missing"
        folder=$(dirname "$folder")
    done
    mkdir -p "$1"
    made="$made$missing"
}

install_program() {
    made=
    make_folder "$data"
    make_folder "$bin"
    printf '%s' "$made" >>"$data/made-folders"
    [ -x "$data/venv/bin/python" ] || "$python" -m venv "$data/venv"
    # Built from a copy: the source tree stays as it is.
    copy=$(mktemp -d)
    trap 'rm -rf "$copy"' EXIT INT TERM
    for part in handoffd hooks shell docs config.example.yaml pyproject.toml README.md LICENSE; do cp -R "$source_dir/$part" "$copy/"; done
    "$data/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-cache-dir --upgrade "$copy" || fail "pip could not install handoffd"
    ln -sfn "$data/venv/bin/handoffd" "$link"
}

watch_repositories() {
    for repo in "$@"; do
        "$link" init "$repo"
    done
    if "$link" status >/dev/null 2>&1; then "$link" restart; else "$link" start; fi
    for repo in "$@"; do
        handoff=$("$link" flush "$repo" 2>/dev/null || :)
        if [ -n "$handoff" ]; then say "first handoff: $handoff"; else say "$repo: nothing happened here in the last 24 hours; the first handoff comes with the work"; fi
    done
}

finish() {
    say ""
    say "Before you step away:  handoffd flush   (it also happens by itself when you stop working)"
    say "When you come back:    handoffd resume"
    case ":$PATH:" in
    *":$bin:"*) ;;
    *) say "note: $bin is not on your PATH; add it, or call $link" ;;
    esac
}

uninstall() {
    if [ -x "$link" ]; then
        "$link" stop || :
        "$link" uninit --all || fail "a repository could not be restored; nothing was removed"
    fi
    case "$(readlink "$link" 2>/dev/null || :)" in "$data"/*) rm -f "$link" ;; esac
    made=$([ -f "$data/made-folders" ] && cat "$data/made-folders" || :)
    rm -rf "$data" "$state"
    rmdir "$(dirname "$state")" 2>/dev/null || :
    # Deepest first; a folder that holds something else by now stays.
    printf '%s\n' "$made" | sort -ru | while IFS= read -r folder; do
        [ -z "$folder" ] || rmdir "$folder" 2>/dev/null || :
    done
    say "handoffd is removed. Handoffs and journals stay where they are (.claude/handoff-*.md, .git/handoffd)."
}

main() {
    case "${1:-}" in
    -h | --help) usage && exit 0 ;;
    --uninstall) uninstall && exit 0 ;;
    -*) fail "there is no option $1" "./install.sh --help" ;;
    esac
    if [ $# -eq 0 ] && [ "$(git rev-parse --is-inside-work-tree 2>/dev/null)" = true ]; then set -- "$PWD"; fi
    check "$@"
    install_program
    watch_repositories "$@"
    finish
}

main "$@"
