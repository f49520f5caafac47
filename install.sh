#!/bin/sh
# Installs handoffd for this user and begins to watch a repository. No root, no shell configuration is touched.
# With uv when it is there, else with pipx, else in a virtual environment of its own. Run again, it upgrades in place.
set -eu
# No code of the repository runs here, and none in what this script starts: isolated where we start Python, else by these variables.
unset PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONINSPECT PYTHONWARNINGS PYTHONBREAKPOINT
export PYTHONSAFEPATH=1

home_data="${XDG_DATA_HOME:-$HOME/.local/share}"
data="$home_data/handoffd"
record="$data/install"
state="${XDG_STATE_HOME:-$HOME/.local/state}/handoffd"
source_dir=$(cd "$(dirname "$0")" && pwd)

say() { printf '%s\n' "$*"; }
fail() {
    printf 'install.sh: %s\n' "$1" >&2
    [ $# -lt 2 ] || printf 'hint: %s\n' "$2" >&2
    exit 1
}

usage() {
    say "usage: ./install.sh [OPTION]... [REPO]..."
    say "Installs handoffd for this user, watches each REPO (default: the current folder's), starts the daemon, writes a first handoff."
    say "  --prefix DIR   the program in DIR/bin, its files in DIR/share (default: ~/.local)"
    say "  --version V    this release from the package index, not what lies beside this script"
    say "  --no-service   do not use the service manager: verbs start the daemon again when it died"
    say "  --dry-run      say what would be done and do nothing"
    say "  --uninstall    stop, stop watching, remove everything but the handoffs and journals"
}

# What the last run remembered: `name=value` lines, and `made=FOLDER` for each folder that was not there before.
remembered() { [ ! -f "$record" ] || sed -n "s/^$1=//p" "$record"; }
remember() { printf '%s=%s\n' "$1" "$2" >>"$record"; }

# The newest Python from 3.11 on.
find_python() {
    for name in python3.15 python3.14 python3.13 python3.12 python3.11 python3; do
        command -v "$name" >/dev/null 2>&1 || continue
        if "$name" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

# As it was installed, if that tool is still there; else uv, pipx, venv.
choose_method() {
    method=$(remembered method)
    [ -z "$method" ] || [ "$method" = venv ] || command -v "$method" >/dev/null 2>&1 || fail "handoffd was installed with $method, which is not on PATH" "./install.sh --uninstall, then again"
    [ -n "$method" ] || { command -v uv >/dev/null 2>&1 && method=uv; } || { command -v pipx >/dev/null 2>&1 && method=pipx; } || method=venv
}

choose_places() {
    known=$(remembered prefix)
    [ -z "$known" ] || [ -z "$prefix" ] || [ "$known" = "$prefix" ] || fail "handoffd is installed in $known" "./install.sh --uninstall first"
    prefix="${known:-$prefix}"
    if [ -n "$prefix" ]; then
        bin="$prefix/bin" share="$prefix/share"
    else
        bin="$HOME/.local/bin" share="$home_data"
    fi
    link="$bin/handoffd" venv="$share/handoffd/venv"
    # Where the tools keep what they install: their own folders, unless another place was asked for.
    case "$method" in
    uv) tools=$([ -z "$prefix" ] && uv tool dir 2>/dev/null || printf '%s' "$share/uv/tools") ;;
    pipx)
        tools="$share/pipx"
        [ -n "$prefix" ] || [ ! -d "$HOME/.local/pipx" ] || tools="$HOME/.local/pipx"
        [ -n "$prefix" ] || tools="${PIPX_HOME:-$tools}"
        ;;
    *) tools="$share/handoffd" ;;
    esac
    known=$(remembered tools)
    tools="${known:-$tools}"
}

with_tool() { env UV_TOOL_DIR="$tools" UV_TOOL_BIN_DIR="$bin" UV_NO_CACHE=1 PIPX_HOME="$tools" PIPX_BIN_DIR="$bin" PIPX_MAN_DIR="$share/man" "$@"; }

# Everything is checked before anything is changed.
check() {
    [ "$(id -u)" != 0 ] || [ -z "${SUDO_UID:-}" ] || [ "${SUDO_UID:-}" = 0 ] || [ -z "$(find "$HOME" -prune -user "$SUDO_UID")" ] ||
        fail "this would leave root's files in $HOME" "run it without sudo"
    python=$(find_python) || [ "$method" = uv ] || fail "Python 3.11 or newer is needed; found $(python3 --version 2>&1 || echo none)" "install a newer python3, or uv"
    [ "$method" != venv ] || "$python" -I -c 'import ensurepip, venv' 2>/dev/null || fail "$python has no venv module" "Debian and Ubuntu: sudo apt install python3-venv"
    command -v git >/dev/null 2>&1 || fail "git is not on PATH" "install git"
    for repo in "$@"; do
        [ -d "$repo" ] || fail "$repo is no folder"
        [ "$(git -C "$repo" rev-parse --is-inside-work-tree 2>/dev/null)" = true ] || fail "$repo is no git worktree" "git init, or name another folder"
    done
    [ -n "$version" ] || [ -f "$source_dir/pyproject.toml" ] || version=latest
    for folder in "$bin" "$tools" "$data"; do can_write "$folder" || fail "$folder cannot be written" "./install.sh --prefix DIR puts the program elsewhere"; done
    if [ -e "$link" ] || [ -L "$link" ]; then
        [ -n "$(remembered method)" ] || fail "$link is there already and is not ours" "move it away first"
    fi
}

# The folder itself, or where it is not there the one that it would be made in.
can_write() {
    there=$1
    while [ ! -e "$there" ]; do there=$(dirname "$there"); done
    [ -d "$there" ] && [ -w "$there" ]
}

# What was not there before is remembered, so that --uninstall leaves no empty folder behind.
make_folder() {
    folder=$1 missing=
    while [ ! -d "$folder" ]; do
        missing="made=$folder
$missing"
        folder=$(dirname "$folder")
    done
    mkdir -p "$1"
    made="$made$missing"
}

install_program() {
    made=
    for folder in "$data" "$bin" "$tools"; do make_folder "$folder"; done
    [ "$method" != pipx ] || make_folder "$share/man/man1"
    printf '%s' "$made" >>"$record"
    [ -n "$(remembered method)" ] || remember method "$method"
    [ -z "$prefix" ] || [ -n "$(remembered prefix)" ] || remember prefix "$prefix"
    [ -n "$(remembered tools)" ] || remember tools "$tools"
    if [ -n "$version" ]; then
        what=$([ "$version" = latest ] && echo handoffd || echo "handoffd==$version")
    else
        # Built from a copy: the source tree stays as it is.
        copy=$(mktemp -d)
        trap 'rm -rf "$copy"' EXIT INT TERM
        for part in handoffd hooks shell docs config.example.yaml pyproject.toml README.md LICENSE; do cp -R "$source_dir/$part" "$copy/"; done
        what=$copy
    fi
    "install_with_$method" "$what"
}

install_with_uv() {
    with_tool uv tool install --quiet --reinstall ${python:+--python "$python"} "$1" || fail "uv could not install handoffd"
}

install_with_pipx() {
    with_tool pipx install --quiet --force --python "$python" "$1" >/dev/null || fail "pipx could not install handoffd"
}

install_with_venv() {
    [ -x "$venv/bin/python" ] || "$python" -I -m venv "$venv"
    "$venv/bin/python" -I -m pip install --quiet --disable-pip-version-check --no-cache-dir --upgrade "$1" || fail "pip could not install handoffd"
    for name in handoffd handoffd-prompt; do ln -sfn "$venv/bin/$name" "$bin/$name"; done
}

watch_repositories() {
    # A daemon that runs already becomes the version that was installed. It is there before `init`, which else names starting it as the next step.
    # shellcheck disable=SC2086  # nothing, or one option
    "$link" start $no_service
    for repo in "$@"; do
        "$link" init "$repo"
    done
    for repo in "$@"; do
        handoff=$("$link" flush "$repo" 2>/dev/null || :)
        if [ -n "$handoff" ]; then say "handoff: $handoff"; else say "$repo: nothing happened here in the last 24 hours; the first handoff comes with the work"; fi
    done
}

finish() {
    say ""
    say "Before you step away:  handoffd flush   (also happens by itself when you stop)"
    say "When you come back:    handoffd resume"
    case ":$PATH:" in
    *":$bin:"*) ;;
    *) say "note: $bin is not on your PATH; add it, or call $link" ;;
    esac
}

tell_plan() {
    say "would install ${version:+handoffd $version }with $method: $link, its files in $tools"
    for repo in "$@"; do say "would watch $repo"; done
    say "would start the daemon${no_service:+ without a service}"
}

uninstall() {
    [ -n "$(remembered method)" ] || fail "nothing was installed from here" "what uv, pipx or pip installed, they uninstall; before: handoffd stop; handoffd uninit --all"
    if [ -x "$link" ]; then
        "$link" stop || :
        "$link" uninit --all || fail "a repository could not be restored; nothing was removed"
    fi
    tools=$(remembered tools)
    made=$(remembered made)
    case "$(remembered method)" in
    uv) with_tool uv tool uninstall --quiet handoffd >/dev/null 2>&1 || rm -rf "$tools/handoffd" "$link" "$bin/handoffd-prompt" ;;
    pipx) with_tool pipx uninstall handoffd >/dev/null 2>&1 || rm -rf "$tools/venvs/handoffd" "$link" "$bin/handoffd-prompt" ;;
    venv) rm -rf "$venv" "$link" "$bin/handoffd-prompt" ;;
    esac
    if [ -n "$tools" ] && was_made "$tools"; then forget_tool; fi
    rm -rf "$data" "$state"
    rmdir "$(dirname "$state")" 2>/dev/null || :
    # Deepest first; a folder that holds something else by now stays.
    printf '%s\n' "$made" | sort -ru | while IFS= read -r folder; do
        [ -z "$folder" ] || rmdir "$folder" 2>/dev/null || :
    done
    say "handoffd is removed. Handoffs and journals stay (.claude/handoff-*.md, .git/handoffd)."
}

was_made() { printf '%s\n' "$made" | grep -qxF -e "$1"; }

# The tool's own files go where it was we who brought it to this place and nothing else was installed with it since.
forget_tool() {
    for other in "$tools"/*/pyvenv.cfg "$tools"/venvs/*/pyvenv.cfg; do
        case "$other" in *'*'* | "$tools/shared"*) ;; *) return 0 ;; esac
    done
    rm -rf "$tools"
}

main() {
    prefix='' version='' no_service='' dry_run='' removing=''
    while [ $# -gt 0 ]; do
        case "$1" in
        -h | --help) usage && exit 0 ;;
        --prefix | --version)
            [ $# -ge 2 ] || fail "$1 needs a value" "./install.sh --help"
            if [ "$1" = --prefix ]; then prefix=$2; else version=$2; fi
            shift
            ;;
        --no-service) no_service=--no-service ;;
        --dry-run) dry_run=yes ;;
        --uninstall) removing=yes ;;
        --) shift && break ;;
        -*) fail "there is no option $1" "./install.sh --help" ;;
        *) break ;;
        esac
        shift
    done
    case "$prefix" in '' | /*) ;; *) prefix="$PWD/$prefix" ;; esac
    if [ -n "$removing" ]; then
        method=$(remembered method)
        choose_places
        uninstall
        exit 0
    fi
    choose_method
    choose_places
    if [ $# -eq 0 ] && [ "$(git rev-parse --is-inside-work-tree 2>/dev/null)" = true ]; then set -- "$PWD"; fi
    check "$@"
    if [ -n "$dry_run" ]; then tell_plan "$@" && exit 0; fi
    install_program
    watch_repositories "$@"
    finish
}

main "$@"
