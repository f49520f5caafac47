"""Search what was said: notes, commits, failing tests, decisions, learnings, gotchas, branches. All words have to be in it; several words in
quotation marks are a phrase. The best match comes first.

A word that nothing holds is taken for the beginning of one. Exits 1 when nothing was found.

examples: handoffd search retry
          handoffd search "rate limit" --kind decision --since 30d
          handoffd search retry --path src/client.py --branch main
          handoffd search slot --everywhere
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from handoffd.cli.common import caught_up, json_argument, relative
from handoffd.cli.environment import Environment
from handoffd.cli.event_filter import TIMES, moment
from handoffd.model.errors import UsageError, UserError
from handoffd.model.searchable import WordsKind

if TYPE_CHECKING:
    from handoffd.journal.store import Journal
    from handoffd.reading.search import Found

MOST = 20
KINDS = sorted(kind.value for kind in WordsKind)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="+", metavar="WORDS", help="what is searched for")
    parser.add_argument("--kind", action="append", choices=KINDS, metavar="KIND", help=f"only this kind: {', '.join(KINDS)}")
    parser.add_argument("--branch", metavar="NAME", default="", help="only what was said on this branch")
    parser.add_argument("--path", metavar="FILE", default="", dest="only", help="only what is about this file or folder")
    parser.add_argument("--since", metavar="TIME", help=f"only what was said since then: {TIMES}")
    parser.add_argument("--everywhere", action="store_true", help="in all repositories that are watched")
    parser.add_argument("-n", type=int, default=MOST, metavar="N", help=f"at most N lines (default {MOST})")
    json_argument(parser)


def run(args: argparse.Namespace, environment: Environment) -> int:
    from handoffd.journal.word_search import Asked, query_of
    from handoffd.output.search_lines import search_lines
    from handoffd.output.terminal import Style
    from handoffd.reading.search import search

    if args.n < 1:
        raise UsageError("-n takes a number above 0", hint="handoffd search retry -n 5")
    if not query_of(args.words):
        raise UsageError("there is no letter and no digit in the words", hint="handoffd search retry")
    if args.everywhere and args.only:
        raise UsageError("--path is a path of one repository", hint="leave out --everywhere")
    places, path = _everywhere(environment) if args.everywhere else _here(args, environment)
    since = moment(args.since, environment.now(), "--since") if args.since else float("-inf")
    found, problems = search(places, Asked(tuple(args.words), tuple(args.kind or ()), args.branch, path, since, args.n), environment.now())
    for problem in problems:
        environment.talk(f"note: {problem}")
    rows = [_row(one) for one in found]
    if args.json:
        for row in rows:
            environment.json(row)
    elif rows:
        environment.lines(search_lines(rows, args.words, Style(environment.colour, environment.width)))
    if not rows:
        raise UserError(f"nothing was found: {' '.join(args.words)}", hint=_hint(args))
    return 0


def _hint(args: argparse.Namespace) -> str:
    if args.kind or args.branch or args.only or args.since:
        return "search without --kind, --branch, --path and --since"
    return "handoffd log shows all events" if args.everywhere else "handoffd search WORDS --everywhere asks all repositories"


def _here(args: argparse.Namespace, environment: Environment) -> tuple[list[tuple[str, Journal]], str]:
    place = caught_up(environment, None)
    path = relative(args.only, environment.cwd, place.root, "--path") if args.only else ""
    return [(str(place.root), place.journal)], "" if path == "." else path


def _everywhere(environment: Environment) -> tuple[list[tuple[str, Journal]], str]:
    """The journals of all registered repositories as they are: to scan all of them takes too long for a question."""
    from handoffd.files.registry import Registry

    places: dict[str, tuple[str, Journal]] = {}
    for entry in Registry(environment.state).entries():
        if entry.common_dir not in places:
            try:
                places[entry.common_dir] = (entry.root, environment.place(entry.root).journal)
            except (UserError, OSError) as problem:
                environment.talk(f"note: {entry.root}: {problem}")
    if not places:
        raise UserError("no repository is watched", hint="handoffd init PATH")
    return list(places.values()), ""


def _row(one: Found) -> dict[str, Any]:
    hit = one.hit
    return {
        "repository": one.root,
        "event": hit.event,
        "at": hit.at,
        "kind": hit.kind,
        "branch": hit.branch,
        "worktree": hit.worktree,
        "paths": list(hit.paths),
        "commit": one.commit,
        "text": hit.text,
        "times": hit.times,
        "score": round(hit.score, 4),
    }
